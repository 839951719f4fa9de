//! The members of an object that somebody wants, and what they may be: the letters of a
//! [`Table`](super::table::Table) of members. A required one has the capital letter.

use super::table::Written;

/// A string.
pub(crate) const TEXT: u8 = b't';
/// A string of printable ASCII, since it goes into headers (RFC 6749 appendix A).
pub(crate) const TOKEN: u8 = b'k';
/// A string that is an http(s) URL.
pub(crate) const ADDRESS: u8 = b'a';
/// A string that is an http(s) URL, of which nothing is said before it is used.
pub(crate) const ENDPOINT: u8 = b'e';
/// A token that stays as it was where it does not come.
pub(crate) const REFRESH_TOKEN: u8 = b'r';
/// A token that stays as it was where it does not come, and has to come where it was asked for.
pub(crate) const ID_TOKEN: u8 = b'i';
/// How the access token is used.
pub(crate) const TOKEN_TYPE: u8 = b'b';
/// Whole seconds, if they are any: a member that no standard has.
pub(crate) const LOOSE_SECONDS: u8 = b'u';
/// Whole seconds.
pub(crate) const SECONDS: u8 = b's';
/// A moment.
pub(crate) const DATE: u8 = b'd';
/// A boolean.
pub(crate) const FLAG: u8 = b'f';
/// An array.
pub(crate) const ARRAY: u8 = b'l';

/// What tells a capital letter from a small one.
const SMALL: u8 = 0x20;

/// A member that has to be there.
pub(crate) const fn required(name: &'static str, kind: u8) -> Written {
    (kind & !SMALL, name)
}

/// A member that may be missing.
pub(crate) const fn optional(name: &'static str, kind: u8) -> Written {
    (kind, name)
}

/// What a member may be, and whether it is required.
pub(crate) fn kind(letter: u8) -> (u8, bool) {
    (letter | SMALL, letter & SMALL == 0)
}
