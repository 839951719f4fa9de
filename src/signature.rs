//! The algorithms of signatures with a private key. This is the only list of them: for the client,
//! for the issuer, and for JavaScript.

/// How a signature is made (RFC 7518 section 3, RFC 8037 section 3.1). `none` and HMAC are left out
/// on purpose: a public key must never be taken for a shared secret (RFC 8725 section 2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// `RS256`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3).
    #[default]
    Rs256,
    /// `RS384`: the same with SHA-384.
    Rs384,
    /// `RS512`: the same with SHA-512.
    Rs512,
    /// `PS256`: RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 7518 section 3.5).
    Ps256,
    /// `PS384`: the same with SHA-384 and 48 bytes.
    Ps384,
    /// `PS512`: the same with SHA-512 and 64 bytes.
    Ps512,
    /// `ES256`: ECDSA on P-256 with SHA-256; the signature is `r` and `s`, 32 bytes each (RFC 7518
    /// section 3.4).
    Es256,
    /// `ES384`: the same on P-384 with SHA-384; 48 bytes each.
    Es384,
    /// `ES512`: the same on P-521 with SHA-512; 66 bytes each.
    Es512,
    /// `EdDSA` on Ed25519 (RFC 8037 section 3.1), also by its newer name `Ed25519` (RFC 9864).
    EdDsa,
}

impl SignatureAlgorithm {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
    ];

    /// Every name that `alg` may have, in the order of [`ALL`](Self::ALL): [`EdDsa`](Self::EdDsa) has two.
    pub const NAMES: [&'static str; 11] = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
        "Ed25519",
    ];

    /// The algorithm with this name in `alg`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        // RFC 9864 section 2.2: EdDSA with this curve, by a name that says so.
        Self::ALL.get(place).or(Self::ALL.last()).copied()
    }

    /// The name in `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.get(self as usize).copied().unwrap_or_default()
    }

    /// The `kty` and the `crv` of its keys. RSA keys have no `crv`.
    #[must_use]
    pub fn key_type(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Es256 => ("EC", Some("P-256")),
            Self::Es384 => ("EC", Some("P-384")),
            Self::Es512 => ("EC", Some("P-521")),
            Self::EdDsa => ("OKP", Some("Ed25519")),
            _ => ("RSA", None),
        }
    }

    /// How many bits the hash has that it signs: 256, 384 or 512. Ed25519 signs one of 512 bits (RFC
    /// 8032 section 5.1).
    #[must_use]
    pub fn hash_bits(self) -> u32 {
        match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => 256,
            Self::Rs384 | Self::Ps384 | Self::Es384 => 384,
            Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa => 512,
        }
    }

    /// What WebCrypto is told of it, whatever is done with it: each of its methods reads what is its own.
    #[must_use]
    pub fn web_crypto(self) -> WebCryptoParameters {
        let bits = self.hash_bits();
        let (name, salt_length) = match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 => ("RSASSA-PKCS1-v1_5", None),
            Self::Ps256 | Self::Ps384 | Self::Ps512 => ("RSA-PSS", Some(bits / 8)),
            Self::Es256 | Self::Es384 | Self::Es512 => ("ECDSA", None),
            Self::EdDsa => return WebCryptoParameters { name: "Ed25519", ..Default::default() },
        };
        let hash = match bits {
            256 => "SHA-256",
            384 => "SHA-384",
            _ => "SHA-512",
        };
        let (_, named_curve) = self.key_type();
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
    fn rfc_7518_section_3_names_say_hash_and_curve() {
        for algorithm in SignatureAlgorithm::ALL {
            let said = algorithm.web_crypto();
            let Some(hash) = said.hash else {
                assert_eq!(algorithm, SignatureAlgorithm::EdDsa);
                continue;
            };
            let (kind, bits) = algorithm.name().split_at(2);
            assert_eq!(hash, format!("SHA-{bits}"));
            assert_eq!(algorithm.hash_bits().to_string(), bits);
            assert_eq!(said.salt_length.is_some(), kind == "PS");
            assert_eq!(said.named_curve.is_some(), kind == "ES");
        }
    }

    #[test]
    fn names_that_are_no_private_keys_signature_are_unknown() {
        for name in ["none", "None", "HS256", "", "rs256", "ES256K", "RS1"] {
            assert_eq!(SignatureAlgorithm::from_name(name), None);
        }
    }
}
