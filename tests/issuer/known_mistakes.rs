//! Mistakes that other issuers were seen to make at the token side, each as a test.

use eiam_token::http::HttpRequest;

use crate::support::*;

fn redeem(server: &mut Server, code: &str, name: &str, value: &str) -> u16 {
    let request = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", WEB_URI),
        ("code_verifier", VERIFIER),
    ];
    server.web_token(&changed(request, name, value)).status
}

#[test]
fn pkce_is_skipped_when_the_verifier_is_left_out() {
    let mut server = Server::new();
    let code = server.web_code();
    assert_eq!(redeem(&mut server, &code, "code_verifier", ""), 400);
}

#[test]
fn a_verifier_is_accepted_though_no_challenge_was_sent() {
    let mut server = Server::new();
    let mut request = web_request();
    request.retain(|(name, _)| !name.starts_with("code_challenge"));
    let code = Browser::default().code(&mut server, WEB, &request);
    assert_eq!(redeem(&mut server, &code, "state", "x"), 400);
}

#[test]
fn a_replayed_code_does_not_revoke_what_it_issued() {
    let mut server = Server::new();
    let code = server.web_code();
    let tokens = ok(&server.redeem(&code));
    refused(&server.redeem(&code), 400, "invalid_grant");
    refused(&server.userinfo(WEB, member(&tokens, "access_token")), 400, "invalid_token");
    refused(&server.refresh(member(&tokens, "refresh_token")), 400, "invalid_grant");
}

#[test]
fn the_redirect_uri_is_not_bound_to_the_code() {
    let mut server = Server::new();
    let code = server.web_code();
    for uri in ["", "http://127.0.0.1:8700/cb/", "https://evil.example/cb"] {
        assert_eq!(redeem(&mut server, &code, "redirect_uri", uri), 400, "{uri}");
    }
}

#[test]
fn a_token_request_without_grant_type_gets_a_token() {
    let mut server = Server::new();
    refused(&server.web_token(&[("scope", "openid")]), 400, "invalid_request");
}

#[test]
fn one_client_revokes_the_token_of_another() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let token = member(&tokens, "refresh_token");
    let pairs = [("client_secret", MACHINE_SECRET), ("token", token)];
    ok(&server.post(&MACHINE.api("revoke"), &pairs));
    ok(&server.refresh(token));
}

#[test]
fn bogus_tokens_are_accepted_at_userinfo() {
    let mut server = Server::new();
    for token in ["x", "AT", "ATabc", "null", "undefined"] {
        refused(&server.userinfo(WEB, token), 400, "invalid_token");
    }
}

#[test]
fn no_store_is_missing() {
    let mut server = Server::new();
    let code = server.web_code();
    for response in [server.redeem(&code), server.send(&HttpRequest::get(WEB.api("userinfo")))] {
        assert_eq!(response.headers.value("cache-control"), Some("no-store"));
    }
}
