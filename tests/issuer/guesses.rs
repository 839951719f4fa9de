//! Guesses at passwords and user codes end, and lock nobody out who guesses not.

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{GrantType, User};
use serde_json::Value;

use crate::support::*;

const RIGHT: (&str, &str) = ("alice", "alice-password");

/// A try to sign in, at the form.
fn try_in(server: &mut Server, browser: &mut Browser, (name, password): (&str, &str)) -> u16 {
    let request = changed(spa_request(), "prompt", "login");
    let page = browser.authorize(server, SPA, &request);
    browser.login_as(server, &page, name, password).status
}

fn guess(server: &mut Server, source: &str, name: &str) -> u16 {
    try_in(server, &mut Browser::at(source), (name, "wrong"))
}

/// How many guesses of a source at a name are looked at.
fn guesses(server: &mut Server, source: &str, name: &str) -> usize {
    (0..1000).take_while(|_| guess(server, source, name) == 400).count()
}

#[test]
fn wrong_passwords_of_others_lock_nobody_out() {
    let mut server = Server::new();
    assert_eq!(guesses(&mut server, "192.0.2.66", "alice"), 10);
    assert_eq!(try_in(&mut server, &mut Browser::at("192.0.2.66"), RIGHT), 429);
    assert_eq!(try_in(&mut server, &mut Browser::at("192.0.2.1"), RIGHT), 303);
    // Another name of the same source is another count.
    assert_eq!(guess(&mut server, "192.0.2.66", "bob"), 400);
    let mut server = server.restarted();
    assert_eq!(try_in(&mut server, &mut Browser::at("192.0.2.66"), RIGHT), 429);
    server.now += 60;
    assert_eq!(try_in(&mut server, &mut Browser::at("192.0.2.66"), RIGHT), 303);
}

#[test]
fn a_browser_where_the_user_signed_in_has_a_count_of_its_own() {
    // Whether or not the host says where requests come from, and in the same place as the attacker.
    for browser in [Browser::default(), Browser::at("192.0.2.66")] {
        let mut server = Server::new();
        let mut known = browser.clone();
        assert_eq!(try_in(&mut server, &mut known, RIGHT), 303);
        for _ in 0..10 {
            assert_eq!(try_in(&mut server, &mut browser.clone(), ("alice", "wrong")), 400);
        }
        assert_eq!(try_in(&mut server, &mut browser.clone(), RIGHT), 429);
        assert_eq!(try_in(&mut server, &mut known, RIGHT), 303);
        // It is known for alice alone.
        for _ in 0..10 {
            assert_eq!(try_in(&mut server, &mut browser.clone(), ("bob", "wrong")), 400);
        }
        assert_eq!(try_in(&mut server, &mut known, ("bob", "bob-password")), 429);
        // Nor may it guess for ever, and what it guesses locks no other browser of alice's out.
        let mut other = browser.clone();
        server.now += 60;
        assert_eq!(try_in(&mut server, &mut other, RIGHT), 303);
        for _ in 0..10 {
            assert_eq!(try_in(&mut server, &mut known, ("alice", "wrong")), 400);
        }
        assert_eq!(try_in(&mut server, &mut known, RIGHT), 429);
        assert_eq!(try_in(&mut server, &mut other, RIGHT), 303);
        assert_eq!(try_in(&mut server, &mut browser.clone(), RIGHT), 303);
    }
}

#[test]
fn many_sources_are_slowed_down_and_shut_no_new_one_out() {
    let mut server = Server::new();
    for source in 0..5 {
        assert_eq!(guesses(&mut server, &format!("192.0.2.{source}"), "alice"), 10);
    }
    for source in 5..30 {
        assert_eq!(guesses(&mut server, &format!("192.0.2.{source}"), "alice"), 1);
    }
    assert_eq!(try_in(&mut server, &mut Browser::at("192.0.2.99"), RIGHT), 303);
    // At others they may still guess.
    assert_eq!(guesses(&mut server, "192.0.2.9", "bob"), 10);
}

