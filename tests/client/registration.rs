//! Registration (RFC 7591) and its management (RFC 7592).

use eiam_token::client::registration::{self, Registration};
use eiam_token::client::{Error, ErrorKind, Server};
use eiam_token::http::HttpResponse;
use eiam_token::secret::Secret;

use crate::support::{assert_not_supported, is, malformed, refusal_of, server as known, wire};

const MINE: &str = "https://as.example/register/c1";
const WHOLE: &str = r#"{"client_id":"c1","client_secret":"CS1","client_secret_expires_at":0,"client_id_issued_at":1700000000,"registration_access_token":"RAT1","registration_client_uri":"https://as.example/register/c1","client_name":"My app"}"#;

fn server() -> Server {
    Server { registration_endpoint: Some("https://as.example/register".into()), ..known() }
}

fn parse(body: &str, former: Option<&Registration>) -> Result<Registration, Error> {
    registration::parse_response(&server(), &HttpResponse::new(201, body), former)
}

fn exposed(secret: Option<&Secret>) -> Option<&str> {
    secret.map(Secret::expose)
}

#[test]
fn rfc_7591_3_1_the_request() {
    let request = registration::request(&server(), r#"{"client_name":"Ω"}"#, Some("IAT")).unwrap();
    assert_eq!(
        wire(&request),
        "POST https://as.example/register\naccept: application/json\nauthorization: Bearer IAT\n\
         content-type: application/json\n\n{\"client_name\":\"Ω\"}"
    );
    let open = registration::request(&server(), "{}", None).unwrap();
    assert_eq!(open.headers.value("authorization"), None);
}

#[test]
fn rfc_7591_3_1_what_cannot_be_sent() {
    for metadata in ["", "[]", "7", "{", r#"{"a":1,"a":2}"#] {
        let refused = registration::request(&server(), metadata, None);
        assert!(is(&refused, ErrorKind::Argument, "metadata"), "{metadata}");
    }
    for token in ["", "a b", "ä", "a\n"] {
        let refused = registration::request(&server(), "{}", Some(token));
        assert!(is(&refused, ErrorKind::Argument, "token"), "{token}");
    }
    assert_not_supported(registration::request(&known(), "{}", None), "registration_endpoint");
    let none = Server { registration_endpoint: Some(String::new()), ..known() };
    assert_not_supported(registration::request(&none, "{}", None), "registration_endpoint");
    let plain = Server { registration_endpoint: Some("http://as.example/r".into()), ..known() };
    let refused = registration::request(&plain, "{}", None);
    assert!(is(&refused, ErrorKind::Argument, "registration_endpoint"));
}

#[test]
fn rfc_7591_3_2_1_the_answer() {
    let one = parse(WHOLE, None).unwrap();
    assert_eq!((one.client_id.as_str(), exposed(one.client_secret.as_ref())), ("c1", Some("CS1")));
    assert_eq!(
        (one.client_secret_expires_at, one.client_id_issued_at),
        (None, Some(1_700_000_000))
    );
    assert_eq!(exposed(one.access_token.as_ref()), Some("RAT1"));
    assert_eq!(one.client_uri.as_deref(), Some(MINE));
    assert_eq!(one.members.text("client_name").as_deref(), Some("My app"));
    let debug = format!("{one:?}");
    assert!(!debug.contains("CS1") && !debug.contains("RAT1"), "{debug}");
    let expires = r#"{"client_id":"c1","client_secret_expires_at":1800000000}"#;
    assert_eq!(parse(expires, None).unwrap().client_secret_expires_at, Some(1_800_000_000));
}

#[test]
fn rfc_7591_3_2_2_refusals_and_answers_that_are_none() {
    let answer = HttpResponse::new(400, r#"{"error":"invalid_redirect_uri"}"#);
    let refused = registration::parse_response(&server(), &answer, None);
    assert_eq!(refusal_of(refused, ErrorKind::OAuth).0, "invalid_redirect_uri");
    for (body, path) in [
        ("{}", "$.client_id"),
        (r#"{"client_id":""}"#, "$.client_id"),
        (r#"{"client_id":"c","client_secret_expires_at":"soon"}"#, "$.client_secret_expires_at"),
        (
            r#"{"client_id":"c","registration_client_uri":"http://as.example/c"}"#,
            "$.registration_client_uri",
        ),
        (
            r#"{"client_id":"c","registration_client_uri":"javascript:1"}"#,
            "$.registration_client_uri",
        ),
        (r#"{"client_id":"c","registration_client_uri":"/c"}"#, "$.registration_client_uri"),
        (r#"{"client_id":"c","registration_access_token":""}"#, "$.registration_access_token"),
        (r#"{"client_id":"c","registration_access_token":"a\nb"}"#, "$.registration_access_token"),
    ] {
        assert_eq!(malformed(parse(body, None)).0, path, "{body}");
    }
}

/// An issuer that is only a name tells nothing of how safe its server is.
#[test]
fn rfc_7592_3_the_url_is_as_safe_as_the_endpoint_of_a_server_with_a_name() {
    for (endpoint, url, is_safe) in [
        ("https://as.example/register", "https://as.example/c", true),
        ("https://as.example/register", "http://127.0.0.1/c", false),
        ("http://127.0.0.1/register", "http://127.0.0.1/c", true),
        ("http://127.0.0.1/register", "http://as.example/c", false),
    ] {
        let server = Server {
            issuer: Some("a name".into()),
            registration_endpoint: Some(endpoint.into()),
            ..Server::default()
        };
        let body = format!(r#"{{"client_id":"c","registration_client_uri":"{url}"}}"#);
        let read = registration::parse_response(&server, &HttpResponse::new(201, body), None);
        match is_safe {
            true => assert_eq!(read.unwrap().client_uri.as_deref(), Some(url)),
            false => assert_eq!(malformed(read).0, "$.registration_client_uri", "{url}"),
        }
    }
}

#[test]
fn rfc_7592_3_token_and_url_stay_unless_others_come() {
    let one = parse(WHOLE, None).unwrap();
    let second = parse(r#"{"client_id":"c1"}"#, Some(&one)).unwrap();
    assert_eq!(second.access_token, one.access_token);
    assert_eq!(second.client_uri, one.client_uri);
    let third =
        parse(r#"{"client_id":"c1","registration_access_token":"RAT2"}"#, Some(&second)).unwrap();
    assert_eq!(exposed(third.access_token.as_ref()), Some("RAT2"));
    assert_eq!(malformed(parse(r#"{"client_id":"c2"}"#, Some(&one))).0, "$.client_id");
    // An empty one is none.
    let empty = r#"{"client_id":"c1","client_secret":"","registration_client_uri":""}"#;
    let fourth = parse(empty, Some(&one)).unwrap();
    assert_eq!((fourth.client_uri.as_deref(), fourth.client_secret), (Some(MINE), None));
    let fifth = parse(empty, None).unwrap();
    assert_eq!(fifth.client_uri, None);
    assert_not_supported(registration::read_request(&fifth), "registration_client_uri");
}

#[test]
fn rfc_7592_2_reading_changing_and_deleting() {
    let one = parse(WHOLE, None).unwrap();
    let head = |method: &str| {
        format!("{method} {MINE}\naccept: application/json\nauthorization: Bearer RAT1\n")
    };
    assert_eq!(wire(&registration::read_request(&one).unwrap()), head("GET") + "\n");
    assert_eq!(wire(&registration::delete_request(&one).unwrap()), head("DELETE") + "\n");
    let metadata = r#"{"client_name":"New","n":1e2,"client_id":"x","client_secret":"x","registration_access_token":"x","registration_client_uri":"x","client_secret_expires_at":1,"client_id_issued_at":1}"#;
    let body = r#"{"client_id":"c1","client_secret":"CS1","client_name":"New","n":1e2}"#;
    assert_eq!(
        wire(&registration::update_request(&one, metadata).unwrap()),
        head("PUT") + "content-type: application/json\n\n" + body
    );
    assert!(is(&registration::update_request(&one, "[]"), ErrorKind::Argument, "metadata"));
}

#[test]
fn rfc_7592_2_3_the_answer_to_a_deletion() {
    assert!(registration::parse_deletion(&HttpResponse::new(204, "")).is_ok());
    let refused =
        registration::parse_deletion(&HttpResponse::new(401, r#"{"error":"invalid_token"}"#));
    assert_eq!(refusal_of(refused, ErrorKind::OAuth).0, "invalid_token");
    assert!(registration::parse_deletion(&HttpResponse::new(405, "")).is_err());
}

#[test]
fn a_server_without_rfc_7592() {
    let one = parse(r#"{"client_id":"c1"}"#, None).unwrap();
    for refused in [
        registration::read_request(&one),
        registration::update_request(&one, "{}"),
        registration::delete_request(&one),
    ] {
        assert_not_supported(refused, "registration_client_uri");
    }
}
