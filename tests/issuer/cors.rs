//! What scripts of other origins may do: the CORS protocol of Fetch, section 3.2.

use eiam_token::http::{HttpRequest, HttpResponse, Method};

use crate::support::*;

/// Where app_web's redirect URI is.
const OWN: &str = "http://127.0.0.1:8700";

fn send(server: &mut Server, method: Method, url: &str, origin: &str) -> HttpResponse {
    let mut request = HttpRequest::get(url);
    request.method = method;
    server.send(&request.header("origin", origin))
}

fn allowed(response: &HttpResponse) -> Option<&str> {
    response.headers.value("access-control-allow-origin")
}

fn apis(place: Place) -> Vec<String> {
    ["token", "device/code", "revoke", "userinfo", "introspect", "par"]
        .map(|name| place.api(name))
        .to_vec()
}

#[test]
fn fetch_section_3_2_the_origins_of_the_redirect_uris() {
    let mut server = Server::new();
    for url in apis(WEB) {
        let preflight = send(&mut server, Method::Options, &url, OWN);
        assert_eq!(preflight.status, 204, "{url}");
        assert_eq!(allowed(&preflight), Some(OWN));
        let header = |name| preflight.headers.value(name);
        assert!(header("access-control-allow-methods").unwrap().contains("POST"));
        assert!(header("access-control-allow-headers").unwrap().contains("Authorization"));
        assert_eq!(header("access-control-allow-credentials"), None);
        // Errors too, or a script could not read what is wrong.
        let answer = send(&mut server, Method::Post, &url, OWN);
        assert_eq!(allowed(&answer), Some(OWN), "{url}");
        for origin in ["https://evil.example", "null", "http://localhost:8700", ""] {
            for method in [Method::Options, Method::Post] {
                let response = send(&mut server, method, &url, origin);
                assert_eq!(allowed(&response), None, "{origin}");
                assert_eq!(response.headers.value("access-control-allow-methods"), None);
                // RFC 9110 section 12.5.5: the answer depends on it.
                assert_eq!(response.headers.value("vary"), Some("Origin"));
            }
        }
        // Without an origin there is no browser to tell.
        assert_eq!(allowed(&server.post(&url, &[])), None);
    }
}

#[test]
fn rfc_8252_section_7_3_any_port_of_a_loopback_address() {
    let mut server = Server::new();
    for origin in ["http://127.0.0.1:5173", "http://localhost:8600"] {
        assert_eq!(
            allowed(&send(&mut server, Method::Post, &SPA.api("token"), origin)),
            Some(origin)
        );
    }
    let other = send(&mut server, Method::Post, &SPA.api("token"), "http://localhost:8601");
    assert_eq!(allowed(&other), None);
}

#[test]
fn origins_of_the_configuration_take_their_place() {
    let mut server = Server::with(|config| {
        config.applications[1].origins = Some(vec!["https://app.example".into()]);
        config.applications[0].origins = Some(Vec::new());
    });
    let url = WEB.api("token");
    let origin = "https://app.example";
    assert_eq!(allowed(&send(&mut server, Method::Post, &url, origin)), Some(origin));
    assert_eq!(allowed(&send(&mut server, Method::Post, &url, OWN)), None);
    let closed = send(&mut server, Method::Post, &SPA.api("token"), "http://127.0.0.1:1");
    assert_eq!(allowed(&closed), None);
    let mut config = server.issuer.config().clone();
    for wrong in ["https://app.example/", "*", "app.example", "https://APP.example"] {
        config.applications[1].origins = Some(vec![wrong.into()]);
        assert_eq!(config.check().unwrap_err().path(), "applications[1].origins[0]", "{wrong}");
    }
}

#[test]
fn the_server_of_the_instance_has_the_origins_of_all() {
    let mut server = Server::new();
    for url in apis(Place::Instance) {
        for origin in [OWN, "http://localhost:8600"] {
            let response = send(&mut server, Method::Options, &url, origin);
            assert_eq!(allowed(&response), Some(origin));
        }
        let response = send(&mut server, Method::Options, &url, "https://evil.example");
        assert_eq!(allowed(&response), None);
    }
}

#[test]
fn an_unknown_application_is_told_to_all_and_no_header_is_given_back() {
    let mut server = Server::new();
    let url = Place::App("app_none").api("token");
    for origin in ["https://any.example", "https://a\0b", "\r\nset-cookie: a=b"] {
        let response = send(&mut server, Method::Post, &url, origin);
        assert_eq!(allowed(&response), Some("*"));
        refused(&response, 404, "application_not_found");
        let response = send(&mut server, Method::Post, &WEB.api("token"), origin);
        assert_eq!(allowed(&response), None);
    }
}

#[test]
fn metadata_and_keys_are_open_to_all_and_pages_to_none() {
    let mut server = Server::new();
    for place in [WEB, Place::Instance] {
        for name in ["jwks", ".well-known/openid-configuration"] {
            let url = format!("{}/{name}", place.issuer());
            for method in [Method::Get, Method::Options] {
                let response = send(&mut server, method, &url, "https://any.example");
                let all: Vec<_> = response.headers.values("access-control-allow-origin").collect();
                assert_eq!(all, ["*"]);
            }
        }
        for page in ["authorize", "login", "decision", "device", "logout"] {
            for method in [Method::Get, Method::Post, Method::Options] {
                let response = send(&mut server, method, &place.page(page), OWN);
                assert_eq!(allowed(&response), None);
            }
        }
    }
}
