//! Lifetimes are int64 seconds: exact beyond 2^53, and saturating at the end.

use crate::support::*;

fn with_lifetime(seconds: i64) -> Server {
    Server::with(|config| {
        for application in &mut config.applications {
            let lifetimes = &mut application.lifetimes;
            lifetimes.code = seconds;
            lifetimes.access_token = seconds;
            lifetimes.id_token = seconds;
            lifetimes.refresh_token = seconds;
            lifetimes.device_code = seconds;
        }
    })
}

#[test]
fn beyond_2_to_the_53_exact_in_the_text() {
    let mut server = with_lifetime(9_007_199_254_740_993);
    let code = server.web_code();
    let response = server.redeem(&code);
    assert!(text(&response).contains("\"expires_in\":9007199254740993,"));
    let expires_at = 9_007_199_254_740_993 + NOW;
    assert!(text(&response).contains(&format!("\"expires_at\":{expires_at},")));
}

#[test]
fn i64_max_saturates_and_everything_still_works() {
    let mut server = with_lifetime(i64::MAX);
    let code = server.web_code();
    let response = server.redeem(&code);
    assert!(text(&response).contains("\"expires_in\":9223372036854775807,"));
    assert!(text(&response).contains("\"expires_at\":9223372036854775807,"));
    let tokens = ok(&response);
    let (_, claims) = verified(member(&tokens, "id_token"));
    assert_eq!(claims["exp"], i64::MAX);
    server.now = i64::MAX - 1;
    ok(&server.userinfo(WEB, member(&tokens, "access_token")));
    let again = ok(&server.refresh(member(&tokens, "refresh_token")));
    refused(&server.redeem(&code), 400, "invalid_grant");
    refused(&server.refresh(member(&again, "refresh_token")), 400, "invalid_grant");

    let mut server = with_lifetime(i64::MAX);
    let device = server.post(&DEVICE.api("device/code"), &[]);
    assert!(text(&device).contains("\"expires_at\":9223372036854775807,"));
    let device = ok(&device);
    let poll = [("grant_type", DEVICE_GRANT), ("device_code", member(&device, "device_code"))];
    server.now = i64::MAX - 1;
    refused(&server.token(DEVICE, &poll), 400, "authorization_pending");
}

#[test]
fn strange_clocks_do_not_panic() {
    for now in [i64::MIN, -1, 0, i64::MAX] {
        let mut server = Server::new();
        server.now = now;
        let device = server.post(&DEVICE.api("device/code"), &[]);
        assert_eq!(device.status, 200, "{now}");
        let page = Browser::default().authorize(&mut server, WEB, &web_request());
        assert_eq!(page.status, 200, "{now}");
        server.web_token(&[
            ("grant_type", "password"),
            ("username", "alice"),
            ("password", "wrong"),
        ]);
    }
}

#[test]
fn access_tokens_end_at_the_very_second() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    server.now += 1199;
    ok(&server.userinfo(WEB, member(&tokens, "access_token")));
    server.now += 1;
    let late = server.userinfo(WEB, member(&tokens, "access_token"));
    refused(&late, 400, "invalid_token");
}
