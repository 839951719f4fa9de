//! One test for each module of the OpenID Foundation's conformance plan "Basic OP", named after it.
//! What each checks is said by OpenID Connect Core, at the section beside it.

use std::collections::BTreeMap;

use eiam_token::http::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::support::*;

type Request = Vec<(&'static str, &'static str)>;

/// The suite's own request: no PKCE, all that it needs and no more.
fn request() -> Request {
    let request = changed(web_request(), "code_challenge", "");
    changed(changed(request, "code_challenge_method", ""), "scope", "openid")
}

fn redeem(server: &mut Server, code: &str) -> HttpResponse {
    let pairs = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WEB_URI)];
    server.web_token(&pairs)
}

/// Signs alice in and gives the tokens.
fn tokens(server: &mut Server, browser: &mut Browser, request: &Request) -> Value {
    let code = browser.code(server, WEB, request);
    ok(&redeem(server, &code))
}

fn id_token(server: &mut Server, browser: &mut Browser, request: &Request) -> Value {
    let tokens = tokens(server, browser, request);
    verified(member(&tokens, "id_token")).1
}

fn asks_password(page: &HttpResponse) -> bool {
    page.status == 200 && text(page).contains("name=\"password\"")
}

/// The claims of userinfo for a scope.
fn info(scope: &'static str) -> Value {
    let mut server = Server::with(|config| {
        config.applications[1].scopes.push("address".into());
        let address =
            vec![("country".to_owned(), eiam_token::issuer::ClaimValue::String("X".into()))];
        let address = eiam_token::issuer::ClaimValue::Object(address);
        config.users[0].claims.0.push(("address".into(), address));
    });
    let request = changed(request(), "scope", scope);
    let tokens = tokens(&mut server, &mut Browser::default(), &request);
    ok(&server.userinfo(WEB, member(&tokens, "access_token")))
}

#[track_caller]
fn error(response: &HttpResponse) -> BTreeMap<String, String> {
    let answer = redirected(response);
    assert!(answer.contains_key("error"), "{answer:?}");
    assert_eq!(answer["state"], "st&te");
    answer
}

/// Core section 3.1: the whole flow.
#[test]
fn oidcc_server() {
    let mut server = Server::new();
    let claims = id_token(&mut server, &mut Browser::default(), &request());
    assert_eq!(claims["iss"], WEB.issuer());
    assert_eq!(claims["aud"], "app_web");
    assert_eq!(claims["nonce"], "n-0S6");
    assert!(claims["exp"].as_i64() > claims["iat"].as_i64());
    assert!(claims["sub"].as_str().is_some_and(|sub| sub.is_ascii() && sub.len() <= 255));
}

/// Core section 3.1.2.6.
#[test]
fn oidcc_response_type_missing() {
    let mut server = Server::new();
    let request = changed(request(), "response_type", "");
    let response = Browser::default().authorize(&mut server, WEB, &request);
    assert_eq!(error(&response)["error"], "invalid_request");
}

/// Core section 3.1.3.7: signed, with a key that is published.
#[test]
fn oidcc_idtoken_signature() {
    let mut server = Server::new();
    let tokens = tokens(&mut server, &mut Browser::default(), &request());
    let (header, _) = verified(member(&tokens, "id_token"));
    assert_eq!(header["alg"], "RS256");
    let keys = ok(&server.get(&format!("{}/jwks", WEB.issuer())));
    let kids: Vec<_> = keys["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert!(kids.contains(&&header["kid"]));
}

/// Core section 3.1.3.7 and RFC 8725 section 3.2: `none` is never used, nor offered.
#[test]
fn oidcc_idtoken_unsigned() {
    let mut server = Server::new();
    let url = format!("{}/.well-known/openid-configuration", WEB.issuer());
    let document = ok(&server.get(&url));
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["RS256"]));
}

fn userinfo_by(make: impl Fn(&str) -> HttpRequest) {
    let mut server = Server::new();
    let tokens = tokens(&mut server, &mut Browser::default(), &request());
    let info = ok(&server.send(&make(member(&tokens, "access_token"))));
    assert_eq!(info["sub"], "user_alice");
}

