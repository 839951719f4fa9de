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
fn rp_initiated_logout_section_2_a_hint_of_the_session_asks_nothing() {
    let mut server = Server::new();
    let (mut browser, hint) = signed_in(&mut server);
    let pairs =
        [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK), ("state", "x&y")];
    let answer = logout(&mut browser, &mut server, WEB, &pairs);
    assert_eq!(answer.status, 303);
    assert_eq!(answer.headers.value("location"), Some("http://127.0.0.1:8700/?state=x%26y"));
    let cookie = answer.headers.value("set-cookie").unwrap();
    assert!(cookie.starts_with("eiam_session=;") && cookie.contains("Max-Age=0"), "{cookie}");
    assert!(!is_signed_in(&mut browser, &mut server));
    // The session itself is gone, also after a restart: its cookie is worth nothing anywhere.
    let mut server = Server::new();
    let (mut browser, hint) = signed_in(&mut server);
    let mut copy = browser.clone();
    logout(&mut browser, &mut server, WEB, &[("id_token_hint", hint.as_str())]);
    assert!(!is_signed_in(&mut copy, &mut server.restarted()));
}

/// Section 2: the user must be asked where the id_token is not of the session that is to end.
#[test]
fn rp_initiated_logout_section_2_who_is_asked() {
    let mut server = Server::new();
    let (mut browser, of_session) = signed_in(&mut server);
    // Of the same user in another browser, of another user, of an earlier session of this browser,
    // and one that came of no session of any browser.
    let (mut elsewhere, of_elsewhere) = signed_in(&mut server);
    let mut bob = Browser::default();
    let login = bob.authorize(&mut server, WEB, &web_request());
    let fields = [("username", "bob"), ("password", "bob-password")];
    let question = bob.submit(&mut server, &login, &fields);
    let answer = bob.submit(&mut server, &question, &[("decision", "allow")]);
    let tokens = ok(&server.redeem(&redirected(&answer)["code"]));
    let of_bob = member(&tokens, "id_token").to_owned();
    let without_session = ok(&server.web_token(&[
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", "alice-password"),
        ("scope", "openid"),
    ]));
    let without_session = member(&without_session, "id_token").to_owned();
    let login = browser.authorize(&mut server, WEB, &changed(web_request(), "prompt", "login"));
    let question = browser.login(&mut server, &login);
    browser.submit(&mut server, &question, &[("decision", "allow")]);
    for hint in [&of_session, &of_elsewhere, &of_bob, &without_session] {
        let pairs = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK)];
        let page = logout(&mut browser, &mut server, WEB, &pairs);
        assert_eq!(page.status, 200);
        assert!(text(&page).contains("signed in as <strong>alice</strong>"), "{}", text(&page));
        assert!(browser.cookies.contains_key("eiam_session"));
    }
    let pairs = [("post_logout_redirect_uri", BACK)];
    let page = logout(&mut browser, &mut server, WEB, &pairs);
    assert_eq!(page.status, 200);
    assert!(is_signed_in(&mut browser, &mut server), "nothing happens before the user says so");
    assert!(is_signed_in(&mut elsewhere, &mut server) && is_signed_in(&mut bob, &mut server));
    let answer = browser.submit(&mut server, &page, &[("decision", "allow")]);
    assert_eq!(answer.headers.value("location"), Some(BACK));
    assert!(!is_signed_in(&mut browser, &mut server));
    assert!(is_signed_in(&mut elsewhere, &mut server) && is_signed_in(&mut bob, &mut server));
}

/// Refreshed id_tokens are of the session that the first was of.
#[test]
fn rp_initiated_logout_section_2_a_refreshed_hint() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let code = browser.code(&mut server, WEB, &web_request());
    let tokens = ok(&server.redeem(&code));
    let tokens = ok(&server.refresh(member(&tokens, "refresh_token")));
    let pairs = [("id_token_hint", member(&tokens, "id_token")), ("client_id", "app_web")];
    let answer = logout(&mut browser, &mut server, WEB, &pairs);
    assert!(text(&answer).contains("Signed out"));
    assert!(!is_signed_in(&mut browser, &mut server));
}

#[test]
fn rp_initiated_logout_section_3_who_stays_is_not_sent_anywhere() {
    let mut server = Server::new();
    let (mut browser, _) = signed_in(&mut server);
    for (locale, button, sentence) in
        [("en", "Stay signed in", "Still signed in"), ("zh", "保持登录", "仍保持登录")]
    {
        let pairs = [("post_logout_redirect_uri", BACK), ("ui_locales", locale)];
        let page = logout(&mut browser, &mut server, WEB, &pairs);
        let html = text(&page);
        assert_eq!(html.matches("<button").count(), 2);
        assert!(html.contains(&format!("value=\"deny\">{button}</button>")), "{html}");
        assert!(html.contains("id=\"submit\" type=\"submit\" name=\"decision\" value=\"allow\">"));
        let wrong = browser.submit(&mut server, &page, &[("decision", "maybe")]);
        page_refused(&wrong, 400, "invalid_request");
        let answer = browser.submit(&mut server, &page, &[("decision", "deny")]);
        assert_eq!((answer.status, answer.headers.value("location")), (200, None));
        assert_eq!(answer.headers.value("set-cookie"), None);
        let html = text(&answer);
        assert!(html.contains(sentence) && html.contains("<strong>alice</strong>"), "{html}");
        assert!(is_signed_in(&mut browser, &mut server));
    }
    // Who signed out elsewhere in the meantime does not stay.
    let page = logout(&mut browser, &mut server, WEB, &[]);
    browser.submit(&mut server, &page, &[]);
    let answer = browser.submit(&mut server, &page, &[("decision", "deny")]);
    assert!(text(&answer).contains("Signed out"));
}

#[test]
fn rp_initiated_logout_section_3_without_state_and_uri() {
    let mut server = Server::new();
    let (mut browser, hint) = signed_in(&mut server);
    let pairs = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK)];
    let page = logout(&mut browser, &mut server, Place::Instance, &pairs);
    page_refused(&page, 400, "invalid_request");
    assert!(is_signed_in(&mut browser, &mut server));
    let answer = logout(&mut browser, &mut server, WEB, &pairs);
    assert_eq!(answer.headers.value("location"), Some(BACK));

    for pairs in [vec![], vec![("state", "x")]] {
        let (mut browser, _) = signed_in(&mut server);
        let page = logout(&mut browser, &mut server, WEB, &pairs);
        let answer = browser.submit(&mut server, &page, &[]);
        assert_eq!(answer.status, 200);
        assert!(text(&answer).contains("Signed out"));
    }
    let (mut browser, hint) = signed_in(&mut server);
    let answer = logout(&mut browser, &mut server, WEB, &[("id_token_hint", &hint)]);
    assert_eq!((answer.status, answer.headers.value("location")), (200, None));
    assert!(text(&answer).contains("Signed out"));
    assert!(!is_signed_in(&mut browser, &mut server));
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
    let answer = logout(&mut browser, &mut server, WEB, &pairs);
    assert_eq!(answer.headers.value("location"), Some(BACK));
    assert!(!is_signed_in(&mut browser, &mut server));
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
    let answer = browser.send(&mut server, request);
    assert_eq!(answer.headers.value("location"), Some(BACK));
    let (mut browser, _) = signed_in(&mut server);
    let request = HttpRequest::post_form(WEB.page("logout"), encode(&pairs[1..]));
    let page = browser.send(&mut server, request);
    assert!(text(&page).contains("lang=\"zh-CN\""));
    let answer = browser.submit(&mut server, &page, &[]);
    assert_eq!(answer.headers.value("location"), Some(BACK));
}
