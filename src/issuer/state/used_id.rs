//! Ids that work once, such as the `jti` of an assertion.

use sha2::{Digest, Sha256};

/// An id that works once, as half of its SHA-256 hash: so long that nobody finds another with the
/// same, and short in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct UsedId(pub(crate) u128);

impl UsedId {
    /// The id of something of this kind that this owner made.
    pub(crate) fn new(kind: &str, owner: &str, id: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [kind, owner, id] {
            // With its length, or two lists of parts could be one text.
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let hash = hash.finalize();
        Self(hash.first_chunk().map_or(0, |half| u128::from_be_bytes(*half)))
    }
}
