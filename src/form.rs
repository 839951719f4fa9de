//! `application/x-www-form-urlencoded` (WHATWG URL section 5), the encoding of queries and forms.

use core::fmt;

use crate::rules::form as rules;
use crate::rules::unescaped::hex;
use crate::text;

/// The limits of [`parse`]: the number of parameters, including empty ones, and the length of each
/// name and value once decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The number of parameters.
    pub parameters: usize,
    /// The bytes of one name or value.
    pub value_bytes: usize,
}

impl Default for Limits {
    /// 64 parameters of 8 KiB.
    fn default() -> Self {
        Self { parameters: 64, value_bytes: 8 * 1024 }
    }
}

/// Builds an encoded form. The parameters keep the order in which they are added.
///
/// ```
/// let mut form = eiam_token::form::Encoder::new();
/// form.pair("scope", "api://x|read profile");
/// assert_eq!(form.finish(), "scope=api%3A%2F%2Fx%7Cread+profile");
/// ```
#[derive(Default)]
pub struct Encoder(Vec<u8>);

impl Encoder {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A form that continues `start`: a URL up to and including its `?`, or another form.
    #[must_use]
    pub fn after(start: String) -> Self {
        Self(start.into_bytes())
    }

    /// Adds a parameter.
    pub fn pair(&mut self, name: &str, value: &str) -> &mut Self {
        if !matches!(self.0.last(), None | Some(b'?' | b'&' | b'#')) {
            self.0.push(b'&');
        }
        rules::encode(name.as_bytes(), &mut self.0);
        self.0.push(b'=');
        rules::encode(value.as_bytes(), &mut self.0);
        self
    }

    /// Adds a parameter if there is a value.
    pub fn optional(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.pair(name, value);
        }
        self
    }

    /// The encoded text.
    #[must_use]
    pub fn finish(self) -> String {
        // Text, and ASCII behind it.
        String::from_utf8(self.0).unwrap_or_default()
    }
}

/// Encodes one name or value.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut encoded = Vec::with_capacity(text.len());
    rules::encode(text.as_bytes(), &mut encoded);
    // What is encoded is ASCII.
    String::from_utf8(encoded).unwrap_or_default()
}

/// Parses a form or a query (without its `?`) into names and values, in order. Duplicates are kept,
/// because the caller decides whether they are an error.
///
/// # Errors
/// Fails for a `%` that two hex digits do not follow, for bytes that are not UTF-8 once decoded,
/// and for more than the limits allow. Browsers accept the first two, but a parameter that two
/// readers could understand differently is more likely an attack than a value.
///
/// ```
/// use eiam_token::form::{self, Limits};
/// let pairs = form::parse("a=1&b=x+%7C", Limits::default())?;
/// assert_eq!(pairs, [("a".into(), "1".into()), ("b".into(), "x |".into())]);
/// # Ok::<(), form::FormError>(())
/// ```
pub fn parse(text: &str, limits: Limits) -> Result<Vec<(String, String)>, FormError> {
    let mut pairs = Vec::new();
    let mut pieces = 0;
    let mut rest = Some(text).filter(|text| !text.is_empty());
    while let Some(unread) = rest {
        let offset = text.len() - unread.len();
        let (piece, following) = match text::split_once(unread, b'&') {
            Some((piece, following)) => (piece, Some(following)),
            None => (unread, None),
        };
        rest = following;
        // Empty ones too: nobody has to read through thousands of them.
        if pieces == limits.parameters {
            return Err(FormError::TooManyParameters { limit: limits.parameters });
        }
        pieces += 1;
        if !piece.is_empty() {
            let (name, value) = text::split_once(piece, b'=').unwrap_or((piece, ""));
            let value_offset = offset + piece.len() - value.len();
            pairs.push((
                decode_at(name, offset, limits.value_bytes)?,
                decode_at(value, value_offset, limits.value_bytes)?,
            ));
        }
    }
    Ok(pairs)
}

/// Decodes one name or value.
///
/// # Errors
/// Those of [`parse`].
pub fn decode(text: &str) -> Result<String, FormError> {
    decode_at(text, 0, usize::MAX)
}

