//! Who signs in and agrees without anybody.

use eiam_token::http::{HttpRequest, HttpResponse, Method};
use serde_json::json;

use crate::support::*;

/// The cookies that a response sets, as a browser sends them back.
fn cookies(response: &HttpResponse) -> String {
    let pairs = response.headers.values("set-cookie");
    let pairs: Vec<_> = pairs.map(|cookie| cookie.split(';').next().unwrap()).collect();
    pairs.join("; ")
}

/// The subject of the tokens that the code of a redirect gives at `app_spa`.
#[track_caller]
fn subject(server: &mut Server, response: &HttpResponse) -> String {
    let code = location(response).split_once("code=").unwrap().1;
    let code = code.split('&').next().unwrap();
    let tokens = ok(&server.post(
        "/v2/idaas_example/app_spa/oauth2/token",
        &[
            ("grant_type", "authorization_code"),
            ("client_id", "app_spa"),
            ("code", code),
            ("redirect_uri", "http://localhost:8600/callback"),
            ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ],
    ));
    let token = member(&tokens, "access_token");
    server.issuer.inspect_access_token(token, server.host).unwrap().subject.unwrap()
}

#[test]
fn a_user_signs_in_by_themselves_and_stays_signed_in() {
    let mut server = Server::new();
    assert_eq!(server.authorize("app_spa", &[], None).status, 200);
    let shown = ok(&server.control(Method::Put, "automatic", &json!({ "user": "alice" })));
    assert_eq!(shown, json!({ "user": "alice", "byLoginHint": false, "consent": false }));
    let response = server.authorize("app_spa", &[], None);
    assert_eq!(response.status, 303);
    let kept = cookies(&response);
    assert_eq!(subject(&mut server, &response), "user_alice");
    assert_eq!(server.control(Method::Delete, "automatic", &json!(null)).status, 204);
    let response = server.authorize("app_spa", &[], Some(&kept));
    assert_eq!(subject(&mut server, &response), "user_alice");
    assert_eq!(server.authorize("app_spa", &[], None).status, 200);
}

#[test]
fn a_login_that_the_request_insists_on_happens_too() {
    let mut server = Server::new();
    ok(&server.control(Method::Put, "automatic", &json!({ "user": "alice" })));
    for more in [("prompt", "login"), ("max_age", "0"), ("prompt", "select_account")] {
        let response = server.authorize("app_spa", &[more], None);
        assert_eq!(subject(&mut server, &response), "user_alice", "{more:?}");
    }
    // The issuer's own checks stay.
    let response = server.authorize("app_spa", &[("prompt", "none")], None);
    assert!(location(&response).contains("error=login_required"), "{}", location(&response));
}

#[test]
fn the_login_hint_says_who_signs_in() {
    let mut server = Server::new();
    let body = json!({ "user": "alice", "byLoginHint": true });
    ok(&server.control(Method::Put, "automatic", &body));
    for (hint, expected) in [
        ("bob", "user_bob"),
        ("user_bob", "user_bob"),
        ("BOB@example.com", "user_bob"),
        ("+1 555 0101", "user_bob"),
        ("nobody", "user_alice"),
    ] {
        let response = server.authorize("app_spa", &[("login_hint", hint)], None);
        assert_eq!(subject(&mut server, &response), expected, "{hint}");
    }
    ok(&server.control(Method::Put, "automatic", &json!({ "byLoginHint": true })));
    assert_eq!(server.authorize("app_spa", &[("login_hint", "nobody")], None).status, 200);
    assert_eq!(server.authorize("app_spa", &[], None).status, 200);
}

#[test]
fn consent_is_given_by_itself_only_where_it_is_said() {
    let mut server = Server::new();
    ok(&server.control(Method::Put, "automatic", &json!({ "user": "alice" })));
    let page = server.authorize("app_web", &[], None);
    assert_eq!(page.status, 200);
    let body = String::from_utf8_lossy(&page.body);
    assert!(body.contains("value=\"allow\""), "{body}");
    let kept = cookies(&page);
    ok(&server.control(Method::Put, "automatic", &json!({ "consent": true })));
    let response = server.authorize("app_web", &[], Some(&kept));
    assert!(location(&response).contains("code="), "{}", location(&response));
    ok(&server.control(Method::Put, "automatic", &json!({ "user": "bob", "consent": true })));
    let response = server.authorize("app_web", &[("prompt", "consent")], None);
    assert!(location(&response).contains("code="), "{}", location(&response));
}

#[test]
fn a_device_is_approved_when_its_code_is_typed() {
    let mut server = Server::new();
    let body = json!({ "user": "alice", "consent": true });
    ok(&server.control(Method::Put, "automatic", &body));
    let device = "/v2/idaas_example/app_device/oauth2/";
    let codes = ok(&server.post(&format!("{device}device/code"), &[("client_id", "app_device")]));
    let typed = encode(&[("user_code", member(&codes, "user_code"))]);
    let page = format!("{BASE}/login/app/app_device/oauth2/device");
    let request = HttpRequest::post_form(page, typed).header("sec-fetch-site", "same-origin");
    assert_eq!(server.send(&request).status, 200);
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let code = member(&codes, "device_code");
    let pairs = [("grant_type", grant), ("client_id", "app_device"), ("device_code", code)];
    ok(&server.post(&format!("{device}token"), &pairs));
}

#[test]
fn only_a_user_who_is_there_is_taken() {
    let mut server = Server::new();
    let response = server.control(Method::Put, "automatic", &json!({ "user": "nobody" }));
    refused(&response, 404, "not_found");
    ok(&server.control(Method::Put, "automatic", &json!({ "user": "bob" })));
    server.issuer.remove_user("user_bob");
    assert_eq!(server.authorize("app_spa", &[], None).status, 200);
}
