//! One test for each module of the OpenID Foundation's conformance plan "RP-Initiated Logout OP",
//! named after it; the one about metadata is with those.

use eiam_token::http::HttpResponse;

use crate::support::*;

const BACK: &str = "http://127.0.0.1:8700/";

/// A server where alice is signed in at app_web, her browser, and her id_token.
fn signed_in() -> (Server, Browser, String) {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let code = browser.code(&mut server, WEB, &web_request());
    let tokens = ok(&server.redeem(&code));
    let hint = member(&tokens, "id_token").to_owned();
    (server, browser, hint)
}

fn logout(browser: &mut Browser, server: &mut Server, pairs: &[(&str, &str)]) -> HttpResponse {
    let url = format!("{}?{}", WEB.page("logout"), encode(pairs));
    browser.get(server, &url)
}

fn is_signed_in(browser: &mut Browser, server: &mut Server) -> bool {
    let silent = changed(web_request(), "prompt", "none");
    redirected(&browser.authorize(server, WEB, &silent)).contains_key("code")
}

/// Signs out at once, by a hint of the very session, and gives where it leads.
fn signed_out_at_once(pairs: impl Fn(&str) -> Vec<(&'static str, String)>) -> HttpResponse {
    let (mut server, mut browser, hint) = signed_in();
    let pairs = pairs(&hint);
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = logout(&mut browser, &mut server, &pairs);
    assert!(!browser.cookies.contains_key("eiam_session"));
    assert!(!is_signed_in(&mut browser, &mut server));
    answer
}

/// Signs out by way of the page that asks, and gives where it leads.
fn signed_out(pairs: impl Fn(&str) -> Vec<(&'static str, String)>) -> HttpResponse {
    let (mut server, mut browser, hint) = signed_in();
    let pairs = pairs(&hint);
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = logout(&mut browser, &mut server, &pairs);
    assert_eq!(page.status, 200, "{}", text(&page));
    assert!(is_signed_in(&mut browser, &mut server), "before anybody was asked");
    let answer = browser.submit(&mut server, &page, &[]);
    assert!(!is_signed_in(&mut browser, &mut server));
    answer
}

/// An error page: nobody is sent anywhere or signed out.
#[track_caller]
fn refused_page(pairs: impl Fn(&str) -> Vec<(&'static str, String)>) {
    let (mut server, mut browser, hint) = signed_in();
    let pairs = pairs(&hint);
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = logout(&mut browser, &mut server, &pairs);
    page_refused(&page, 400, "invalid_request");
    assert!(is_signed_in(&mut browser, &mut server));
}

#[test]
fn oidcc_rp_initiated_logout() {
    let answer = signed_out_at_once(|hint| {
        vec![
            ("id_token_hint", hint.to_owned()),
            ("post_logout_redirect_uri", BACK.to_owned()),
            ("state", "x&y".to_owned()),
        ]
    });
    assert_eq!(answer.headers.value("location"), Some("http://127.0.0.1:8700/?state=x%26y"));
}

#[test]
fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    refused_page(|hint| {
        vec![
            ("id_token_hint", hint.to_owned()),
            ("post_logout_redirect_uri", "https://evil.example/".to_owned()),
            ("state", "x".to_owned()),
        ]
    });
}

/// Its claims, its header and its signature: each must be what was issued.
#[test]
fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    let with =
        |hint: String| vec![("id_token_hint", hint), ("post_logout_redirect_uri", BACK.to_owned())];
    for part in 0..3 {
        refused_page(|hint| {
            let mut parts: Vec<_> = hint.split('.').map(str::to_owned).collect();
            let middle = parts[part].len() / 2;
            let other = if parts[part].as_bytes()[middle] == b'A' { "B" } else { "A" };
            parts[part].replace_range(middle..=middle, other);
            with(parts.join("."))
        });
    }
}

/// Who asks is known by the path, so the way back is too; the user is asked as ever.
#[test]
fn oidcc_rp_initiated_logout_no_id_token_hint() {
    let answer = signed_out(|_| {
        vec![("post_logout_redirect_uri", BACK.to_owned()), ("state", "x".to_owned())]
    });
    assert_eq!(answer.headers.value("location"), Some("http://127.0.0.1:8700/?state=x"));
}

#[test]
fn oidcc_rp_initiated_logout_no_params() {
    let answer = signed_out(|_| Vec::new());
    assert_eq!(answer.status, 200);
    assert!(text(&answer).contains("Signed out"));
}

#[test]
fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    let answer = signed_out_at_once(|hint| {
        vec![("id_token_hint", hint.to_owned()), ("state", "x".to_owned())]
    });
    assert_eq!(answer.headers.value("location"), None);
    assert!(text(&answer).contains("Signed out"));
}

#[test]
fn oidcc_rp_initiated_logout_no_state() {
    let answer = signed_out_at_once(|hint| {
        vec![("id_token_hint", hint.to_owned()), ("post_logout_redirect_uri", BACK.to_owned())]
    });
    assert_eq!(answer.headers.value("location"), Some(BACK));
}

#[test]
fn oidcc_rp_initiated_logout_only_state() {
    let answer = signed_out(|_| vec![("state", "x".to_owned())]);
    assert_eq!(answer.headers.value("location"), None);
    assert!(text(&answer).contains("Signed out"));
}

#[test]
fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    refused_page(|hint| {
        vec![
            ("id_token_hint", hint.to_owned()),
            ("post_logout_redirect_uri", format!("{BACK}?added=1")),
        ]
    });
}

#[test]
fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    for bad in ["bogus", "a.b.c", "e30.e30.e30", "eyJhbGciOiJub25lIn0.e30."] {
        refused_page(|_| {
            vec![("id_token_hint", bad.to_owned()), ("post_logout_redirect_uri", BACK.to_owned())]
        });
    }
}
