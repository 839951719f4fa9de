//! What all random numbers of a test issuer follow from.

use core::fmt;

use sha2::{Digest, Sha256};

use crate::random;

/// What all random numbers of a test issuer follow from: text, a number or octets. An issuer of the same seed that gets
/// the same requests at the same time gives the same octets. Anybody who knows the seed can forge every token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// One that nobody can guess.
    pub(super) fn random() -> Result<Self, random::Error> {
        random::bytes().map(Self)
    }

    /// The octets that it stands for.
    pub(super) fn octets(&self) -> [u8; 32] {
        self.0
    }

    /// Other octets that follow from it: each purpose has its own.
    pub(super) fn derive(&self, purpose: &str) -> [u8; 32] {
        digest(purpose, &self.0)
    }
}

impl From<&str> for Seed {
    fn from(text: &str) -> Self {
        Self(digest("text", text.as_bytes()))
    }
}

impl From<u64> for Seed {
    fn from(number: u64) -> Self {
        Self(digest("number", number.to_string().as_bytes()))
    }
}

impl From<&[u8]> for Seed {
    fn from(octets: &[u8]) -> Self {
        Self(digest("octets", octets))
    }
}

/// Does not show it: it can be a secret.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed")
    }
}

fn digest(purpose: &str, octets: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(purpose).chain_update([0]).chain_update(octets).finalize().into()
}
