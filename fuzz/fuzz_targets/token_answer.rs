//! Answers of the token endpoint: a status in three digits, then the body.

#![no_main]

use eiam_token::client::token::{self, TokenSet};
use eiam_token::client::{Error, ErrorKind};
use eiam_token::http::HttpResponse;
use eiam_token_fuzz::assert_printable;
use libfuzzer_sys::fuzz_target;

const NOW: i64 = 1_700_000_000;

fuzz_target!(|bytes: &[u8]| {
    let Some((digits, body)) = bytes.split_first_chunk::<3>() else { return };
    let status = digits.iter().fold(0, |status, digit| status * 10 + u16::from(digit % 10));
    let response = HttpResponse::new(status, body).header("retry-after", "5");
    match token::parse_response(&response, NOW) {
        Ok(tokens) => check_tokens(&tokens, status, body),
        Err(error) => check_error(&error, status),
    }
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
    assert!(json["error"].as_str().is_none_or(str::is_empty));
}

fn check_error(error: &Error, status: u16) {
    assert_printable(&error.to_string());
    assert_eq!((error.status(), error.retry_after()), (status, Some(5000)));
    match error.kind() {
        ErrorKind::OAuth | ErrorKind::Gateway => assert!(!error.subject().is_empty()),
        ErrorKind::Http => assert!(!(200..300).contains(&status)),
        ErrorKind::Malformed => {
            assert!((200..300).contains(&status));
            assert!(error.subject().starts_with('$') && !error.reason().is_empty());
        }
        other => panic!("not an error of an answer: {other:?}"),
    }
}
