//! Base64 with the URL-safe alphabet and no padding (RFC 4648 section 5, RFC 7515 section 2).

use crate::rules::base64url as rules;

/// Encodes bytes without padding.
///
/// ```
/// assert_eq!(eiam_token::base64url::encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
/// ```
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    rules::encode(bytes, &mut text);
    // The alphabet is ASCII.
    String::from_utf8(text).unwrap_or_default()
}

/// Decodes text without padding.
///
/// # Errors
/// Fails for a character outside the alphabet (including padding), a length that no encoding has,
/// and trailing bits that are not zero, because each byte string has exactly one encoding.
///
/// ```
/// use eiam_token::base64url::decode;
/// assert_eq!(decode("A-z_4ME"), Ok(vec![3, 236, 255, 224, 193]));
/// assert!(decode("A+z/4ME=").is_err());
/// ```
pub fn decode(text: &str) -> Result<Vec<u8>, DecodeError> {
    let mut bytes = text.as_bytes().to_vec();
    match rules::decode(&mut bytes) {
        Some(length) => {
            bytes.truncate(length);
            Ok(bytes)
        }
        None => Err(DecodeError { offset: fault(text) }),
    }
}

/// Where the first character is that is none of the alphabet; if all are, the last one is wrong.
fn fault(text: &str) -> usize {
    // Before an `A`, which is zero, every character of the alphabet makes an octet.
    let is_wrong = |octet| rules::decode(&mut [octet, b'A']).is_none();
    text.bytes().position(is_wrong).unwrap_or(text.len().saturating_sub(1))
}

/// Converts base64url to the standard alphabet with padding (RFC 4648 section 4), which HTTP's
/// Basic authentication requires.
///
/// ```
/// assert_eq!(eiam_token::base64url::to_padded_base64("A-z_4ME"), "A+z/4ME=");
/// ```
#[must_use]
pub fn to_padded_base64(base64url: &str) -> String {
    let mut text = String::with_capacity(base64url.len() + 2);
    for byte in base64url.bytes() {
        text.push(char::from(match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        }));
    }
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// The text is not base64url. The error does not contain the text, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The byte offset of the first character that is wrong.
    pub offset: usize,
}

impl core::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "not base64url at offset {}", self.offset)
    }
}

impl core::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4648_section_10_vectors_without_padding() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(plain.as_bytes()), encoded);
            assert_eq!(decode(encoded).as_deref(), Ok(plain.as_bytes()));
        }
    }

    #[test]
    fn refuses_padding_other_alphabets_and_non_canonical_endings() {
        for text in ["Zg==", "Zm+v", "Zm/v", "Z", "Zh", "Zm9", "Zm 9v", "Zm9vé"] {
            assert!(decode(text).is_err(), "{text}");
        }
        assert_eq!(decode("Zm+v"), Err(DecodeError { offset: 2 }));
    }
}
