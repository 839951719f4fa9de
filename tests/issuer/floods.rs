//! Whoever sends much takes no place of another's: the shares of every collection that is bounded.

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{AuthMethod, GrantType, Sessions, User};
use serde_json::Value;

use crate::support::*;

const BOB: (&str, &str) = ("bob", "bob-password");

/// Signs somebody in at the public client.
fn signed_in(server: &mut Server, (name, password): (&str, &str)) -> (Browser, HttpResponse) {
    let mut browser = Browser::default();
    let page = browser.authorize(server, SPA, &spa_request());
    let answer = browser.login_as(server, &page, name, password);
    (browser, answer)
}

/// Whether a browser is signed in.
fn is_signed_in(server: &mut Server, browser: &Browser) -> bool {
    let page = browser.clone().authorize(server, SPA, &spa_request());
    !text(&page).contains("name=\"password\"")
}

fn push(server: &mut Server, source: &str, place: Place) -> String {
    let mut request = if place == WEB { web_request() } else { spa_request() };
    if place == WEB {
        request.push(("client_secret", WEB_SECRET));
    }
    let response = server.post_from(source, &place.api("par"), &request);
    assert_eq!(response.status, 201, "{}", text(&response));
    member(&json(&response), "request_uri").to_owned()
}

fn is_pushed(server: &mut Server, place: Place, uri: &str) -> bool {
    let client = if place == WEB { "app_web" } else { "app_spa" };
    let request = [("client_id", client), ("request_uri", uri)];
    Browser::default().authorize(server, place, &request).status == 200
}

fn start_device(server: &mut Server, source: &str) -> Value {
    ok(&server.post_from(source, &DEVICE.api("device/code"), &[("scope", "openid")]))
}

fn poll(server: &mut Server, device: &Value) -> HttpResponse {
    let code = member(device, "device_code");
    server.token(
        DEVICE,
        &[("grant_type", DEVICE_GRANT), ("client_id", "app_device"), ("device_code", code)],
    )
}

/// The answer to the press on "allow".
fn approve(server: &mut Server, device: &Value) -> HttpResponse {
    let mut browser = Browser::default();
    let page = browser.get(server, &DEVICE.page("device"));
    let code = [("user_code", member(device, "user_code"))];
    let page = browser.submit(server, &page, &code);
    let page = browser.login(server, &page);
    browser.submit(server, &page, &[("decision", "allow")])
}

fn password_grant(server: &mut Server, (name, password): (&str, &str)) -> HttpResponse {
    server.web_token(&[
        ("grant_type", "password"),
        ("username", name),
        ("password", password),
        ("scope", "openid"),
    ])
}

fn machine_token(server: &mut Server) -> String {
    let request = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
    member(&ok(&server.token(MACHINE, &request)), "access_token").to_owned()
}

fn at_machine(server: &mut Server, name: &str, token: &str) -> Value {
    ok(&server.post(&MACHINE.api(name), &[("client_secret", MACHINE_SECRET), ("token", token)]))
}

#[test]
fn sessions_of_one_user_make_room_for_others_and_theirs_stay() {
    let mut server = Server::with(|config| config.limits.sessions = 6);
    let (bob, answer) = signed_in(&mut server, BOB);
    assert_eq!(answer.status, 303);
    let mut browsers = Vec::new();
    for _ in 0..20 {
        let (browser, answer) = signed_in(&mut server, ("alice", "alice-password"));
        assert_eq!(answer.status, 303, "one's own oldest session goes");
        browsers.push(browser);
        server = if browsers.len() == 7 { server.restarted() } else { server };
    }
    assert!(is_signed_in(&mut server, &bob));
    let signed_in_at: Vec<_> =
        browsers.iter().map(|browser| is_signed_in(&mut server, browser)).collect();
    assert_eq!(signed_in_at, [[false; 15].as_slice(), &[true; 5]].concat());
    // Bob's second one takes a place of alice's.
    let (second, answer) = signed_in(&mut server, BOB);
    assert_eq!(answer.status, 303);
    assert!(is_signed_in(&mut server, &second) && is_signed_in(&mut server, &bob));
    assert!(!is_signed_in(&mut server, &browsers[15]));
}

