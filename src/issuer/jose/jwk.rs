//! Public keys as they are published (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

use crate::json::ObjectWriter;

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::jose::key::PublicKey;

/// The public half of a signing key, which is used with one algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicJwk {
    key: PublicKey,
    kid: String,
    algorithm: SigningAlgorithm,
}

impl PublicJwk {
    /// An RSA key, for RS256 unless [another algorithm](PublicJwk::with_algorithm) is chosen, from its
    /// modulus and exponent, both base64url without padding as in a
    /// JWK (RFC 7518 section 6.3.1). The key id is the thumbprint of RFC 7638 behind `KEY`, the
    /// prefix that the service's key ids have.
    #[must_use]
    pub fn rsa(n: impl Into<String>, e: impl Into<String>) -> Self {
        Self::new(PublicKey::Rsa { n: n.into(), e: e.into() })
    }

    /// A key on the curve P-256, for ES256, from its coordinates, both base64url without padding
    /// (RFC 7518 section 6.2.1). The key id is as in [`PublicJwk::rsa`].
    #[must_use]
    pub fn p256(x: impl Into<String>, y: impl Into<String>) -> Self {
        Self::new(PublicKey::P256 { x: x.into(), y: y.into() })
    }

    /// A key on the curve P-384, for ES384, as [`PublicJwk::p256`] takes it.
    #[must_use]
    pub fn p384(x: impl Into<String>, y: impl Into<String>) -> Self {
        Self::new(PublicKey::P384 { x: x.into(), y: y.into() })
    }

    /// A key on the curve P-521, for ES512, as [`PublicJwk::p256`] takes it.
    #[must_use]
    pub fn p521(x: impl Into<String>, y: impl Into<String>) -> Self {
        Self::new(PublicKey::P521 { x: x.into(), y: y.into() })
    }

    /// An Ed25519 key, for EdDSA, base64url without padding (RFC 8037 section 2). The key id is as
    /// in [`PublicJwk::rsa`].
    #[must_use]
    pub fn ed25519(x: impl Into<String>) -> Self {
        Self::new(PublicKey::Ed25519 { x: x.into() })
    }

    /// Any key. The key id is as in [`PublicJwk::rsa`].
    pub(crate) fn new(key: PublicKey) -> Self {
        let kid = format!("KEY{}", key.thumbprint());
        let algorithm = match key {
            PublicKey::Rsa { .. } => SigningAlgorithm::Rs256,
            PublicKey::P256 { .. } => SigningAlgorithm::Es256,
            PublicKey::P384 { .. } => SigningAlgorithm::Es384,
            PublicKey::P521 { .. } => SigningAlgorithm::Es512,
            PublicKey::Ed25519 { .. } => SigningAlgorithm::EdDsa,
        };
        Self { key, kid, algorithm }
    }

    /// The same key for another algorithm; `None` if the algorithm takes no such keys. Only RSA keys have
    /// a choice.
    #[must_use]
    pub fn with_algorithm(self, algorithm: SigningAlgorithm) -> Option<Self> {
        algorithm.takes(&self.key).then_some(Self { algorithm, ..self })
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

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// What the key signs with.
    #[must_use]
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The key as a member of a key set (RFC 7517 section 4).
    #[must_use]
    pub fn to_json(&self) -> String {
        let algorithm = self.algorithm.name();
        let curve = self.key.key_type().1.unwrap_or_default();
        let mut jwk = ObjectWriter::new();
        let begin = |jwk: &mut ObjectWriter| {
            jwk.string("use", "sig").string("kid", &self.kid).string("alg", algorithm);
        };
        match &self.key {
            // EIAM: the members have the order of the service's keys.
            PublicKey::Rsa { n, e } => {
                jwk.string("kty", "RSA").string("e", e);
                begin(&mut jwk);
                jwk.string("n", n);
            }
            PublicKey::P256 { x, y } | PublicKey::P384 { x, y } | PublicKey::P521 { x, y } => {
                jwk.string("kty", "EC");
                begin(&mut jwk);
                jwk.string("crv", curve).string("x", x).string("y", y);
            }
            PublicKey::Ed25519 { x } => {
                jwk.string("kty", "OKP");
                begin(&mut jwk);
                jwk.string("crv", curve).string("x", x);
            }
        }
        jwk.finish()
    }

    /// Writes the key and its id into a record.
    pub(crate) fn write(&self, writer: &mut Writer) {
        self.key.write(writer);
        writer.str(&self.kid).str(self.algorithm.name());
    }

    /// Reads what [`PublicJwk::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            key: PublicKey::read(reader)?,
            kid: reader.string()?,
            algorithm: SigningAlgorithm::from_name(reader.str()?)?,
        })
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
            PublicJwk::p384("eA", "eQ"),
            PublicJwk::p521("eA", "eQ"),
            PublicJwk::rsa("AQAB", "AQAB").with_algorithm(SigningAlgorithm::Ps512).unwrap(),
            PublicJwk::ed25519("eA"),
        ] {
            let mut writer = Writer::default();
            key.write(&mut writer);
            assert_eq!(PublicJwk::read(&mut Reader::new(&writer.finish())), Some(key));
        }
    }
}
