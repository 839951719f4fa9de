//! The source of random numbers: ChaCha20, started from a seed. The issuer uses no other
//! randomness, so the same seed repeats a whole run.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};

/// A cryptographically secure generator.
pub(crate) struct Random(ChaCha20Rng);

impl Random {
    /// Starts from a seed, which must be random and secret.
    pub(crate) fn from_seed(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// Draws so many bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// Draws an id, which nobody can guess.
    pub(crate) fn id(&mut self) -> u128 {
        u128::from_be_bytes(self.bytes())
    }

    /// A UUID of version 4 in capitals, as the service's request ids are.
    pub(crate) fn uuid(&mut self) -> String {
        let id = self.id() & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
        let hex = format!("{id:032X}");
        let mut uuid = String::with_capacity(36);
        for (index, digit) in hex.chars().enumerate() {
            if matches!(index, 8 | 12 | 16 | 20) {
                uuid.push('-');
            }
            uuid.push(digit);
        }
        uuid
    }

    /// A number from 0 to `bound` − 1, each equally likely; `bound` must not be 0.
    pub(crate) fn below(&mut self, bound: u8) -> u8 {
        let bound = bound.max(1);
        let limit = u8::MAX - u8::MAX % bound;
        loop {
            let [byte] = self.bytes();
            if byte < limit {
                return byte % bound;
            }
        }
    }
}

/// The same numbers come from both.
#[cfg(feature = "testing")]
impl Clone for Random {
    fn clone(&self) -> Self {
        let state = zeroize::Zeroizing::new(self.0.serialize_state());
        Self(ChaCha20Rng::deserialize_state(&state))
    }
}

impl core::fmt::Debug for Random {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_of_version_4_in_capitals() {
        let uuid = Random::from_seed([1; 32]).uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(matches!(uuid.as_bytes()[19], b'8' | b'9' | b'A' | b'B'));
        assert_eq!(uuid, uuid.to_uppercase());
    }

    #[cfg(feature = "testing")]
    #[test]
    fn a_clone_goes_on_wherever_it_was_made() {
        let mut random = Random::from_seed([4; 32]);
        for drawn in 0..600 {
            let (mut first, mut second) = (random.clone(), random.clone());
            assert_eq!(first.bytes::<300>(), second.bytes::<300>(), "{drawn}");
            let mut clone = random.clone();
            assert_eq!(clone.bytes::<7>(), random.bytes::<7>(), "{drawn}");
        }
    }

    #[test]
    fn a_seed_repeats_and_bounds_hold() {
        let draw = |seed| {
            let mut random = Random::from_seed([seed; 32]);
            (0..100).map(|_| random.below(20)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert!(draw(3).iter().all(|number| *number < 20));
    }
}
