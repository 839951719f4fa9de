//! Threats of RFC 9700 and RFC 6819 that have no test elsewhere. Those that have:
//!
//! - RFC 9700 section 2.1.1, PKCE and its downgrade: `authorization_code.rs`; 2.4, passwords:
//!   `password.rs`; 2.5, keys instead of secrets: `assertions.rs`; 4.2.4 and 4.16, pages: `pages.rs`;
//!   4.3.2, tokens in a query: `userinfo.rs`; 4.7, forms from elsewhere: `pages.rs`; 4.10.1, tokens
//!   bound to a key: `dpop.rs`; 4.14.2, refresh tokens: `refresh_token.rs`, `model.rs`.
//! - RFC 6819 section 5.1.4.2.3, guesses: `password.rs`, `device.rs`; 5.1.5.4, codes used again, and
//!   5.2.2.2, refresh tokens bound to a client: `safeguards.rs`; 5.2.2.4, revocation:
//!   `revocation.rs`; 5.2.4.4, codes bound to a client and 5.2.4.5, to a redirect URI:
//!   `authorization_code.rs`.

use std::collections::HashSet;

use eiam_token::http::HttpRequest;
use eiam_token::issuer::Profile;

use crate::support::*;

#[test]
fn rfc_9700_section_4_1_3_redirect_uris_compare_as_they_are_written() {
    let mut server = Server::rfc9700();
    for uri in [
        "https://app.example/cb",
        "http://127.0.0.1:8700/cb/",
        "http://127.0.0.1:8700/cb?x=y",
        "http://127.0.0.1:8700/CB",
        "http://127.0.0.1:8700/%63b",
        "http://127.0.0.1:8700/x/../cb",
        "http://user@127.0.0.1:8700/cb",
        "http://127.0.0.1:8700@evil.example/cb",
        "http://127.0.0.1.evil.example:8700/cb",
        "https://127.0.0.1:8700/cb",
    ] {
        let request = changed(web_request(), "redirect_uri", uri);
        let page = Browser::default().authorize(&mut server, WEB, &request);
        page_refused(&page, 400, "invalid_request");
    }
}

#[test]
fn rfc_9700_section_4_4_2_1_iss_in_answers_and_in_errors() {
    let mut server = Server::rfc9700();
    for place in [WEB, Place::Instance] {
        let mut browser = Browser::default();
        let wrong = changed(web_request(), "scope", "nonsense");
        let answer = redirected(&browser.authorize(&mut server, place, &wrong));
        assert_eq!((&*answer["error"], &answer["iss"]), ("invalid_scope", &place.issuer()));
        let silent = changed(web_request(), "prompt", "none");
        let answer = redirected(&browser.authorize(&mut server, place, &silent));
        assert_eq!((&*answer["error"], &answer["iss"]), ("login_required", &place.issuer()));
        let page = browser.authorize(&mut server, place, &web_request());
        let mut response = browser.login(&mut server, &page);
        if text(&response).contains("value=\"allow\"") {
            response = browser.submit(&mut server, &response, &[("decision", "allow")]);
        }
        let answer = redirected(&response);
        assert!(answer.contains_key("code"));
        assert_eq!(answer["iss"], place.issuer());
    }
}

