//! id_tokens: three parts as they come, or header and claims in plain text with a line break
//! between them, which no id_token has.

#![no_main]

use std::sync::LazyLock;

use eiam_token::base64url;
use eiam_token::client::id_token::{self, Expected};
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server};
use eiam_token_fuzz::assert_printable;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const NOW: i64 = 1_700_000_000;
const TOLERANCE: i64 = 60;

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let server = Server { issuer: Some("as".into()), ..Server::default() };
    Client::new(server, "app", Authentication::None).expect("a client")
});

fuzz_target!(|text: &str| {
    let token = match text.split_once('\n') {
        Some((header, claims)) => format!("{}.{}.c2ln", encode(header), encode(claims)),
        None => text.to_owned(),
    };
    match id_token::decode(&token) {
        Ok(decoded) => {
            let (_, signature) = token.rsplit_once('.').expect("a signature");
            let (header, claims) = (encode(&decoded.header), encode(&decoded.claims));
            assert_eq!(token, format!("{header}.{claims}.{signature}"));
            for part in [&decoded.header, &decoded.claims] {
                let json = serde_json::from_str::<Value>(part);
                assert!(json.map_or_else(|error| is_stricter(&error), |json| json.is_object()));
            }
        }
        Err(error) => check_error(&error),
    }
    check_claims(&token);
});

/// An id_token that is believed names issuer, user and client, and is of now.
fn check_claims(token: &str) {
    let nonce = "N".into();
    let expected = Expected { nonce: Some(&nonce), subject: Some("u"), ..Expected::default() };
    match CLIENT.check_id_token(&token.into(), &expected, NOW, TOLERANCE) {
        Ok(decoded) => {
            let Ok(claims) = serde_json::from_str::<Value>(&decoded.claims) else { return };
            assert_eq!((&claims["iss"], &claims["sub"]), (&"as".into(), &"u".into()));
            let audience = match &claims["aud"] {
                Value::Array(several) => several.as_slice(),
                one => core::slice::from_ref(one),
            };
            assert!(audience.contains(&"app".into()));
            assert!(claims["exp"].as_i64().is_none_or(|exp| exp > NOW - TOLERANCE));
            assert!(claims["iat"].as_i64().is_none_or(|iat| iat <= NOW + TOLERANCE));
            assert!(claims["nbf"].as_i64().is_none_or(|nbf| nbf <= NOW + TOLERANCE));
            assert_eq!(claims["nonce"], "N");
        }
        Err(error) => check_error(&error),
    }
}

fn check_error(error: &Error) {
    assert_printable(&error.to_string());
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert!(error.subject().starts_with("id_token") && !error.reason().is_empty());
}

/// JSON has numbers beyond a double, and halves of surrogate pairs, which matter only where they are read;
/// serde_json has neither.
fn is_stricter(error: &serde_json::Error) -> bool {
    let error = error.to_string();
    ["number out of range", "lone leading surrogate", "unexpected end of hex escape"]
        .iter()
        .any(|known| error.starts_with(known))
}

fn encode(text: &str) -> String {
    base64url::encode(text.as_bytes())
}
