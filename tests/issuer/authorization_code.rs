//! The grant authorization_code: RFC 6749 section 4.1.3, RFC 7636 sections 4.5 and 4.6, RFC 9700
//! section 2.1.1.

use crate::support::*;

const OTHER_VERIFIER: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

#[test]
fn eiam_members_of_the_answer_in_the_order_of_the_service() {
    let mut server = Server::new();
    let code = server.web_code();
    let response = server.redeem(&code);
    let names =
        ["token_type", "access_token", "refresh_token", "expires_in", "expires_at", "id_token"];
    assert_eq!(member_names(&response), names);
    assert_eq!(response.headers.value("cache-control"), Some("no-store"));
    assert_eq!(response.headers.value("pragma"), Some("no-cache"));
    let tokens = ok(&response);
    assert!(code.starts_with("CO"));
    for (name, prefix) in [("access_token", "AT"), ("refresh_token", "RT")] {
        let token = member(&tokens, name);
        assert!(token.starts_with(prefix));
        assert!((150..=350).contains(&token.len()), "{name}: {}", token.len());
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() && !b"0OIl".contains(&byte)));
    }
    // At the instance's server the scope is there too.
    let code = Browser::default().code(&mut server, Place::Instance, &web_request());
    let tokens = ok(&server.token(Place::Instance, &web_redemption(&code)));
    assert_eq!(tokens["scope"], "openid profile email");
    assert_eq!(tokens.get("refresh_token"), None, "without offline_access");
}

#[test]
fn rfc_6749_section_4_1_2_a_code_works_once_and_a_replay_revokes_all_it_gave() {
    let mut server = Server::new();
    let code = server.web_code();
    let tokens = ok(&server.redeem(&code));
    let refreshed = ok(&server.refresh(member(&tokens, "refresh_token")));
    ok(&server.userinfo(WEB, member(&refreshed, "access_token")));
    refused(&server.redeem(&code), 400, "invalid_grant");
    for tokens in [&tokens, &refreshed] {
        let info = server.userinfo(WEB, member(tokens, "access_token"));
        refused(&info, 400, "invalid_token");
        let again = server.refresh(member(tokens, "refresh_token"));
        refused(&again, 400, "invalid_grant");
    }
}

#[test]
fn oidcc_codereuse_30seconds_also_after_the_code_expired() {
    let mut server = Server::new();
    let code = server.web_code();
    let tokens = ok(&server.redeem(&code));
    server.now += 61;
    refused(&server.redeem(&code), 400, "invalid_grant");
    let info = server.userinfo(WEB, member(&tokens, "access_token"));
    refused(&info, 400, "invalid_token");
}

#[test]
fn a_replay_by_another_client_revokes_nothing() {
    let mut server = Server::new();
    let code = server.web_code();
    let tokens = ok(&server.redeem(&code));
    let theft = changed(web_redemption(&code), "client_id", "app_spa");
    let theft = changed(theft, "client_secret", "");
    refused(&server.token(Place::Instance, &theft), 400, "invalid_grant");
    refused(&server.token(SPA, &theft), 400, "invalid_grant");
    ok(&server.userinfo(WEB, member(&tokens, "access_token")));
}

#[test]
fn twenty_exchanges_of_one_code_and_one_wins() {
    let mut server = Server::new();
    let code = server.web_code();
    let won = (0..20).filter(|_| server.redeem(&code).status == 200).count();
    assert_eq!(won, 1);
}

#[test]
fn rfc_6749_section_4_1_3_bound_to_client_and_redirect_uri() {
    let mut server = Server::new();
    let code = server.web_code();
    for (name, value) in [
        ("redirect_uri", "http://127.0.0.1:8700/other"),
        ("redirect_uri", "http://127.0.0.1:8701/cb"),
    ] {
        let request = changed(web_redemption(&code), name, value);
        refused(&server.token(WEB, &request), 400, "invalid_grant");
    }
    let without = changed(web_redemption(&code), "redirect_uri", "");
    refused(&server.token(WEB, &without), 400, "invalid_request");
    // The code of an application is not one of the instance, nor the reverse.
    refused(&server.token(Place::Instance, &web_redemption(&code)), 400, "invalid_grant");
    // None of that used it up.
    ok(&server.redeem(&code));
}

#[test]
fn rfc_6749_section_4_1_2_codes_expire() {
    let mut server = Server::new();
    let code = server.web_code();
    server.now += 60;
    refused(&server.redeem(&code), 400, "invalid_grant");
    server.now -= 1;
    ok(&server.redeem(&code));
}

