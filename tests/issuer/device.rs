//! The device flow: RFC 8628.

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{GrantType, Sessions};
use serde_json::Value;

use crate::support::*;

fn start(server: &mut Server) -> Value {
    let response = server.post(&DEVICE.api("device/code"), &[("scope", "openid")]);
    ok(&response)
}

fn poll(server: &mut Server, device: &Value) -> HttpResponse {
    let request = [
        ("grant_type", DEVICE_GRANT),
        ("client_id", "app_device"),
        ("device_code", member(device, "device_code")),
    ];
    server.token(DEVICE, &request)
}

/// Types the code and gives the page that follows.
fn enter(browser: &mut Browser, server: &mut Server, place: Place, code: &str) -> HttpResponse {
    let page = browser.get(server, &place.page("device"));
    browser.submit(server, &page, &[("user_code", code)])
}

fn decide(server: &mut Server, device: &Value, decision: &str) {
    let mut browser = Browser::default();
    let login = enter(&mut browser, server, DEVICE, member(device, "user_code"));
    let question = browser.login(server, &login);
    let done = browser.submit(server, &question, &[("decision", decision)]);
    assert!(text(&done).contains("id=\"done\""));
}

#[test]
fn eiam_members_of_the_answer_and_no_client_id_needed() {
    let mut server = Server::new();
    let url = DEVICE.api("device/code");
    let response = server.post(&url, &[]);
    let names = [
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "expires_in",
        "expires_at",
        "interval",
    ];
    assert_eq!(member_names(&response), names);
    let device = ok(&response);
    assert!(member(&device, "device_code").starts_with("DC"));
    assert_eq!(device["expires_in"], 1200);
    assert_eq!(device["expires_at"], NOW + 1200);
    assert_eq!(device["interval"], 5);
    assert_eq!(device["verification_uri"], DEVICE.page("device"));
    let other = server.post(&url, &[("client_id", "app_web")]);
    assert_eq!(refused(&other, 400, "invalid_request"), "Invalid client id");
    let scope = server.post(&url, &[("scope", "admin")]);
    refused(&scope, 400, "invalid_scope");
}

#[test]
fn eiam_device_grant_off() {
    let mut server = Server::with(|config| {
        config.applications[1].grants.retain(|grant| *grant != GrantType::DeviceCode);
    });
    let response = server.post(&WEB.api("device/code"), &[]);
    let description = refused(&response, 400, "invalid_request");
    assert_eq!(description, "Application is not turn device grant flow on");
}

#[test]
fn rfc_8628_section_3_1_confidential_clients_authenticate() {
    let url = WEB.api("device/code");
    // EIAM: GenerateDeviceCode takes nothing but a scope.
    ok(&Server::new().post(&url, &[]));
    let mut server = Server::rfc9700();
    refused(&server.post(&url, &[]), 401, "invalid_client");
    ok(&server.post(&url, &[("client_secret", WEB_SECRET)]));
    // The poll of a confidential client has its secret in both profiles.
    let mut server = Server::new();
    let device = ok(&server.post(&url, &[]));
    let code = member(&device, "device_code");
    let pairs = [("grant_type", DEVICE_GRANT), ("device_code", code)];
    refused(&server.token(WEB, &pairs), 401, "invalid_client");
    refused(&server.web_token(&pairs), 400, "authorization_pending");
}

#[test]
fn rfc_8628_section_3_5_slow_down_adds_five_seconds_and_keeps_them() {
    let mut server = Server::new();
    let device = start(&mut server);
    refused(&poll(&mut server, &device), 400, "authorization_pending");
    server.now += 4;
    refused(&poll(&mut server, &device), 400, "slow_down");
    // Now the interval is 10, counted from the poll that was too early.
    server.now += 9;
    refused(&poll(&mut server, &device), 400, "slow_down");
    server.now += 15;
    refused(&poll(&mut server, &device), 400, "authorization_pending");
    server.now += 14;
    refused(&poll(&mut server, &device), 400, "slow_down");
    server.now += 20;
    refused(&poll(&mut server, &device), 400, "authorization_pending");
    decide(&mut server, &device, "allow");
    ok(&poll(&mut server, &device));
}

