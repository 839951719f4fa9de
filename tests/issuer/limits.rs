//! Limits on what is read and on what is kept.

use eiam_token::http::HttpRequest;
use eiam_token::issuer::GrantType;

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
    let mut server = Server::with(|config| config.limits.grants = 2);
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
fn full_of_sessions_and_devices() {
    let mut server = Server::with(|config| {
        config.limits.sessions = 1;
        config.limits.device_requests = 1;
    });
    Browser::default().code(&mut server, SPA, &spa_request());
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, SPA, &spa_request());
    let response = browser.login(&mut server, &page);
    page_refused(&response, 503, "temporarily_unavailable");
    let url = DEVICE.api("device/code");
    ok(&server.post(&url, &[]));
    refused(&server.post(&url, &[]), 503, "temporarily_unavailable");
    server.now += 8 * 3600;
    ok(&server.post(&url, &[]));
    Browser::default().code(&mut server, SPA, &spa_request());
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

/// Fills one store; what is full answers `temporarily_unavailable`, and everything of before works.
struct Flood {
    name: &'static str,
    /// After how long one entry is over.
    lifetime: i64,
    attempt: fn(&mut Server, usize) -> u16,
}

const FLOODS: [Flood; 5] = [
    Flood {
        name: "sessions",
        lifetime: 8 * 3600,
        attempt: |server, _| {
            let mut browser = Browser::default();
            let page = browser.authorize(server, SPA, &spa_request());
            browser.login(server, &page).status
        },
    },
    Flood {
        name: "device requests",
        lifetime: 1200,
        attempt: |server, _| server.post(&DEVICE.api("device/code"), &[]).status,
    },
    Flood {
        name: "pushed requests",
        lifetime: 60,
        attempt: |server, _| {
            let request = spa_request();
            server.post(&SPA.api("par"), &request).status
        },
    },
    Flood {
        name: "grants",
        lifetime: 86_400,
        attempt: |server, _| {
            let password = [
                ("grant_type", "password"),
                ("username", "alice"),
                ("password", "alice-password"),
                ("scope", "openid"),
            ];
            server.web_token(&password).status
        },
    },
    Flood {
        name: "revoked tokens of machines",
        lifetime: 3600,
        attempt: |server, _| {
            let machine = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
            let tokens = ok(&server.token(MACHINE, &machine));
            let token = member(&tokens, "access_token");
            let pairs = [("client_secret", MACHINE_SECRET), ("token", token)];
            server.post(&MACHINE.api("revoke"), &pairs).status
        },
    },
];

#[test]
fn floods_end_at_the_limit_and_drop_nothing_that_lives() {
    const LIMIT: usize = 40;
    for flood in FLOODS {
        let mut server = Server::with(|config| {
            let limits = &mut config.limits;
            limits.sessions = LIMIT;
            limits.device_requests = LIMIT;
            limits.pushed_requests = LIMIT;
            limits.grants = LIMIT;
            limits.revoked_tokens = LIMIT;
            config.applications[1].grants.push(GrantType::Password);
            config.applications[1].lifetimes.access_token = 1_000_000;
            config.applications[1].lifetimes.refresh_token = 1_000_000;
        });
        let tokens = server.web_tokens();
        let mut times = Vec::new();
        let refused_at = (0..=LIMIT).find(|number| {
            server.now += 1;
            times.push(server.now);
            (flood.attempt)(&mut server, *number) == 503
        });
        // One place is taken by the sign-in from before, in two of the stores.
        let full = refused_at.unwrap_or_else(|| panic!("{}: no end", flood.name));
        assert!(full == LIMIT || full == LIMIT - 1, "{}: {full}", flood.name);
        let size = server.snapshot().len();
        for number in 0..200 {
            assert_eq!((flood.attempt)(&mut server, number), 503, "{}", flood.name);
        }
        assert_eq!(server.snapshot().len(), size, "{}", flood.name);
        ok(&server.userinfo(WEB, member(&tokens, "access_token")));
        if flood.name == "grants" {
            continue;
        }
        // The oldest leaves when its time is over, and makes room for one.
        server.now = times[0] + flood.lifetime;
        if flood.name == "sessions" {
            // That of the sign-in from before is the oldest, and left a second before.
            assert_eq!((flood.attempt)(&mut server, 0), 303, "{}", flood.name);
        }
        assert!((flood.attempt)(&mut server, 0) < 400, "{}", flood.name);
        assert_eq!((flood.attempt)(&mut server, 0), 503, "{}", flood.name);
        ok(&server.userinfo(WEB, member(&tokens, "access_token")));
        ok(&server.refresh(member(&tokens, "refresh_token")));
    }
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
