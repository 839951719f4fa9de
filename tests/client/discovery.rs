//! A server's metadata (OpenID Connect Discovery, RFC 8414).

use eiam_token::client::discovery::WellKnown;
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server, discovery};
use eiam_token::http::HttpResponse;

use crate::support::{ISSUER, assert_http, is, malformed, refusal_of, wire};

const DOCUMENT: &str = r#"{"issuer":"https://as.example/v2/idaas_x/app_x/oidc",
 "authorization_endpoint":"https://pages.example/login/app/app_x/oauth2/authorize",
 "token_endpoint":"https://as.example/token",
 "device_authorization_endpoint":"https://as.example/device/code",
 "userinfo_endpoint":"https://as.example/userinfo",
 "revocation_endpoint":"https://as.example/revoke",
 "introspection_endpoint":"https://as.example/introspect",
 "end_session_endpoint":"https://pages.example/logout",
 "jwks_uri":"https://as.example/jwks",
 "pushed_authorization_request_endpoint":"https://as.example/par",
 "registration_endpoint":"https://as.example/register",
 "scopes_supported":["openid"],
 "authorization_response_iss_parameter_supported":true}"#;

fn parse(body: &str) -> Result<Server, Error> {
    discovery::parse_response(&HttpResponse::new(200, body), ISSUER)
}

#[test]
fn the_request() {
    let url = format!("{ISSUER}/.well-known/openid-configuration");
    let expected = format!("GET {url}\naccept: application/json\n\n");
    assert_eq!(wire(&discovery::request(ISSUER, WellKnown::OpenId).unwrap()), expected);
    assert_eq!(
        wire(&discovery::request(&format!("{ISSUER}/"), WellKnown::OpenId).unwrap()),
        expected
    );
}

#[test]
fn rfc_8414_3_oauths_place_is_between_host_and_path() {
    for (issuer, place) in [
        ("https://as.example", "https://as.example/.well-known/oauth-authorization-server"),
        ("https://as.example/", "https://as.example/.well-known/oauth-authorization-server"),
        ("https://as.example/a/b", "https://as.example/.well-known/oauth-authorization-server/a/b"),
        ("https://as.example/a/", "https://as.example/.well-known/oauth-authorization-server/a"),
        ("http://[::1]:80/a", "http://[::1]:80/.well-known/oauth-authorization-server/a"),
    ] {
        let request = discovery::request(issuer, WellKnown::OAuth).unwrap();
        assert_eq!(wire(&request), format!("GET {place}\naccept: application/json\n\n"));
    }
    for issuer in ["", "as.example", "https://as.example/?x", "https://as.example/#x"] {
        let refused = discovery::request(issuer, WellKnown::OAuth);
        assert!(is(&refused, ErrorKind::Argument, "issuer"), "{issuer}");
    }
}

#[test]
fn issuers_that_have_no_metadata() {
    for issuer in [
        "",
        "as.example",
        "ftp://as.example",
        "https://as.example?x",
        "https://as.example#x",
        "https://as.example?",
        "https://",
    ] {
        let refused = discovery::request(issuer, WellKnown::OpenId);
        assert!(is(&refused, ErrorKind::Argument, "issuer"), "{issuer}");
    }
    assert!(discovery::request("http://127.0.0.1:9400/x", WellKnown::OpenId).is_ok());
}

#[test]
fn every_endpoint_is_read() {
    let server = parse(DOCUMENT).unwrap();
    for name in Server::ENDPOINTS {
        let url = server.endpoint(name).unwrap_or_else(|| panic!("{name}"));
        assert!(DOCUMENT.contains(&format!("\"{name}\":\"{url}\"")), "{name}");
    }
    assert!(server.iss_in_callback);
}

