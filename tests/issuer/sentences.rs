//! What a refusal says is so, in whatever state it is given.

use eiam_token::http::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::support::*;

/// What a refusal says at an endpoint for programs.
fn said(response: &HttpResponse) -> String {
    member(&json(response), "error_description").to_owned()
}

fn password(server: &mut Server, username: &str) -> HttpResponse {
    let password = format!("{username}-password");
    server.web_token(&[
        ("grant_type", "password"),
        ("scope", "openid"),
        ("username", username),
        ("password", &password),
    ])
}

#[test]
fn who_has_their_share_is_not_told_that_the_issuer_is_full() {
    let mut server = Server::with(|config| config.limits.grants = 6);
    let refusal = loop {
        let answer = password(&mut server, "alice");
        if answer.status != 200 {
            break answer;
        }
    };
    refused(&refusal, 503, "temporarily_unavailable");
    ok(&password(&mut server, "bob"));
    assert!(said(&refusal).contains("in all or for this user"), "{}", said(&refusal));
}

#[test]
fn what_the_other_issuer_gave_was_not_given_to_another_client() {
    let mut server = Server::new();
    let device = ok(&server.post(&WEB.api("device/code"), &[]));
    let refresh = server.web_tokens();
    let code = server.web_code();
    for (grant, name, value) in [
        ("authorization_code", "code", &*code),
        ("refresh_token", "refresh_token", member(&refresh, "refresh_token")),
        (DEVICE_GRANT, "device_code", member(&device, "device_code")),
    ] {
        let request = [
            ("grant_type", grant),
            ("client_id", "app_web"),
            ("client_secret", WEB_SECRET),
            (name, value),
        ];
        let refusal = server.token(Place::Instance, &request);
        assert_eq!(refusal.status, 400);
        assert!(said(&refusal).ends_with(", or by another issuer here"), "{}", said(&refusal));
    }
}

#[test]
fn two_clients_are_named_where_no_path_names_one() {
    let mut server = Server::new();
    let request = [("grant_type", "client_credentials"), ("client_id", "app_machine")];
    let url = Place::Instance.api("token");
    let request = HttpRequest::post_form(&url, encode(&request))
        .header("authorization", basic("app_web", WEB_SECRET));
    let refusal = server.send(&request);
    assert!(said(&refusal).contains("the credentials"), "{}", said(&refusal));
    assert!(!said(&refusal).contains("application of the path"));
}

#[test]
fn somebody_else_is_signed_in() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    browser.code(&mut server, WEB, &web_request());
    let claims = r#"{"id_token":{"sub":{"value":"user_bob"}}}"#;
    let request = changed(changed(web_request(), "claims", claims), "prompt", "none");
    let answer = redirected(&browser.authorize(&mut server, WEB, &request));
    assert_eq!(answer["error"], "login_required");
    let description = &answer["error_description"];
    assert!(description.starts_with("Nobody is signed in as the request wants it"));
    assert!(description.contains("claims"), "{description}");
}

#[test]
fn a_refresh_token_that_an_older_state_does_not_know_was_not_used() {
    let mut server = Server::new();
    let first = server.web_tokens();
    let mut older = server.restarted();
    let second = ok(&server.refresh(member(&first, "refresh_token")));
    let refusal = older.refresh(member(&second, "refresh_token"));
    refused(&refusal, 400, "invalid_grant");
    assert!(!said(&refusal).contains("used already"), "{}", said(&refusal));
}

#[test]
fn a_request_that_was_pushed_to_the_other_issuer_was_pushed_by_this_client() {
    let mut server = Server::new();
    let request = [&web_request()[..], &[("client_secret", WEB_SECRET)]].concat();
    let pushed: Value = json(&server.post(&WEB.api("par"), &request));
    let request = [("client_id", "app_web"), ("request_uri", member(&pushed, "request_uri"))];
    let page = Browser::default().authorize(&mut server, Place::Instance, &request);
    assert_eq!(page.status, 400);
    assert!(text(&page).contains("was not pushed here by this client"));
}
