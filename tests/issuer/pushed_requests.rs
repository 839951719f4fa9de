//! Pushed authorization requests, RFC 9126.

use eiam_token::http::HttpResponse;
use serde_json::{Value, json};

use crate::support::*;

const WEB_CLIENT: [(&str, &str); 1] = [("client_secret", WEB_SECRET)];

fn push(server: &mut Server, place: Place, request: &[(&str, &str)]) -> HttpResponse {
    server.post(&place.api("par"), request)
}

fn pushed(server: &mut Server, change: &[(&'static str, &'static str)]) -> String {
    let mut request = web_request();
    request.extend(WEB_CLIENT);
    for (name, value) in change {
        request = changed(request, name, value);
    }
    let response = push(server, WEB, &request);
    assert_eq!(response.status, 201, "{}", text(&response));
    member(&json(&response), "request_uri").to_owned()
}

fn authorize(server: &mut Server, browser: &mut Browser, client: &str, uri: &str) -> HttpResponse {
    browser.authorize(server, WEB, &[("client_id", client), ("request_uri", uri)])
}

fn metadata(server: &mut Server, place: Place) -> Value {
    ok(&server.get(&format!("{}/.well-known/openid-configuration", place.issuer())))
}

#[test]
fn rfc_9126_section_2_2_a_reference_for_a_minute() {
    for mut server in [Server::new(), Server::rfc9700()] {
        let mut request = web_request();
        request.extend(WEB_CLIENT);
        let response = push(&mut server, WEB, &request);
        assert_eq!(response.status, 201);
        assert_eq!(response.headers.value("cache-control"), Some("no-store"));
        let body = json(&response);
        assert_eq!(body["expires_in"], 60);
        let uri = member(&body, "request_uri");
        let name = uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
        assert_eq!(eiam_token::base64url::decode(name).unwrap().len(), 16);
        let mut browser = Browser::default();
        let page = authorize(&mut server, &mut browser, "app_web", uri);
        let question = browser.login(&mut server, &page);
        let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
        let answer = redirected(&answer);
        assert_eq!(answer["state"], "st&te");
        let tokens = ok(&server.redeem(&answer["code"]));
        assert_eq!(verified(member(&tokens, "id_token")).1["nonce"], "n-0S6");
    }
}

#[test]
fn rfc_9126_section_4_what_is_beside_the_reference_does_not_count() {
    let mut server = Server::new();
    let uri = pushed(&mut server, &[("scope", "openid")]);
    let mut browser = Browser::default();
    let request = [
        ("client_id", "app_web"),
        ("request_uri", uri.as_str()),
        ("scope", "openid phone"),
        ("state", "other"),
        ("redirect_uri", "https://evil.example/"),
    ];
    let page = browser.authorize(&mut server, WEB, &request);
    let question = browser.login(&mut server, &page);
    assert!(!text(&question).contains("phone number"));
    let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
    assert!(answer.headers.value("location").unwrap().starts_with(WEB_URI));
    assert_eq!(redirected(&answer)["state"], "st&te");
}

#[test]
fn rfc_9126_section_7_3_a_reference_works_once_and_not_for_long() {
    let mut server = Server::new();
    let uri = pushed(&mut server, &[]);
    let mut browser = Browser::default();
    assert_eq!(authorize(&mut server, &mut browser, "app_web", &uri).status, 200);
    let again = authorize(&mut server, &mut browser, "app_web", &uri);
    page_refused(&again, 400, "invalid_request_uri");
    let uri = pushed(&mut server, &[]);
    server.now += 60;
    let late = authorize(&mut server, &mut browser, "app_web", &uri);
    page_refused(&late, 400, "invalid_request_uri");
    for bogus in ["urn:ietf:params:oauth:request_uri:", "urn:ietf:params:oauth:request_uri:AAAA"] {
        let response = authorize(&mut server, &mut browser, "app_web", bogus);
        page_refused(&response, 400, "invalid_request_uri");
    }
}

#[test]
fn rfc_9126_section_2_2_a_reference_is_bound_to_its_client() {
    let mut server = Server::new();
    let uri = pushed(&mut server, &[]);
    let request = [("client_id", "app_spa"), ("request_uri", uri.as_str())];
    for place in [SPA, Place::Instance] {
        let response = Browser::default().authorize(&mut server, place, &request);
        page_refused(&response, 400, "invalid_request_uri");
    }
    // Nor at the other issuer; and nobody has used it up by trying.
    let request = [("client_id", "app_web"), ("request_uri", uri.as_str())];
    let response = Browser::default().authorize(&mut server, Place::Instance, &request);
    page_refused(&response, 400, "invalid_request_uri");
    assert_eq!(authorize(&mut server, &mut Browser::default(), "app_web", &uri).status, 200);
}

