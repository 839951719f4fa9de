//! What little of text handling the client needs, without `core::fmt` and string patterns: those
//! would be half of its WebAssembly module.

use crate::octets;

/// The text before and after the first of an ASCII character.
pub(crate) fn split_once(text: &str, separator: u8) -> Option<(&str, &str)> {
    let index = octets::position(text.as_bytes(), separator)?;
    Some((text.get(..index)?, text.get(index + 1..)?))
}

/// The scheme of an absolute URL, and what follows its `://`.
#[cfg(feature = "issuer")]
pub(crate) fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = split_once(url, b':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// What a URL of this scheme, in lower case, has as its default port; none for other schemes than http
/// and https.
#[cfg(feature = "issuer")]
pub(crate) fn default_port(scheme: &str) -> Option<&'static str> {
    match scheme {
        "https" => Some(":443"),
        "http" => Some(":80"),
        _ => None,
    }
}

/// The text from the first of an ASCII character on.
pub(crate) fn from_first(text: &str, character: u8) -> Option<&str> {
    text.get(octets::position(text.as_bytes(), character)?..)
}

/// Whether a character is not seen itself, but can end a line or make what is around it look like something
/// else: marks of direction above all (Unicode Technical Report 36 section 2.10). Joiners are not among
/// them, because names need them.
#[cfg(feature = "issuer")]
pub(crate) fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// The texts one after another.
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        text.push_str(part);
    }
    text
}

/// A number in decimal digits.
pub(crate) fn decimal(number: usize) -> String {
    let mut text = if number < 10 { String::new() } else { decimal(number / 10) };
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}

/// A number in decimal digits, with its sign if it is negative.
#[cfg(feature = "client")]
pub(crate) fn signed(number: i64) -> String {
    let mut text = String::new();
    push_signed(number, &mut text);
    text
}

/// Appends a number in decimal digits, with its sign if it is negative.
pub(crate) fn push_signed(number: i64, text: &mut String) {
    let mut digits = [0; 20];
    let mut rest = number.unsigned_abs();
    let mut start = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        start -= 1;
        if rest == 0 {
            break;
        }
    }
    let digits = core::str::from_utf8(digits.get(start..).unwrap_or_default());
    if number < 0 {
        text.push('-');
    }
    text.push_str(digits.unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_first() {
        assert_eq!(split_once("é=b=c", b'='), Some(("é", "b=c")));
        assert_eq!(split_once("=", b'='), Some(("", "")));
        assert_eq!(split_once("é", b'='), None);
        assert_eq!(from_first("é=b=c", b'='), Some("=b=c"));
        assert_eq!(from_first("é", b'='), None);
    }

    #[test]
    fn numbers_are_as_core_writes_them() {
        for number in [0, 9, 10, 99, 100, 1_048_576, usize::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
        for number in [0, -1, 10, 1_795_348_800, i64::MAX, i64::MIN] {
            let mut text = "n".to_owned();
            push_signed(number, &mut text);
            assert_eq!(text, format!("n{number}"));
        }
    }
}
