//! Which proofs were used (RFC 9449 section 11.1).

use core::fmt;

use crate::base64url;

use super::bounded::{Bounded, Hash, hash_of};

/// A proof that is used. Its name is a hash, so that it can be kept anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofUse {
    name: Hash,
    until: i64,
}

impl ProofUse {
    /// The use of the proof with this `jti` by the key with this thumbprint, which nobody accepts any more from `until` on.
    pub(super) fn new(jkt: &str, id: &str, until: i64) -> Self {
        Self { name: hash_of(&[jkt, " ", id]), until }
    }

    /// What names the proof: 43 characters.
    #[must_use]
    pub fn id(&self) -> String {
        base64url::encode(&self.name)
    }

    /// The time in Unix seconds from which on nobody accepts the proof any more.
    #[must_use]
    pub fn until(&self) -> i64 {
        self.until
    }
}

/// Where used proofs are remembered.
#[derive(Clone)]
pub(super) enum Replays {
    /// Here. When the memory is full, no proof is accepted until some are over.
    Here(Bounded<()>),
    /// By the caller.
    Elsewhere,
}

impl Replays {
    pub(super) fn new(most: usize) -> Self {
        Self::Here(Bounded::new(most))
    }

    /// Remembers a proof until nobody accepts it any more, and returns whether it was not there before; none if that is
    /// the caller's.
    pub(super) fn use_once(&mut self, proof: &ProofUse, now: i64) -> Option<bool> {
        let Self::Here(memory) = self else { return None };
        let ProofUse { name, until } = *proof;
        if memory.has(&name, now) || !memory.has_room(now) {
            return Some(false);
        }
        memory.set(name, (), now, until);
        Some(true)
    }
}

impl fmt::Debug for Replays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Here(_) => "Here",
            Self::Elsewhere => "Elsewhere",
        })
    }
}
