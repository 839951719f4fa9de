//! What the header fields of an answer say: `WWW-Authenticate`, `Retry-After`, `Date`.

use eiam_token::client::token;
use eiam_token::client::user_info;
use eiam_token::client::{Error, ErrorKind};
use eiam_token::http::HttpResponse;

use crate::support::{NOW, assert_http, token_body};

const DATE: &str = "Sun, 22 Nov 2026 12:00:00 GMT";

fn challenged(status: u16, challenge: &str) -> Error {
    let response = HttpResponse::new(status, "").header("WWW-Authenticate", challenge);
    user_info::parse_response(&response, None).unwrap_err()
}

#[test]
fn rfc_6750_3_a_refusal_in_the_challenge_alone() {
    let error = challenged(
        401,
        r#"Bearer realm="as", error="invalid_token", error_description="\"AT\" expired", error_uri="https://as.example/e""#,
    );
    assert_eq!((error.oauth_code(), error.status()), (Some("invalid_token"), 401));
    assert_eq!((error.reason(), error.uri()), ("\"AT\" expired", "https://as.example/e"));
}

#[test]
fn however_it_is_written() {
    for challenge in [
        "Bearer error=invalid_token",
        "bearer ERROR=invalid_token",
        r#"Bearer error = "invalid_token""#,
        r#"Bearer scope="a b",error="invalid_token""#,
        r#"Bearer error="invalid_token" realm="x""#,
        r#"Bearer realm="x, error=fake", error="invalid_token""#,
        r#"Bearer realm="x, error=\"fake\"", error="invalid_token""#,
        r#"Basic realm="x", Bearer error="invalid_token""#,
        r#"DPoP algs="ES256", Bearer realm="a", error="invalid_token""#,
    ] {
        let error = challenged(401, challenge);
        assert_eq!(error.oauth_code(), Some("invalid_token"), "{challenge}");
        assert_eq!(error.reason(), "", "{challenge}");
    }
}

#[test]
fn of_several_fields_the_one_with_the_error() {
    let response = HttpResponse::new(401, "")
        .header("www-authenticate", r#"Basic realm="x""#)
        .header("www-authenticate", r#"Bearer error="invalid_token""#);
    let error = user_info::parse_response(&response, None).unwrap_err();
    assert_eq!(error.oauth_code(), Some("invalid_token"));
}

#[test]
fn a_challenge_without_error_is_a_status_without_reason() {
    for challenge in
        ["", "Bearer", r#"Bearer realm="error""#, r#"Bearer myerror="x""#, "Bearer error"]
    {
        assert_http(&challenged(401, challenge), 401);
    }
}

#[test]
fn the_body_goes_first_and_a_success_is_none() {
    let challenge = ("www-authenticate", r#"Bearer error="invalid_token""#);
    let body = r#"{"error":"insufficient_scope","error_description":"body"}"#;
    let refused = HttpResponse::new(403, body).header(challenge.0, challenge.1);
    let error = user_info::parse_response(&refused, None).unwrap_err();
    assert_eq!((error.oauth_code(), error.reason()), (Some("insufficient_scope"), "body"));
    let good = HttpResponse::new(200, r#"{"sub":"u"}"#).header(challenge.0, challenge.1);
    assert!(user_info::parse_response(&good, None).is_ok());
    let page = HttpResponse::new(200, "<html>").header(challenge.0, challenge.1);
    let error = user_info::parse_response(&page, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

#[test]
fn its_text_is_fit_for_a_log() {
    let long = "x".repeat(3000);
    let error = challenged(401, &format!("Bearer error=\"a\tb\", error_description=\"{long}\""));
    assert_eq!(error.oauth_code(), Some("a\u{fffd}b"));
    assert_eq!(error.reason().len(), 1024);
}

fn waiting(retry_after: &str, date: Option<&str>) -> Option<i64> {
    let mut response = HttpResponse::new(503, "").header("retry-after", retry_after);
    if let Some(date) = date {
        response.headers.push("date", date);
    }
    token::parse_response(&response, NOW).unwrap_err().retry_after()
}

#[test]
fn rfc_9110_10_2_3_a_date_is_measured_by_the_servers_clock() {
    assert_eq!(waiting("Sun, 22 Nov 2026 12:01:30 GMT", Some(DATE)), Some(90_000));
    assert_eq!(waiting("Mon, 23 Nov 2026 12:00:00 GMT", Some(DATE)), Some(86_400_000));
    assert_eq!(waiting(DATE, Some(DATE)), Some(0));
    assert_eq!(waiting("Sun, 22 Nov 2026 11:00:00 GMT", Some(DATE)), Some(0));
    assert_eq!(waiting("Sun, 22 Nov 2026 12:01:30 GMT", None), None);
    assert_eq!(waiting("Sun, 22 Nov 2026 12:01:30 GMT", Some("yesterday")), None);
    for unreadable in ["", "soon", "-1", "1.5", "Sunday, 22-Nov-26 12:01:30 GMT"] {
        assert_eq!(waiting(unreadable, Some(DATE)), None, "{unreadable}");
    }
}

fn skew(more: &str, date: Option<&str>) -> Option<i64> {
    let mut response = HttpResponse::new(200, token_body(more));
    if let Some(date) = date {
        response.headers.push("Date", date);
    }
    token::parse_response(&response, NOW).unwrap().clock_skew
}

#[test]
fn how_far_the_servers_clock_is_ahead() {
    let times = |lifetime: i64, end: i64| format!(r#","expires_in":{lifetime},"expires_at":{end}"#);
    assert_eq!(skew(&times(1200, NOW + 1200), None), Some(0));
    assert_eq!(skew(&times(1200, NOW + 1500), None), Some(300));
    assert_eq!(skew(&times(1200, NOW + 600), Some(DATE)), Some(-600));
    assert_eq!(skew(&times(i64::MAX, 0), None), Some(i64::MIN));
    // DATE is 1,795,348,800.
    assert_eq!(skew("", Some(DATE)), Some(1_795_348_800 - NOW));
    assert_eq!(skew(r#","expires_in":1200"#, Some(DATE)), Some(1_795_348_800 - NOW));
    assert_eq!(skew(r#","expires_at":7"#, Some(DATE)), Some(1_795_348_800 - NOW));
    assert_eq!(skew("", None), None);
    assert_eq!(skew(r#","expires_in":1200"#, Some("now")), None);
}