#[test]
fn where_every_user_has_one_session_it_is_not_taken() {
    let mut server = Server::with(|config| config.limits.sessions = 2);
    server.issuer.set_user(User::new("user_carol", "carol", "carol-password")).unwrap();
    let (alice, _) = signed_in(&mut server, ("alice", "alice-password"));
    let (bob, _) = signed_in(&mut server, BOB);
    let (_, answer) = signed_in(&mut server, ("carol", "carol-password"));
    page_refused(&answer, 503, "temporarily_unavailable");
    assert!(is_signed_in(&mut server, &alice) && is_signed_in(&mut server, &bob));
    server.now += 8 * 3600;
    assert_eq!(signed_in(&mut server, ("carol", "carol-password")).1.status, 303);
}

#[test]
fn pushed_requests_of_strangers_keep_no_client_and_no_other_source_out() {
    let mut server = Server::with(|config| config.limits.pushed_requests = 8);
    let of_client = push(&mut server, "192.0.2.1", WEB);
    let of_other = push(&mut server, "192.0.2.2", SPA);
    let mut last = String::new();
    for number in 0..40 {
        // One /64, whatever the address.
        last = push(&mut server, &format!("2001:db8::{number:x}"), SPA);
    }
    assert!(is_pushed(&mut server, SPA, &last));
    let later = push(&mut server, "192.0.2.3", WEB);
    for (place, uri) in [(WEB, &of_client), (SPA, &of_other), (WEB, &later)] {
        assert!(is_pushed(&mut server, place, uri));
    }
}

#[test]
fn pushed_requests_of_a_client_leave_room_for_strangers() {
    let mut server = Server::with(|config| config.limits.pushed_requests = 8);
    let of_stranger = push(&mut server, "192.0.2.2", SPA);
    let mut last = String::new();
    for _ in 0..40 {
        last = push(&mut server, "192.0.2.1", WEB);
    }
    let later = push(&mut server, "192.0.2.3", SPA);
    for (place, uri) in [(SPA, &of_stranger), (SPA, &later), (WEB, &last)] {
        assert!(is_pushed(&mut server, place, uri));
    }
}

#[test]
fn device_requests_without_credentials_close_the_flow_for_nobody() {
    let mut server = Server::with(|config| config.limits.device_requests = 8);
    let approved = start_device(&mut server, "192.0.2.1");
    assert_eq!(approve(&mut server, &approved).status, 200);
    let pending = start_device(&mut server, "192.0.2.2");
    let mut flood = Vec::new();
    for _ in 0..40 {
        // The approved one came from the same source.
        flood.push(start_device(&mut server, "192.0.2.1"));
    }
    let mut server = server.restarted();
    refused(&poll(&mut server, &pending), 400, "authorization_pending");
    refused(&poll(&mut server, &flood[0]), 400, "invalid_grant");
    refused(&poll(&mut server, &flood[39]), 400, "authorization_pending");
    let later = start_device(&mut server, "192.0.2.3");
    for device in [&pending, &later] {
        assert_eq!(approve(&mut server, device).status, 200);
        ok(&poll(&mut server, device));
    }
    ok(&poll(&mut server, &approved));
}

#[test]
fn one_user_who_approves_many_devices_leaves_room_for_others() {
    let mut server = Server::with(|config| config.limits.device_requests = 8);
    let mut approved = Vec::new();
    let refusal = loop {
        let device = start_device(&mut server, "192.0.2.1");
        let page = approve(&mut server, &device);
        if page.status != 200 {
            break page;
        }
        approved.push(device);
    };
    page_refused(&refusal, 503, "temporarily_unavailable");
    assert_eq!(approved.len(), 3, "half of what is not reserved for those who wait");
    let later = start_device(&mut server, "192.0.2.2");
    refused(&poll(&mut server, &later), 400, "authorization_pending");
    for device in &approved {
        ok(&poll(&mut server, device));
    }
    assert_eq!(approve(&mut server, &later).status, 200);
}

#[test]
fn grants_of_one_user_keep_no_other_out_and_all_live() {
    let mut server = Server::with(|config| {
        config.limits.grants = 12;
        config.applications[1].grants.push(GrantType::Password);
    });
    let mut granted = Vec::new();
    let refusal = loop {
        let response = password_grant(&mut server, ("alice", "alice-password"));
        if response.status != 200 {
            break response;
        }
        granted.push(json(&response));
        server = if granted.len() == 4 { server.restarted() } else { server };
    };
    refused(&refusal, 503, "temporarily_unavailable");
    assert!(refusal.headers.value("retry-after").is_some());
    assert_eq!(granted.len(), 6);
    let of_bob = ok(&password_grant(&mut server, BOB));
    for tokens in granted.iter().chain([&of_bob]) {
        ok(&server.userinfo(WEB, member(tokens, "access_token")));
        ok(&server.refresh(member(tokens, "refresh_token")));
    }
    refused(
        &password_grant(&mut server, ("alice", "alice-password")),
        503,
        "temporarily_unavailable",
    );
}

