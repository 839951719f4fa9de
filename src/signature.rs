//! The algorithms of signatures with a private key. This is the only list of them: for the client,
//! for the issuer, and for JavaScript.

/// How a signature is made (RFC 7518 section 3, RFC 8037 section 3.1). `none` and HMAC are left out
/// on purpose: a public key must never be used as a shared secret (RFC 8725 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// `RS256`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3).
    Rs256,
    /// `PS256`: RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 7518 section
    /// 3.5).
    Ps256,
    /// `ES256`: ECDSA on P-256 with SHA-256; the signature is `r` and `s`, 32 bytes each (RFC 7518
    /// section 3.4).
    Es256,
    /// `RS384`: as `RS256`, with SHA-384.
    Rs384,
    /// `PS384`: as `PS256`, with SHA-384 and a salt of 48 bytes.
    Ps384,
    /// `ES384`: ECDSA on P-384 with SHA-384; `r` and `s` have 48 bytes each.
    Es384,
    /// `RS512`: as `RS256`, with SHA-512.
    Rs512,
    /// `PS512`: as `PS256`, with SHA-512 and a salt of 64 bytes.
    Ps512,
    /// `ES512`: ECDSA on P-521 with SHA-512; `r` and `s` have 66 bytes each.
    Es512,
    /// `EdDSA` on Ed25519 (RFC 8037 section 3.1), also by its newer name `Ed25519` (RFC 9864).
    EdDsa,
}

impl SignatureAlgorithm {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Rs256,
        Self::Ps256,
        Self::Es256,
        Self::EdDsa,
        Self::Rs384,
        Self::Ps384,
        Self::Es384,
        Self::Rs512,
        Self::Ps512,
        Self::Es512,
    ];

    /// Every name that `alg` may have: [`EdDsa`](Self::EdDsa) has two.
    pub const NAMES: [&'static str; 11] = [
        "RS256", "PS256", "ES256", "EdDSA", "Ed25519", "RS384", "PS384", "ES384", "RS512", "PS512",
        "ES512",
    ];

    /// The algorithm with this name in `alg`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        // RFC 9864 section 2.2: EdDSA with this curve, by a name that says so.
        if name == "Ed25519" {
            return Some(Self::EdDsa);
        }
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The name in `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Rs384 => "RS384",
            Self::Ps384 => "PS384",
            Self::Es384 => "ES384",
            Self::Rs512 => "RS512",
            Self::Ps512 => "PS512",
            Self::Es512 => "ES512",
        }
    }

    /// The parameters for WebCrypto. Each method of WebCrypto reads those that it needs.
    #[must_use]
    pub fn web_crypto(self) -> WebCryptoParameters {
        let (hash, bytes, curve) = match self {
            Self::EdDsa => return WebCryptoParameters { name: "Ed25519", ..Default::default() },
            Self::Rs256 | Self::Ps256 | Self::Es256 => ("SHA-256", 32, "P-256"),
            Self::Rs384 | Self::Ps384 | Self::Es384 => ("SHA-384", 48, "P-384"),
            Self::Rs512 | Self::Ps512 | Self::Es512 => ("SHA-512", 64, "P-521"),
        };
        let (name, named_curve, salt_length) = match self {
            Self::Ps256 | Self::Ps384 | Self::Ps512 => ("RSA-PSS", None, Some(bytes)),
            Self::Es256 | Self::Es384 | Self::Es512 => ("ECDSA", Some(curve), None),
            _ => ("RSASSA-PKCS1-v1_5", None, None),
        };
        WebCryptoParameters { name, hash: Some(hash), named_curve, salt_length }
    }
}

/// The parameters of an algorithm in WebCrypto (Web Cryptography section 18).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebCryptoParameters {
    /// The member `name`.
    pub name: &'static str,
    /// The member `hash`.
    pub hash: Option<&'static str>,
    /// The member `namedCurve`.
    pub named_curve: Option<&'static str>,
    /// The member `saltLength`, in bytes.
    pub salt_length: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_that_of_an_algorithm() {
        for algorithm in SignatureAlgorithm::ALL {
            assert!(SignatureAlgorithm::NAMES.contains(&algorithm.name()));
            assert_eq!(SignatureAlgorithm::from_name(algorithm.name()), Some(algorithm));
        }
        for name in SignatureAlgorithm::NAMES {
            assert!(SignatureAlgorithm::from_name(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_that_are_no_private_keys_signature_are_unknown() {
        for name in ["none", "None", "HS256", "", "rs256", "ES256K", "RS1"] {
            assert_eq!(SignatureAlgorithm::from_name(name), None);
        }
    }
}
