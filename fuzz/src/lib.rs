//! What the fuzz targets share.
//!
//! A target gets bytes and panics where a promise is broken. `npm run fuzz -- TARGET` builds and
//! runs it; a file with the bytes that broke it, given to the program that was built, runs them
//! again.

pub mod exchange;
pub mod html;
pub mod json;
pub mod mutation;

/// Text for people and logs has no control characters: one of a server's could forge a line.
///
/// # Panics
/// If it has one.
pub fn assert_printable(text: &str) {
    assert!(!text.contains(char::is_control), "a control character in {text:?}");
}