#[test]
fn what_the_document_leaves_out() {
    let server = parse(&format!(r#"{{"issuer":"{ISSUER}","token_endpoint":null}}"#)).unwrap();
    assert_eq!(server, Server { issuer: Some(ISSUER.into()), ..Server::default() });
    for not_announced in ["false", "null", "\"true\"", "1"] {
        let announced = "_supported\":true";
        let document = DOCUMENT.replace(announced, &format!("_supported\":{not_announced}"));
        assert!(!parse(&document).unwrap().iss_in_callback);
    }
}

#[test]
fn every_place_in_its_order() {
    let places = |issuer: &str| -> Vec<String> {
        let requests = discovery::requests(issuer).unwrap();
        requests.into_iter().map(|request| request.url.clone()).collect()
    };
    assert_eq!(
        places("https://as.example/a/b/"),
        [
            "https://as.example/a/b/.well-known/openid-configuration",
            "https://as.example/.well-known/oauth-authorization-server/a/b",
            "https://as.example/.well-known/openid-configuration/a/b",
        ]
    );
    assert_eq!(
        places("https://as.example"),
        [
            "https://as.example/.well-known/openid-configuration",
            "https://as.example/.well-known/oauth-authorization-server",
        ]
    );
    assert!(is(&discovery::requests("as"), ErrorKind::Argument, "issuer"));
}

#[test]
fn when_the_next_place_is_asked() {
    let refused = |status, body: &str| {
        discovery::parse_response(&HttpResponse::new(status, body), ISSUER).unwrap_err()
    };
    for (status, body) in [
        (404, "<html>"),
        (400, r#"{"error":"invalid_request"}"#),
        (401, ""),
        (200, "<html>"),
        (200, ""),
        (200, "[]"),
    ] {
        assert!(discovery::is_elsewhere(&refused(status, body)), "{status} {body}");
    }
    for (status, body) in [
        (429, ""),
        (503, "<html>"),
        (302, ""),
        (200, "{}"),
        (200, r#"{"issuer":"https://other.example"}"#),
        (200, r#"{"issuer":"https://other.example","issuer":""}"#),
    ] {
        assert_eq!(
            discovery::is_elsewhere(&refused(status, body)),
            body.matches("issuer").count() > 1
        );
    }
}

#[test]
fn the_metadata_of_another_issuer_is_refused() {
    for other in ["https://evil.example", &format!("{ISSUER}/"), "", "https://AS.example"] {
        let body = DOCUMENT.replacen(ISSUER, other, 1);
        let (path, reason) = malformed(parse(&body));
        assert_eq!(path, "$.issuer", "{other}");
        let is_told = other.is_empty() || reason.contains("localhost is not 127.0.0.1");
        assert!(is_told, "{reason}");
    }
    assert_eq!(malformed(parse("{}")), ("$.issuer".to_owned(), "missing".to_owned()));
}

#[test]
fn a_mismatch_names_both_issuers() {
    let body = DOCUMENT.replacen(ISSUER, "https://\u{430}s.example", 1);
    let (_, reason) = malformed(parse(&body));
    assert!(reason.starts_with(r#""https://\u{430}s.example" is not"#), "{reason}");
    assert!(reason.contains(&format!("\"{ISSUER}\"")), "{reason}");
}

#[test]
fn a_bad_endpoint_is_left_out_until_it_is_used() {
    for url in ["javascript:alert(1)", "/token", "https://as.example/a b", "//as.example", "5"] {
        for name in Server::ENDPOINTS.iter().filter(|name| **name != "issuer") {
            let good = if *name == "jwks_uri" { "token_endpoint" } else { "jwks_uri" };
            let body = format!(
                r#"{{"issuer":"{ISSUER}","{name}":"{url}","{good}":"https://as.example/x"}}"#
            );
            let server = parse(&body).unwrap();
            assert_eq!(server.endpoint(name), None, "{url}");
            assert_eq!(server.endpoint(good), Some("https://as.example/x"), "{url}");
            let [unusable] = server.unusable[..] else { panic!("{server:?}") };
            assert_eq!(unusable.name, *name);
            assert_eq!(unusable.reason, "neither an https nor an http URL");
        }
    }
    let body = format!(r#"{{"issuer":"{ISSUER}","jwks_uri":"http://as.example/jwks"}}"#);
    let client = Client::new(parse(&body).unwrap(), "app_x", Authentication::None).unwrap();
    let (name, reason) = refusal_of(client.key_set_request(), ErrorKind::Argument);
    assert_eq!(name, "jwks_uri");
    assert!(reason.contains("plain http"), "{reason}");
    for (url, reason) in [
        ("\"\"", "neither an https nor an http URL"),
        ("[\"https://as.example\"]", "an array and not a string"),
        ("5", "a number and not a string"),
    ] {
        let server = parse(&format!(r#"{{"issuer":"{ISSUER}","jwks_uri":{url}}}"#)).unwrap();
        assert_eq!((server.unusable[0].reason, server.jwks_uri), (reason, None));
    }
}

#[test]
fn a_server_without_metadata() {
    let missing = discovery::parse_response(&HttpResponse::new(404, "<html>"), ISSUER);
    assert_http(&missing.unwrap_err(), 404);
}
