//! Where a client may send and lead anybody: endpoints, and the addresses in answers.

use eiam_token::client::discovery::{self, parse_response_allowing};
use eiam_token::client::{Authentication, Client, Error, ErrorKind, PlainHttp, Server};
use eiam_token::client::{device, token, user_info};
use eiam_token::http::HttpResponse;

use crate::support::{ISSUER, NOW, is, malformed, public_client, refusal_of, server, transaction};

/// Every endpoint but the name of the server.
fn endpoints() -> impl Iterator<Item = &'static str> {
    Server::ENDPOINTS.into_iter().filter(|name| *name != "issuer")
}

fn client(server: Server, http: PlainHttp) -> Result<Client, Error> {
    Client::allowing(http, server, "app_x", Authentication::None)
}

/// A server with nothing but an issuer, if it is not empty, and one endpoint.
fn with(issuer: &str, name: &str, url: &str) -> Server {
    let mut server = Server::default();
    server.set_endpoint("issuer", issuer);
    server.set_endpoint(name, url);
    server
}

fn discover(issuer: &str, name: &str, url: &str, http: PlainHttp) -> Result<Server, Error> {
    let body = format!(r#"{{"issuer":"{issuer}","{name}":"{url}"}}"#);
    parse_response_allowing(http, &HttpResponse::new(200, body), issuer)
}

/// Why an endpoint of discovered metadata may not be used.
fn unusable(server: Result<Server, Error>, name: &str) -> String {
    let server = server.unwrap();
    assert_eq!(server.endpoint(name), None);
    let [unusable] = server.unusable[..] else { panic!("{server:?}") };
    assert_eq!(unusable.name, name);
    unusable.reason.to_owned()
}

#[test]
fn plain_http_beyond_this_machine_is_refused() {
    let issuer = "http://as.example";
    for http in [PlainHttp::default(), PlainHttp::OnLoopback] {
        for name in endpoints() {
            let (path, reason) = malformed(discover(issuer, name, "https://as.example/x", http));
            assert_eq!(path, "$.issuer");
            assert!(reason.contains("allowInsecureRequests"), "{reason}");
            for issuer in ["", issuer, "http://127.0.0.1:9400"] {
                let made = client(with(issuer, name, "http://as.example/x"), http);
                assert_eq!(
                    refusal_of(made, ErrorKind::Argument),
                    (name.to_owned(), reason.clone())
                );
            }
        }
    }
    for name in endpoints() {
        let http = PlainHttp::Anywhere;
        for issuer in [issuer, ISSUER] {
            let server = discover(issuer, name, "http://as.example/x", http).unwrap();
            assert_eq!(server.endpoint(name), Some("http://as.example/x"));
            assert!(client(with(issuer, name, "http://as.example/x"), http).is_ok());
        }
    }
}

#[test]
fn rfc_8414_2_no_endpoint_of_an_https_server_is_http() {
    for name in endpoints() {
        for url in ["http://as.example/x", "HTTP://as.example/x", "http://127.0.0.1:9400/x"] {
            let reason = unusable(discover(ISSUER, name, url, PlainHttp::default()), name);
            for word in ["plain http", "RFC 8414 section 2", "allowInsecureLoopback"] {
                assert!(reason.contains(word), "{reason}");
            }
            let made = client(with(ISSUER, name, url), PlainHttp::default());
            assert_eq!(refusal_of(made, ErrorKind::Argument), (name.to_owned(), reason));
        }
        assert!(is(
            &Client::new(with("HTTPS://as.example", name, "http://x/"), "c", Authentication::None),
            ErrorKind::Argument,
            name
        ));
    }
}

#[test]
fn loopback_alone_is_allowed_by_the_option() {
    for name in endpoints() {
        for host in ["localhost:9400", "127.0.0.1", "[::1]", "[::1]:9400"] {
            let url = format!("http://{host}/x");
            let server = discover(ISSUER, name, &url, PlainHttp::OnLoopback).unwrap();
            assert_eq!(server.endpoint(name), Some(&*url));
            assert!(client(with(ISSUER, name, &url), PlainHttp::OnLoopback).is_ok(), "{url}");
        }
        for host in ["as.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1"] {
            let url = format!("http://{host}/x");
            let refused = discover(ISSUER, name, &url, PlainHttp::OnLoopback);
            assert!(unusable(refused, name).contains("plain http"), "{url}");
            let made = client(with(ISSUER, name, &url), PlainHttp::OnLoopback);
            assert!(is(&made, ErrorKind::Argument, name), "{url}");
        }
    }
}

#[test]
fn a_server_on_loopback_needs_no_option() {
    for name in endpoints() {
        for issuer in ["http://127.0.0.1:9400/x", "http://localhost:9400", "http://[::1]"] {
            for url in [format!("{issuer}/endpoint"), "https://pages.example/x".to_owned()] {
                let server = discover(issuer, name, &url, PlainHttp::default()).unwrap();
                assert_eq!(server.endpoint(name), Some(&*url));
                assert!(client(with(issuer, name, &url), PlainHttp::default()).is_ok(), "{url}");
            }
        }
    }
}

#[test]
fn without_an_issuer_the_first_endpoint_tells() {
    for issuer in ["", "as"] {
        let mut mixed = with(issuer, "token_endpoint", "https://as.example/token");
        mixed.set_endpoint("jwks_uri", "http://as.example/jwks");
        let made = client(mixed, PlainHttp::default());
        assert!(is(&made, ErrorKind::Argument, "jwks_uri"));

        let mut plain = with(issuer, "token_endpoint", "http://127.0.0.1/token");
        plain.set_endpoint("jwks_uri", "http://127.0.0.1/jwks");
        assert!(client(plain, PlainHttp::default()).is_ok());
    }
}

#[test]
fn endpoints_of_ones_own_are_web_addresses_too() {
    for name in endpoints() {
        for url in ["javascript:alert(1)", "/token", "//as.example", "as.example", "https://a b/"] {
            for issuer in ["", ISSUER, "http://127.0.0.1"] {
                let made = client(with(issuer, name, url), PlainHttp::OnLoopback);
                assert!(is(&made, ErrorKind::Argument, name), "{url}");
            }
        }
    }
    assert!(discovery::parse_response(&HttpResponse::new(200, "{}"), ISSUER).is_err());
}

/// No web page, or nothing that all of its readers take for the same one.
const NO_PAGES: [&str; 22] = [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)//https://as.example",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    "\u{1}javascript:alert(1)",
    "data:text/html,<script>",
    "blob:https://as.example/1",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example",
    "/e",
    "e",
    "",
    " https://as.example",
    "https://as.example/\n",
    "https://as.example/\u{0}",
    "https://as.example/\u{202e}",
    "https://as.example\\@evil.example",
    "https://as.example@evil.example",
    "https:as.example",
    "https://",
];

