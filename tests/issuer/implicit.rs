//! The implicit flow, where an application opens it: RFC 6749 section 4.2, OpenID Connect Core
//! section 3.2.

use eiam_token::http::HttpResponse;
use eiam_token::issuer::GrantType;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::*;

fn open() -> Server {
    Server::with(|config| config.applications[0].grants.push(GrantType::Implicit))
}

fn request(response_type: &'static str) -> Vec<(&'static str, &'static str)> {
    let request = changed(spa_request(), "response_type", response_type);
    changed(changed(request, "code_challenge", ""), "code_challenge_method", "")
}

fn sign_in(server: &mut Server, request: &[(&str, &str)]) -> HttpResponse {
    let mut browser = Browser::default();
    let page = browser.authorize(server, SPA, request);
    browser.login(server, &page)
}

#[test]
fn rfc_6749_section_4_2_2_an_access_token_in_the_fragment() {
    let mut server = open();
    let answer = in_fragment(&sign_in(&mut server, &request("token")));
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], "1200");
    assert_eq!(answer["scope"], "openid profile email");
    assert_eq!(answer["state"], "st&te");
    assert_eq!(answer["iss"], SPA.issuer());
    // RFC 6749 section 4.2.2: never a refresh token.
    for name in ["refresh_token", "id_token", "code"] {
        assert!(!answer.contains_key(name), "{name}");
    }
    let info = ok(&server.userinfo(SPA, &answer["access_token"]));
    assert_eq!(info["email"], "alice@example.com");
    server.now += 1200;
    refused(&server.userinfo(SPA, &answer["access_token"]), 400, "invalid_token");
}

#[test]
fn rfc_7009_section_2_an_implicit_token_can_be_revoked() {
    let mut server = open();
    let answer = in_fragment(&sign_in(&mut server, &request("token")));
    let pairs = [("client_id", "app_spa"), ("token", answer["access_token"].as_str())];
    ok(&server.post(&SPA.api("revoke"), &pairs));
    refused(&server.userinfo(SPA, &answer["access_token"]), 400, "invalid_token");
}

#[test]
fn oidc_core_section_3_2_2_5_both_tokens_and_at_hash() {
    for response_type in ["id_token token", "token id_token"] {
        let mut server = open();
        let answer = in_fragment(&sign_in(&mut server, &request(response_type)));
        let (_, claims) = verified(&answer["id_token"]);
        assert_eq!(claims["nonce"], "n-0S6");
        assert_eq!(claims["sub"], "user_alice");
        let hash = Sha256::digest(answer["access_token"].as_bytes());
        assert_eq!(claims["at_hash"], eiam_token::base64url::encode(&hash[..16]));
        ok(&server.userinfo(SPA, &answer["access_token"]));
    }
}

#[test]
fn oidc_core_section_3_2_2_10_an_id_token_alone_has_the_claims_of_the_scopes() {
    let mut server = open();
    let answer = in_fragment(&sign_in(&mut server, &request("id_token")));
    assert!(!answer.contains_key("access_token") && !answer.contains_key("expires_in"));
    let (_, claims) = verified(&answer["id_token"]);
    assert_eq!(claims["email"], "alice@example.com");
    assert_eq!(claims.get("at_hash"), None);
}

#[test]
fn oidc_core_section_3_2_2_1_nonce_and_openid_are_required() {
    for response_type in ["id_token", "id_token token"] {
        let mut server = open();
        let without = changed(request(response_type), "nonce", "");
        let response = Browser::default().authorize(&mut server, SPA, &without);
        assert_eq!(in_fragment(&response)["error"], "invalid_request");
        let without = changed(request(response_type), "scope", "profile");
        let response = Browser::default().authorize(&mut server, SPA, &without);
        assert_eq!(in_fragment(&response)["error"], "invalid_request");
    }
}

#[test]
fn oidc_core_section_11_offline_access_is_for_codes() {
    let mut server = open();
    let request = changed(request("token"), "scope", "openid offline_access");
    let answer = in_fragment(&sign_in(&mut server, &request));
    assert_eq!(answer["scope"], "openid");
}

#[test]
fn multiple_response_types_section_3_never_in_a_query() {
    let mut server = open();
    for response_type in ["token", "id_token", "id_token token"] {
        let query = changed(request(response_type), "response_mode", "query");
        let response = Browser::default().authorize(&mut server, SPA, &query);
        assert_eq!(in_fragment(&response)["error"], "invalid_request");
    }
}

#[test]
fn form_post_section_3_id_token_in_a_form() {
    let mut server = open();
    let request = changed(request("id_token token"), "response_mode", "form_post");
    let (action, fields) = posted(&sign_in(&mut server, &request));
    assert_eq!(action, SPA_URI);
    verified(&fields["id_token"]);
    ok(&server.userinfo(SPA, &fields["access_token"]));
}

#[test]
fn eiam_implicit_only_where_it_is_open() {
    // Not opened.
    let mut server = Server::new();
    let response = Browser::default().authorize(&mut server, SPA, &request("token"));
    assert_eq!(in_fragment(&response)["error"], "unsupported_response_type");
    // RFC 9700 section 2.1.2: not at all.
    let mut server = Server::with(|config| {
        config.profile = eiam_token::issuer::Profile::Rfc9700;
        config.applications[0].grants.push(GrantType::Implicit);
    });
    let response = Browser::default().authorize(&mut server, SPA, &request("token"));
    assert_eq!(in_fragment(&response)["error"], "unsupported_response_type");
    let url = format!("{}/.well-known/openid-configuration", SPA.issuer());
    let document = ok(&server.get(&url));
    assert_eq!(document["response_types_supported"], json!(["code"]));
    // Only implicit: a code is refused, and metadata say so.
    let mut server = Server::with(|config| {
        config.applications[0].grants = vec![GrantType::Implicit];
    });
    let response = Browser::default().authorize(&mut server, SPA, &spa_request());
    assert_eq!(redirected(&response)["error"], "unauthorized_client");
    let document = ok(&server.get(&url));
    let types = json!(["token", "id_token", "id_token token"]);
    assert_eq!(document["response_types_supported"], types);
    assert_eq!(document["response_modes_supported"], json!(["fragment", "form_post"]));
    assert_eq!(document["grant_types_supported"], json!(["implicit"]));
    // Nor where tokens must be bound to a key, for a redirect proves none.
    let mut server = Server::with(|config| {
        config.applications[0].grants.push(GrantType::Implicit);
        config.applications[0].dpop_bound_access_tokens = true;
    });
    let response = Browser::default().authorize(&mut server, SPA, &request("token"));
    assert_eq!(in_fragment(&response)["error"], "unsupported_response_type");
    let document = ok(&server.get(&url));
    assert_eq!(document["response_types_supported"], json!(["code"]));
    assert!(!document["grant_types_supported"].to_string().contains("implicit"));
    // It is no grant of the token endpoint.
    let pairs = [("client_id", "app_spa"), ("grant_type", "implicit")];
    refused(&server.token(SPA, &pairs), 400, "invalid_grant");
}
