//! The algorithms with which the issuer signs, and those that it verifies.

use crate::issuer::jose::key::PublicKey;

/// How JWTs are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3).
    /// EIAM: the only one that the service has.
    #[default]
    Rs256,
    /// ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4).
    Es256,
    /// Ed25519 (RFC 8037 section 3.1).
    EdDsa,
}

impl SigningAlgorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// The algorithm of this name in `alg`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The name in `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        VerificationAlgorithm::from(self).name()
    }
}

pub use crate::signature::SignatureAlgorithm as VerificationAlgorithm;

impl VerificationAlgorithm {
    /// The names of those that the issuer verifies: it knows no keys on other curves.
    pub(crate) const VERIFIED: [&'static str; 5] = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];

    /// The same as a challenge lists them (RFC 9449 section 7.1).
    pub(crate) const LIST: &'static str = "RS256 PS256 ES256 EdDSA Ed25519";

    /// Whether the issuer verifies by the algorithm, and a key is of the kind that it takes.
    #[must_use]
    pub fn takes(self, key: &PublicKey) -> bool {
        match self {
            Self::Rs256 | Self::Ps256 => matches!(key, PublicKey::Rsa { .. }),
            Self::Es256 => matches!(key, PublicKey::P256 { .. }),
            Self::EdDsa => matches!(key, PublicKey::Ed25519 { .. }),
            _ => false,
        }
    }
}

impl From<SigningAlgorithm> for VerificationAlgorithm {
    fn from(algorithm: SigningAlgorithm) -> Self {
        match algorithm {
            SigningAlgorithm::Rs256 => Self::Rs256,
            SigningAlgorithm::Es256 => Self::Es256,
            SigningAlgorithm::EdDsa => Self::EdDsa,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_lists_every_name() {
        assert_eq!(VerificationAlgorithm::LIST, VerificationAlgorithm::VERIFIED.join(" "));
    }
}
