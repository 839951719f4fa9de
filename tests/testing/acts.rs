//! What a test does in the place of users and clients.

use eiam_token::http::{HttpRequest, Method};
use eiam_token::issuer::{AccessTokenFormat, SigningAlgorithm};
use serde_json::{Value, json};

use crate::support::*;

/// The tokens that a control request gives.
#[track_caller]
fn tokens(server: &mut Server, body: Value) -> Value {
    ok(&server.control(Method::Post, "tokens", &body))
}

/// The claims of a JWT.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&eiam_token::base64url::decode(payload).unwrap()).unwrap()
}

#[test]
fn tokens_of_a_user_are_as_if_the_flow_had_run() {
    let mut server = Server::new();
    let body = json!({
        "user": "alice", "client": "app_web", "scope": "openid email", "nonce": "n-1", "authTime": 1_699_999_990,
    });
    let tokens = tokens(&mut server, body);
    let claims = claims(member(&tokens, "id_token"));
    assert_eq!(claims["iss"], format!("{BASE}/v2/idaas_example/app_web/oidc"));
    assert_eq!(
        (&claims["sub"], &claims["aud"], &claims["nonce"], &claims["auth_time"]),
        (&json!("user_alice"), &json!("app_web"), &json!("n-1"), &json!(1_699_999_990))
    );
    let info = ok(&server.userinfo(member(&tokens, "access_token")));
    assert_eq!(info["email"], "alice@example.com");
    let refreshed = ok(&server.refresh(member(&tokens, "refresh_token")));
    assert_ne!(refreshed["access_token"], tokens["access_token"]);
    refused(&server.refresh(member(&tokens, "refresh_token")), 400, "invalid_grant");
    let active = ok(&server.web("introspect", &[("token", member(&refreshed, "access_token"))]));
    assert_eq!(active["active"], json!(false), "the use of the former token ended the grant");
}

#[test]
fn a_user_is_called_by_id_or_username_and_a_client_need_not_have_opened_a_grant() {
    let mut server = Server::new();
    for user in ["user_bob", "bob"] {
        let given =
            tokens(&mut server, json!({ "user": user, "client": "app_device", "scope": "openid" }));
        assert_eq!(claims(member(&given, "id_token"))["sub"], "user_bob");
    }
    let own = tokens(&mut server, json!({ "client": "app_machine" }));
    assert_eq!(own["expires_in"], 3_600);
    assert!(own.get("refresh_token").is_none() && own.get("id_token").is_none(), "{own}");
}

#[test]
fn tokens_of_the_instances_server_and_for_a_key() {
    let mut server = Server::new();
    let body = json!({
        "user": "alice", "client": "app_web", "byInstance": true, "scope": "openid offline_access",
        "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
    });
    let given = tokens(&mut server, body);
    assert_eq!(given["token_type"], "DPoP");
    assert!(given["refresh_token"].is_string());
    let claims = claims(member(&given, "id_token"));
    assert_eq!(claims["iss"], format!("{BASE}/api/v2/iauths_system/oauth2"));
    let info = server.issuer.inspect_access_token(member(&given, "access_token"), HOST).unwrap();
    assert_eq!(info.jkt.as_deref(), Some("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"));
}

#[test]
fn tokens_that_nobody_could_have_are_refused() {
    let mut server = Server::new();
    ok(&server.control(Method::Get, "clock", &Value::Null));
    let before = server.issuer.snapshot();
    let mut refuse = |body: Value, status, code: &str, path: Option<&str>| {
        let response = server.control(Method::Post, "tokens", &body);
        let sentence = refused(&response, status, code);
        assert_eq!(support_path(&response).as_deref(), path, "{body} {sentence}");
    };
    refuse(json!({}), 400, "invalid_request", Some("body"));
    refuse(json!({ "client": 7 }), 400, "invalid_request", Some("body.client"));
    refuse(
        json!({ "client": "app_web", "users": "a" }),
        400,
        "invalid_request",
        Some("body.users"),
    );
    refuse(json!({ "client": "nobody" }), 404, "not_found", Some("body.client"));
    refuse(json!({ "client": "app_web", "user": "x" }), 404, "not_found", Some("body.user"));
    let thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    for jkt in ["", "x", &thumbprint[1..], &format!("{thumbprint}A"), &thumbprint.replace('-', "+")]
    {
        let body = json!({ "client": "app_web", "user": "alice", "jkt": jkt });
        refuse(body, 400, "invalid_request", Some("body.jkt"));
    }
    for time in [-1, 253_402_300_800, i64::MAX, i64::MIN] {
        let body = json!({ "client": "app_web", "user": "alice", "authTime": time });
        refuse(body, 400, "invalid_request", Some("body.authTime"));
    }
    let body = json!({ "client": "app_web", "user": "alice", "scope": "openid admin" });
    refuse(body, 400, "invalid_scope", None);
    let body = json!({ "client": "app_web", "resources": ["https://elsewhere.example/"] });
    refuse(body, 400, "invalid_target", None);
    assert_eq!(server.issuer.snapshot(), before);

    let mut disabled = Server::with(|config| config.users[0].disabled = true);
    let body = json!({ "client": "app_web", "user": "alice" });
    let response = disabled.control(Method::Post, "tokens", &body);
    assert!(refused(&response, 400, "invalid_request").contains("disabled"));
}

fn support_path(response: &eiam_token::http::HttpResponse) -> Option<String> {
    json(response).get("path").map(|path| path.as_str().unwrap().to_owned())
}