/// Why a form is refused. Offsets count the bytes of the encoded text. The error does not contain
/// the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormError {
    /// A `%` that two hex digits do not follow.
    Escape {
        /// Where the `%` stands.
        offset: usize,
    },
    /// A name or value that is not UTF-8 once decoded.
    Utf8 {
        /// Where the name or value begins.
        offset: usize,
    },
    /// More parameters than allowed.
    TooManyParameters {
        /// The number allowed.
        limit: usize,
    },
    /// A name or value longer than allowed.
    TooLong {
        /// Where it begins.
        offset: usize,
        /// The bytes allowed.
        limit: usize,
    },
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Escape { offset } => {
                write!(f, "a % without two hex digits at offset {offset}")
            }
            Self::Utf8 { offset } => write!(f, "not UTF-8 in the value at offset {offset}"),
            Self::TooManyParameters { limit } => write!(f, "more than {limit} parameters"),
            Self::TooLong { offset, limit } => {
                write!(f, "more than {limit} bytes in the value at offset {offset}")
            }
        }
    }
}

impl core::error::Error for FormError {}

fn decode_at(text: &str, start: usize, limit: usize) -> Result<String, FormError> {
    let mut bytes = Vec::with_capacity(text.len().min(limit));
    let mut rest = text.as_bytes();
    loop {
        // What stands for itself is copied in one piece.
        let plain = rest.iter().position(|byte| matches!(byte, b'+' | b'%')).unwrap_or(rest.len());
        let (before, from) = rest.split_at_checked(plain).unwrap_or_default();
        bytes.extend_from_slice(before);
        if bytes.len() > limit || (bytes.len() == limit && !from.is_empty()) {
            return Err(FormError::TooLong { offset: start, limit });
        }
        let escaped = match from {
            [] => break,
            [b'+', after @ ..] => Some((b' ', after)),
            [_, high, low, after @ ..] => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => Some(((high << 4 | low) as u8, after)),
                _ => None,
            },
            _ => None,
        };
        let Some((byte, after)) = escaped else {
            return Err(FormError::Escape { offset: start + text.len() - from.len() });
        };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).map_err(|_| FormError::Utf8 { offset: start })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_as_browsers_do() {
        assert_eq!(encode("a b*-._~"), "a+b*-._%7E");
        assert_eq!(encode("用户&=%+"), "%E7%94%A8%E6%88%B7%26%3D%25%2B");
    }

    #[test]
    fn parses_what_it_encodes_and_keeps_order_and_duplicates() {
        let mut form = Encoder::new();
        form.pair("scope", "a b").pair("x", "").optional("none", None).pair("scope", "é|~");
        let parsed = parse(&form.finish(), Limits::default());
        let expected = [("scope", "a b"), ("x", ""), ("scope", "é|~")];
        assert_eq!(parsed, Ok(expected.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec()));
    }

    #[test]
    fn empty_pieces_and_missing_values_are_as_in_browsers() {
        let parsed = parse("&&a&=b&", Limits::default());
        let expected = vec![("a".to_owned(), String::new()), (String::new(), "b".to_owned())];
        assert_eq!(parsed, Ok(expected));
        assert_eq!(parse("", Limits::default()), Ok(vec![]));
    }

    #[test]
    fn says_where_it_is_wrong() {
        let limits = Limits { parameters: 2, value_bytes: 4 };
        assert_eq!(parse("a=1&b=%4", limits), Err(FormError::Escape { offset: 6 }));
        assert_eq!(parse("a=%g0", limits), Err(FormError::Escape { offset: 2 }));
        assert_eq!(parse("a=1&b=%ff", limits), Err(FormError::Utf8 { offset: 6 }));
        assert_eq!(parse("a=12345", limits), Err(FormError::TooLong { offset: 2, limit: 4 }));
        for text in ["a&b&c", "&&", "a&&b"] {
            assert_eq!(parse(text, limits), Err(FormError::TooManyParameters { limit: 2 }));
        }
    }
}