/// A code that somebody else began cannot be put into another sign-in: it belongs to its challenge,
/// and its id_token has its own nonce.
#[test]
fn rfc_9700_section_4_5_3_an_injected_code_does_not_fit() {
    let mut server = Server::new();
    let other =
        changed(web_request(), "code_challenge", "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    let code = Browser::default().code(&mut server, WEB, &other);
    refused(&server.redeem(&code), 400, "invalid_grant");
    let other = changed(web_request(), "nonce", "of-the-attacker");
    let code = Browser::default().code(&mut server, WEB, &other);
    let tokens = ok(&server.redeem(&code));
    assert_eq!(verified(member(&tokens, "id_token")).1["nonce"], "of-the-attacker");
}

#[test]
fn rfc_9700_section_4_11_2_no_open_redirector() {
    for mut server in [Server::new(), Server::rfc9700()] {
        for client in ["app_nobody", "app_web", ""] {
            let request = changed(web_request(), "client_id", client);
            let request = changed(request, "redirect_uri", "https://evil.example/");
            for place in [WEB, Place::Instance] {
                let page = Browser::default().authorize(&mut server, place, &request);
                assert!(page.status >= 400, "{}", text(&page));
                leads_nowhere_near(&page, "evil.example", "https://evil.example/");
            }
        }
    }
    // Where it is not the developer's own it is not even named.
    let mut server = Server::with(|config| config.base_url = "https://login.example".into());
    let request = changed(web_request(), "redirect_uri", "https://evil.example/");
    let page = Browser::default().authorize(&mut server, WEB, &request);
    page_refused(&page, 400, "invalid_request");
    assert!(!text(&page).contains("evil.example"));
}

/// 307 would send the password on to the client.
#[test]
fn rfc_9700_section_4_12_forms_are_answered_with_303() {
    for profile in [Profile::Eiam, Profile::Rfc9700] {
        let mut server = Server::with(|config| config.profile = profile);
        let mut browser = Browser::default();
        let page = browser.authorize(&mut server, SPA, &spa_request());
        let mut response = browser.login(&mut server, &page);
        if text(&response).contains("value=\"allow\"") {
            response = browser.submit(&mut server, &response, &[("decision", "allow")]);
        }
        assert_eq!(response.status, 303);
        let page = Browser::default().authorize(&mut server, SPA, &spa_request());
        assert_eq!(page.status, 200);
    }
}

#[test]
fn rfc_9700_section_4_15_1_the_token_of_a_client_is_not_one_of_a_user() {
    let mut server = Server::new();
    let request = [
        ("client_id", "app_machine"),
        ("client_secret", MACHINE_SECRET),
        ("grant_type", "client_credentials"),
    ];
    for place in [MACHINE, Place::Instance] {
        let tokens = ok(&server.token(place, &request));
        let info = server.userinfo(place, member(&tokens, "access_token"));
        assert!(info.status >= 400, "{}", text(&info));
    }
}

#[test]
fn rfc_9700_section_2_6_no_other_origin_reads_the_authorization_endpoint() {
    let mut server = Server::new();
    let url = format!("{}?{}", WEB.page("authorize"), encode(&web_request()));
    let request = HttpRequest::get(url).header("origin", "http://127.0.0.1:8700");
    let response = server.send(&request);
    assert_eq!(response.headers.value("access-control-allow-origin"), None);
}

/// At least 128 bits that nobody can foresee: sealed, each with a nonce of its own.
#[test]
fn rfc_6819_section_5_1_4_2_2_codes_and_tokens_are_long_and_never_the_same() {
    let mut server = Server::new();
    let mut seen = HashSet::new();
    for _ in 0..20 {
        let code = server.web_code();
        let tokens = ok(&server.redeem(&code));
        for text in [&*code, member(&tokens, "access_token"), member(&tokens, "refresh_token")] {
            assert!(text.len() > 64, "{text}");
            // The beginning is the prefix of the kind; what follows is no counter.
            assert!(seen.insert(text.chars().take(24).collect::<String>()), "{text}");
        }
    }
}

/// Not even one bit of a code or a token can be changed.
#[test]
fn rfc_6819_section_5_1_5_9_codes_and_tokens_that_were_changed() {
    let mut server = Server::new();
    let code = server.web_code();
    let change = |text: &str, index: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[index] = if bytes[index] == b'x' { b'y' } else { b'x' };
        String::from_utf8(bytes).unwrap()
    };
    for index in 0..code.len() {
        refused(&server.redeem(&change(&code, index)), 400, "invalid_grant");
    }
    let tokens = ok(&server.redeem(&code));
    let (access, refresh) = (member(&tokens, "access_token"), member(&tokens, "refresh_token"));
    for index in 0..access.len() {
        refused(&server.userinfo(WEB, &change(access, index)), 400, "invalid_token");
    }
    for index in 0..refresh.len() {
        refused(&server.refresh(&change(refresh, index)), 400, "invalid_grant");
    }
    ok(&server.userinfo(WEB, access));
    ok(&server.refresh(refresh));
}
