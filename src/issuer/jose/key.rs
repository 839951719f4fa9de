//! Public keys (RFC 7517): the issuer's own, those of clients, and those in DPoP proofs.

use core::fmt;
use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::issuer::codec::bytes::{Reader, Writer};
use crate::json::{ObjectWriter, Value};

/// A public key. Numbers are big-endian and base64url without padding, as in a JWK.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKey {
    /// An RSA key of 2048 to 8192 bits, with an exponent of at most 32 bits (RFC 7518 sections 3.3
    /// and 6.3).
    Rsa {
        /// The modulus.
        n: String,
        /// The exponent.
        e: String,
    },
    /// A point on P-256 (RFC 7518 section 6.2).
    P256 {
        /// Its first coordinate.
        x: String,
        /// Its second coordinate.
        y: String,
    },
    /// A point on P-384 (RFC 7518 section 6.2).
    P384 {
        /// Its first coordinate.
        x: String,
        /// Its second coordinate.
        y: String,
    },
    /// A point on P-521 (RFC 7518 section 6.2).
    P521 {
        /// Its first coordinate.
        x: String,
        /// Its second coordinate.
        y: String,
    },
    /// A key of Ed25519 (RFC 8037 section 2).
    Ed25519 {
        /// The key.
        x: String,
    },
}

impl PublicKey {
    /// Makes a key from the members of a JWK.
    ///
    /// # Errors
    /// Fails for an unsupported type of key, and for a size that is not allowed.
    pub fn from_members<'a>(
        member: impl Fn(&str) -> Option<Cow<'a, str>>,
    ) -> Result<Self, KeyProblem> {
        Self::of_members(&member)
    }

    /// The same for every source of members, so that the wasm module has it once.
    fn of_members<'a>(member: &dyn Fn(&str) -> Option<Cow<'a, str>>) -> Result<Self, KeyProblem> {
        let number = |name: &'static str, sizes: core::ops::RangeInclusive<usize>| {
            let text = member(name).ok_or(KeyProblem::Member(name))?;
            match base64url::decode(&text) {
                Ok(bytes) if sizes.contains(&bytes.len()) => Ok(text.into_owned()),
                _ => Err(KeyProblem::Member(name)),
            }
        };
        let positive = |name: &'static str, sizes| {
            let text = number(name, sizes)?;
            // RFC 7518 section 2 (Base64urlUInt): the number has no more bytes than needed.
            match base64url::decode(&text) {
                Ok(bytes) if bytes.first() != Some(&0) => Ok(text),
                _ => Err(KeyProblem::Member(name)),
            }
        };
        match (member("kty").as_deref(), member("crv").as_deref()) {
            (Some("RSA"), _) => Ok(Self::Rsa {
                n: positive("n", RSA_BYTES)?,
                e: positive("e", RSA_EXPONENT_BYTES)?,
            }),
            (Some("EC"), Some("P-256")) => {
                Ok(Self::P256 { x: number("x", 32..=32)?, y: number("y", 32..=32)? })
            }
            (Some("EC"), Some("P-384")) => {
                Ok(Self::P384 { x: number("x", 48..=48)?, y: number("y", 48..=48)? })
            }
            (Some("EC"), Some("P-521")) => {
                Ok(Self::P521 { x: number("x", 66..=66)?, y: number("y", 66..=66)? })
            }
            (Some("OKP"), Some("Ed25519")) => Ok(Self::Ed25519 { x: number("x", 32..=32)? }),
            _ => Err(KeyProblem::Kind),
        }
    }

    /// Reads a JWK.
    pub(crate) fn from_json(jwk: &Value<'_>) -> Result<Self, KeyProblem> {
        let object = jwk.as_object().ok_or(KeyProblem::Kind)?;
        if PRIVATE.iter().any(|name| object.member(name).is_some()) {
            return Err(KeyProblem::Private);
        }
        Self::from_members(|name| object.member(name)?.as_str())
    }

    /// The members of the JWK that make the key, in the order of RFC 7638 section 3.2.
    #[must_use]
    pub fn members(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Rsa { n, e } => vec![("e", e), ("kty", "RSA"), ("n", n)],
            Self::P256 { x, y } | Self::P384 { x, y } | Self::P521 { x, y } => {
                let (kind, curve) = self.key_type();
                vec![("crv", curve.unwrap_or_default()), ("kty", kind), ("x", x), ("y", y)]
            }
            Self::Ed25519 { x } => vec![("crv", "Ed25519"), ("kty", "OKP"), ("x", x)],
        }
    }

    /// `kty` and `crv`; RSA keys have no `crv`.
    #[must_use]
    pub fn key_type(&self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Rsa { .. } => ("RSA", None),
            Self::P256 { .. } => ("EC", Some("P-256")),
            Self::P384 { .. } => ("EC", Some("P-384")),
            Self::P521 { .. } => ("EC", Some("P-521")),
            Self::Ed25519 { .. } => ("OKP", Some("Ed25519")),
        }
    }

    /// How many octets the private half of a key on a curve has (RFC 7518 section 6.2.2.1, RFC 8037
    /// section 2); none for RSA.
    pub(crate) fn private_length(&self) -> Option<usize> {
        match self {
            Self::Rsa { .. } => None,
            Self::P256 { .. } | Self::Ed25519 { .. } => Some(32),
            Self::P384 { .. } => Some(48),
            Self::P521 { .. } => Some(66),
        }
    }

    /// Writes the key into a record.
    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Rsa { n, e } => writer.u8(0).str(n).str(e),
            Self::P256 { x, y } => writer.u8(1).str(x).str(y),
            Self::Ed25519 { x } => writer.u8(2).str(x),
            Self::P384 { x, y } => writer.u8(3).str(x).str(y),
            Self::P521 { x, y } => writer.u8(4).str(x).str(y),
        };
    }

    /// Reads what [`PublicKey::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(match reader.u8()? {
            0 => Self::Rsa { n: reader.string()?, e: reader.string()? },
            1 => Self::P256 { x: reader.string()?, y: reader.string()? },
            2 => Self::Ed25519 { x: reader.string()? },
            3 => Self::P384 { x: reader.string()?, y: reader.string()? },
            4 => Self::P521 { x: reader.string()?, y: reader.string()? },
            _ => return None,
        })
    }

    /// The thumbprint with SHA-256 (RFC 7638): base64url, 43 characters.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let mut required = ObjectWriter::new();
        for (name, value) in self.members() {
            required.string(name, value);
        }
        base64url::encode(&Sha256::digest(required.finish().as_bytes()))
    }
}

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyProblem {
    /// Neither RSA nor P-256, P-384, P-521 or Ed25519.
    Kind,
    /// This member is missing or has a size that is not allowed.
    Member(&'static str),
    /// A private key, which must not be published.
    Private,
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind => f.write_str("expected a key of RSA, P-256, P-384, P-521 or Ed25519"),
            Self::Member(name) => write!(f, "the member {name} of the key is missing or wrong"),
            Self::Private => f.write_str("a private key, expected the public half alone"),
        }
    }
}

