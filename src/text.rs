//! What little of text handling the client needs, without `core::fmt` and string patterns: those
//! would be half of its WebAssembly module.

/// The text before and after the first of an ASCII character.
pub(crate) fn split_once(text: &str, separator: u8) -> Option<(&str, &str)> {
    let index = text.bytes().position(|byte| byte == separator)?;
    Some((text.get(..index)?, text.get(index + 1..)?))
}

/// Whether an ASCII character is in a text.
#[cfg(feature = "client")]
pub(crate) fn has(text: &str, character: u8) -> bool {
    text.bytes().any(|byte| byte == character)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_first() {
        assert_eq!(split_once("é=b=c", b'='), Some(("é", "b=c")));
        assert_eq!(split_once("=", b'='), Some(("", "")));
        assert_eq!(split_once("é", b'='), None);
    }

    #[test]
    fn numbers_are_as_core_writes_them() {
        for number in [0, 9, 10, 99, 100, 1_048_576, usize::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