#[test]
fn rfc_8628_section_3_5_denied_and_expired() {
    let mut server = Server::new();
    let device = start(&mut server);
    decide(&mut server, &device, "deny");
    refused(&poll(&mut server, &device), 400, "access_denied");
    let device = start(&mut server);
    server.now += 1200;
    refused(&poll(&mut server, &device), 400, "expired_token");
    let mut browser = Browser::default();
    let page = enter(&mut browser, &mut server, DEVICE, member(&device, "user_code"));
    assert_eq!(page.status, 400);
}

#[test]
fn rfc_8628_section_3_4_redeemed_once_and_by_its_client() {
    let mut server = Server::new();
    let device = start(&mut server);
    decide(&mut server, &device, "allow");
    let theft = [
        ("grant_type", DEVICE_GRANT),
        ("client_id", "app_spa"),
        ("device_code", member(&device, "device_code")),
    ];
    refused(&server.token(SPA, &theft), 400, "invalid_grant");
    refused(&server.token(Place::Instance, &theft), 400, "invalid_grant");
    let won = (0..20).filter(|_| poll(&mut server, &device).status == 200).count();
    assert_eq!(won, 1);
    for wrong in ["DC", "DCabc", ""] {
        let request = [("grant_type", DEVICE_GRANT), ("device_code", wrong)];
        let code = if wrong.is_empty() { "invalid_request" } else { "invalid_grant" };
        refused(&server.token(DEVICE, &request), 400, code);
    }
}

#[test]
fn rfc_8628_section_6_1_spelling_of_the_user_code() {
    let mut server = Server::new();
    let device = start(&mut server);
    let code = member(&device, "user_code");
    assert!(code.len() == 9 && code.bytes().all(|byte| b"BCDFGHJKLMNPQRSTVWXZ-".contains(&byte)));
    for typed in
        [code.to_lowercase(), code.replace('-', ""), code.replace('-', " "), format!(" {code} ")]
    {
        let mut browser = Browser::default();
        let page = enter(&mut browser, &mut server, DEVICE, &typed);
        assert!(text(&page).contains("name=\"password\""), "{typed}");
    }
}

#[test]
fn rfc_8628_section_3_3_1_a_complete_link_is_confirmed_first() {
    let mut server = Server::new();
    let device = start(&mut server);
    let mut browser = Browser::default();
    browser.code(&mut server, SPA, &spa_request());
    // Even for who is signed in already, the link alone does nothing.
    let page = browser.get(&mut server, member(&device, "verification_uri_complete"));
    assert!(text(&page).contains(&format!("value=\"{}\"", member(&device, "user_code"))));
    refused(&poll(&mut server, &device), 400, "authorization_pending");
    let typed = [("user_code", member(&device, "user_code"))];
    let question = browser.submit(&mut server, &page, &typed);
    assert!(text(&question).contains("value=\"allow\""));
    server.now += 5;
    refused(&poll(&mut server, &device), 400, "authorization_pending");
}

#[test]
fn rfc_8628_section_5_1_guesses_of_one_browser_end_and_others_go_on() {
    let mut server = Server::new();
    let device = start(&mut server);
    let code = member(&device, "user_code");
    let mut guesser = Browser::default();
    for guess in 0..9 {
        let page = enter(&mut guesser, &mut server, DEVICE, "BBBB-BBBB");
        assert_eq!(page.status, 400, "{guess}");
    }
    // A right one resets nothing.
    assert_eq!(enter(&mut guesser, &mut server, DEVICE, code).status, 200);
    assert_eq!(enter(&mut guesser, &mut server, DEVICE, "BBBB-BBBB").status, 400);
    let page = enter(&mut guesser, &mut server, DEVICE, code);
    page_refused(&page, 429, "temporarily_unavailable");
    assert_eq!(page.headers.value("retry-after"), Some("60"));
    assert_eq!(enter(&mut Browser::default(), &mut server, DEVICE, code).status, 200);
    // The counter outlives a restart, and a minute ends it.
    let mut server = server.restarted();
    page_refused(&enter(&mut guesser, &mut server, DEVICE, code), 429, "temporarily_unavailable");
    server.now += 60;
    assert_eq!(enter(&mut guesser, &mut server, DEVICE, code).status, 200);
}

