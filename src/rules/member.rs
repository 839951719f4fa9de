//! What the members of an answer may be: the letters of a [`Table`](super::table::Table) of members. A required
//! member has the capital letter.

use super::table::Written;

/// A string.
pub(crate) const TEXT: u8 = b't';
/// A string of printable ASCII, because tokens are sent in header fields (RFC 6749 appendix A).
pub(crate) const TOKEN: u8 = b'k';
/// A string that is an http(s) URL.
pub(crate) const ADDRESS: u8 = b'a';
/// A string that is an http(s) URL. One that is none does not refuse the answer, but is refused when it is used.
pub(crate) const ENDPOINT: u8 = b'e';
/// A token that stays as it was if the answer to a refresh has none.
pub(crate) const REFRESH_TOKEN: u8 = b'r';
/// A token that stays as it was if the answer to a refresh has none, and otherwise has to come if it was asked
/// for.
pub(crate) const ID_TOKEN: u8 = b'i';
/// A string that says how the access token is used, and that the client has to know.
pub(crate) const TOKEN_TYPE: u8 = b'b';
/// Whole seconds in a member that no standard has. A value that is no number counts as missing, and is marked as
/// unread.
pub(crate) const LOOSE_SECONDS: u8 = b'u';
/// Whole seconds.
pub(crate) const SECONDS: u8 = b's';
/// A moment in Unix seconds, which may have a fraction.
pub(crate) const DATE: u8 = b'd';
/// A moment in Unix seconds in the claims of an id_token, which may have a fraction. One that cannot be read refuses
/// nothing by itself, and is marked as unread with the reason.
pub(crate) const CLAIM: u8 = b'm';
/// A boolean.
pub(crate) const FLAG: u8 = b'f';
/// An array.
pub(crate) const ARRAY: u8 = b'l';

/// The bit that a small letter has and a capital one has not.
const SMALL: u8 = 0x20;

/// A member that has to be there.
pub(crate) const fn required(name: &'static str, kind: u8) -> Written {
    (kind & !SMALL, name)
}

/// A member that may be missing.
pub(crate) const fn optional(name: &'static str, kind: u8) -> Written {
    (kind, name)
}

/// What a member with this letter may be, as one of the small letters, and whether it is required.
pub(crate) fn kind(letter: u8) -> (u8, bool) {
    (letter | SMALL, letter & SMALL == 0)
}
