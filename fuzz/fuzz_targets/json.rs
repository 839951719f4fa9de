//! The JSON reader against serde_json, on accept, refusal and value.

#![no_main]

use eiam_token::json::{self, JsonError, Limits, Reason};
use eiam_token_fuzz::json::{Shape, has_huge_number, same};
use libfuzzer_sys::fuzz_target;

/// Small, so that inputs beyond them are found.
const LIMITS: Limits = Limits { bytes: 1000, depth: 8, members: 12, string_bytes: 200 };

fuzz_target!(|bytes: &[u8]| {
    match json::parse_bytes(bytes, LIMITS) {
        Ok(ours) => match serde_json::from_slice(bytes) {
            Ok(theirs) => assert!(same(&ours, &theirs), "another value"),
            Err(error) => assert!(has_huge_number(&ours), "only serde_json refuses: {error}"),
        },
        Err(error) => {
            assert!(error.offset <= bytes.len());
            check_refusal(bytes, &error);
        }
    }
});

fn check_refusal(bytes: &[u8], error: &JsonError) {
    let Ok(text) = core::str::from_utf8(bytes) else {
        // Of a text that is too long as well, either may be said.
        return assert!(error.reason == Reason::Utf8 || bytes.len() > LIMITS.bytes);
    };
    // Too long is a text at its limit, wherever that is.
    let is_too_long = matches!(error.reason, Reason::TooLong { .. });
    assert!(is_too_long || text.is_char_boundary(error.offset));
    let Some(shape) = Shape::of(text) else { return };
    let limit_is_broken = match error.reason {
        Reason::DuplicateMember => shape.has_duplicates,
        Reason::TooDeep { limit } => limit == LIMITS.depth && shape.depth > limit,
        Reason::TooManyMembers { limit } => limit == LIMITS.members && shape.members > limit,
        Reason::StringTooLong { limit } => {
            limit == LIMITS.string_bytes && longest_string(text) > limit
        }
        Reason::TooLong { limit } => limit == LIMITS.bytes && text.len() > limit,
        _ => false,
    };
    assert!(limit_is_broken, "only ours refuses: {error}");
}

/// The bytes of the longest string of a text that is JSON, as written.
fn longest_string(text: &str) -> usize {
    let (mut longest, mut start, mut is_escaped) = (0, None, false);
    for (at, byte) in text.bytes().enumerate() {
        match (start, byte) {
            _ if is_escaped => is_escaped = false,
            (Some(_), b'\\') => is_escaped = true,
            (Some(from), b'"') => {
                longest = longest.max(at - from);
                start = None;
            }
            (None, b'"') => start = Some(at + 1),
            _ => {}
        }
    }
    longest
}