#[test]
fn one_source_ends_whatever_the_names() {
    let mut server = Server::with(|config| config.limits.password_failures_per_source = 7);
    for name in 0..7 {
        assert_eq!(guess(&mut server, "2001:db8::1", &format!("name{name}")), 400);
    }
    assert_eq!(guess(&mut server, "2001:db8::ffff", "name8"), 429, "one /64 is one source");
    assert_eq!(try_in(&mut server, &mut Browser::at("2001:db8:0:1::1"), RIGHT), 303);
}

#[test]
fn guesses_in_total_slow_strangers_down() {
    let mut server = Server::with(|config| config.limits.password_failures = 20);
    for source in 0..20 {
        assert_eq!(guess(&mut server, &format!("192.0.2.{source}"), &format!("n{source}")), 400);
    }
    // From now on one guess of a name, and a tenth of a hundred of a source.
    assert_eq!(guesses(&mut server, "192.0.2.50", "alice"), 1);
    let names = (0..30).filter(|name| guess(&mut server, "192.0.2.51", &format!("m{name}")) == 400);
    assert_eq!(names.count(), 10);
    assert_eq!(try_in(&mut server, &mut Browser::at("192.0.2.52"), RIGHT), 303);
}

#[test]
fn a_name_that_nobody_has_is_counted_like_one_that_somebody_has() {
    let mut server = Server::new();
    assert_eq!(guesses(&mut server, "192.0.2.1", "nobody"), 10);
}

#[test]
fn the_password_grant_counts_by_client_or_by_source() {
    let mut server = Server::with(|config| {
        config.applications[1].grants.push(GrantType::Password);
        config.applications[0].grants.push(GrantType::Password);
        config.limits.password_failures_per_source = 12;
    });
    let by_client = |server: &mut Server, source: &str, (name, password): (&str, &str)| {
        let pairs = [
            ("grant_type", "password"),
            ("client_secret", WEB_SECRET),
            ("username", name),
            ("password", password),
            ("scope", "openid"),
        ];
        server.post_from(source, &WEB.api("token"), &pairs).status
    };
    // A client that proved who it is counts as itself, wherever it is.
    for number in 0..10 {
        let source = format!("192.0.2.{number}");
        assert_eq!(by_client(&mut server, &source, ("alice", "wrong")), 400);
    }
    assert_eq!(by_client(&mut server, "192.0.2.50", RIGHT), 429);
    // It asks for many: others of its users go on, and so does alice elsewhere.
    for name in 0..12 {
        assert_eq!(by_client(&mut server, "192.0.2.1", (&format!("n{name}"), "wrong")), 400);
    }
    assert_eq!(by_client(&mut server, "192.0.2.1", ("bob", "bob-password")), 200);
    assert_eq!(try_in(&mut server, &mut Browser::at("192.0.2.1"), RIGHT), 303);
    // A public one counts by source, together with the form.
    let public = |server: &mut Server, source: &str, (name, password): (&str, &str)| {
        let pairs = [
            ("grant_type", "password"),
            ("client_id", "app_spa"),
            ("username", name),
            ("password", password),
            ("scope", "openid"),
        ];
        server.post_from(source, &SPA.api("token"), &pairs).status
    };
    for _ in 0..10 {
        assert_eq!(public(&mut server, "192.0.2.66", ("bob", "wrong")), 400);
    }
    assert_eq!(public(&mut server, "192.0.2.66", ("bob", "bob-password")), 429);
    assert_eq!(guess(&mut server, "192.0.2.66", "bob"), 429);
    assert_eq!(public(&mut server, "192.0.2.67", ("bob", "bob-password")), 200);
}

#[test]
fn a_browser_remembers_the_last_eight() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let mut lengths = Vec::new();
    assert_eq!(try_in(&mut server, &mut browser, RIGHT), 303);
    for number in 0..20 {
        let name = format!("user{number}");
        server.issuer.set_user(User::new(name.as_str(), name.as_str(), "password")).unwrap();
        assert_eq!(try_in(&mut server, &mut browser, (&name, "password")), 303);
        lengths.push(browser.cookies["eiam_browser"].len());
    }
    assert!(lengths[19] < 300 && lengths[19].abs_diff(lengths[7]) < 4, "{lengths:?}");
    for name in ["alice", "user19"] {
        for _ in 0..10 {
            assert_eq!(try_in(&mut server, &mut Browser::default(), (name, "wrong")), 400);
        }
    }
    assert_eq!(try_in(&mut server, &mut browser.clone(), ("user19", "password")), 303);
    assert_eq!(try_in(&mut server, &mut browser, RIGHT), 429, "that was too long ago");
}

