//! The userinfo endpoint: OpenID Connect Core section 5.3, RFC 6750.

use eiam_token::http::HttpRequest;
use eiam_token::issuer::Profile;

use crate::support::*;

#[test]
fn oidcc_userinfo_get_post_header_and_post_body() {
    for profile in [Profile::Eiam, Profile::Rfc9700] {
        let mut server = Server::with(|config| config.profile = profile);
        let tokens = server.web_tokens();
        let token = member(&tokens, "access_token");
        let url = WEB.api("userinfo");
        let mut post = HttpRequest::get(&url).header("Authorization", format!("bearer {token}"));
        post.method = eiam_token::http::Method::Post;
        let by_get = ok(&server.userinfo(WEB, token));
        assert_eq!(ok(&server.send(&post)), by_get);
        assert_eq!(ok(&server.post(&url, &[("access_token", token)])), by_get);
        assert_eq!(
            by_get,
            serde_json::json!({
                "sub": "user_alice",
                "name": "Alice Example",
                "preferred_username": "alice",
                "email": "alice@example.com",
                "email_verified": true
            })
        );
    }
}

#[test]
fn oidc_core_section_5_4_scopes_gate_claims() {
    let mut server = Server::new();
    for (scope, names) in [
        ("openid", vec!["sub"]),
        ("openid email", vec!["sub", "email", "email_verified"]),
        ("openid phone", vec!["sub", "phone_number"]),
        ("openid profile", vec!["sub", "name", "preferred_username"]),
    ] {
        let request = changed(web_request(), "scope", scope);
        let code = Browser::default().code(&mut server, WEB, &request);
        let tokens = ok(&server.redeem(&code));
        let response = server.userinfo(WEB, member(&tokens, "access_token"));
        assert_eq!(member_names(&response), names, "{scope}");
        assert_eq!(response.headers.value("cache-control"), Some("no-store"));
    }
}

#[test]
fn rfc_6750_section_3_1_bogus_tokens() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let access = member(&tokens, "access_token").to_owned();
    let mut strict = Server::rfc9700();
    for token in [
        "bogus",
        "AT",
        "ATbogus",
        &access[..access.len() - 1],
        member(&tokens, "refresh_token"),
        member(&tokens, "id_token"),
        &access.replacen("AT", "RT", 1),
    ] {
        // EIAM: 400, and this message.
        let response = server.userinfo(WEB, token);
        assert_eq!(refused(&response, 400, "invalid_token"), "Invalid token");
        let response = strict.userinfo(WEB, token);
        refused(&response, 401, "invalid_token");
        let challenge = response.headers.value("www-authenticate").unwrap();
        assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""));
    }
    // One that is good, at another application and at the other issuer.
    for place in [SPA, Place::Instance] {
        refused(&server.userinfo(place, &access), 400, "invalid_token");
    }
}

#[test]
fn rfc_6750_section_3_without_a_token() {
    let mut server = Server::new();
    refused(&server.get(&WEB.api("userinfo")), 400, "invalid_token");
    let mut server = Server::rfc9700();
    let response = server.get(&WEB.api("userinfo"));
    refused(&response, 401, "invalid_token");
    let challenge = response.headers.value("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer ") && !challenge.contains("error"), "{challenge}");
}

#[test]
fn rfc_6750_section_2_one_way_and_never_the_query() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let token = member(&tokens, "access_token");
    let url = WEB.api("userinfo");
    let both = HttpRequest::post_form(&url, encode(&[("access_token", token)]))
        .header("authorization", format!("Bearer {token}"));
    refused(&server.send(&both), 400, "invalid_request");
    let query = format!("{url}?{}", encode(&[("access_token", token)]));
    refused(&server.get(&query), 400, "invalid_token");
    refused(&server.post(&query, &[]), 400, "invalid_token");
}

#[test]
fn eiam_an_application_without_openid_is_not_oidc() {
    let mut server = Server::new();
    let response = server.get(&MACHINE.api("userinfo"));
    let description = refused(&response, 400, "invalid_request");
    assert_eq!(description, "Application is not OIDC application");
}
