//! Pushed authorization requests (RFC 9126).

use eiam_token::client::authorize::{AuthorizationParameters, Transaction};
use eiam_token::client::{Authentication, Client, ErrorKind, Server, discovery};
use eiam_token::http::HttpResponse;

use crate::support::{
    AWKWARD_SECRET, ISSUER, REDIRECT_URI, assert_not_supported, malformed, random, refusal_of,
    server, wire,
};

const PAR_URL: &str = "https://as.example/v2/idaas_x/app_x/oauth2/par";

fn client(authentication: Authentication) -> Client {
    let server = Server {
        pushed_authorization_request_endpoint: Some(PAR_URL.into()),
        requires_pushed_requests: true,
        ..server()
    };
    Client::new(server, "app_x", authentication).unwrap()
}

fn parameters<'a>() -> AuthorizationParameters<'a> {
    AuthorizationParameters {
        redirect_uri: REDIRECT_URI,
        scope: Some("openid"),
        resource: &["https://a.example/", "https://b.example/"],
        extra: &[("tag", "a&b")],
        ..AuthorizationParameters::default()
    }
}

fn transaction(client: &Client) -> Transaction {
    client.pushed_authorization_request(&parameters(), &random()).unwrap().transaction
}

/// The form is the query of the request that is not pushed, and has the client's id once.
#[test]
fn rfc_9126_2_1_the_request() {
    let open = Client::new(server(), "app_x", Authentication::None).unwrap();
    let plain = open.authorization_request(&parameters(), &random()).unwrap();
    let query = plain.url.split_once('?').unwrap().1;
    let without_id = query.replace("&client_id=app_x", "");
    let secret = || AWKWARD_SECRET.into();
    let head = format!(
        "POST {PAR_URL}\ncontent-type: application/x-www-form-urlencoded\naccept: application/json\n"
    );
    for (authentication, expected) in [
        (Authentication::None, format!("{head}\n{without_id}&client_id=app_x")),
        (
            Authentication::Post(secret()),
            format!("{head}\n{without_id}&client_id=app_x&client_secret=CS%2B%2F%3D%26x"),
        ),
        (
            Authentication::Basic(secret()),
            format!("{head}authorization: Basic YXBwX3g6Q1MlMkIlMkYlM0QlMjZ4\n\n{query}"),
        ),
    ] {
        let pushed =
            client(authentication).pushed_authorization_request(&parameters(), &random()).unwrap();
        assert_eq!(wire(&pushed.request), expected);
        assert_eq!(pushed.transaction, plain.transaction);
    }
}

#[test]
fn rfc_9126_4_the_browsers_url() {
    let client = client(Authentication::None);
    let transaction = transaction(&client);
    let answer = HttpResponse::new(201, r#"{"request_uri":"urn:x y","expires_in":60}"#);
    let request = client.parse_pushed_authorization(transaction.clone(), &answer).unwrap();
    let page = "https://pages.example/login/app/app_x/oauth2/authorize";
    assert_eq!(request.url, format!("{page}?client_id=app_x&request_uri=urn%3Ax+y"));
    assert_eq!(request.transaction, transaction);
}

#[test]
fn rfc_9126_2_3_refusals_and_answers_that_are_none() {
    let client = client(Authentication::None);
    let parse = |status, body: &str| {
        client.parse_pushed_authorization(transaction(&client), &HttpResponse::new(status, body))
    };
    let refused = parse(400, r#"{"error":"invalid_request"}"#);
    assert_eq!(refusal_of(refused, ErrorKind::OAuth).0, "invalid_request");
    for body in ["{}", r#"{"request_uri":""}"#, r#"{"request_uri":7}"#] {
        assert_eq!(malformed(parse(201, body)).0, "$.request_uri", "{body}");
    }
    assert_eq!(malformed(parse(201, r#"{"request_uri":"a","expires_in":-1}"#)).0, "$.expires_in");
}

#[test]
fn rfc_9126_5_a_server_that_takes_no_other_requests() {
    let refused = client(Authentication::None).authorization_request(&parameters(), &random());
    let (subject, reason) = refusal_of(refused, ErrorKind::NotSupported);
    assert_eq!(subject, "authorization_endpoint");
    assert!(reason.contains("pushed requests"), "{reason}");
    let body = format!(
        r#"{{"issuer":"{ISSUER}","pushed_authorization_request_endpoint":"{PAR_URL}","require_pushed_authorization_requests":true}}"#
    );
    let found = discovery::parse_response(&HttpResponse::new(200, body), ISSUER).unwrap();
    assert!(found.requires_pushed_requests);
    assert_eq!(found.pushed_authorization_request_endpoint.as_deref(), Some(PAR_URL));
}

#[test]
fn a_server_without_the_endpoint() {
    let open = Client::new(server(), "app_x", Authentication::None).unwrap();
    let refused = open.pushed_authorization_request(&parameters(), &random());
    assert_not_supported(refused, "pushed_authorization_request_endpoint");
}