#[test]
fn a_signed_access_token_is_signed() {
    let mut server = Server::with(|config| {
        config.applications[1].access_token_format = Some(AccessTokenFormat::Jwt);
        assert_eq!(config.signing, SigningAlgorithm::EdDsa);
    });
    let request = HttpRequest::post_form(format!("{BASE}/_control/tokens"), String::new())
        .header("authorization", format!("Bearer {TOKEN}"));
    assert!(server.issuer.needs_signing_key(&request));
    let given =
        tokens(&mut server, json!({ "user": "alice", "client": "app_web", "scope": "openid" }));
    assert!(!server.issuer.needs_signing_key(&request));
    let access = member(&given, "access_token");
    assert_eq!(claims(access)["sub"], "user_alice");
    ok(&server.userinfo(access));

    ok(&server.control(Method::Post, "expire", &json!({ "token": access })));
    refused(&server.userinfo(access), 400, "invalid_token");
}

#[test]
fn a_session_signs_a_browser_in() {
    let mut server = Server::new();
    let signed_in = ok(&server.control(Method::Post, "sign-in", &json!({ "user": "alice" })));
    let cookie = &signed_in["cookies"][0];
    assert_eq!((&cookie["path"], &cookie["httpOnly"]), (&json!("/"), &json!(true)));
    assert_eq!((&cookie["secure"], &cookie["sameSite"]), (&json!(false), &json!("Lax")));
    let header = format!("{}={}", member(cookie, "name"), member(cookie, "value"));
    let response = server.authorize("app_spa", &[("prompt", "none")], Some(&header));
    assert_eq!(response.status, 303);
    assert!(response.headers.value("location").unwrap().contains("code="));
    refused(&server.control(Method::Post, "sign-in", &json!({ "user": "x" })), 404, "not_found");
}

#[test]
fn a_device_is_approved_and_denied_without_a_page() {
    let mut server = Server::new();
    let device = "/v2/idaas_example/app_device/oauth2/";
    for (body, status) in [(json!({ "user": "alice" }), 200), (json!({ "deny": true }), 400)] {
        let codes =
            ok(&server.post(&format!("{device}device/code"), &[("client_id", "app_device")]));
        let mut body = body;
        body["userCode"] = codes["user_code"].clone();
        assert_eq!(server.control(Method::Post, "approve", &body).status, 204);
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let code = member(&codes, "device_code");
        let pairs = [("grant_type", grant), ("client_id", "app_device"), ("device_code", code)];
        let response = server.post(&format!("{device}token"), &pairs);
        assert_eq!(response.status, status);
        if status == 400 {
            refused(&response, 400, "access_denied");
        }
        // It is decided already.
        refused(&server.control(Method::Post, "approve", &body), 404, "not_found");
    }
    for body in
        [json!({ "userCode": "x" }), json!({ "userCode": "x", "user": "alice", "deny": true })]
    {
        refused(&server.control(Method::Post, "approve", &body), 400, "invalid_request");
    }
}

#[test]
fn one_token_expires_and_no_other() {
    let mut server = Server::new();
    let (first, second) = (server.alice(), server.alice());
    let expire = |server: &mut Server, token: &str, kind: &str| {
        let response = server.control(Method::Post, "expire", &json!({ "token": token }));
        assert_eq!(ok(&response), json!({ "expired": kind }));
    };
    expire(&mut server, member(&first, "access_token"), "access_token");
    refused(&server.userinfo(member(&first, "access_token")), 400, "invalid_token");
    ok(&server.userinfo(member(&second, "access_token")));
    let refreshed = ok(&server.refresh(member(&first, "refresh_token")));
    expire(&mut server, member(&refreshed, "refresh_token"), "refresh_token");
    let sentence =
        refused(&server.refresh(member(&refreshed, "refresh_token")), 400, "invalid_grant");
    assert!(sentence.contains("expired"), "{sentence}");
    ok(&server.refresh(member(&second, "refresh_token")));

    let other = server.control(Method::Post, "expire", &json!({ "token": first["id_token"] }));
    assert!(refused(&other, 404, "not_found").contains("id_token"));
    server.issuer.reset();
    ok(&server.userinfo(member(&first, "access_token")));
}

#[test]
fn everything_of_somebody_ends() {
    let mut server = Server::new();
    let of_alice = server.alice();
    let body = json!({ "user": "bob", "client": "app_spa", "scope": "openid" });
    let of_bob = tokens(&mut server, body);
    let session = ok(&server.control(Method::Post, "sign-in", &json!({ "user": "alice" })));
    let cookie = &session["cookies"][0];
    let header = format!("{}={}", member(cookie, "name"), member(cookie, "value"));
    assert_eq!(server.control(Method::Post, "revoke-all", &json!({ "user": "alice" })).status, 204);
    refused(&server.userinfo(member(&of_alice, "access_token")), 400, "invalid_token");
    refused(&server.refresh(member(&of_alice, "refresh_token")), 400, "invalid_grant");
    let response = server.authorize("app_spa", &[("prompt", "none")], Some(&header));
    assert!(response.headers.value("location").unwrap().contains("login_required"));
    let spa = |server: &mut Server| {
        let token = member(&of_bob, "access_token").to_owned();
        let url = format!("{BASE}/v2/idaas_example/app_spa/oauth2/userinfo");
        server.send(&HttpRequest::get(url).header("authorization", format!("Bearer {token}")))
    };
    ok(&spa(&mut server));
    assert_eq!(server.control(Method::Post, "revoke-all", &Value::Null).status, 204);
    refused(&spa(&mut server), 400, "invalid_token");
    server.alice();
    let both = json!({ "user": "alice", "client": "app_spa" });
    refused(&server.control(Method::Post, "revoke-all", &both), 400, "invalid_request");
    let client = json!({ "client": "x" });
    refused(&server.control(Method::Post, "revoke-all", &client), 404, "not_found");
}
