//! Answers of the token endpoint, read alone and as the answer to a refresh: a status in three digits,
//! then the body.

#![no_main]

use std::sync::LazyLock;

use eiam_token::base64url::encode;
use eiam_token::client::token::{self, Expected, TokenSet};
use eiam_token::client::{Authentication, Client, ErrorKind, Server};
use eiam_token::http::HttpResponse;
use eiam_token_fuzz::assert_error_of_response;
use libfuzzer_sys::fuzz_target;

const NOW: i64 = 1_700_000_000;

fuzz_target!(|bytes: &[u8]| {
    let Some((digits, body)) = bytes.split_first_chunk::<3>() else { return };
    let status = digits.iter().fold(0, |status, digit| status * 10 + u16::from(digit % 10));
    let response = HttpResponse::new(status, body).header("retry-after", "5");
    let read = token::parse_response(&response, NOW);
    let expected = Expected::refresh(&FORMER);
    match CLIENT.parse_tokens(&response, &expected, NOW) {
        Ok(unverified) => {
            let alone = read.as_ref().expect("tokens");
            let is_new = unverified.refresh_token().is_some();
            assert_eq!(unverified.refresh_token(), alone.refresh_token.as_ref());
            assert_eq!(unverified.signature().is_some(), alone.id_token.is_some());
            let tokens = unverified.without_keys().expect("tokens of a known user");
            assert_eq!(tokens.id_token, FORMER.id_token);
            assert_eq!(tokens.claims, FORMER.claims);
            assert!(is_new || tokens.refresh_token == FORMER.refresh_token);
        }
        // What is wrong with an id_token is told by no other reader.
        Err(error) if error.kind() == ErrorKind::Malformed && error.subject().starts_with('i') => {
            let alone = read.as_ref().expect("tokens");
            assert_eq!(error.refresh_token(), alone.refresh_token.as_ref());
        }
        Err(error) => assert_eq!(Err(&error), read.as_ref()),
    }
    match read {
        Ok(tokens) => check_tokens(&tokens, status, body),
        Err(error) => {
            assert_error_of_response(&error, status, (200..300).contains(&status));
            assert_eq!(error.retry_after(), Some(5000));
        }
    }
});

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    Client::new(Server::default(), "app", Authentication::None).expect("a client")
});

/// Tokens of a user.
static FORMER: LazyLock<TokenSet> = LazyLock::new(|| {
    let claims = format!("{{\"aud\":\"app\",\"sub\":\"u\",\"iat\":0,\"exp\":{}}}", NOW + 9);
    let parts = ["{\"alg\":\"ES256\"}", &claims, "s"].map(|part| encode(part.as_bytes()));
    let body = format!(
        "{{\"access_token\":\"A\",\"token_type\":\"Bearer\",\"refresh_token\":\"R\",\"id_token\":\"{}\"}}",
        parts.join(".")
    );
    let response = HttpResponse::new(200, body);
    let tokens = CLIENT.parse_tokens(&response, &Expected::default(), NOW).expect("tokens");
    tokens.verified()
});

fn check_tokens(tokens: &TokenSet, status: u16, body: &[u8]) {
    assert!((200..300).contains(&status));
    let secrets =
        [Some(&tokens.access_token), tokens.refresh_token.as_ref(), tokens.id_token.as_ref()];
    for token in secrets.into_iter().flatten().map(|token| token.expose()) {
        assert!(!token.is_empty() && token.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
    }
    assert!(!tokens.token_type.is_empty());
    assert!(tokens.expires_in.is_none_or(|seconds| seconds >= 0));
    assert!(tokens.expires_at.is_none_or(|seconds| seconds >= 0));
    assert!(tokens.expires_in.is_none() || tokens.deadline() >= Some(NOW));

    // serde_json refuses nothing of a success but a number beyond a double in some other member.
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) else { return };
    assert_eq!(json["access_token"].as_str(), Some(tokens.access_token.expose()));
    assert_eq!(json["token_type"].as_str(), Some(&*tokens.token_type));
    assert_eq!(json["scope"].as_str(), tokens.scope.as_deref());
    if let Some(seconds) = json["expires_in"].as_u64() {
        assert_eq!(i64::try_from(seconds).ok(), tokens.expires_in);
    }
    assert_eq!(tokens.members.as_written().as_bytes(), body);
}
