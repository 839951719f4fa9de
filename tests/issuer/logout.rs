//! OpenID Connect RP-Initiated Logout.

use eiam_token::http::HttpRequest;

use crate::support::*;

const BACK: &str = "http://127.0.0.1:8700/";

fn signed_in(server: &mut Server) -> (Browser, String) {
    let mut browser = Browser::default();
    let code = browser.code(server, WEB, &web_request());
    let tokens = ok(&server.redeem(&code));
    (browser, member(&tokens, "id_token").to_owned())
}

fn logout(
    browser: &mut Browser,
    server: &mut Server,
    place: Place,
    pairs: &[(&str, &str)],
) -> eiam_token::http::HttpResponse {
    let url = format!("{}?{}", place.page("logout"), encode(pairs));
    browser.get(server, &url)
}

fn is_signed_in(browser: &mut Browser, server: &mut Server) -> bool {
    let silent = changed(web_request(), "prompt", "none");
    let answer = browser.authorize(server, WEB, &silent);
    redirected(&answer).contains_key("code")
}

#[test]
fn rp_initiated_logout_section_2_asks_and_goes_back() {
    let mut server = Server::new();
    let (mut browser, hint) = signed_in(&mut server);
    let pairs =
        [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK), ("state", "x&y")];
    let page = logout(&mut browser, &mut server, WEB, &pairs);
    assert_eq!(page.status, 200);
    assert!(is_signed_in(&mut browser, &mut server), "nothing happens before the user says so");
    let answer = browser.submit(&mut server, &page, &[]);
    assert_eq!(answer.headers.value("location"), Some("http://127.0.0.1:8700/?state=x%26y"));
    assert!(!browser.cookies.contains_key("eiam_session"));
    assert!(!is_signed_in(&mut browser, &mut server));
    // The old cookie is worth nothing either: the session itself is gone.
    let again = logout(&mut browser, &mut server, WEB, &pairs);
    assert_eq!(again.status, 303);
}

#[test]
fn rp_initiated_logout_section_3_without_state_and_uri() {
    let mut server = Server::new();
    let (mut browser, hint) = signed_in(&mut server);
    let pairs = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK)];
    let page = logout(&mut browser, &mut server, Place::Instance, &pairs);
    page_refused(&page, 400, "invalid_request");
    let page = logout(&mut browser, &mut server, WEB, &pairs);
    let answer = browser.submit(&mut server, &page, &[]);
    assert_eq!(answer.headers.value("location"), Some(BACK));

    for pairs in [vec![], vec![("state", "x")], vec![("id_token_hint", hint.as_str())]] {
        let (mut browser, _) = signed_in(&mut server);
        let page = logout(&mut browser, &mut server, WEB, &pairs);
        let answer = browser.submit(&mut server, &page, &[]);
        assert_eq!(answer.status, 200);
        assert!(text(&answer).contains("Signed out"));
    }
}

#[test]
fn rp_initiated_logout_section_3_registered_uris_exactly() {
    let mut server = Server::new();
    let (mut browser, hint) = signed_in(&mut server);
    for uri in [
        "https://evil.example/",
        "http://127.0.0.1:8700/?added=1",
        "http://127.0.0.1:8701/",
        "http://127.0.0.1:8700",
    ] {
        let pairs = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", uri)];
        let page = logout(&mut browser, &mut server, WEB, &pairs);
        page_refused(&page, 400, "invalid_request");
    }
    // Nor without a client that could have registered it.
    let pairs = [("post_logout_redirect_uri", BACK)];
    let page = logout(&mut browser, &mut server, Place::Instance, &pairs);
    page_refused(&page, 400, "invalid_request");
    let pairs = [("post_logout_redirect_uri", BACK), ("client_id", "app_web")];
    let page = logout(&mut browser, &mut server, Place::Instance, &pairs);
    assert_eq!(page.status, 200);
    assert!(is_signed_in(&mut browser, &mut server));
}

#[test]
fn rp_initiated_logout_section_2_hints_of_others() {
    let mut server = Server::new();
    let (mut browser, hint) = signed_in(&mut server);
    for bad in ["bogus", "a.b.c", "e30.e30.e30"] {
        let page = logout(&mut browser, &mut server, WEB, &[("id_token_hint", bad)]);
        page_refused(&page, 400, "invalid_request");
    }
    let other = [("id_token_hint", hint.as_str()), ("client_id", "app_spa")];
    let page = logout(&mut browser, &mut server, WEB, &other);
    page_refused(&page, 400, "invalid_client");
}

#[test]
fn a_form_of_another_browser_signs_nobody_out() {
    let mut server = Server::new();
    let (mut browser, _) = signed_in(&mut server);
    let (mut attacker, _) = signed_in(&mut server);
    let page = logout(&mut attacker, &mut server, WEB, &[]);
    let answer = browser.submit(&mut server, &page, &[]);
    page_refused(&answer, 400, "invalid_request");
    assert!(is_signed_in(&mut browser, &mut server));
}

/// RP-Initiated Logout section 2: an OP should accept a hint that has expired.
#[test]
fn rp_initiated_logout_section_2_an_expired_hint() {
    let mut server = Server::new();
    let (mut browser, hint) = signed_in(&mut server);
    server.now += 301;
    let pairs = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK)];
    let page = logout(&mut browser, &mut server, WEB, &pairs);
    let answer = browser.submit(&mut server, &page, &[]);
    assert_eq!(answer.headers.value("location"), Some(BACK));
}

/// RP-Initiated Logout section 2: an OP must support both methods.
#[test]
fn rp_initiated_logout_section_2_post() {
    let mut server = Server::new();
    let (mut browser, hint) = signed_in(&mut server);
    let pairs = [
        ("id_token_hint", hint.as_str()),
        ("client_id", "app_web"),
        ("post_logout_redirect_uri", BACK),
        ("ui_locales", "zh"),
    ];
    let request = HttpRequest::post_form(Place::Instance.page("logout"), encode(&pairs));
    // The id_token is of the application's own issuer.
    page_refused(&browser.send(&mut server, request), 400, "invalid_request");
    let request = HttpRequest::post_form(WEB.page("logout"), encode(&pairs));
    let page = browser.send(&mut server, request);
    assert!(text(&page).contains("lang=\"zh-CN\""));
    let answer = browser.submit(&mut server, &page, &[]);
    assert_eq!(answer.headers.value("location"), Some(BACK));
}