impl core::error::Error for KeyProblem {}

/// The members that only private and symmetric keys have (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
pub(crate) const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The sizes of a modulus in bytes, for 2048 to 8192 bits. Shorter keys are weak (RFC 7518 section
/// 3.3), and longer ones make verifying slow.
const RSA_BYTES: core::ops::RangeInclusive<usize> = 256..=1024;

/// The sizes of a public exponent in bytes. It is nearly always 65537. The time for verifying a
/// signature grows with it, and the sender of a DPoP proof chooses the key.
const RSA_EXPONENT_BYTES: core::ops::RangeInclusive<usize> = 1..=4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{self, Limits};

    fn read(jwk: &str) -> Result<PublicKey, KeyProblem> {
        PublicKey::from_json(&json::parse(jwk, Limits::default()).unwrap())
    }

    const EC: &str = r#""kty":"EC","crv":"P-256",
        "x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA""#;

    #[test]
    fn rfc_9449_section_6_1_the_thumbprint_of_its_example() {
        let key = read(&format!(r#"{{{EC},"use":"sig","kid":"x"}}"#)).unwrap();
        assert_eq!(key.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn rfc_8037_appendix_a_3_the_thumbprint_of_ed25519() {
        let jwk = r#"{"kty":"OKP","crv":"Ed25519",
            "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        let key = read(jwk).unwrap();
        assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn rfc_9449_section_4_3_private_and_symmetric_keys_are_refused() {
        for name in PRIVATE {
            let jwk = format!(r#"{{{EC},"{name}":"AA"}}"#);
            assert_eq!(read(&jwk), Err(KeyProblem::Private), "{name}");
        }
        assert_eq!(read(r#"{"kty":"oct"}"#), Err(KeyProblem::Kind));
        assert_eq!(read(r#"{"kty":"EC","crv":"secp256k1"}"#), Err(KeyProblem::Kind));
        assert_eq!(read("[]"), Err(KeyProblem::Kind));
    }

    #[test]
    fn sizes_that_a_key_must_not_have() {
        let rsa = |n: &[u8], e: &[u8]| {
            let (n, e) = (base64url::encode(n), base64url::encode(e));
            read(&format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#))
        };
        assert!(rsa(&[0xc1; 256], &[1, 0, 1]).is_ok());
        assert_eq!(rsa(&[0xc1; 128], &[1, 0, 1]), Err(KeyProblem::Member("n")));
        assert_eq!(rsa(&[0xc1; 1025], &[1, 0, 1]), Err(KeyProblem::Member("n")));
        assert_eq!(rsa(&[0; 256], &[1, 0, 1]), Err(KeyProblem::Member("n")));
        assert_eq!(rsa(&[0xc1; 256], &[0xc1; 256]), Err(KeyProblem::Member("e")));
        for (curve, octets) in [("P-256", 32), ("P-384", 48), ("P-521", 66)] {
            let point = |octets: usize| {
                let number = base64url::encode(&vec![1; octets]);
                read(&format!(r#"{{"kty":"EC","crv":"{curve}","x":"{number}","y":"{number}"}}"#))
            };
            assert_eq!(point(octets).unwrap().key_type(), ("EC", Some(curve)));
            assert_eq!(point(octets - 1), Err(KeyProblem::Member("x")));
            assert_eq!(point(octets + 1), Err(KeyProblem::Member("x")));
        }
        let short = r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#;
        assert_eq!(read(short), Err(KeyProblem::Member("x")));
    }
}
