//! Base58 in blocks, as in Monero's addresses: 8 bytes become 11 characters. So the time grows
//! linearly with the length. Like the tokens of the service, the alphabet has no `0 O I l`.

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The number of characters for a block of 0 to 8 bytes.
const CHARACTERS: [usize; 9] = [0, 2, 3, 5, 6, 7, 9, 10, 11];

/// How many characters are made at once: their value has 32 bits, which are divided in a part of the time of 64.
const GROUP: usize = 5;

/// How many values a group has.
const GROUPS: u64 = 58u64.pow(GROUP as u32);

/// Appends the encoded bytes to `text`.
pub(crate) fn encode_into(bytes: &[u8], text: &mut String) {
    text.reserve(bytes.len() / 8 * 11 + 11);
    for block in bytes.chunks(8) {
        let mut value = block.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
        let length = CHARACTERS.get(block.len()).copied().unwrap_or(0);
        let mut characters = [b'1'; 3 * GROUP];
        for group in characters.rchunks_exact_mut(GROUP) {
            let mut rest = (value % GROUPS) as u32;
            value /= GROUPS;
            for character in group.iter_mut().rev() {
                *character = ALPHABET.get((rest % 58) as usize).copied().unwrap_or(b'1');
                rest /= 58;
            }
        }
        // Appending a whole block takes a third of the time of appending single characters.
        let characters = characters.get(characters.len() - length..).unwrap_or_default();
        text.push_str(core::str::from_utf8(characters).unwrap_or_default());
    }
}

/// Decodes a text; `None` if [`encode_into`] could not have written it. Each byte string has
/// exactly one encoding.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 11 * 8 + 8);
    for block in text.as_bytes().chunks(11) {
        let length = CHARACTERS.iter().position(|count| *count == block.len())?;
        let mut value = 0u64;
        for character in block {
            let digit = *DIGITS.get(usize::from(*character))?;
            if digit == NO_DIGIT {
                return None;
            }
            // `checked_mul` multiplies in 128 bits, for which WebAssembly calls a function.
            if value > u64::MAX / 58 {
                return None;
            }
            value = (value * 58).checked_add(u64::from(digit))?;
        }
        let encoded = value.to_be_bytes();
        let (unused, used) = encoded.split_at_checked(8 - length)?;
        if unused.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(used);
    }
    Some(bytes)
}

/// The value of each ASCII character.
const DIGITS: [u8; 128] = digits();

/// The value of a character that is not in the alphabet.
const NO_DIGIT: u8 = u8::MAX;

/// Makes the table of values from the alphabet.
#[expect(clippy::indexing_slicing, reason = "at compile time")]
const fn digits() -> [u8; 128] {
    let mut digits = [NO_DIGIT; 128];
    let mut digit = 0;
    while digit < ALPHABET.len() {
        digits[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(bytes: &[u8]) -> String {
        let mut text = String::new();
        encode_into(bytes, &mut text);
        text
    }

    #[test]
    fn every_length_round_trips() {
        for length in 0..64usize {
            for fill in [0, 1, 0x7f, 0xff] {
                let bytes = vec![fill; length];
                assert_eq!(decode(&encode(&bytes)).as_deref(), Some(bytes.as_slice()));
            }
        }
        assert_eq!(encode(&[0xff; 8]), "jpXCZedGfVQ");
    }

    #[test]
    fn refuses_other_letters_lengths_and_values_too_large() {
        for text in ["0", "1", "l1", "O1", "11é", "zz", "zzzzzzzzzzz", "jpXCZedGfVR", "1111"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
