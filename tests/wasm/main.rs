//! The client inside WebAssembly, where its integers, its randomness and its redaction must be what
//! they are natively.
//!
//! One file for two hosts: the test runner takes Node, and a headless browser if the environment
//! variable `WASM_BINDGEN_USE_BROWSER` is set. A `wasm_bindgen_test_configure!` would tie it to one.
#![cfg(all(feature = "client", target_arch = "wasm32"))]
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use eiam_token::client::authorize::{AuthorizationParameters, AuthorizationRequest, Transaction};
use eiam_token::client::token::{self, ClientCredentials, TokenSet};
use eiam_token::client::{Authentication, Client, EiamServer, Error, ErrorKind};
use eiam_token::http::HttpResponse;
use eiam_token::pkce::{self, Method, Pkce};
use eiam_token::{base64url, random, seconds};
use wasm_bindgen_test::wasm_bindgen_test;

const NOW: i64 = 1_700_000_000;

fn client(authentication: Authentication) -> Client {
    let server =
        EiamServer::new("cn-hangzhou", "idaas_x", "app_x").portal("x.aliyunidaas.com").server();
    Client::new(server.unwrap(), "app_x", authentication).unwrap()
}

fn authorization_request() -> AuthorizationRequest {
    let parameters = AuthorizationParameters {
        redirect_uri: "http://localhost:3000/cb",
        scope: Some("openid"),
        ..AuthorizationParameters::default()
    };
    client(Authentication::None)
        .authorization_request(&parameters, &random::bytes().unwrap())
        .unwrap()
}

fn tokens(body: &str) -> Result<TokenSet, Error> {
    token::parse_response(&HttpResponse::new(200, body), NOW)
}

#[wasm_bindgen_test]
fn rfc_7636_appendix_b() {
    assert_eq!(
        pkce::challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").as_deref(),
        Ok("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    );
}

#[wasm_bindgen_test]
fn random_pairs_differ_and_verify() {
    let pairs: Vec<_> = (0..100).map(|_| Pkce::from_random(&random::bytes().unwrap())).collect();
    for (index, pair) in pairs.iter().enumerate() {
        let verifier = pair.verifier().expose();
        assert_eq!(verifier.len(), 43);
        assert!(Method::S256.verifies(pair.challenge(), verifier));
        assert!(pairs.iter().skip(index + 1).all(|other| other.verifier() != pair.verifier()));
    }
    // Not the zeros of a generator that was never filled: with 3,200 octets each value is drawn.
    let octets: Vec<u8> = pairs
        .iter()
        .flat_map(|pair| base64url::decode(pair.verifier().expose()).unwrap())
        .collect();
    let drawn = (0..=255u8).filter(|value| octets.contains(value)).count();
    assert!(drawn > 250, "{drawn}");
}

#[wasm_bindgen_test]
fn lifetimes_beyond_2_to_the_53_are_exact() {
    for (text, expected) in [
        ("9007199254740993", 9_007_199_254_740_993),
        ("\"9007199254740993\"", 9_007_199_254_740_993),
        ("9223372036854775807", i64::MAX),
        ("9.223372036854775807e18", i64::MAX),
    ] {
        let body = format!(r#"{{"token_type":"Bearer","access_token":"AT","expires_in":{text}}}"#);
        let tokens = tokens(&body).unwrap();
        assert_eq!(tokens.expires_in, Some(expected));
        assert_eq!(tokens.deadline(), Some(seconds::deadline(NOW, expected)));
    }
}

#[wasm_bindgen_test]
fn lifetimes_out_of_range_are_refused() {
    for text in ["9223372036854775808", "1e400", "-1", "3600.5"] {
        let body = format!(r#"{{"token_type":"Bearer","access_token":"AT","expires_in":{text}}}"#);
        let error = tokens(&body).unwrap_err();
        assert_eq!((error.kind(), error.subject()), (ErrorKind::Malformed, "$.expires_in"));
    }
}

#[wasm_bindgen_test]
fn two_authorization_requests_share_nothing_random() {
    let (one, two) = (authorization_request(), authorization_request());
    let (a, b) = (&one.transaction, &two.transaction);
    assert!(a.state != b.state && a.nonce != b.nonce && a.code_verifier != b.code_verifier);
    for AuthorizationRequest { url, transaction, .. } in [&one, &two] {
        assert!(url.starts_with("https://x.aliyunidaas.com/login/app/app_x/oauth2/authorize?"));
        assert!(url.contains(&format!("&state={}&", transaction.state.expose())));
        let challenge = pkce::challenge(transaction.code_verifier.expose()).unwrap();
        assert!(url.contains(&format!("&code_challenge={challenge}&code_challenge_method=S256")));
        assert!(!url.contains(transaction.code_verifier.expose()));
    }
}

#[wasm_bindgen_test]
fn a_callback_finishes_the_request_that_was_stored() {
    let request = authorization_request();
    let stored = Transaction::deserialize(&request.transaction.serialize()).unwrap();
    let state = stored.state.expose();
    let client = client(Authentication::None);
    let callback = format!("http://localhost:3000/cb?code=CO1&state={state}");
    let response = client.parse_callback(&callback, &stored).unwrap();
    assert_eq!(response.code_verifier(), &request.transaction.code_verifier);
    let other = client.parse_callback("http://localhost:3000/cb?code=CO1&state=x", &stored);
    let error = other.unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Callback, "state"));
}

#[wasm_bindgen_test]
fn client_secret_basic() {
    let client = client(Authentication::basic("CS+/=&x"));
    let request = client.token_request(&ClientCredentials { scope: None }, &[]).unwrap();
    assert_eq!(request.headers.value("authorization"), Some("Basic YXBwX3g6Q1MlMkIlMkYlM0QlMjZ4"));
    assert_eq!(request.body, b"grant_type=client_credentials");
}

#[wasm_bindgen_test]
fn secrets_are_redacted() {
    let client = client(Authentication::post("CSsecret"));
    let request = client.token_request(&ClientCredentials { scope: None }, &[]).unwrap();
    let tokens =
        tokens(r#"{"token_type":"Bearer","access_token":"ATsecret","id_token":"a.secret.b"}"#);
    let broken = self::tokens(r#"{"access_token":"ATsecret"x}"#).unwrap_err();
    let shown = format!("{client:?} {request:?} {:?} {broken} {broken:?}", tokens.unwrap());
    assert!(!shown.contains("secret"), "{shown}");
    let transaction = authorization_request().transaction;
    let shown = format!("{transaction:?} {:?}", authorization_request());
    assert!(!shown.contains(transaction.code_verifier.expose()));
}
