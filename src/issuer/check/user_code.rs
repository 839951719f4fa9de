//! User codes (RFC 8628 section 6.1): eight letters, without vowels and letters that look alike.
//! That is 34 bits.

use crate::issuer::sealed::random::Random;

/// A user code as a number, so that all spellings of it are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UserCode(pub(crate) u64);

impl UserCode {
    /// Draws a code.
    pub(crate) fn random(random: &mut Random) -> Self {
        let base = ALPHABET.len() as u64;
        Self(
            (0..LETTERS)
                .fold(0, |code, _| code * base + u64::from(random.below(ALPHABET.len() as u8))),
        )
    }

    /// The key under which the store keeps its device request.
    pub(crate) fn key(self) -> u128 {
        self.0.into()
    }

    /// Reads a code as a person typed it. Case, spaces and dashes do not matter.
    pub(crate) fn from_typed(text: &str) -> Option<Self> {
        let mut code = 0;
        let mut letters = 0;
        for character in text.chars() {
            if character.is_whitespace() || matches!(character, '-' | '_' | '.' | '–' | '—') {
                continue;
            }
            let letter = u8::try_from(character.to_ascii_uppercase()).ok()?;
            let digit = ALPHABET.iter().position(|other| *other == letter)?;
            code = code * ALPHABET.len() as u64 + digit as u64;
            letters += 1;
            if letters > LETTERS {
                return None;
            }
        }
        (letters == LETTERS).then_some(Self(code))
    }
}

impl core::fmt::Display for UserCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let base = ALPHABET.len() as u64;
        let mut rest = self.0;
        let mut letters = [b'B'; LETTERS];
        for letter in letters.iter_mut().rev() {
            let digit = usize::try_from(rest % base).unwrap_or(0);
            *letter = ALPHABET.get(digit).copied().unwrap_or(b'B');
            rest /= base;
        }
        for (index, letter) in letters.into_iter().enumerate() {
            if index == LETTERS / 2 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(letter))?;
        }
        Ok(())
    }
}

/// How many letters a code has.
const LETTERS: usize = 8;

/// RFC 8628 section 6.1: only consonants, so that codes do not form words.
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_8628_section_6_1_spelling_does_not_matter() {
        let code = UserCode::from_typed("WDJB-MJHT").unwrap();
        assert_eq!(code.to_string(), "WDJB-MJHT");
        for typed in ["wdjbmjht", " WDJB mjht ", "w.d-j_b–mjht"] {
            assert_eq!(UserCode::from_typed(typed), Some(code), "{typed}");
        }
        for typed in ["", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH1", "é"] {
            assert_eq!(UserCode::from_typed(typed), None, "{typed}");
        }
    }

    #[test]
    fn random_codes_read_back() {
        let mut random = Random::from_seed([9; 32]);
        for _ in 0..1000 {
            let code = UserCode::random(&mut random);
            assert_eq!(UserCode::from_typed(&code.to_string()), Some(code));
        }
    }
}
