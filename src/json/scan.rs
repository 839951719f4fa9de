//! The parts of a text that need no context: numbers, strings and their escapes.

use std::borrow::Cow;

use crate::{octets, text};

/// Resolves the escapes of a string's content, read already; one without escapes is borrowed.
pub(super) fn unescape(content: &str) -> Option<Cow<'_, str>> {
    let Some(mut rest) = text::from_first(content, b'\\') else {
        return Some(Cow::Borrowed(content));
    };
    let mut text = content.get(..content.len() - rest.len())?.to_owned();
    loop {
        let (character, length) = escape(rest.as_bytes())?;
        text.push(character);
        rest = rest.get(length..)?;
        let following = text::from_first(rest, b'\\').unwrap_or_default();
        text.push_str(rest.get(..rest.len() - following.len())?);
        if following.is_empty() {
            return Some(Cow::Owned(text));
        }
        rest = following;
    }
}

/// The character that an escape at the start of `bytes` stands for, and its length.
pub(super) fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    let character = match bytes.get(1)? {
        byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_escape(bytes),
        _ => return None,
    };
    Some((character, 2))
}

fn unicode_escape(bytes: &[u8]) -> Option<(char, usize)> {
    let first = hex4(bytes.get(2..6)?)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some((char::from_u32(first)?, 6));
    }
    let second = bytes.get(6..12)?.strip_prefix(b"\\u")?;
    let low = hex4(second)?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)?, 12))
}

fn hex4(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))
}

/// How many bytes at the start of `bytes` stand for themselves in a string: neither `"` nor `\` nor
/// a control character.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    let (words, rest) = octets::words(bytes);
    for word in words {
        let special =
            octets::below(word, 0x20) | octets::equal(word, b'"') | octets::equal(word, b'\\');
        if special != 0 {
            return length + octets::first_marked(special);
        }
        length += 8;
    }
    length + rest.iter().take_while(|byte| !matches!(byte, 0..0x20 | b'"' | b'\\')).count()
}

/// How many bytes at the start of `bytes` are a number in JSON's grammar; `None` if they begin like
/// one and go on wrongly.
pub(super) fn number_length(bytes: &[u8]) -> Option<usize> {
    let digits_from =
        |start: usize| bytes.iter().skip(start).take_while(|byte| byte.is_ascii_digit()).count();
    let at = |index: usize| bytes.get(index).copied();

    let integer = usize::from(at(0) == Some(b'-'));
    let mut end = integer + digits_from(integer);
    if end == integer || (at(integer) == Some(b'0') && end > integer + 1) {
        return None;
    }
    if at(end) == Some(b'.') {
        let digits = digits_from(end + 1);
        if digits == 0 {
            return None;
        }
        end += 1 + digits;
    }
    if let Some(b'e' | b'E') = at(end) {
        let sign = usize::from(matches!(at(end + 1), Some(b'+' | b'-')));
        let digits = digits_from(end + 1 + sign);
        if digits == 0 {
            return None;
        }
        end += 1 + sign + digits;
    }
    Some(end)
}
