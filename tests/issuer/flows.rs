//! Whole flows, in both profiles and at both issuers.

use eiam_token::issuer::{Profile, Sessions};

use crate::support::*;

fn code_flow(profile: Profile, place: Place) {
    let mut server = Server::with(|config| config.profile = profile);
    let mut browser = Browser::default();
    let request = changed(web_request(), "scope", "openid profile email offline_access");
    let page = browser.authorize(&mut server, place, &request);
    assert_eq!(page.status, 200);
    assert!(text(&page).contains("Example web app"));

    let question = browser.login(&mut server, &page);
    assert_eq!(question.status, 200);
    let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
    let answer = redirected(&answer);
    assert_eq!(answer["state"], "st&te");
    assert_eq!(answer["iss"], place.issuer());
    assert!(answer["code"].starts_with("CO"));

    server.now += 10;
    let redeem = [
        ("grant_type", "authorization_code"),
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("code", answer["code"].as_str()),
        ("redirect_uri", WEB_URI),
        ("code_verifier", VERIFIER),
    ];
    let response = server.token(place, &redeem);
    let tokens = ok(&response);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 1200);
    assert_eq!(tokens["expires_at"], NOW + 10 + 1200);

    let (header, claims) = verified(member(&tokens, "id_token"));
    assert_eq!(header["alg"], "RS256");
    assert!(header["kid"].as_str().unwrap().starts_with("KEY"));
    assert_eq!(claims["iss"], place.issuer());
    assert_eq!(claims["sub"], "user_alice");
    assert_eq!(claims["aud"], "app_web");
    assert_eq!(claims["nonce"], "n-0S6");
    assert_eq!(claims["iat"], NOW + 10);
    assert_eq!(claims["exp"], NOW + 10 + 300);
    assert_eq!(claims["auth_time"], NOW);

    let info = ok(&server.userinfo(place, member(&tokens, "access_token")));
    assert_eq!(info["sub"], "user_alice");
    assert_eq!(info["email"], "alice@example.com");
    assert_eq!(info.get("phone_number"), None);

    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("refresh_token", member(&tokens, "refresh_token")),
    ];
    let again = ok(&server.token(place, &refresh));
    assert_ne!(again["refresh_token"], tokens["refresh_token"]);
    ok(&server.userinfo(place, member(&again, "access_token")));

    let revoke = [
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("token", member(&again, "refresh_token")),
    ];
    assert_eq!(text(&server.post(&place.api("revoke"), &revoke)), "{}");
    let gone = server.userinfo(place, member(&again, "access_token"));
    refused(&gone, if profile == Profile::Eiam { 400 } else { 401 }, "invalid_token");
}

#[test]
fn authorization_code_at_an_application_as_eiam() {
    code_flow(Profile::Eiam, WEB);
}

#[test]
fn authorization_code_at_the_instance_as_eiam() {
    code_flow(Profile::Eiam, Place::Instance);
}

#[test]
fn authorization_code_at_an_application_as_rfc9700() {
    code_flow(Profile::Rfc9700, WEB);
}

#[test]
fn authorization_code_at_the_instance_as_rfc9700() {
    code_flow(Profile::Rfc9700, Place::Instance);
}

fn device_flow(profile: Profile, place: Place) {
    let mut server = Server::with(|config| config.profile = profile);
    let start = [("client_id", "app_device"), ("scope", "openid profile")];
    let device = ok(&server.post(&place.api("device/code"), &start));
    let poll = [
        ("grant_type", DEVICE_GRANT),
        ("client_id", "app_device"),
        ("device_code", member(&device, "device_code")),
    ];
    refused(&server.token(place, &poll), 400, "authorization_pending");

    let mut browser = Browser::default();
    let page = browser.get(&mut server, member(&device, "verification_uri_complete"));
    assert!(text(&page).contains(member(&device, "user_code")));
    let typed = [("user_code", member(&device, "user_code"))];
    let login = browser.submit(&mut server, &page, &typed);
    assert!(text(&login).contains("Example television"));
    let question = browser.login(&mut server, &login);
    assert!(text(&question).contains(member(&device, "user_code")));
    let done = browser.submit(&mut server, &question, &[("decision", "allow")]);
    assert!(text(&done).contains("Device connected"));

    server.now += 5;
    let tokens = ok(&server.token(place, &poll));
    let (_, claims) = verified(member(&tokens, "id_token"));
    assert_eq!(claims["sub"], "user_alice");
    assert_eq!(claims["iss"], place.issuer());
    refused(&server.token(place, &poll), 400, "invalid_grant");
}

#[test]
fn device_at_an_application_as_eiam() {
    device_flow(Profile::Eiam, DEVICE);
}

#[test]
fn device_at_the_instance_as_eiam() {
    device_flow(Profile::Eiam, Place::Instance);
}

#[test]
fn device_at_an_application_as_rfc9700() {
    device_flow(Profile::Rfc9700, DEVICE);
}

#[test]
fn device_at_the_instance_as_rfc9700() {
    device_flow(Profile::Rfc9700, Place::Instance);
}

/// A service worker sees no cookies: one session belongs to the host.
#[test]
fn authorization_code_in_a_host_without_cookies() {
    let mut server = Server::with_sessions(Sessions::Host, |_| {});
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, SPA, &spa_request());
    let answer = browser.login(&mut server, &page);
    assert!(redirected(&answer).contains_key("code"));
    assert!(browser.cookies.is_empty());
    // The session is there for the next tab.
    let silent = changed(spa_request(), "prompt", "none");
    let mut tab = Browser::default();
    let answer = tab.authorize(&mut server, SPA, &silent);
    let code = redirected(&answer)["code"].clone();
    let redeem = [
        ("grant_type", "authorization_code"),
        ("client_id", "app_spa"),
        ("code", &code),
        ("redirect_uri", SPA_URI),
        ("code_verifier", VERIFIER),
    ];
    ok(&server.token(SPA, &redeem));
}

/// What the official SDK sends: everything in the query, no body, an odd content type.
#[test]
fn eiam_sdk_requests() {
    use eiam_token::http::HttpRequest;
    let mut server = Server::new();
    let url = format!(
        "{}?client_id=app_machine&client_secret={MACHINE_SECRET}&grant_type=client_credentials\
         &scope=api%3A%2F%2Fapi.example.com%7C.all",
        MACHINE.api("token")
    );
    let mut request = HttpRequest::post_form(url, String::new());
    request.headers = [
        ("content-type", "application/octet-stream"),
        ("x-acs-action", "GenerateToken"),
        ("x-acs-signature-method", "HMAC-SHA1"),
        ("accept", "application/json"),
    ]
    .into_iter()
    .collect();
    let tokens = ok(&server.send(&request));
    assert_eq!(tokens["expires_in"], 3600);
    assert!(member(&tokens, "access_token").starts_with("AT"));
}
