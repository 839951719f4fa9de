//! What a server signs besides id_tokens: a letter for the kind, then the header and the claims of a JWT on a line each.
//! Without a line break it is the JWT itself.

#![no_main]

use std::sync::LazyLock;

use eiam_token::base64url::encode;
use eiam_token::client::authorize::{AuthorizationParameters, Transaction};
use eiam_token::client::signed::Kind;
use eiam_token::client::{Authentication, Client, ErrorKind, Server};
use eiam_token_fuzz::assert_printable;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const ISSUER: &str = "https://as";
const NOW: i64 = 1_700_000_000;
const TOLERANCE: i64 = 60;

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let server = Server {
        issuer: Some(ISSUER.into()),
        authorization_endpoint: Some("https://as/authorize".into()),
        ..Server::default()
    };
    Client::new(server, "app", Authentication::None).expect("a client")
});
static TRANSACTION: LazyLock<Transaction> = LazyLock::new(|| {
    let parameters = AuthorizationParameters {
        redirect_uri: "https://app/cb",
        ..AuthorizationParameters::default()
    };
    let request = CLIENT.authorization_request(&parameters, &[7; 64]).expect("a request");
    // Short enough to be found.
    Transaction { state: "s7".into(), ..request.transaction }
});

fuzz_target!(|text: &str| {
    let Some(letter) = text.chars().next() else { return };
    let kind = match letter {
        'a' => Kind::AuthorizationResponse,
        'u' => Kind::UserInfo,
        'i' => Kind::Introspection,
        'l' => Kind::LogoutToken,
        _ => return,
    };
    let rest = &text[1..];
    let jwt = match rest.split_once('\n') {
        Some((header, claims)) => {
            [header, claims, "s"].map(|part| encode(part.as_bytes())).join(".")
        }
        None => rest.to_owned(),
    };
    match CLIENT.check_signed(kind, &jwt, NOW, TOLERANCE) {
        Ok(unverified) => {
            assert!(unverified.signature().algorithm().is_some());
            let claims = unverified.verified();
            check_claims(letter, &claims);
            if letter == 'a' {
                check_callback(&claims);
            }
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Malformed);
            assert!(!error.subject().starts_with("id_token") && !error.reason().is_empty());
            assert_printable(&error.to_string());
        }
    }
});

/// What is accepted has all that its kind must have, as another reader sees it.
fn check_claims(letter: char, claims: &str) {
    let Ok(json) = serde_json::from_str::<Value>(claims) else { return };
    let required: &[&str] = match letter {
        'a' => &["iss", "aud", "exp"],
        'i' => &["iss", "aud", "iat", "token_introspection"],
        'l' => &["iss", "aud", "iat", "exp", "jti", "events"],
        _ => &["sub"],
    };
    assert!(required.iter().all(|name| !json[name].is_null()), "{claims}");
    assert!(json["iss"].is_null() || json["iss"] == ISSUER);
    let named = |value: &Value| value == "app";
    assert!(match &json["aud"] {
        Value::Null => letter == 'u',
        Value::Array(items) => items.iter().any(named),
        one => named(one),
    });
    if let Some(end) = json["exp"].as_f64() {
        assert!(end + TOLERANCE as f64 >= NOW as f64);
    }
    let forbidden: &[&str] = match letter {
        'i' => &["sub", "exp"],
        'l' => &["nonce"],
        _ => &[],
    };
    assert!(forbidden.iter().all(|name| json.get(name).is_none()));
}

fn check_callback(claims: &str) {
    match CLIENT.parse_signed_callback(claims, &TRANSACTION) {
        Ok(response) => {
            let Ok(json) = serde_json::from_str::<Value>(claims) else { return };
            assert_eq!(json["code"].as_str(), Some(response.code().expose()));
            assert_eq!(json["state"], "s7");
        }
        Err(error) => assert_printable(&error.to_string()),
    }
}
