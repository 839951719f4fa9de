//! The algorithms with which the issuer signs and which it verifies.

use crate::issuer::jose::key::PublicKey;

pub use crate::signature::SignatureAlgorithm as VerificationAlgorithm;

/// The algorithms with which JWTs are signed are the same. EIAM: the service has only RS256.
pub use crate::signature::SignatureAlgorithm as SigningAlgorithm;

impl VerificationAlgorithm {
    /// [`NAMES`](Self::NAMES) as a challenge lists them (RFC 9449 section 7.1).
    pub(crate) const LIST: &'static str =
        "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519";

    /// Whether the algorithm works with a key of this kind.
    #[must_use]
    pub fn takes(self, key: &PublicKey) -> bool {
        self.key_type() == key.key_type()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_lists_every_name() {
        assert_eq!(VerificationAlgorithm::LIST, VerificationAlgorithm::NAMES.join(" "));
    }
}