#[test]
fn rfc_7636_section_4_6_the_verifier() {
    let mut server = Server::new();
    let code = server.web_code();
    for verifier in ["", OTHER_VERIFIER, "short", CHALLENGE, &VERIFIER.to_lowercase()] {
        let request = changed(web_redemption(&code), "code_verifier", verifier);
        refused(&server.token(WEB, &request), 400, "invalid_grant");
    }
    ok(&server.redeem(&code));
}

#[test]
fn rfc_7636_section_4_2_plain() {
    let mut server = Server::new();
    let request = changed(web_request(), "code_challenge", VERIFIER);
    let request = changed(request, "code_challenge_method", "plain");
    let code = Browser::default().code(&mut server, WEB, &request);
    let wrong = changed(web_redemption(&code), "code_verifier", OTHER_VERIFIER);
    refused(&server.token(WEB, &wrong), 400, "invalid_grant");
    ok(&server.redeem(&code));
}

#[test]
fn rfc_9700_section_2_1_1_no_verifier_without_a_challenge() {
    let mut server = Server::new();
    let request = changed(web_request(), "code_challenge", "");
    let request = changed(request, "code_challenge_method", "");
    let code = Browser::default().code(&mut server, WEB, &request);
    refused(&server.redeem(&code), 400, "invalid_grant");
    let without = changed(web_redemption(&code), "code_verifier", "");
    ok(&server.token(WEB, &without));
}

#[test]
fn what_is_no_code_is_refused() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let code = server.web_code();
    let mut foreign = Server::with(|config| config.instance_id = "idaas_example".into());
    foreign.issuer = eiam_token::issuer::Issuer::new(
        foreign.issuer.config().clone(),
        eiam_token::issuer::Sessions::Cookie,
        [99; 32],
    )
    .unwrap();
    let foreign = foreign.web_code();
    for wrong in [
        "CO",
        "COabc",
        "nothing",
        "CO0OIl",
        &format!("{code}1"),
        &code[..code.len() - 1],
        &code.replacen("CO", "AT", 1),
        member(&tokens, "refresh_token"),
        &foreign,
    ] {
        refused(&server.redeem(wrong), 400, "invalid_grant");
    }
    ok(&server.redeem(&code));
}

#[test]
fn public_clients_redeem_without_a_secret_and_others_do_not() {
    let mut server = Server::new();
    let code = Browser::default().code(&mut server, SPA, &spa_request());
    let request = [
        ("grant_type", "authorization_code"),
        ("client_id", "app_spa"),
        ("code", &code),
        ("redirect_uri", SPA_URI),
        ("code_verifier", VERIFIER),
    ];
    ok(&server.token(SPA, &request));
    let code = server.web_code();
    let without = changed(web_redemption(&code), "client_secret", "");
    refused(&server.token(WEB, &without), 401, "invalid_client");
}

#[test]
fn oidc_core_section_3_1_3_6_at_hash_and_claims() {
    use eiam_token::base64url;
    use sha2::{Digest, Sha256};
    for (mut server, with_claims) in [(Server::new(), true), (Server::rfc9700(), false)] {
        let tokens = server.web_tokens();
        let (header, claims) = verified(member(&tokens, "id_token"));
        let hash = Sha256::digest(member(&tokens, "access_token").as_bytes());
        assert_eq!(claims["at_hash"], base64url::encode(&hash[..16]));
        assert_eq!(header["typ"], "JWT");
        assert!(claims["jti"].is_string());
        // EIAM: extras by scope. OpenID Connect Core section 5.4: they are at the userinfo endpoint.
        assert_eq!(claims.get("email").is_some(), with_claims);
        assert_eq!(claims.get("phone_number"), None);
        assert_eq!(claims.get("azp"), None);
    }
}

#[test]
fn oidc_core_section_3_1_3_3_no_id_token_without_openid() {
    let mut server = Server::new();
    let request = changed(web_request(), "scope", "email");
    let code = Browser::default().code(&mut server, WEB, &request);
    let tokens = ok(&server.redeem(&code));
    assert_eq!(tokens.get("id_token"), None);
    let info = server.userinfo(WEB, member(&tokens, "access_token"));
    refused(&info, 403, "insufficient_scope");
}

#[test]
fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    let mut server = Server::new();
    let request = changed(web_request(), "nonce", "");
    let code = Browser::default().code(&mut server, WEB, &request);
    let tokens = ok(&server.redeem(&code));
    let (_, claims) = verified(member(&tokens, "id_token"));
    assert_eq!(claims.get("nonce"), None);
}