#[test]
fn rfc_8628_section_5_1_who_leaves_the_cookie_out_or_makes_one_up_is_one_browser() {
    let mut server = Server::new();
    let device = start(&mut server);
    let code = member(&device, "user_code").to_owned();
    let url = DEVICE.page("device");
    let guess = |server: &mut Server, number: usize, code: &str| {
        let request = HttpRequest::post_form(&url, encode(&[("user_code", code)]));
        let made_up = format!("eiam_browser=BC{number}");
        let request =
            if number.is_multiple_of(2) { request } else { request.header("cookie", made_up) };
        server.send(&request)
    };
    for number in 0..10 {
        let page = guess(&mut server, number, "BBBB-BBBB");
        assert_eq!(page.status, 400);
        // From now on the browser is known.
        assert!(page.headers.value("set-cookie").is_some());
    }
    page_refused(&guess(&mut server, 0, &code), 429, "temporarily_unavailable");
    page_refused(&guess(&mut server, 1, &code), 429, "temporarily_unavailable");
    assert_eq!(enter(&mut Browser::default(), &mut server, DEVICE, &code).status, 200);
}

#[test]
fn rfc_8628_section_5_1_a_host_without_cookies_is_one_browser() {
    let mut server = Server::with_sessions(Sessions::Host, |config| {
        config.limits.user_code_failures_per_browser = 3;
    });
    let device = start(&mut server);
    for _ in 0..3 {
        let page = enter(&mut Browser::default(), &mut server, DEVICE, "BBBB-BBBB");
        assert_eq!(page.status, 400);
        assert_eq!(page.headers.value("set-cookie"), None);
    }
    let code = member(&device, "user_code");
    let page = enter(&mut Browser::default(), &mut server, DEVICE, code);
    page_refused(&page, 429, "temporarily_unavailable");
    server.now += 60;
    assert_eq!(enter(&mut Browser::default(), &mut server, DEVICE, code).status, 200);
}

#[test]
fn a_code_is_found_only_where_its_device_started() {
    let mut server = Server::new();
    let device = start(&mut server);
    for place in [SPA, Place::Instance] {
        let mut browser = Browser::default();
        let page = enter(&mut browser, &mut server, place, member(&device, "user_code"));
        assert_eq!(page.status, 400, "{place:?}");
    }
}

#[test]
fn a_decision_is_made_once_and_by_who_was_asked() {
    let mut server = Server::new();
    let device = start(&mut server);
    let mut browser = Browser::default();
    let login = enter(&mut browser, &mut server, DEVICE, member(&device, "user_code"));
    let question = browser.login(&mut server, &login);
    // Somebody else signs in in the same browser before the button is pressed.
    let mut other = browser.clone();
    let bob = [("username", "bob"), ("password", "bob-password")];
    other.submit(&mut server, &login, &bob);
    let stale = other.submit(&mut server, &question, &[("decision", "allow")]);
    page_refused(&stale, 400, "invalid_request");
    decide(&mut server, &device, "allow");
    let again = browser.submit(&mut server, &question, &[("decision", "deny")]);
    page_refused(&again, 400, "invalid_request");
    ok(&poll(&mut server, &device));
}

#[test]
fn oidc_claims_and_refresh_token() {
    let mut server = Server::new();
    let device = start(&mut server);
    server.now += 30;
    decide(&mut server, &device, "allow");
    server.now += 30;
    let tokens = ok(&poll(&mut server, &device));
    let (_, claims) = verified(member(&tokens, "id_token"));
    assert_eq!(claims["auth_time"], NOW + 30);
    assert_eq!(claims.get("nonce"), None);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "app_device"),
        ("refresh_token", member(&tokens, "refresh_token")),
    ];
    ok(&server.token(DEVICE, &refresh));
}

#[test]
fn who_signs_in_for_a_request_that_has_ended_is_signed_in() {
    let mut server = Server::with(|config| config.limits.sessions = 2);
    let device = start(&mut server);
    let mut browser = Browser::default();
    let login = enter(&mut browser, &mut server, DEVICE, member(&device, "user_code"));
    decide(&mut server, &device, "deny");
    page_refused(&browser.login(&mut server, &login), 400, "invalid_request");
    let silent = changed(web_request(), "prompt", "none");
    let answer = redirected(&browser.authorize(&mut server, WEB, &silent));
    assert_eq!(answer["error"], "consent_required", "no session was begun for nobody");
}