/// `text` as it stands in a JSON string.
fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[test]
fn rfc_6749_5_2_error_uri_is_a_web_page_or_nothing() {
    let long = format!("https://as.example/{}", "x".repeat(1024));
    let refused = NO_PAGES.into_iter().chain([long.as_str()]).map(|uri| (uri, ""));
    let kept = ["https://as.example/e", "http://as.example/e", "HTTPS://as.example/e?x#y"];
    for (sent, expected) in refused.chain(kept.map(|uri| (uri, uri))) {
        let body = format!(r#"{{"error":"x","error_description":"d","error_uri":{}}}"#, json(sent));
        let answer = HttpResponse::new(400, body);
        let challenge = format!(
            r#"Bearer error="x", error_description="d", error_uri="{}""#,
            sent.replace('\\', "\\\\")
        );
        let header = HttpResponse::new(401, "").header("WWW-Authenticate", &challenge);
        let mut callback = eiam_token::form::Encoder::new();
        callback.pair("error", "x").pair("error_description", "d").pair("error_uri", sent);
        callback.pair("state", transaction().state.expose());
        for error in [
            token::parse_response(&answer, NOW).unwrap_err(),
            user_info::parse_response(&header, None).unwrap_err(),
            public_client().parse_callback(&callback.finish(), &transaction()).unwrap_err(),
        ] {
            assert_eq!(error.uri(), expected, "{sent:?}");
            // Nothing else of the refusal is lost.
            assert_eq!((error.oauth_code(), error.reason()), (Some("x"), "d"), "{sent:?}");
        }
    }
}

#[test]
fn the_pages_of_a_device_are_web_pages() {
    for name in ["verification_uri", "verification_uri_complete"] {
        for uri in NO_PAGES {
            let refused = device(&server(), PlainHttp::OnLoopback, name, uri);
            // Nothing is there instead of a link that may be left out.
            if (name, uri) != ("verification_uri_complete", "") {
                assert_eq!(malformed(refused).0, format!("$.{name}"), "{uri:?}");
            }
        }
    }
}

#[test]
fn the_pages_of_a_device_are_as_safe_as_the_server() {
    let mut plain = server();
    for name in Server::ENDPOINTS {
        plain.set_endpoint(name, "http://as.example");
    }
    for name in ["verification_uri", "verification_uri_complete"] {
        let parse = |server: &Server, http, uri| device(server, http, name, uri);
        for uri in ["http://as.example/device", "http://127.0.0.1:9400/device"] {
            let (path, reason) = malformed(parse(&server(), PlainHttp::default(), uri));
            assert_eq!(path, format!("$.{name}"), "{uri}");
            assert!(reason.contains("plain http"), "{reason}");
            assert!(parse(&plain, PlainHttp::Anywhere, uri).is_ok(), "{uri}");
        }
        let allowed = PlainHttp::OnLoopback;
        assert!(parse(&server(), allowed, "http://127.0.0.1:9400/device").is_ok());
        assert!(parse(&server(), allowed, "http://as.example/device").is_err());
    }
}

/// A device authorization of a server, with one of its members so.
fn device(
    server: &Server,
    http: PlainHttp,
    name: &str,
    uri: &str,
) -> Result<device::DeviceAuthorization, Error> {
    let page = "https://as.example/device";
    let [own, complete] = match name {
        "verification_uri" => [uri, page],
        _ => [page, uri],
    };
    let body = format!(
        r#"{{"device_code":"DC","user_code":"U","verification_uri":{},"verification_uri_complete":{}}}"#,
        json(own),
        json(complete)
    );
    let client = client(server.clone(), http).unwrap();
    client.parse_device_authorization(&HttpResponse::new(200, body), NOW)
}
