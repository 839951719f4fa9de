//! The authorization endpoint: RFC 6749 section 4.1, RFC 7636, RFC 8252, RFC 9207, OpenID Connect
//! Core section 3.1.2.

use eiam_token::http::HttpRequest;
use eiam_token::issuer::{Consent, GrantType};

use crate::support::*;

/// The error of a redirect, whose other members are checked as well.
#[track_caller]
fn error_of(server: &mut Server, request: &[(&str, &str)]) -> String {
    let response = Browser::default().authorize(server, WEB, request);
    let answer = redirected(&response);
    let location = response.headers.value("location").unwrap();
    assert!(location.starts_with(WEB_URI), "{location}");
    assert_eq!(answer["state"], "st&te");
    assert_eq!(answer["iss"], WEB.issuer());
    assert!(!answer.contains_key("code"));
    assert!(!answer["error_description"].is_empty());
    answer["error"].clone()
}

#[test]
fn rfc_6749_section_4_1_2_1_no_redirect_before_client_and_uri_are_good() {
    let mut server = Server::new();
    for (name, value, status, code) in [
        ("client_id", "", 400, "invalid_request"),
        ("client_id", "app_spa", 400, "invalid_client"),
        ("redirect_uri", "", 400, "invalid_request"),
        ("redirect_uri", "https://evil.example/cb", 400, "invalid_request"),
        ("redirect_uri", "http://127.0.0.1:8700/cb/", 400, "invalid_request"),
        ("redirect_uri", "http://127.0.0.1:8700/cb?x", 400, "invalid_request"),
        ("redirect_uri", "javascript:alert(1)", 400, "invalid_request"),
    ] {
        let request = changed(web_request(), name, value);
        let response = Browser::default().authorize(&mut server, WEB, &request);
        page_refused(&response, status, code);
    }
    let request = changed(web_request(), "client_id", "app_none");
    let response = Browser::default().authorize(&mut server, Place::Instance, &request);
    page_refused(&response, 400, "invalid_client");
    let response = Browser::default().authorize(&mut server, Place::App("app_none"), &request);
    page_refused(&response, 404, "application_not_found");
    // Not even with a wrong response type, which by itself is redirected.
    let request = changed(request, "response_type", "token");
    let response = Browser::default().authorize(&mut server, Place::Instance, &request);
    page_refused(&response, 400, "invalid_client");
}

#[test]
fn rfc_6749_section_4_1_2_1_errors_by_redirect() {
    let mut server = Server::new();
    for (name, value, code) in [
        ("response_type", "", "invalid_request"),
        ("response_type", "device", "unsupported_response_type"),
        ("response_mode", "telegram", "invalid_request"),
        ("display", "hologram", "invalid_request"),
        ("claims", "[]", "invalid_request"),
        ("claims", "{\"id_token\":1}", "invalid_request"),
        ("claims", "{", "invalid_request"),
        ("scope", "", "invalid_scope"),
        ("scope", "openid admin", "invalid_scope"),
        ("prompt", "none login", "invalid_request"),
        ("prompt", "sometimes", "invalid_request"),
        ("max_age", "-1", "invalid_request"),
        ("max_age", "soon", "invalid_request"),
        ("request", "e30.e30.", "request_not_supported"),
        ("request_uri", "https://x.example/r", "request_uri_not_supported"),
        ("registration", "{}", "registration_not_supported"),
        ("id_token_hint", "no token", "invalid_request"),
    ] {
        let request = changed(web_request(), name, value);
        assert_eq!(error_of(&mut server, &request), code, "{name}={value}");
    }
}

#[test]
fn rfc_6749_section_4_1_2_1_unauthorized_client() {
    let mut server = Server::with(|config| {
        config.applications[1].grants.retain(|grant| *grant != GrantType::AuthorizationCode);
    });
    assert_eq!(error_of(&mut server, &web_request()), "unauthorized_client");
}

#[test]
fn rfc_6749_section_3_1_parameters_not_more_than_once() {
    let mut server = Server::new();
    let mut request = web_request();
    request.push(("redirect_uri", "https://evil.example/"));
    let response = Browser::default().authorize(&mut server, WEB, &request);
    page_refused(&response, 400, "invalid_request");
}

#[test]
fn rfc_6749_section_3_1_unknown_parameters_are_ignored() {
    let mut server = Server::new();
    let request = changed(web_request(), "extra", "1");
    assert!(Browser::default().code(&mut server, WEB, &request).starts_with("CO"));
}

#[test]
fn oidc_core_section_3_1_2_1_post() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    // From another site, without cookies and with its origin, as a browser sends it.
    let request = HttpRequest::post_form(WEB.page("authorize"), encode(&web_request()))
        .header("origin", "https://app.example");
    let page = server.send(&request);
    assert_eq!(page.status, 200);
    for cookie in page.headers.values("set-cookie") {
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        browser.cookies.insert(name.into(), value.into());
    }
    let question = browser.login(&mut server, &page);
    let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
    assert!(redirected(&answer).contains_key("code"));
}

