//! Public keys as they are published (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::json::ObjectWriter;

use super::bytes::{Reader, Writer};
use super::config::SigningAlgorithm;

/// The public half of a signing key. Its kind says the algorithm that it is used with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicJwk {
    material: Material,
    kid: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    Rsa { n: String, e: String },
    P256 { x: String, y: String },
    Ed25519 { x: String },
}

impl PublicJwk {
    /// An RSA key, for RS256, from its modulus and exponent, both base64url without padding as in a
    /// JWK (RFC 7518 section 6.3.1). The key id is the thumbprint of RFC 7638 behind `KEY`, the
    /// prefix that the service's key ids have.
    #[must_use]
    pub fn rsa(n: impl Into<String>, e: impl Into<String>) -> Self {
        Self::new(Material::Rsa { n: n.into(), e: e.into() })
    }

    /// A key on the curve P-256, for ES256, from its coordinates, both base64url without padding
    /// (RFC 7518 section 6.2.1). The key id is as in [`PublicJwk::rsa`].
    #[must_use]
    pub fn p256(x: impl Into<String>, y: impl Into<String>) -> Self {
        Self::new(Material::P256 { x: x.into(), y: y.into() })
    }

    /// An Ed25519 key, for EdDSA, base64url without padding (RFC 8037 section 2). The key id is as
    /// in [`PublicJwk::rsa`].
    #[must_use]
    pub fn ed25519(x: impl Into<String>) -> Self {
        Self::new(Material::Ed25519 { x: x.into() })
    }

    fn new(material: Material) -> Self {
        let thumbprint = Sha256::digest(material.thumbprint_input().as_bytes());
        let kid = format!("KEY{}", base64url::encode(&thumbprint));
        Self { material, kid }
    }

    /// The same key under another id.
    #[must_use]
    pub fn with_kid(self, kid: impl Into<String>) -> Self {
        Self { kid: kid.into(), ..self }
    }

    /// The key id, `KEY…` unless it was given.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// What the key signs with.
    #[must_use]
    pub fn algorithm(&self) -> SigningAlgorithm {
        match self.material {
            Material::Rsa { .. } => SigningAlgorithm::Rs256,
            Material::P256 { .. } => SigningAlgorithm::Es256,
            Material::Ed25519 { .. } => SigningAlgorithm::EdDsa,
        }
    }

    /// The key as a member of a key set (RFC 7517 section 4).
    #[must_use]
    pub fn to_json(&self) -> String {
        let (kty, algorithm) = (self.material.kty(), self.algorithm().name());
        let mut jwk = ObjectWriter::new();
        let begin = |jwk: &mut ObjectWriter| {
            jwk.string("use", "sig").string("kid", &self.kid).string("alg", algorithm);
        };
        jwk.string("kty", kty);
        match &self.material {
            // EIAM: the order of the service's keys.
            Material::Rsa { n, e } => {
                jwk.string("e", e);
                begin(&mut jwk);
                jwk.string("n", n);
            }
            Material::P256 { x, y } => {
                begin(&mut jwk);
                jwk.string("crv", "P-256").string("x", x).string("y", y);
            }
            Material::Ed25519 { x } => {
                begin(&mut jwk);
                jwk.string("crv", "Ed25519").string("x", x);
            }
        }
        jwk.finish()
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        match &self.material {
            Material::Rsa { n, e } => writer.u8(0).str(n).str(e),
            Material::P256 { x, y } => writer.u8(1).str(x).str(y),
            Material::Ed25519 { x } => writer.u8(2).str(x),
        }
        .str(&self.kid);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let material = match reader.u8()? {
            0 => Material::Rsa { n: reader.string()?, e: reader.string()? },
            1 => Material::P256 { x: reader.string()?, y: reader.string()? },
            2 => Material::Ed25519 { x: reader.string()? },
            _ => return None,
        };
        Some(Self { material, kid: reader.string()? })
    }
}

impl Material {
    fn kty(&self) -> &'static str {
        match self {
            Self::Rsa { .. } => "RSA",
            Self::P256 { .. } => "EC",
            Self::Ed25519 { .. } => "OKP",
        }
    }

    /// The required members in alphabetical order (RFC 7638 section 3.2, RFC 8037 section 2).
    fn thumbprint_input(&self) -> String {
        let mut required = ObjectWriter::new();
        match self {
            Self::Rsa { n, e } => required.string("e", e).string("kty", self.kty()).string("n", n),
            Self::P256 { x, y } => required
                .string("crv", "P-256")
                .string("kty", self.kty())
                .string("x", x)
                .string("y", y),
            Self::Ed25519 { x } => {
                required.string("crv", "Ed25519").string("kty", self.kty()).string("x", x)
            }
        };
        required.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7638_section_3_1_thumbprint() {
        let key = PublicJwk::rsa(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc\
             _BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR\
             0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTW\
             hAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            "AQAB",
        );
        assert_eq!(key.kid(), "KEYNzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn rfc_8037_appendix_a_3_thumbprint() {
        let key = PublicJwk::ed25519("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.kid(), "KEYkPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn what_is_written_is_read_back() {
        for key in [
            PublicJwk::rsa("AQAB", "AQAB"),
            PublicJwk::p256("eA", "eQ").with_kid("mine"),
            PublicJwk::ed25519("eA"),
        ] {
            let mut writer = Writer::default();
            key.write(&mut writer);
            assert_eq!(PublicJwk::read(&mut Reader::new(&writer.finish())), Some(key));
        }
    }
}
