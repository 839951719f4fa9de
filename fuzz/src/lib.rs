//! What the fuzz targets share.
//!
//! A target gets bytes and panics where a promise is broken. `npm run fuzz -- TARGET` builds and
//! runs it; a file with the bytes that broke it, given to the program that was built, runs them
//! again.

pub mod exchange;
pub mod html;
pub mod json;
pub mod mutation;

use eiam_token::client::{Error, ErrorKind};

/// Text for people and logs has no control characters: one of a server's could forge a line.
///
/// # Panics
/// If it has one.
pub fn assert_printable(text: &str) {
    assert!(!text.contains(char::is_control), "a control character in {text:?}");
}

/// Checks an error that was made of a response: it says what it is about, and fits whether that was a success.
///
/// # Panics
/// If it does not.
pub fn assert_error_of_response(error: &Error, status: u16, is_success: bool) {
    assert_printable(&error.to_string());
    assert_eq!(error.status(), status);
    let page = error.uri();
    assert!(page.is_empty() || page.len() <= 1024 && page.to_ascii_lowercase().starts_with("http"));
    match error.kind() {
        ErrorKind::OAuth | ErrorKind::Gateway => assert!(!error.subject().is_empty()),
        ErrorKind::Http => assert!(!is_success),
        ErrorKind::Malformed => {
            assert!(is_success);
            assert!(error.subject().starts_with('$') && !error.reason().is_empty());
        }
        other => panic!("not an error of an answer: {other:?}"),
    }
}