/// Core section 5.3.1.
#[test]
fn oidcc_userinfo_get() {
    userinfo_by(|token| {
        HttpRequest::get(WEB.api("userinfo")).header("authorization", format!("Bearer {token}"))
    });
}

/// Core section 5.3.1.
#[test]
fn oidcc_userinfo_post_header() {
    userinfo_by(|token| {
        HttpRequest::post_form(WEB.api("userinfo"), String::new())
            .header("authorization", format!("Bearer {token}"))
    });
}

/// RFC 6750 section 2.2.
#[test]
fn oidcc_userinfo_post_body() {
    userinfo_by(|token| {
        HttpRequest::post_form(WEB.api("userinfo"), encode(&[("access_token", token)]))
    });
}

/// Core section 3.1.2.1: optional in this flow.
#[test]
fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    let mut server = Server::new();
    let request = changed(request(), "nonce", "");
    let claims = id_token(&mut server, &mut Browser::default(), &request);
    assert_eq!(claims.get("nonce"), None);
}

/// Core section 5.4.
#[test]
fn oidcc_scope_profile() {
    let info = info("openid profile");
    assert_eq!(info["name"], "Alice Example");
    assert_eq!(info["preferred_username"], "alice");
    assert_eq!(info.get("email"), None);
}

/// Core section 5.4.
#[test]
fn oidcc_scope_email() {
    let info = info("openid email");
    assert_eq!(info["email"], "alice@example.com");
    assert_eq!(info["email_verified"], true);
    assert_eq!(info.get("name"), None);
}

/// Core section 5.4.
#[test]
fn oidcc_scope_address() {
    let info = info("openid address");
    assert_eq!(info["address"], json!({ "country": "X" }));
    assert_eq!(info.get("email"), None);
}

/// Core section 5.4.
#[test]
fn oidcc_scope_phone() {
    let info = info("openid phone");
    assert_eq!(info["phone_number"], "+1 555 0100");
    assert_eq!(info.get("email"), None);
}

/// Core section 5.4.
#[test]
fn oidcc_scope_all() {
    let info = info("openid profile email address phone");
    for name in ["sub", "name", "email", "address", "phone_number"] {
        assert!(info.get(name).is_some(), "{name}");
    }
}

/// The module's variation: a request of everything at once, twice in the same browser.
#[test]
fn oidcc_alternate_happy_flow() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let request = changed(web_request(), "scope", "phone email profile openid");
    for _ in 0..2 {
        let code = browser.code(&mut server, WEB, &request);
        ok(&server.redeem(&code));
    }
}

fn display(name: &'static str) {
    let mut server = Server::new();
    let request = changed(request(), "display", name);
    id_token(&mut server, &mut Browser::default(), &request);
}

/// Core section 3.1.2.1.
#[test]
fn oidcc_display_page() {
    display("page");
}

/// Core section 3.1.2.1.
#[test]
fn oidcc_display_popup() {
    display("popup");
}

/// Core section 3.1.2.1: the user signs in anew, and `auth_time` says so.
#[test]
fn oidcc_prompt_login() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let first = id_token(&mut server, &mut browser, &request());
    server.now += 100;
    let again = changed(request(), "prompt", "login");
    let page = browser.authorize(&mut server, WEB, &again);
    assert!(asks_password(&page));
    let second = id_token(&mut server, &mut browser, &again);
    assert_eq!(second["auth_time"].as_i64(), first["auth_time"].as_i64().map(|time| time + 100));
    assert_eq!(first["sub"], second["sub"]);
}

/// Core section 3.1.2.6.
#[test]
fn oidcc_prompt_none_not_logged_in() {
    let mut server = Server::new();
    let request = changed(request(), "prompt", "none");
    let response = Browser::default().authorize(&mut server, WEB, &request);
    assert_eq!(error(&response)["error"], "login_required");
}

