//! Asking what a token is worth (RFC 7662).

use eiam_token::client::introspect::{self, Introspection};
use eiam_token::client::revoke::TokenTypeHint;
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server};
use eiam_token::http::HttpResponse;

use crate::support::{
    assert_http, assert_not_supported, is, malformed, public_client, server, wire,
};

fn client(authentication: Authentication) -> Client {
    let introspection_endpoint = Some("https://as.example/introspect".into());
    Client::new(Server { introspection_endpoint, ..server() }, "app_x", authentication).unwrap()
}

fn parse(body: &str) -> Result<Introspection, Error> {
    introspect::parse_response(&HttpResponse::new(200, body))
}

#[test]
fn section_2_1_the_request() {
    let head = "POST https://as.example/introspect\n\
                content-type: application/x-www-form-urlencoded\naccept: application/json\n";
    for (authentication, hint, expected) in [
        (Authentication::None, None, "\ntoken=AT%2B1&client_id=app_x"),
        (
            Authentication::post("CS"),
            Some(TokenTypeHint::RefreshToken),
            "\ntoken=AT%2B1&token_type_hint=refresh_token&client_id=app_x&client_secret=CS",
        ),
        (
            Authentication::basic("CS"),
            Some(TokenTypeHint::AccessToken),
            "authorization: Basic YXBwX3g6Q1M=\n\ntoken=AT%2B1&token_type_hint=access_token",
        ),
    ] {
        let request = client(authentication).introspection_request("AT+1", hint).unwrap();
        assert_eq!(wire(&request), format!("{head}{expected}"));
    }
    let refused = client(Authentication::None).introspection_request("", None);
    assert!(is(&refused, ErrorKind::Argument, "token"));
    let unknown = public_client().introspection_request("AT", None);
    assert_not_supported(unknown, "introspection_endpoint");
}

#[test]
fn section_2_2_a_token_that_is_good() {
    let body = r#"{ "active":true, "exp":9007199254740993, "iat":1700000000.999, "nbf":"7",
        "scope":"a b", "n":9007199254740993 }"#;
    let said = parse(body).unwrap();
    assert!(said.active);
    assert_eq!(said.expires_at, Some(9_007_199_254_740_993));
    assert_eq!((said.issued_at, said.not_before), (Some(1_700_000_000), Some(7)));
    assert_eq!(said.members, body);
}

#[test]
fn one_that_is_not() {
    let said = parse(r#"{"active":false}"#).unwrap();
    assert!(!said.active);
    assert_eq!((said.expires_at, said.issued_at, said.not_before), (None, None, None));
}

#[test]
fn what_is_no_answer() {
    for (body, path) in [
        ("{}", "$.active"),
        (r#"{"active":"true"}"#, "$.active"),
        (r#"{"active":1}"#, "$.active"),
        (r#"{"active":null}"#, "$.active"),
        (r#"{"active":false,"active":true}"#, "$.active"),
        (r#"{"active":true,"exp":-1}"#, "$.exp"),
        (r#"{"active":true,"iat":"soon"}"#, "$.iat"),
        (r#"{"active":true,"nbf":9223372036854775808}"#, "$.nbf"),
        ("[]", "$"),
        ("true", "$"),
    ] {
        assert_eq!(malformed(parse(body)).0, path, "{body}");
    }
    let refused =
        introspect::parse_response(&HttpResponse::new(401, r#"{"error":"invalid_client"}"#));
    assert_eq!(refused.unwrap_err().oauth_code(), Some("invalid_client"));
    assert_http(&introspect::parse_response(&HttpResponse::new(502, "")).unwrap_err(), 502);
}

#[test]
fn debug_does_not_show_whom_a_token_is_of() {
    let said = parse(r#"{"active":true,"username":"alice"}"#).unwrap();
    assert_eq!(format!("{said:?}"), "Introspection { active: true, .. }");
}
