//! Paths, methods and CORS.

use eiam_token::http::{HttpRequest, Method};

use crate::support::*;

fn request(method: Method, url: &str) -> HttpRequest {
    let mut request = HttpRequest::get(url);
    request.method = method;
    request
}

#[test]
fn eiam_unknown_applications() {
    let mut server = Server::new();
    let none = Place::App("app_none");
    for response in [
        server.post(&none.api("token"), &[]),
        server.post(&none.api("device/code"), &[]),
        server.get(&none.api("userinfo")),
        server.get(&format!("{}/jwks", none.issuer())),
        server.post(&none.api("revoke"), &[]),
    ] {
        let description = refused(&response, 404, "application_not_found");
        assert_eq!(description, "Application id not found: app_none");
    }
    // The right application of another instance is none of ours.
    let url = WEB.api("token").replace(INSTANCE, "idaas_other");
    refused(&server.post(&url, &[]), 404, "application_not_found");
    let page = server.get(&none.page("authorize"));
    page_refused(&page, 404, "application_not_found");
}

#[test]
fn unknown_paths() {
    let urls = [
        format!("{BASE}/"),
        format!("{BASE}/v2"),
        format!("{}/", WEB.api("token")),
        WEB.api("tokens"),
        WEB.api("../oauth2/token"),
        WEB.page("register"),
        format!("{BASE}/v2/{INSTANCE}/authorizationServer/auths_custom/oauth2/token"),
        format!("{BASE}/v2/idaas_other/authorizationServer/iauths_system/oauth2/token"),
        "not a url".to_owned(),
        String::new(),
    ];
    let (mut eiam, mut strict) = (Server::new(), Server::rfc9700());
    for url in urls {
        // EIAM: in the style of the gateway, except where an issuer of ours is meant.
        let body = json(&eiam.post(&url, &[]));
        assert!(body["Code"].is_string() && body["RequestId"].is_string(), "{url}: {body}");
        refused(&strict.post(&url, &[]), 404, "not_found");
    }
}

#[test]
fn rfc_9110_section_15_5_6_wrong_methods() {
    let mut server = Server::new();
    for (name, allowed) in [
        ("token", "POST, OPTIONS"),
        ("device/code", "POST, OPTIONS"),
        ("revoke", "POST, OPTIONS"),
        ("introspect", "POST, OPTIONS"),
    ] {
        for method in [Method::Get, Method::Other] {
            let response = server.send(&request(method, &WEB.api(name)));
            refused(&response, 405, "invalid_request");
            assert_eq!(response.headers.value("allow"), Some(allowed));
        }
    }
    let response = server.send(&request(Method::Other, &WEB.page("authorize")));
    assert_eq!(response.status, 405);
    assert_eq!(response.headers.value("allow"), Some("GET, POST"));
    // HEAD must not make codes.
    let response = server.send(&request(Method::Head, &WEB.page("authorize")));
    assert_eq!(response.status, 405);
}

#[test]
fn rfc_9110_section_9_3_2_head_is_answered_without_content() {
    let mut server = Server::new();
    for (url, status) in [
        (format!("{}/jwks", WEB.issuer()), 200),
        (format!("{}/.well-known/openid-configuration", WEB.issuer()), 200),
        (format!("{BASE}/nothing/here"), 404),
        (Place::App("app_none").api("userinfo"), 404),
        (WEB.page("authorize"), 405),
    ] {
        let response = server.send(&request(Method::Head, &url));
        assert_eq!((response.status, response.body.len()), (status, 0), "{url}");
        assert!(response.headers.value("content-type").is_some());
    }
}

#[test]
fn the_path_prefix_of_the_base_url_and_any_host() {
    let mut server = Server::with(|config| config.base_url = "http://localhost:8600/issuer".into());
    let path = format!("/v2/{INSTANCE}/app_web/oidc/.well-known/openid-configuration");
    for url in [
        format!("http://localhost:8600/issuer{path}"),
        format!("http://127.0.0.1:8600/issuer{path}?x=1"),
        format!("/issuer{path}"),
        path.clone(),
    ] {
        let document = ok(&server.get(&url));
        let token = document["token_endpoint"].as_str().unwrap();
        assert!(token.starts_with("http://localhost:8600/issuer/v2/"), "{token}");
    }
}

#[test]
fn a_seed_repeats_a_run() {
    let run = || {
        let mut server = Server::new();
        let tokens = server.web_tokens();
        (tokens, server.snapshot())
    };
    assert_eq!(run(), run());
}
