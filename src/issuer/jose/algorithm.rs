//! The algorithms of signatures.

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
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// How a signature is made (RFC 7518 section 3, RFC 8037 section 3.1). `none` and HMAC are not here
/// on purpose: a public key must never be taken for a shared secret (RFC 8725 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerificationAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
    Ps256,
    /// ECDSA on P-256 with SHA-256; the signature is `r` and `s`, 32 bytes each.
    Es256,
    /// EdDSA on Ed25519.
    EdDsa,
}

impl VerificationAlgorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// Every name that `alg` may have: [`EdDsa`](Self::EdDsa) has two.
    pub const NAMES: [&'static str; 5] = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];

    /// [`NAMES`](Self::NAMES) as a challenge lists them (RFC 9449 section 7.1).
    pub(crate) const LIST: &'static str = "RS256 PS256 ES256 EdDSA Ed25519";

    /// The algorithm of this name in `alg`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            // RFC 9864 section 2.2: EdDSA with this curve, by a name that says so.
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }

    /// The name in `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Whether a key is of the kind that the algorithm takes.
    #[must_use]
    pub fn takes(self, key: &PublicKey) -> bool {
        match self {
            Self::Rs256 | Self::Ps256 => matches!(key, PublicKey::Rsa { .. }),
            Self::Es256 => matches!(key, PublicKey::P256 { .. }),
            Self::EdDsa => matches!(key, PublicKey::Ed25519 { .. }),
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
    fn every_name_is_that_of_an_algorithm() {
        assert_eq!(VerificationAlgorithm::LIST, VerificationAlgorithm::NAMES.join(" "));
        for algorithm in VerificationAlgorithm::ALL {
            assert!(VerificationAlgorithm::NAMES.contains(&algorithm.name()));
            assert_eq!(VerificationAlgorithm::from_name(algorithm.name()), Some(algorithm));
        }
        for name in VerificationAlgorithm::NAMES {
            assert!(VerificationAlgorithm::from_name(name).is_some(), "{name}");
        }
    }
}
