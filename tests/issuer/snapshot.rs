//! What outlives the process, and what was true before it is true after.

use eiam_token::issuer::{Config, Issuer, RestoreError, Sessions};

use crate::support::*;

#[test]
fn a_used_code_stays_used_and_a_revoked_token_revoked() {
    let mut server = Server::new();
    let used = server.web_code();
    let tokens = ok(&server.redeem(&used));
    let unused = server.web_code();
    let revoked = server.web_tokens();
    let pairs = [
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("token", member(&revoked, "access_token")),
    ];
    ok(&server.post(&WEB.api("revoke"), &pairs));
    let rotated = ok(&server.refresh(member(&revoked, "refresh_token")));

    let mut server = server.restarted();
    ok(&server.userinfo(WEB, member(&tokens, "access_token")));
    ok(&server.userinfo(WEB, member(&rotated, "access_token")));
    let info = server.userinfo(WEB, member(&revoked, "access_token"));
    refused(&info, 400, "invalid_token");
    ok(&server.redeem(&unused));
    refused(&server.refresh(member(&revoked, "refresh_token")), 400, "invalid_grant");
    refused(&server.refresh(member(&rotated, "refresh_token")), 400, "invalid_grant");
    refused(&server.redeem(&used), 400, "invalid_grant");
    let info = server.userinfo(WEB, member(&tokens, "access_token"));
    refused(&info, 400, "invalid_token");
}

#[test]
fn sessions_forms_devices_and_counters_go_on() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    browser.code(&mut server, SPA, &spa_request());
    let mut half = Browser::default();
    let page = half.authorize(&mut server, WEB, &web_request());
    let start = ok(&server.post(&DEVICE.api("device/code"), &[]));
    let poll = [("grant_type", DEVICE_GRANT), ("device_code", member(&start, "device_code"))];
    refused(&server.token(DEVICE, &poll), 400, "authorization_pending");
    refused(&server.token(DEVICE, &poll), 400, "slow_down");
    let guess = [("grant_type", "password"), ("username", "bob"), ("password", "x")];
    for _ in 0..10 {
        refused(&server.web_token(&guess), 400, "invalid_grant");
    }

    let mut server = server.restarted();
    let answer = browser.authorize(&mut server, SPA, &spa_request());
    assert!(redirected(&answer).contains_key("code"));
    let question = half.login(&mut server, &page);
    assert!(text(&question).contains("value=\"allow\""));
    refused(&server.web_token(&guess), 429, "temporarily_unavailable");
    server.now += 9;
    refused(&server.token(DEVICE, &poll), 400, "slow_down");

    let typed = [("user_code", member(&start, "user_code"))];
    let form = browser.get(&mut server, &DEVICE.page("device"));
    let question = browser.submit(&mut server, &form, &typed);
    browser.submit(&mut server, &question, &[("decision", "allow")]);
    let mut server = server.restarted();
    ok(&server.token(DEVICE, &poll));
    let mut server = server.restarted();
    refused(&server.token(DEVICE, &poll), 400, "invalid_grant");
}

#[test]
fn the_session_of_a_host_goes_on() {
    let mut server = Server::with_sessions(Sessions::Host, |_| {});
    Browser::default().code(&mut server, SPA, &spa_request());
    let config = server.issuer.config().clone();
    let snapshot = server.snapshot();
    server.issuer = Issuer::restore(config, Sessions::Host, [9; 32], &snapshot).unwrap();
    let answer = Browser::default().authorize(&mut server, SPA, &spa_request());
    assert!(redirected(&answer).contains_key("code"));
}

#[test]
fn what_is_restored_is_what_was_saved() {
    let mut server = Server::new();
    server.web_tokens();
    ok(&server.post(&DEVICE.api("device/code"), &[]));
    assert_eq!(server.post(&SPA.api("par"), &spa_request()).status, 201);
    let snapshot = server.snapshot();
    assert_eq!(server.restarted().issuer.snapshot(), snapshot);
}

#[test]
fn who_is_gone_from_the_configuration_is_locked_out() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let code = browser.code(&mut server, WEB, &web_request());
    let tokens = ok(&server.redeem(&code));
    let code = browser.code(&mut server, WEB, &web_request());
    let mut config = server.issuer.config().clone();
    config.users.retain(|user| user.username != "alice");
    let snapshot = server.snapshot();
    server.issuer = Issuer::restore(config, Sessions::Cookie, [9; 32], &snapshot).unwrap();
    let info = server.userinfo(WEB, member(&tokens, "access_token"));
    refused(&info, 400, "invalid_token");
    refused(&server.refresh(member(&tokens, "refresh_token")), 400, "invalid_grant");
    refused(&server.redeem(&code), 400, "invalid_grant");
    let page = browser.authorize(&mut server, WEB, &web_request());
    assert!(text(&page).contains("name=\"password\""));
}

#[test]
fn damage_and_unknown_versions_are_refused() {
    let mut server = Server::new();
    server.web_tokens();
    let snapshot = server.snapshot();
    let restore = |bytes: &[u8]| {
        Issuer::restore(Config::example(BASE), Sessions::Cookie, [9; 32], bytes).map(|_| ())
    };
    assert_eq!(restore(&snapshot), Ok(()));
    assert_eq!(restore(b""), Err(RestoreError::Version));
    assert_eq!(restore(b"EIAMTOK\x63"), Err(RestoreError::Version));
    assert_eq!(restore(&snapshot[..8]), Err(RestoreError::Damaged));
    for index in 8..snapshot.len() {
        let mut damaged = snapshot.clone();
        damaged[index] ^= 1;
        assert_eq!(restore(&damaged), Err(RestoreError::Damaged), "{index}");
        assert!(restore(&snapshot[..index]).is_err(), "{index}");
    }
    let config = Config::example("ftp://x");
    let error = Issuer::restore(config, Sessions::Cookie, [9; 32], &snapshot).unwrap_err();
    assert!(matches!(error, RestoreError::Config(_)), "{error}");
}

#[test]
fn is_changed_tells_what_must_be_saved() {
    let mut server = Server::new();
    assert!(server.take_changed(), "the key is kept nowhere yet");
    assert!(!server.take_changed());
    // Reading changes nothing.
    server.get(&format!("{}/jwks", WEB.issuer()));
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &web_request());
    let machine = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
    ok(&server.token(MACHINE, &machine));
    refused(&server.redeem("CObogus"), 400, "invalid_grant");
    assert!(!server.take_changed());
    let changes: [&dyn Fn(&mut Server); 5] = [
        &|server| drop(browser.clone().login(server, &page)),
        &|server| drop(server.web_tokens()),
        &|server| drop(server.post(&DEVICE.api("device/code"), &[])),
        &|server| {
            let guess = [("grant_type", "password"), ("username", "bob"), ("password", "x")];
            refused(&server.web_token(&guess), 400, "invalid_grant");
        },
        &|server| {
            let code = server.web_code();
            let first = ok(&server.redeem(&code));
            server.take_changed();
            ok(&server.refresh(member(&first, "refresh_token")));
            assert!(server.take_changed());
            refused(&server.redeem(&code), 400, "invalid_grant");
        },
    ];
    for (index, change) in changes.into_iter().enumerate() {
        server.take_changed();
        change(&mut server);
        assert!(server.take_changed(), "{index}");
    }
    let restored = server.restarted();
    assert!(!restored.issuer.is_changed());
}
