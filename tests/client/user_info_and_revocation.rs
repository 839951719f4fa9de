//! The user's claims (OpenID Connect Core section 5.3) and revocation (RFC 7009).

use eiam_token::client::revoke::{self, TokenTypeHint};
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server, user_info};
use eiam_token::http::HttpResponse;

use crate::support::{
    AWKWARD_SECRET, assert_http, assert_not_supported, client_with, is, malformed, public_client,
    wire,
};

fn claims(body: &str, expected: Option<&str>) -> Result<String, Error> {
    user_info::parse_response(&HttpResponse::new(200, body), expected)
}

#[test]
fn the_request_for_claims() {
    for authentication in [Authentication::None, Authentication::post(AWKWARD_SECRET)] {
        let request = client_with(authentication).user_info_request("AT-._~+/=").unwrap();
        assert_eq!(
            wire(&request),
            "GET https://as.example/v2/idaas_x/app_x/oauth2/userinfo\naccept: application/json\n\
             authorization: Bearer AT-._~+/=\n\n"
        );
    }
}

#[test]
fn tokens_that_no_header_can_carry() {
    for token in ["", "AT x", "AT\r\nx-evil: 1", "ATé", "AT\0", "AT\u{7f}"] {
        let refused = public_client().user_info_request(token);
        assert!(is(&refused, ErrorKind::Argument, "access_token"), "{token:?}");
    }
}

#[test]
fn the_claims_belong_to_the_user_of_the_id_token() {
    let body = r#"{"sub":"user_a","name":"A"}"#;
    assert_eq!(claims(body, None).as_deref(), Ok(body));
    assert_eq!(claims(body, Some("user_a")).as_deref(), Ok(body));
    for other in ["", "user_b", "user_A", "user_a ", "user_"] {
        assert_eq!(malformed(claims(body, Some(other))).0, "$.sub");
    }
    for body in ["{}", r#"{"sub":""}"#, r#"{"sub":5}"#, r#"{"sub":null}"#] {
        assert_eq!(malformed(claims(body, None)).0, "$.sub", "{body}");
    }
    assert_eq!(malformed(claims("[]", None)).0, "$");
}

#[test]
fn the_service_refuses_a_token_with_status_400() {
    let body = r#"{"error":"invalid_token","error_description":"Invalid token"}"#;
    let refused = user_info::parse_response(&HttpResponse::new(400, body), None).unwrap_err();
    assert_eq!(refused.oauth_code(), Some("invalid_token"));
}

#[test]
fn the_request_to_revoke() {
    let head = "POST https://as.example/v2/idaas_x/app_x/oauth2/revoke\n\
                content-type: application/x-www-form-urlencoded\naccept: application/json\n";
    for (authentication, hint, expected) in [
        (Authentication::None, None, "\ntoken=AT%2B1&client_id=app_x"),
        (
            Authentication::post(AWKWARD_SECRET),
            Some(TokenTypeHint::AccessToken),
            "\ntoken=AT%2B1&token_type_hint=access_token&client_id=app_x\
             &client_secret=CS%2B%2F%3D%26x",
        ),
        (
            Authentication::basic(AWKWARD_SECRET),
            Some(TokenTypeHint::RefreshToken),
            "authorization: Basic YXBwX3g6Q1MlMkIlMkYlM0QlMjZ4\n\n\
             token=AT%2B1&token_type_hint=refresh_token",
        ),
        (
            Authentication::BasicUnencoded(AWKWARD_SECRET.into()),
            None,
            "authorization: Basic YXBwX3g6Q1MrLz0meA==\n\ntoken=AT%2B1",
        ),
    ] {
        let request = client_with(authentication).revocation_request("AT+1", hint).unwrap();
        assert_eq!(wire(&request), format!("{head}{expected}"));
    }
    let refused = public_client().revocation_request("", None);
    assert!(is(&refused, ErrorKind::Argument, "token"));
}

#[test]
fn endpoints_that_the_server_does_not_have() {
    let client = Client::new(Server::default(), "app_x", Authentication::None).unwrap();
    for (made, endpoint) in [
        (client.user_info_request("AT"), "userinfo_endpoint"),
        (client.revocation_request("AT", None), "revocation_endpoint"),
        (client.device_authorization_request(None, &[]), "device_authorization_endpoint"),
    ] {
        assert_not_supported(made, endpoint);
    }
}

#[test]
fn what_counts_as_revoked() {
    for body in ["", " ", "{}", r#"{"test":"test","test2":1}"#, "OK", "[]", "null", "<html>"] {
        assert_eq!(revoke::parse_response(&HttpResponse::new(200, body)), Ok(()), "{body}");
    }
    assert_eq!(revoke::parse_response(&HttpResponse::new(204, "")), Ok(()));
}

#[test]
fn what_does_not() {
    let refused = |status, body: &str| {
        revoke::parse_response(&HttpResponse::new(status, body)).expect_err(body)
    };
    let unsupported = r#"{"error":"unsupported_token_type"}"#;
    for status in [200, 400, 503] {
        assert_eq!(refused(status, unsupported).oauth_code(), Some("unsupported_token_type"));
    }
    for status in [302, 401, 500] {
        assert_http(&refused(status, ""), status);
    }
    assert_eq!(refused(403, r#"{"Code":"Forbidden"}"#).kind(), ErrorKind::Gateway);
}