/// Core section 3.1.2.1.
#[test]
fn oidcc_prompt_none_logged_in() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let first = id_token(&mut server, &mut browser, &request());
    let silent = changed(request(), "prompt", "none");
    let code = redirected(&browser.authorize(&mut server, WEB, &silent))["code"].clone();
    let tokens = ok(&redeem(&mut server, &code));
    let (_, second) = verified(member(&tokens, "id_token"));
    for name in ["sub", "auth_time"] {
        assert_eq!(first[name], second[name], "{name}");
    }
}

/// Core section 3.1.2.1: the sign-in is too old by then.
#[test]
fn oidcc_max_age_1() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let first = id_token(&mut server, &mut browser, &request());
    server.now += 2;
    let again = changed(request(), "max_age", "1");
    assert!(asks_password(&browser.authorize(&mut server, WEB, &again)));
    let second = id_token(&mut server, &mut browser, &again);
    assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
}

/// Core section 3.1.2.1: it is not.
#[test]
fn oidcc_max_age_10000() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let first = id_token(&mut server, &mut browser, &request());
    server.now += 2;
    let again = changed(request(), "max_age", "10000");
    let response = browser.authorize(&mut server, WEB, &again);
    let tokens = ok(&redeem(&mut server, &redirected(&response)["code"]));
    let (_, second) = verified(member(&tokens, "id_token"));
    assert_eq!(first["auth_time"], second["auth_time"]);
}

/// Core section 3.1.2.1, RFC 6749 section 3.1.
#[test]
fn oidcc_ensure_request_with_unknown_parameter_succeeds() {
    let mut server = Server::new();
    let mut request = request();
    request.push(("extra", "foobar"));
    id_token(&mut server, &mut Browser::default(), &request);
}

/// Core section 3.1.2.1: silently, for the same user.
#[test]
fn oidcc_id_token_hint() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let first = tokens(&mut server, &mut browser, &request());
    let hint = member(&first, "id_token");
    let mut silent: Vec<(&str, &str)> = changed(request(), "prompt", "none");
    silent.push(("id_token_hint", hint));
    let response = browser.authorize(&mut server, WEB, &silent);
    let again = ok(&redeem(&mut server, &redirected(&response)["code"]));
    assert_eq!(verified(hint).1["sub"], verified(member(&again, "id_token")).1["sub"]);
}

/// Core section 3.1.2.1.
#[test]
fn oidcc_login_hint() {
    let mut server = Server::new();
    let request = changed(request(), "login_hint", "alice");
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &request);
    assert!(text(&page).contains("value=\"alice\""));
    id_token(&mut server, &mut browser, &request);
}

/// Core section 3.1.2.1: what is not there is no error.
#[test]
fn oidcc_ui_locales() {
    let mut server = Server::new();
    for locales in ["se", "zh-CN", "de en"] {
        let request = changed(request(), "ui_locales", locales);
        id_token(&mut server, &mut Browser::default(), &request);
    }
}

/// Core section 5.2: what is not there is no error.
#[test]
fn oidcc_claims_locales() {
    let mut server = Server::new();
    let request = changed(request(), "claims_locales", "se");
    id_token(&mut server, &mut Browser::default(), &request);
}

/// Core section 3.1.2.1: voluntary, and answered with the one that was had.
#[test]
fn oidcc_ensure_request_with_acr_values_succeeds() {
    let mut server = Server::new();
    let url = format!("{}/.well-known/openid-configuration", WEB.issuer());
    let acr = ok(&server.get(&url))["acr_values_supported"][0].clone();
    for values in ["1 2", "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"] {
        let request = changed(request(), "acr_values", values);
        let claims = id_token(&mut server, &mut Browser::default(), &request);
        assert_eq!(claims["acr"], acr);
    }
}

fn code_again_after(seconds: i64) {
    let mut server = Server::new();
    let code = Browser::default().code(&mut server, WEB, &request());
    let tokens = ok(&redeem(&mut server, &code));
    server.now += seconds;
    refused(&redeem(&mut server, &code), 400, "invalid_grant");
    // RFC 6749 section 4.1.2: what was issued is revoked.
    let info = server.userinfo(WEB, member(&tokens, "access_token"));
    refused(&info, 400, "invalid_token");
}

/// RFC 6749 section 4.1.2.
#[test]
fn oidcc_codereuse() {
    code_again_after(0);
}

