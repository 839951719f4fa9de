//! The grant password: RFC 6749 section 4.3, RFC 9700 section 2.4.

use crate::support::*;

fn request<'a>(username: &'a str, password: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "password"),
        ("client_id", "app_web"),
        ("username", username),
        ("password", password),
        ("scope", "openid email"),
    ]
}

#[test]
fn eiam_the_documented_form_has_no_secret() {
    let mut server = Server::new();
    let tokens = ok(&server.token(WEB, &request("alice", "alice-password")));
    let (_, claims) = verified(member(&tokens, "id_token"));
    assert_eq!(claims["sub"], "user_alice");
    assert!(tokens["refresh_token"].is_string());
    let with_secret = changed(request("bob", "bob-password"), "client_secret", WEB_SECRET);
    ok(&server.token(WEB, &with_secret));
    let wrong_secret = changed(request("bob", "bob-password"), "client_secret", "x");
    refused(&server.token(WEB, &wrong_secret), 401, "invalid_client");
    // Without a scope it is openid.
    let tokens = ok(&server.token(WEB, &changed(request("bob", "bob-password"), "scope", "")));
    assert!(tokens["id_token"].is_string());
}

#[test]
fn rfc_6749_section_5_2_wrong_credentials() {
    let mut server = Server::new();
    for (username, password) in [
        ("alice", "bob-password"),
        ("alice", "alice-passwor"),
        ("ALICE", "alice-password"),
        ("nobody", "alice-password"),
        ("user_alice", "alice-password"),
    ] {
        let response = server.token(WEB, &request(username, password));
        refused(&response, 400, "invalid_grant");
    }
    for (name, code) in [("username", "invalid_request"), ("password", "invalid_request")] {
        let request = changed(request("alice", "alice-password"), name, "");
        refused(&server.token(WEB, &request), 400, code);
    }
    let scope = changed(request("alice", "alice-password"), "scope", "admin");
    refused(&server.token(WEB, &scope), 400, "invalid_scope");
}

#[test]
fn rfc_9700_section_2_4_must_not_be_used() {
    let mut server = Server::rfc9700();
    let with_secret = changed(request("alice", "alice-password"), "client_secret", WEB_SECRET);
    refused(&server.token(WEB, &with_secret), 400, "unsupported_grant_type");
}

#[test]
fn rfc_6749_section_10_10_guesses_end() {
    let mut server = Server::new();
    for _ in 0..10 {
        refused(&server.token(WEB, &request("alice", "guess")), 400, "invalid_grant");
    }
    // Not even the right one now.
    let response = server.token(WEB, &request("alice", "alice-password"));
    refused(&response, 429, "temporarily_unavailable");
    assert_eq!(response.headers.value("retry-after"), Some("60"));
    assert_eq!(response.headers.value("x-acs-retry-after"), Some("60000"));
    // Others go on, and the login form counts with it.
    ok(&server.token(WEB, &request("bob", "bob-password")));
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &web_request());
    let response = browser.login(&mut server, &page);
    assert_eq!(response.status, 429);
    server.now += 60;
    ok(&server.token(WEB, &request("alice", "alice-password")));
}

#[test]
fn a_success_resets_no_counter() {
    let mut server = Server::new();
    for _ in 0..9 {
        refused(&server.token(WEB, &request("alice", "guess")), 400, "invalid_grant");
    }
    ok(&server.token(WEB, &request("alice", "alice-password")));
    refused(&server.token(WEB, &request("alice", "guess")), 400, "invalid_grant");
    let response = server.token(WEB, &request("alice", "alice-password"));
    refused(&response, 429, "temporarily_unavailable");
}
