//! Answers that say no: OAuth's envelope, the gateway's, and statuses without a reason.

use eiam_token::client::token;
use eiam_token::client::{Error, ErrorKind};
use eiam_token::http::HttpResponse;

use crate::support::{NOW, assert_http, parse_token, token_body};

fn refusal(status: u16, body: &str) -> Error {
    parse_token(status, body).unwrap_err()
}

fn waiting(headers: &[(&str, &str)]) -> Option<i64> {
    let mut response = HttpResponse::new(429, r#"{"error":"slow_down"}"#);
    for (name, value) in headers {
        response.headers.push(*name, *value);
    }
    token::parse_response(&response, NOW).unwrap_err().retry_after()
}

#[test]
fn the_envelope_of_oauth() {
    let body = r#"{"error":"invalid_grant","error_description":"Invalid or not supported grant_type: password",
        "error_uri":"https://as.example/e","request_id":"0441B8D5"}"#;
    let error = refusal(400, body);
    assert_eq!((error.kind(), error.subject()), (ErrorKind::OAuth, "invalid_grant"));
    assert_eq!(error.reason(), "Invalid or not supported grant_type: password");
    assert_eq!((error.uri(), error.request_id()), ("https://as.example/e", "0441B8D5"));
    assert_eq!((error.status(), error.retry_after()), (400, None));
    assert_eq!(
        error.to_string(),
        "the server refused: invalid_grant: Invalid or not supported grant_type: password, \
         request id 0441B8D5"
    );
}

#[test]
fn a_bare_error_code() {
    let error = refusal(401, r#"{"error":"invalid_client"}"#);
    assert_eq!(error.to_string(), "the server refused: invalid_client");
    assert_eq!(error.oauth_code(), Some("invalid_client"));
}

#[test]
fn the_envelope_of_the_gateway() {
    let body = r#"{"RequestId":"R1","HostId":"eiam","Code":"Throttling.Api",
        "Message":"Request was denied","Recommend":"https://as.example"}"#;
    let error = refusal(503, body);
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Gateway, "Throttling.Api"));
    assert_eq!((error.reason(), error.request_id()), ("Request was denied", "R1"));
    assert_eq!((error.status(), error.retry_after()), (503, None));
    assert_eq!(
        error.to_string(),
        "the gateway refused: Throttling.Api: Request was denied, request id R1"
    );
    assert_eq!(error.oauth_code(), None);
}

#[test]
fn oauth_wins_over_the_gateway() {
    let error = refusal(400, r#"{"Code":"X","error":"invalid_request","RequestId":"R1"}"#);
    assert!(error.to_string().ends_with("invalid_request, request id R1"), "{error}");
}

#[test]
fn a_success_that_carries_an_oauth_error_and_no_token_is_that_error() {
    let error = refusal(200, r#"{"error":"bad_verification_code"}"#);
    assert_eq!((error.oauth_code(), error.status()), (Some("bad_verification_code"), 200));
    let half = refusal(200, r#"{"error":"server_error","token_type":"Bearer"}"#);
    assert_eq!(half.oauth_code(), Some("server_error"));
}

/// RFC 6749 section 5.1: members that are not understood are ignored.
#[test]
fn a_success_with_a_token_is_one_whatever_stands_beside_it() {
    for more in [r#","error":"server_error""#, r#","Code":"Success","Message":"ok""#] {
        assert!(parse_token(200, &token_body(more)).is_ok(), "{more}");
    }
}

#[test]
fn the_whole_object_of_a_refusal() {
    let body =
        r#"{"error":"interaction_required","suberror":"consent_required","claims":"{\"a\":1}"}"#;
    let error = refusal(400, body);
    let members = error.members().unwrap();
    assert_eq!(members.as_written(), body);
    assert_eq!(members.text("suberror").as_deref(), Some("consent_required"));
    assert_eq!(members.text("claims").as_deref(), Some(r#"{"a":1}"#));
    let nested = refusal(400, r#"{"error":{"message":"bad","code":190}}"#);
    assert_eq!(nested.members().unwrap().get("error"), Some(r#"{"message":"bad","code":190}"#));
    let malformed = refusal(200, r#"{"token_type":"Bearer"}"#);
    assert_eq!(malformed.members().unwrap().text("token_type").as_deref(), Some("Bearer"));
    for body in ["<html>", "[]", "", r#"{"error":"a","error":"b"}"#] {
        assert_eq!(refusal(400, body).members(), None, "{body}");
    }
}

#[test]
fn a_status_without_a_readable_reason() {
    for (status, body) in [
        (502, "<html><h1>502 Bad Gateway</h1></html>"),
        (500, ""),
        (404, "{}"),
        (400, "[]"),
        (400, r#"{"error":{"code":5}}"#),
        (400, r#"{"error":""}"#),
        (400, r#"{"error":"a","error":"b"}"#),
        (302, ""),
        (304, ""),
        (401, &token_body("")),
    ] {
        let error = refusal(status, body);
        assert_http(&error, status);
    }
    assert_eq!(
        refusal(502, "<html>").to_string(),
        "the server answered with status 502 and no readable reason"
    );
}

#[test]
fn members_of_the_wrong_type_are_as_good_as_missing() {
    let error = refusal(400, r#"{"error":"invalid_grant","error_description":5,"request_id":{}}"#);
    assert_eq!(error.to_string(), "the server refused: invalid_grant");
}

#[test]
fn how_long_to_wait() {
    assert_eq!(waiting(&[]), None);
    assert_eq!(waiting(&[("Retry-After", "3")]), Some(3000));
    assert_eq!(waiting(&[("Retry-After", " 0 ")]), Some(0));
    assert_eq!(waiting(&[("x-acs-retry-after", "1500")]), Some(1500));
    assert_eq!(waiting(&[("Retry-After", "3"), ("X-Acs-Retry-After", "1500")]), Some(1500));
    assert_eq!(waiting(&[("Retry-After", "3"), ("x-acs-retry-after", "soon")]), Some(3000));
    assert_eq!(waiting(&[("Retry-After", "9223372036854775807")]), Some(i64::MAX));
    for unreadable in ["", "-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT", "9223372036854775808", "٣"]
    {
        assert_eq!(waiting(&[("Retry-After", unreadable)]), None, "{unreadable}");
    }
}

#[test]
fn every_kind_of_refusal_says_how_long_to_wait() {
    for body in [r#"{"error":"slow_down"}"#, r#"{"Code":"Throttling.User"}"#, "<html>"] {
        let response = HttpResponse::new(429, body).header("retry-after", "7");
        let error = token::parse_response(&response, NOW).unwrap_err();
        assert_eq!(error.retry_after(), Some(7000), "{body}");
    }
}

#[test]
fn the_words_of_the_server_are_fit_for_a_log() {
    let body = format!(
        r#"{{"error":"a\u001b[31m","error_description":"{}\n","request_id":"\u0000\u009b"}}"#,
        "é".repeat(3000)
    );
    let error = refusal(400, &body);
    assert_eq!(error.oauth_code(), Some("a\u{fffd}[31m"));
    assert_eq!(error.reason().chars().count(), 1024);
    assert_eq!(error.request_id(), "\u{fffd}\u{fffd}");
}