#[test]
fn rfc_7636_section_4_4_1_challenge_required() {
    let without =
        |request| changed(changed(request, "code_challenge", ""), "code_challenge_method", "");
    // As its configuration says.
    let mut server = Server::with(|config| config.applications[1].pkce.required = true);
    assert_eq!(error_of(&mut server, &without(web_request())), "invalid_request");
    let mut server = Server::new();
    let code = Browser::default().code(&mut server, WEB, &without(web_request()));
    assert!(code.starts_with("CO"));
    // A method alone is a challenge that was lost.
    let half = changed(web_request(), "code_challenge", "");
    assert_eq!(error_of(&mut server, &half), "invalid_request");
    // EIAM: mandatory for public clients, whatever the configuration says.
    let mut server = Server::with(|config| config.applications[0].pkce.required = false);
    let response = Browser::default().authorize(&mut server, SPA, &without(spa_request()));
    assert_eq!(redirected(&response)["error"], "invalid_request");
    // RFC 9700 section 2.1.1: for all.
    let mut server = Server::rfc9700();
    assert_eq!(error_of(&mut server, &without(web_request())), "invalid_request");
}

#[test]
fn rfc_7636_section_4_3_methods() {
    let plain = changed(web_request(), "code_challenge_method", "plain");
    let unnamed = changed(web_request(), "code_challenge_method", "");
    let unknown = changed(web_request(), "code_challenge_method", "s256");
    // In `eiam` as the application allows; a method that is not named is plain.
    let mut server = Server::new();
    for request in [&plain, &unnamed] {
        let response = Browser::default().authorize(&mut server, WEB, request);
        assert_eq!(response.status, 200);
    }
    assert_eq!(error_of(&mut server, &unknown), "invalid_request");
    // In `rfc9700` never.
    let mut server = Server::rfc9700();
    for request in [&plain, &unnamed, &unknown] {
        assert_eq!(error_of(&mut server, request), "invalid_request");
    }
}

#[test]
fn rfc_7636_section_4_2_malformed_challenges() {
    let mut server = Server::new();
    for challenge in ["short", &CHALLENGE[1..], &format!("{CHALLENGE}="), &"+".repeat(43)] {
        let request = changed(web_request(), "code_challenge", challenge);
        assert_eq!(error_of(&mut server, &request), "invalid_request", "{challenge}");
    }
}

#[test]
fn rfc_8252_section_7_3_any_port_of_a_loopback_address() {
    let mut server = Server::new();
    let request = changed(spa_request(), "redirect_uri", "http://127.0.0.1:51004/callback");
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, SPA, &request);
    let answer = browser.login(&mut server, &page);
    let location = answer.headers.value("location").unwrap();
    assert!(location.starts_with("http://127.0.0.1:51004/callback?code="));
    // But not of a name.
    let request = changed(spa_request(), "redirect_uri", "http://localhost:51004/callback");
    let response = Browser::default().authorize(&mut server, SPA, &request);
    page_refused(&response, 400, "invalid_request");
}

#[test]
fn rfc_9207_section_2_iss_on_success_and_error() {
    for mut server in [Server::new(), Server::rfc9700()] {
        for place in [WEB, Place::Instance] {
            let mut browser = Browser::default();
            let page = browser.authorize(&mut server, place, &web_request());
            let refused = browser.submit(&mut server, &page, &[("decision", "deny")]);
            assert_eq!(redirected(&refused)["iss"], place.issuer());
            let question = browser.login(&mut server, &page);
            let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
            assert_eq!(redirected(&answer)["iss"], place.issuer());
        }
    }
}

#[test]
fn a_query_of_the_redirect_uri_stays() {
    let mut server = Server::with(|config| {
        config.applications[1].redirect_uris = vec!["https://app.example/cb?a=1&b=2".into()];
    });
    let request = changed(web_request(), "redirect_uri", "https://app.example/cb?a=1&b=2");
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &request);
    let question = browser.login(&mut server, &page);
    let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
    let location = answer.headers.value("location").unwrap();
    assert!(location.starts_with("https://app.example/cb?a=1&b=2&code=CO"), "{location}");
}

#[test]
fn oidc_core_section_3_1_2_6_prompt_none() {
    let mut server = Server::new();
    let silent = changed(web_request(), "prompt", "none");
    assert_eq!(error_of(&mut server, &silent), "login_required");
    let mut browser = Browser::default();
    browser.code(&mut server, WEB, &web_request());
    let answer = browser.authorize(&mut server, WEB, &silent);
    assert!(redirected(&answer).contains_key("code"));
    // More than was agreed to cannot be had silently.
    let more = changed(silent, "scope", "openid phone");
    let answer = browser.authorize(&mut server, WEB, &more);
    assert_eq!(redirected(&answer)["error"], "consent_required");
}

