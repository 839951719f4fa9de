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
    /// `EdDSA` on Ed25519 (RFC 8037 section 3.1), also by its newer name `Ed25519` (RFC 9864).
    EdDsa,
}

impl SignatureAlgorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// All values that `alg` may have. [`EdDsa`](Self::EdDsa) has two names.
    pub const NAMES: [&'static str; 5] = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];

    /// The algorithm with this name in `alg`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            // RFC 9864 section 2.2: this name stands for EdDSA with this curve.
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

    /// The `kty` and the `crv` of its keys. RSA keys have no `crv`.
    #[must_use]
    pub fn key_type(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Rs256 | Self::Ps256 => ("RSA", None),
            Self::Es256 => ("EC", Some("P-256")),
            Self::EdDsa => ("OKP", Some("Ed25519")),
        }
    }

    /// The parameters for WebCrypto. Each method of WebCrypto reads those that it needs.
    #[must_use]
    pub fn web_crypto(self) -> WebCryptoParameters {
        let (name, named_curve, salt_length) = match self {
            Self::Rs256 => ("RSASSA-PKCS1-v1_5", None, None),
            Self::Ps256 => ("RSA-PSS", None, Some(32)),
            Self::Es256 => ("ECDSA", Some("P-256"), None),
            Self::EdDsa => return WebCryptoParameters { name: "Ed25519", ..Default::default() },
        };
        WebCryptoParameters { name, hash: Some("SHA-256"), named_curve, salt_length }
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