#[test]
fn rfc_9126_section_2_1_the_client_authenticates() {
    let mut server = Server::new();
    refused(&push(&mut server, WEB, &web_request()), 401, "invalid_client");
    let mut wrong = web_request();
    wrong.push(("client_secret", "CSwrong"));
    refused(&push(&mut server, WEB, &wrong), 401, "invalid_client");
    // A public client has nothing to prove.
    assert_eq!(push(&mut server, SPA, &spa_request()).status, 201);
    assert_eq!(push(&mut server, Place::Instance, &spa_request()).status, 201);
}

#[test]
fn rfc_9126_section_2_3_a_bad_request_is_refused_when_it_is_pushed() {
    let mut server = Server::new();
    for (name, value, code) in [
        ("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request"),
        ("request", "e30.e30.", "request_not_supported"),
        ("redirect_uri", "https://evil.example/", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("scope", "admin", "invalid_scope"),
        ("response_type", "token", "unsupported_response_type"),
        ("prompt", "none login", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("id_token_hint", "bogus", "invalid_request"),
    ] {
        let mut request = web_request();
        request.extend(WEB_CLIENT);
        let request = changed(request, name, value);
        refused(&push(&mut server, WEB, &request), 400, code);
    }
    let response = server.get(&WEB.api("par"));
    refused(&response, 405, "invalid_request");
    assert_eq!(response.headers.value("allow"), Some("POST, OPTIONS"));
}

#[test]
fn rfc_9126_section_6_an_application_may_insist() {
    let mut server = Server::with(|config| {
        config.applications[1].require_pushed_authorization_requests = true;
    });
    let mut browser = Browser::default();
    let response = browser.authorize(&mut server, WEB, &web_request());
    assert_eq!(redirected(&response)["error"], "invalid_request");
    let uri = pushed(&mut server, &[]);
    assert_eq!(authorize(&mut server, &mut browser, "app_web", &uri).status, 200);
    assert_eq!(metadata(&mut server, WEB)["require_pushed_authorization_requests"], true);
    assert_eq!(metadata(&mut server, SPA).get("require_pushed_authorization_requests"), None);
    let instance = metadata(&mut server, Place::Instance);
    assert_eq!(instance.get("require_pushed_authorization_requests"), None);
    assert_eq!(
        instance["pushed_authorization_request_endpoint"],
        json!(Place::Instance.api("par"))
    );
}

/// The hint is verified when it is pushed: the browser never carries it.
#[test]
fn oidc_core_section_3_1_2_1_a_pushed_id_token_hint() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let code = browser.code(&mut server, WEB, &web_request());
    let tokens = ok(&server.redeem(&code));
    let push_hint = |server: &mut Server| {
        let mut request = changed(web_request(), "prompt", "none");
        request.extend(WEB_CLIENT);
        request.push(("id_token_hint", member(&tokens, "id_token")));
        let response = push(server, WEB, &request);
        member(&json(&response), "request_uri").to_owned()
    };
    let uri = push_hint(&mut server);
    let answer = authorize(&mut server, &mut browser, "app_web", &uri);
    assert!(redirected(&answer).contains_key("code"));
    let mut other = Browser::default();
    let page = other.authorize(&mut server, WEB, &web_request());
    let bob = [("username", "bob"), ("password", "bob-password")];
    other.submit(&mut server, &page, &bob);
    let uri = push_hint(&mut server);
    let answer = authorize(&mut server, &mut other, "app_web", &uri);
    assert_eq!(redirected(&answer)["error"], "login_required");
}

#[test]
fn a_pushed_request_outlives_a_restart_without_its_secret() {
    let mut server = Server::new();
    let uri = pushed(&mut server, &[]);
    assert!(server.take_changed());
    let snapshot = server.snapshot();
    let secret = WEB_SECRET.as_bytes();
    assert!(!snapshot.windows(secret.len()).any(|window| window == secret));
    let mut server = server.restarted();
    assert_eq!(authorize(&mut server, &mut Browser::default(), "app_web", &uri).status, 200);
    let mut server = server.restarted();
    let again = authorize(&mut server, &mut Browser::default(), "app_web", &uri);
    page_refused(&again, 400, "invalid_request_uri");
}

#[test]
fn rfc_9126_section_2_3_a_request_that_is_too_large() {
    let mut server = Server::new();
    let state = "x".repeat(8000);
    let mut request: Vec<(&str, &str)> = web_request();
    request.extend(WEB_CLIENT);
    request.retain(|(name, _)| *name != "state");
    request.extend([("state", state.as_str()), ("extra", &state), ("more", &state)]);
    refused(&push(&mut server, WEB, &request), 413, "invalid_request");
}

#[test]
fn beyond_the_limit_the_oldest_of_the_client_goes() {
    let mut server = Server::with(|config| config.limits.pushed_requests = 2);
    let uris = [(); 3].map(|()| pushed(&mut server, &[]));
    let page = authorize(&mut server, &mut Browser::default(), "app_web", &uris[0]);
    page_refused(&page, 400, "invalid_request_uri");
    for uri in &uris[1..] {
        let page = authorize(&mut server, &mut Browser::default(), "app_web", uri);
        assert_eq!(page.status, 200);
    }
}
