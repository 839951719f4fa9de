//! The key `anyLoopbackRedirectUri`: whatever is on the browser's own machine, as the ready example has it.

use eiam_token::http::{HttpRequest, Method};
use eiam_token::issuer::{Application, Config, Issuer, Profile, Sessions, Signer};

use crate::support::*;

/// The ready example as it is.
fn example(profile: Profile) -> Server {
    let mut config = Config::example(BASE);
    config.profile = profile;
    let mut issuer = Issuer::new(config, Sessions::Cookie, [7; 32]).unwrap();
    issuer.set_signing_key(KEY.public_jwk());
    Server::of(issuer)
}

/// What Vite, Next and others listen on, and what libraries call their paths.
const EVERYWHERE: [&str; 8] = [
    "http://localhost:5173/",
    "http://localhost:3000/api/auth/callback/eiam",
    "http://127.0.0.1:8080/cb?tenant=a",
    "http://[::1]:4200/cb",
    "http://localhost/cb",
    "https://localhost:5173/cb",
    "http://localhost:5173",
    "http://127.0.0.1:1/a%20b",
];

#[test]
fn the_examples_clients_take_any_loopback_redirect_uri() {
    for profile in [Profile::Eiam, Profile::Rfc9700] {
        for (place, request) in [(SPA, spa_request()), (WEB, web_request())] {
            for uri in EVERYWHERE {
                let mut server = example(profile);
                let mut browser = Browser::default();
                let request = changed(request.clone(), "redirect_uri", uri);
                let code = browser.code(&mut server, place, &request);
                // It is the one of the request, exactly, that the code is redeemed with.
                let client = if place == SPA { "app_spa" } else { "app_web" };
                let mut pairs = vec![
                    ("grant_type", "authorization_code"),
                    ("client_id", client),
                    ("code", code.as_str()),
                    ("code_verifier", VERIFIER),
                ];
                if place == WEB {
                    pairs.push(("client_secret", WEB_SECRET));
                }
                let other = [pairs.as_slice(), &[("redirect_uri", SPA_URI)]].concat();
                refused(&server.token(place, &other), 400, "invalid_grant");
                pairs.push(("redirect_uri", uri));
                let tokens = ok(&server.token(place, &pairs));
                // And the browser may go there after signing out.
                let logout = [
                    ("id_token_hint", member(&tokens, "id_token")),
                    ("post_logout_redirect_uri", uri),
                ];
                let url = format!("{}?{}", place.page("logout"), encode(&logout));
                let answer = browser.get(&mut server, &url);
                assert_eq!(answer.headers.value("location"), Some(uri));
            }
        }
    }
}

#[test]
fn everything_else_is_compared_exactly() {
    let mut server = example(Profile::Eiam);
    for uri in [
        "http://localhost.evil.example/cb",
        "http://localhost:80@evil.example/cb",
        "http://evil.example/cb",
        "http://192.168.0.1/cb",
        "http://0.0.0.0/cb",
        "http://localhost/cb#x",
        "http://localhost/cb\r\nx: y",
        "http://LOCALHOST/cb",
        "com.localhost:/cb",
        "javascript://localhost/%0aalert(1)",
        "//localhost/cb",
    ] {
        let request = changed(spa_request(), "redirect_uri", uri);
        let page = Browser::default().authorize(&mut server, SPA, &request);
        page_refused(&page, 400, "invalid_request");
        let pairs = [("post_logout_redirect_uri", uri)];
        let page = server.get(&format!("{}?{}", SPA.page("logout"), encode(&pairs)));
        page_refused(&page, 400, "invalid_request");
        assert_eq!(server.post(&SPA.api("par"), &request).status, 400);
    }
}

#[test]
fn fetch_section_3_2_scripts_of_any_loopback_origin() {
    let mut server = example(Profile::Eiam);
    let allowed = |server: &mut Server, place: Place, origin: &str| {
        let mut request = HttpRequest::get(place.api("token")).header("origin", origin);
        request.method = Method::Options;
        let response = server.send(&request);
        response.headers.value("access-control-allow-origin").map(str::to_owned)
    };
    for origin in [
        "http://localhost:5173",
        "http://127.0.0.1:3000",
        "http://[::1]:1",
        "https://localhost:5173",
    ] {
        for place in [SPA, WEB, Place::Instance] {
            assert_eq!(allowed(&mut server, place, origin).as_deref(), Some(origin));
        }
        // Without the key nobody is.
        assert_eq!(allowed(&mut server, MACHINE, origin), None);
    }
    for origin in [
        "https://evil.example",
        "http://localhost.evil.example",
        "http://localhost:5173/",
        "http://localhost:5173/x",
        "http://localhost:80",
        "null",
    ] {
        assert_eq!(allowed(&mut server, SPA, origin), None, "{origin}");
    }
    // Who lists origins means these.
    let mut server = Server::with(|config| {
        config.applications[0].any_loopback_redirect_uri = true;
        config.applications[0].origins = Some(vec!["https://app.example".into()]);
    });
    assert_eq!(allowed(&mut server, SPA, "http://localhost:5173"), None);
    assert!(allowed(&mut server, SPA, "https://app.example").is_some());
}

#[test]
fn the_key_stands_alone_survives_a_restart_and_is_off_unless_said() {
    let mut application = Application::new("app_new");
    assert!(!application.any_loopback_redirect_uri);
    application.public = true;
    application.any_loopback_redirect_uri = true;
    let mut server = Server::new();
    server.issuer.set_application(application).unwrap();
    let mut server = server.restarted();
    let request = changed(spa_request(), "client_id", "app_new");
    let request = changed(request, "redirect_uri", "http://localhost:1234/cb");
    Browser::default().code(&mut server, Place::App("app_new"), &request);
    let request = changed(spa_request(), "redirect_uri", "http://localhost:1234/cb");
    let page = Browser::default().authorize(&mut server, SPA, &request);
    page_refused(&page, 400, "invalid_request");
}
