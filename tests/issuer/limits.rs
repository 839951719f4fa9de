//! Limits on what is read and on what is kept.

use eiam_token::http::HttpRequest;

use crate::support::*;

#[test]
fn bodies_parameters_and_values() {
    let mut server = Server::new();
    let url = WEB.api("token");
    let big = HttpRequest::post_form(&url, format!("a={}", "x".repeat(64 * 1024)));
    refused(&server.send(&big), 413, "invalid_request");
    let query = HttpRequest::post_form(format!("{url}?a={}", "x".repeat(70_000)), String::new());
    refused(&server.send(&query), 413, "invalid_request");
    let many: String = (0..65).map(|index| format!("p{index}=1&")).collect();
    refused(&server.send(&HttpRequest::post_form(&url, many)), 400, "invalid_request");
    let split: String = (0..40).map(|index| format!("p{index}=1&")).collect();
    let halves = format!("{url}?{}", split.replace('p', "q"));
    refused(&server.send(&HttpRequest::post_form(halves, split)), 400, "invalid_request");
    let long = format!("grant_type={}", "x".repeat(8 * 1024 + 1));
    refused(&server.send(&HttpRequest::post_form(&url, long)), 400, "invalid_request");
}

#[test]
fn a_full_store_says_so_and_drops_nothing_that_lives() {
    let mut server = Server::with(|config| config.limits.grants = 4);
    // One user has half of the places at most.
    let first = server.web_tokens();
    let second = server.web_tokens();
    let code = server.web_code();
    let response = server.redeem(&code);
    refused(&response, 503, "temporarily_unavailable");
    assert!(response.headers.value("retry-after").is_some());
    for tokens in [&first, &second] {
        ok(&server.userinfo(WEB, member(tokens, "access_token")));
        ok(&server.refresh(member(tokens, "refresh_token")));
    }
    // Grants that are over make room; the code had not been spent.
    server.now += 10;
    let code = code_after_a_day(&mut server);
    ok(&server.redeem(&code));
}

fn code_after_a_day(server: &mut Server) -> String {
    server.now += 86400;
    server.web_code()
}

#[test]
fn a_second_login_of_one_browser_takes_no_second_place() {
    let mut server = Server::with(|config| config.limits.sessions = 1);
    let mut browser = Browser::default();
    for _ in 0..3 {
        let request = changed(spa_request(), "prompt", "login");
        browser.code(&mut server, SPA, &request);
    }
}

#[test]
fn memory_follows_live_sign_ins_and_not_tokens() {
    let mut server = Server::new();
    let empty = server.snapshot().len();
    for _ in 0..50 {
        // Machines and unused codes leave nothing behind.
        let machine = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
        ok(&server.token(MACHINE, &machine));
        Browser::default().authorize(&mut server, WEB, &web_request());
    }
    assert_eq!(server.snapshot().len(), empty);
    let mut tokens = server.web_tokens();
    let one = server.snapshot().len();
    for _ in 0..50 {
        tokens = ok(&server.refresh(member(&tokens, "refresh_token")));
    }
    assert_eq!(server.snapshot().len(), one);
    server.now += 2 * 86400;
    server.get(&WEB.api("token"));
    assert_eq!(server.snapshot().len(), empty);
}

/// Between a request and its answer nothing is kept: the forms carry it, sealed.
#[test]
fn interactions_take_no_memory() {
    let mut server = Server::new();
    let device = ok(&server.post(&DEVICE.api("device/code"), &[]));
    server.take_changed();
    let size = server.snapshot().len();
    for _ in 0..100 {
        let mut browser = Browser::default();
        let page = browser.authorize(&mut server, WEB, &web_request());
        assert!(text(&page).contains("name=\"transaction\""));
        let page = browser.get(&mut server, &DEVICE.page("device"));
        let code = [("user_code", member(&device, "user_code"))];
        assert_eq!(browser.submit(&mut server, &page, &code).status, 200);
        browser.get(&mut server, &WEB.page("logout"));
    }
    assert_eq!(server.snapshot().len(), size);
    assert!(!server.take_changed());
}

/// RFC 9110 section 10.2.3: people are told when to come back as programs are.
#[test]
fn a_full_store_says_when_to_try_again_on_pages_too() {
    let mut server = Server::with(|config| config.limits.sessions = 0);
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &web_request());
    let page = browser.login(&mut server, &page);
    page_refused(&page, 503, "temporarily_unavailable");
    assert_eq!(page.headers.value("retry-after"), Some("60"));
}
