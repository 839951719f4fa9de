//! The time of a test, and what ages by it.

use eiam_token::http::HttpRequest;

use crate::support::*;

#[test]
fn tokens_age_at_once() {
    let mut server = Server::new();
    let tokens = server.alice();
    let access = member(&tokens, "access_token");
    server.issuer.clock_mut().advance(1199);
    ok(&server.userinfo(access));
    server.issuer.clock_mut().advance(1);
    refused(&server.userinfo(access), 400, "invalid_token");
    assert!(server.issuer.inspect_access_token(access, server.host).is_none());
    let refreshed = ok(&server.refresh(member(&tokens, "refresh_token")));
    assert_eq!(refreshed["expires_at"], HOST + 1200 + 1200);
    server.issuer.clock_mut().advance(86_400);
    let sentence =
        refused(&server.refresh(member(&refreshed, "refresh_token")), 400, "invalid_grant");
    assert!(sentence.contains("expired"), "{sentence}");
}

#[test]
fn a_frozen_clock_stands_while_the_hosts_runs() {
    let mut server = Server::new();
    server.issuer.clock_mut().freeze(5_000);
    let tokens = server.alice();
    assert_eq!(tokens["expires_at"], 6_200);
    server.host += 100_000;
    ok(&server.userinfo(member(&tokens, "access_token")));
    assert_eq!(server.issuer.sweep(server.host), None);
    let host = server.host;
    server.issuer.clock_mut().run(host);
    server.host += 1_200;
    refused(&server.userinfo(member(&tokens, "access_token")), 400, "invalid_token");
}

#[test]
fn polls_of_a_device_age() {
    let mut server = Server::new();
    let device = "/v2/idaas_example/app_device/oauth2/";
    let codes = ok(&server.post(&format!("{device}device/code"), &[("client_id", "app_device")]));
    let poll = |server: &mut Server| {
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let code = member(&codes, "device_code");
        server.post(
            &format!("{device}token"),
            &[("grant_type", grant), ("client_id", "app_device"), ("device_code", code)],
        )
    };
    refused(&poll(&mut server), 400, "authorization_pending");
    refused(&poll(&mut server), 400, "slow_down");
    server.issuer.clock_mut().advance(10);
    refused(&poll(&mut server), 400, "authorization_pending");
    server.issuer.clock_mut().advance(1200);
    refused(&poll(&mut server), 400, "expired_token");
}

#[test]
fn what_is_due_is_told_in_the_hosts_time() {
    let mut server = Server::new();
    server.alice();
    let due = server.issuer.sweep(server.host).unwrap();
    let mut ahead = Server::new();
    ahead.issuer.clock_mut().advance(1_000);
    ahead.alice();
    assert_eq!(ahead.issuer.sweep(ahead.host), Some(due));
}

#[test]
fn a_request_says_what_it_is_about() {
    let mut server = Server::new();
    let tokens = server.alice();
    let facts = |server: &mut Server, request: HttpRequest| {
        let handled = server.issuer.handle(&request, HOST);
        assert_eq!(handled.at(), HOST);
        let facts = handled.facts();
        (facts.endpoint, facts.client.clone(), facts.grant.clone(), facts.user.clone())
    };
    let some = |text: &str| Some(text.to_owned());
    let post = |path: &str, pairs: &[(&str, &str)]| {
        HttpRequest::post_form(format!("{BASE}{path}"), encode(pairs))
    };
    let refresh = member(&tokens, "refresh_token");
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let of_refresh = facts(&mut server, post("/v2/idaas_example/app_web/oauth2/token", &pairs));
    assert_eq!(
        of_refresh,
        (Some("token"), some("app_web"), some("refresh_token"), some("user_alice"))
    );
    let pairs = [("grant_type", "password"), ("client_id", "app_spa"), ("username", "bob")];
    let of_password = facts(&mut server, post("/api/v2/iauths_system/oauth2/token", &pairs));
    assert_eq!(of_password, (Some("token"), some("app_spa"), some("password"), some("user_bob")));
    let request = HttpRequest::get(format!("{BASE}/api/v2/iauths_system/oauth2/userinfo"))
        .header("authorization", format!("Bearer {}", member(&tokens, "access_token")));
    assert_eq!(facts(&mut server, request), (Some("userinfo"), None, None, some("user_alice")));
    let request = HttpRequest::get(format!("{BASE}/nowhere"));
    assert_eq!(facts(&mut server, request), (None, None, None, None));
}