#[test]
fn a_revocation_finds_room_whatever_others_revoked() {
    let mut server = Server::with(|config| {
        config.limits.revoked_tokens = 8;
        let mut other = config.applications[3].clone();
        other.application_id = "app_other".into();
        config.applications.push(other);
    });
    let mut revoked = Vec::new();
    for _ in 0..30 {
        let token = machine_token(&mut server);
        at_machine(&mut server, "revoke", &token);
        revoked.push(token);
        for token in &revoked {
            assert_eq!(at_machine(&mut server, "introspect", token)["active"], false);
        }
    }
    // The other client has its share: one of its tokens ends, and no other.
    let other = Place::App("app_other");
    let request = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
    let [one, kept] = [(); 2].map(|()| ok(&server.token(other, &request)));
    let mut send = |name: &str, tokens: &Value| {
        let token = member(tokens, "access_token");
        ok(&server.post(&other.api(name), &[("client_secret", MACHINE_SECRET), ("token", token)]))
    };
    send("revoke", &one);
    assert_eq!(send("introspect", &one)["active"], false);
    assert_eq!(send("introspect", &kept)["active"], true);
    // What the flooding client is given later works.
    let later = machine_token(&mut server);
    assert_eq!(at_machine(&mut server, "introspect", &later)["active"], true);
    let mut server = server.restarted();
    for token in &revoked {
        assert_eq!(at_machine(&mut server, "introspect", token)["active"], false);
    }
    assert_eq!(at_machine(&mut server, "introspect", &later)["active"], true);
}

/// Access tokens of the implicit flow have no record either; those of one user end together, and
/// nobody else's.
#[test]
fn a_revocation_finds_room_for_tokens_of_the_implicit_flow() {
    let mut server = Server::with(|config| {
        config.limits.revoked_tokens = 4;
        config.applications[0].grants.push(GrantType::Implicit);
    });
    let request = changed(spa_request(), "response_type", "token");
    let request = changed(changed(request, "code_challenge", ""), "code_challenge_method", "");
    let token = |server: &mut Server, (name, password): (&str, &str)| {
        let mut browser = Browser::default();
        let page = browser.authorize(server, SPA, &request);
        in_fragment(&browser.login_as(server, &page, name, password))["access_token"].clone()
    };
    let of_bob = token(&mut server, BOB);
    let code = Browser::default().code(&mut server, SPA, &spa_request());
    let with_record = ok(&server.token(SPA, &spa_redemption(&code)));
    let mut revoked = Vec::new();
    for _ in 0..10 {
        let token = token(&mut server, ("alice", "alice-password"));
        ok(&server.post(&SPA.api("revoke"), &[("client_id", "app_spa"), ("token", &token)]));
        revoked.push(token);
    }
    for token in &revoked {
        refused(&server.userinfo(SPA, token), 400, "invalid_token");
    }
    ok(&server.userinfo(SPA, &of_bob));
    ok(&server.userinfo(SPA, member(&with_record, "access_token")));
}

#[test]
fn a_host_without_cookies_keeps_its_session() {
    let mut server = Server::with_sessions(Sessions::Host, |config| config.limits.sessions = 1);
    for (name, password) in [("alice", "alice-password"), BOB, ("alice", "alice-password")] {
        let mut browser = Browser::default();
        let request = changed(spa_request(), "prompt", "login");
        let page = browser.authorize(&mut server, SPA, &request);
        let answer = browser.login_as(&mut server, &page, name, password);
        assert_eq!(answer.status, 303);
    }
}

/// What is asked for without any client's proof costs nothing, also where the client has a secret.
#[test]
fn a_client_that_leaves_its_secret_out_counts_by_source() {
    let mut server = Server::with(|config| {
        config.limits.device_requests = 4;
        config.applications[1].grants.push(GrantType::DeviceCode);
        config.applications[1].token_endpoint_auth_methods =
            Some(vec![AuthMethod::ClientSecretPost]);
    });
    let url = WEB.api("device/code");
    let proved = ok(&server.post(&url, &[("client_secret", WEB_SECRET)]));
    for _ in 0..20 {
        ok(&server.send(&HttpRequest::post_form(&url, String::new()).sent_from("192.0.2.1")));
    }
    let code = member(&proved, "device_code");
    let answer = server.web_token(&[("grant_type", DEVICE_GRANT), ("device_code", code)]);
    refused(&answer, 400, "authorization_pending");
}