/// RFC 6749 section 4.1.2.
#[test]
fn oidcc_codereuse_30seconds() {
    code_again_after(30);
}

/// Core section 3.1.2.1: an exact match, or a page.
#[test]
fn oidcc_ensure_registered_redirect_uri() {
    let mut server = Server::new();
    for uri in
        ["https://evil.example/cb", "http://127.0.0.1:8700/cb?x=1", "http://127.0.0.1:8700/cb/x"]
    {
        let request = changed(request(), "redirect_uri", uri);
        let response = Browser::default().authorize(&mut server, WEB, &request);
        page_refused(&response, 400, "invalid_request");
    }
}

/// Core section 3.1.2.1.
#[test]
fn oidcc_ensure_post_request_succeeds() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let post = HttpRequest::post_form(WEB.page("authorize"), encode(&request()));
    let page = browser.send(&mut server, post);
    let question = browser.login(&mut server, &page);
    let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
    ok(&redeem(&mut server, &redirected(&answer)["code"]));
}

/// Core section 9.
#[test]
fn oidcc_server_client_secret_post() {
    let mut server = Server::new();
    let code = Browser::default().code(&mut server, WEB, &request());
    let pairs = [
        ("grant_type", "authorization_code"),
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("code", &code),
        ("redirect_uri", WEB_URI),
    ];
    ok(&server.token(WEB, &pairs));
}

/// Core section 6.2: refused by name.
#[test]
fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported() {
    let mut server = Server::new();
    let request = changed(request(), "request_uri", "https://client.example/request.jwt");
    let response = Browser::default().authorize(&mut server, WEB, &request);
    assert_eq!(error(&response)["error"], "request_uri_not_supported");
}

/// Core section 6.1: refused by name.
#[test]
fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported() {
    let mut server = Server::new();
    let request = changed(request(), "request", "eyJhbGciOiJub25lIn0.e30.");
    let response = Browser::default().authorize(&mut server, WEB, &request);
    assert_eq!(error(&response)["error"], "request_not_supported");
}

/// Core section 5.5.1.
#[test]
fn oidcc_claims_essential() {
    let mut server = Server::new();
    let claims = r#"{"userinfo":{"name":{"essential":true}}}"#;
    let request = changed(request(), "claims", claims);
    let tokens = tokens(&mut server, &mut Browser::default(), &request);
    let info = ok(&server.userinfo(WEB, member(&tokens, "access_token")));
    assert_eq!(info["name"], "Alice Example");
}

/// Core section 6.1: a redirect URI that only a request object names is not one of the request.
#[test]
fn oidcc_ensure_request_object_with_redirect_uri() {
    let mut server = Server::new();
    let object = "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL2V2aWwuZXhhbXBsZS8ifQ.";
    let request = changed(request(), "request", object);
    let response = Browser::default().authorize(&mut server, WEB, &request);
    assert_eq!(error(&response)["error"], "request_not_supported");
    assert!(response.headers.value("location").unwrap().starts_with(WEB_URI));
}

/// Core section 12.
#[test]
fn oidcc_refresh_token() {
    let mut server = Server::new();
    let first = tokens(&mut server, &mut Browser::default(), &request());
    server.now += 5;
    let second = ok(&server.refresh(member(&first, "refresh_token")));
    let (_, before) = verified(member(&first, "id_token"));
    let (_, after) = verified(member(&second, "id_token"));
    for name in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert_eq!(after["iat"], before["iat"].as_i64().unwrap() + 5);
    ok(&server.userinfo(WEB, member(&second, "access_token")));
    // Of another client it is worth nothing.
    let pairs = [
        ("grant_type", "refresh_token"),
        ("client_id", "app_spa"),
        ("refresh_token", member(&second, "refresh_token")),
    ];
    refused(&server.token(SPA, &pairs), 400, "invalid_grant");
}

/// RFC 7636.
#[test]
fn oidcc_ensure_request_with_valid_pkce_succeeds() {
    let mut server = Server::new();
    let code = server.web_code();
    ok(&server.redeem(&code));
}