#[test]
fn oidc_core_section_3_1_2_1_prompt_login_and_consent() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    browser.code(&mut server, SPA, &spa_request());
    let again = browser.authorize(&mut server, SPA, &spa_request());
    assert_eq!(again.status, 303);
    let again = changed(spa_request(), "prompt", "login");
    let page = browser.authorize(&mut server, SPA, &again);
    assert!(text(&page).contains("name=\"password\""));
    // One browser has one session, so choosing an account is signing in.
    let choose = changed(spa_request(), "prompt", "select_account");
    let page = browser.authorize(&mut server, SPA, &choose);
    assert!(text(&page).contains("name=\"password\""));
    let consent = changed(spa_request(), "prompt", "consent");
    let page = browser.authorize(&mut server, SPA, &consent);
    assert!(text(&page).contains("value=\"allow\""));
}

#[test]
fn oidc_core_section_3_1_2_1_max_age() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    browser.code(&mut server, SPA, &spa_request());
    server.now += 100;
    for (max_age, status) in [("100", 303), ("10000", 303), ("99", 200), ("0", 200)] {
        let request = changed(spa_request(), "max_age", max_age);
        let response = browser.authorize(&mut server, SPA, &request);
        assert_eq!(response.status, status, "{max_age}");
    }
    // Who signs in again has a new time, in the id_token too.
    let request = changed(spa_request(), "max_age", "1");
    let code = browser.code(&mut server, SPA, &request);
    let tokens = ok(&server.token(SPA, &spa_redemption(&code)));
    let (_, claims) = verified(member(&tokens, "id_token"));
    assert_eq!(claims["auth_time"], NOW + 100);
}

#[test]
fn oidc_core_section_3_1_2_1_id_token_hint_of_another_user() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let code = browser.code(&mut server, WEB, &web_request());
    let tokens = ok(&server.redeem(&code));
    let silent = changed(web_request(), "prompt", "none");
    let hinted = changed(silent, "id_token_hint", member(&tokens, "id_token"));
    let answer = browser.authorize(&mut server, WEB, &hinted);
    assert!(redirected(&answer).contains_key("code"));

    let mut other = Browser::default();
    let page = other.authorize(&mut server, WEB, &web_request());
    let bob = [("username", "bob"), ("password", "bob-password")];
    let question = other.submit(&mut server, &page, &bob);
    other.submit(&mut server, &question, &[("decision", "allow")]);
    let answer = other.authorize(&mut server, WEB, &hinted);
    assert_eq!(redirected(&answer)["error"], "login_required");
}

/// Signing in as somebody else does not help either.
#[test]
fn oidc_core_section_3_1_2_1_id_token_hint_and_a_login_as_another_user() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let hint = member(&tokens, "id_token");
    let mut request: Vec<(&str, &str)> = web_request();
    request.push(("id_token_hint", hint));
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &request);
    let bob = [("username", "bob"), ("password", "bob-password")];
    let answer = browser.submit(&mut server, &page, &bob);
    assert_eq!(redirected(&answer)["error"], "login_required");
    let page = browser.authorize(&mut server, WEB, &request);
    let question = browser.login(&mut server, &page);
    let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
    assert!(redirected(&answer).contains_key("code"));
}

#[test]
fn oidc_core_section_3_1_2_1_login_hint_fills_the_form() {
    let mut server = Server::new();
    let request = changed(web_request(), "login_hint", "al\"ice");
    let page = Browser::default().authorize(&mut server, WEB, &request);
    assert!(text(&page).contains("value=\"al&quot;ice\""));
}

#[test]
fn consent_skip_once_and_always() {
    for (consent, first, second) in
        [(Consent::Skip, 303, 303), (Consent::Once, 200, 303), (Consent::Always, 200, 200)]
    {
        let mut server = Server::with(|config| config.applications[1].consent = consent);
        let mut browser = Browser::default();
        let page = browser.authorize(&mut server, WEB, &web_request());
        let answer = browser.login(&mut server, &page);
        assert_eq!(answer.status, first, "{consent:?}");
        if answer.status == 200 {
            assert!(text(&answer).contains("see your email address"));
            browser.submit(&mut server, &answer, &[("decision", "allow")]);
        }
        let again = browser.authorize(&mut server, WEB, &web_request());
        assert_eq!(again.status, second, "{consent:?}");
    }
}

#[test]
fn a_user_who_says_no_is_access_denied() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &web_request());
    let question = browser.login(&mut server, &page);
    let answer = browser.submit(&mut server, &question, &[("decision", "deny")]);
    assert_eq!(redirected(&answer)["error"], "access_denied");
    let strange = browser.submit(&mut server, &question, &[("decision", "perhaps")]);
    page_refused(&strange, 400, "invalid_request");
}

#[test]
fn wrong_passwords_show_the_form_again() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &web_request());
    let wrong = [("username", "alice"), ("password", "wrong")];
    let again = browser.submit(&mut server, &page, &wrong);
    assert_eq!(again.status, 400);
    assert!(text(&again).contains("value=\"alice\"") && !text(&again).contains("wrong\""));
    let unknown = [("username", "nobody"), ("password", "")];
    assert_eq!(browser.submit(&mut server, &again, &unknown).status, 400);
    let question = browser.login(&mut server, &again);
    assert!(text(&question).contains("value=\"allow\""));
}
