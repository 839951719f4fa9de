//! A strict JSON reader (RFC 8259): numbers stay as written, duplicate members are refused, and
//! every error says where.
//!
//! `JSON.parse` and its like round `9007199254740993` and take the last of two `access_token`s;
//! a token client can afford neither.
//!
//! A text is read once, to the end, and refused whole if anything is wrong with it. What it holds
//! stays in it: a [`Value`] is a part of the text, and is taken apart when it is asked for.

mod error;
mod limits;
mod reader;
mod scan;
mod value;
mod writer;

pub use error::{JsonError, Reason};
pub use limits::Limits;
pub use value::{Number, Object, Value};
pub use writer::ObjectWriter;

use reader::Reader;

/// Reads one JSON value and nothing else.
///
/// # Errors
/// Fails for anything that RFC 8259 does not allow, for an object in which a name occurs twice, for
/// an escape that is not a Unicode character (a lone surrogate), and for more than the limits
/// allow.
///
/// ```
/// use eiam_token::json::{self, Limits};
/// let value = json::parse("[9007199254740993]", Limits::default())?;
/// let numbers = value.as_array().unwrap();
/// assert_eq!(numbers[0].as_number().unwrap().as_written(), "9007199254740993");
/// # Ok::<(), json::JsonError>(())
/// ```
pub fn parse(text: &str, limits: Limits) -> Result<Value<'_>, JsonError> {
    Reader::new(text, limits).document(Reader::value)
}

/// Reads one JSON object and nothing else.
///
/// # Errors
/// Those of [`parse`], and [`Reason::NotAnObject`] for any other value.
///
/// ```
/// use eiam_token::json::{self, Limits};
/// let object = json::parse_object(r#"{"token_type": "Bearer"}"#, Limits::default())?;
/// assert_eq!(object.member("token_type").unwrap().as_str().as_deref(), Some("Bearer"));
/// # Ok::<(), json::JsonError>(())
/// ```
pub fn parse_object(text: &str, limits: Limits) -> Result<Object<'_>, JsonError> {
    Reader::new(text, limits).document(Reader::only_object)
}

/// Reads one JSON value from bytes.
///
/// # Errors
/// Those of [`parse`], and [`Reason::Utf8`] for bytes that are not UTF-8.
pub fn parse_bytes(bytes: &[u8], limits: Limits) -> Result<Value<'_>, JsonError> {
    parse(utf8(bytes)?, limits)
}

/// Bytes as text.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, JsonError> {
    core::str::from_utf8(bytes).map_err(|error| JsonError::not_utf8(error.valid_up_to()))
}

#[cfg(test)]
mod tests;
