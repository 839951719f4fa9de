//! The algorithms with which the issuer signs and which it verifies.

use crate::issuer::jose::key::PublicKey;
use crate::issuer::profile::Profile;

pub use crate::signature::SignatureAlgorithm as VerificationAlgorithm;

/// The algorithms with which JWTs are signed are the same. EIAM: the service has only RS256.
pub use crate::signature::SignatureAlgorithm as SigningAlgorithm;

impl VerificationAlgorithm {
    /// The [`NAMES`](Self::NAMES) of those that a profile allows.
    pub(crate) fn names_in(profile: Profile) -> Vec<&'static str> {
        let is_allowed =
            |name: &&str| Self::from_name(name).is_some_and(|one| profile.signature_allowed(one));
        Self::NAMES.into_iter().filter(is_allowed).collect()
    }

    /// Whether the algorithm works with a key of this kind.
    #[must_use]
    pub fn takes(self, key: &PublicKey) -> bool {
        self.key_type() == key.key_type()
    }
}