#[test]
fn the_cookie_that_remembers_lasts_and_goes_with_the_forms_of_before() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, SPA, &spa_request());
    let before = browser.cookies["eiam_browser"].clone();
    let answer = browser.login(&mut server, &page);
    let cookies: Vec<_> = answer.headers.values("set-cookie").collect();
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("eiam_browser=")).unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("Max-Age=31536000"), "{cookie}");
    assert_ne!(browser.cookies["eiam_browser"], before);
    // The same form, sent again.
    assert_eq!(browser.login(&mut server, &page).status, 303);
}

fn start(server: &mut Server) -> Value {
    ok(&server.post(&DEVICE.api("device/code"), &[("scope", "openid")]))
}

fn enter(server: &mut Server, browser: &mut Browser, code: &str) -> HttpResponse {
    let page = browser.get(server, &DEVICE.page("device"));
    browser.submit(server, &page, &[("user_code", code)])
}

#[test]
fn rfc_8628_section_5_1_wrong_user_codes_end_and_lock_nobody_out() {
    let mut server = Server::new();
    let device = start(&mut server);
    let code = member(&device, "user_code").to_owned();
    let mut known = Browser::at("192.0.2.66");
    assert_eq!(try_in(&mut server, &mut known, RIGHT), 303);
    let mut looked_at = 0;
    for number in 0..200 {
        // A new browser each time; three sources have thirty each until there were sixty.
        let source = format!("192.0.2.{}", 66 + number / 50);
        let page = enter(&mut server, &mut Browser::at(&source), "BBBB-BBBB");
        looked_at += usize::from(page.status == 400);
    }
    assert_eq!(looked_at, 30 + 30 + 3 + 3);
    let page = enter(&mut server, &mut Browser::at("192.0.2.66"), &code);
    page_refused(&page, 429, "temporarily_unavailable");
    assert!(page.headers.value("retry-after").is_some());
    // Somebody from elsewhere, and whoever signed in in this browser before.
    assert_eq!(enter(&mut server, &mut Browser::at("192.0.2.1"), &code).status, 200);
    assert_eq!(enter(&mut server, &mut known, &code).status, 200);
    // Who signed in has so many, in however many browsers.
    let mut second = Browser::at("192.0.2.2");
    assert_eq!(try_in(&mut server, &mut second, RIGHT), 303);
    for number in 0..10 {
        let browser = if number % 2 == 0 { &mut known } else { &mut second };
        assert_eq!(enter(&mut server, browser, "BBBB-BBBB").status, 400);
    }
    assert_eq!(enter(&mut server, &mut second, &code).status, 429);
    server.now += 60;
    assert_eq!(enter(&mut server, &mut second, &code).status, 200);
}

#[test]
fn the_page_of_another_site_guesses_at_no_user_code() {
    // It is open in a browser at the same place as the user's, and has no cookie of ours.
    let mut server = Server::new();
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "http://127.0.0.1:9401"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for _ in 0..40 {
            let form = encode(&[("user_code", "BCDF-GHJK")]);
            let request = HttpRequest::post_form(DEVICE.page("device"), form).header(name, value);
            let answer = server.send(&request.sent_from("192.0.2.1"));
            page_refused(&answer, 400, "invalid_request");
        }
    }
    let device = ok(&server.post(&DEVICE.api("device/code"), &[]));
    let mut browser = Browser::at("192.0.2.1");
    let page = browser.get(&mut server, &DEVICE.page("device"));
    let code = [("user_code", member(&device, "user_code"))];
    assert_eq!(browser.submit(&mut server, &page, &code).status, 200);
}
