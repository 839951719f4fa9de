//! Ids of JWTs that work once, such as the `jti` of an assertion.

use crate::issuer::codec::digest;

/// An id that works once, as half of a SHA-256 hash. That is short, and long enough that nobody can
/// find another id with the same hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct UsedId(pub(crate) u128);

impl UsedId {
    /// The id of a JWT of this kind, which this owner made.
    pub(crate) fn new(kind: &str, owner: &str, id: &str) -> Self {
        let hash = digest::of_parts(&[], kind, &[owner.as_bytes(), id.as_bytes()]);
        Self(hash.first_chunk().map_or(0, |half| u128::from_be_bytes(*half)))
    }
}
