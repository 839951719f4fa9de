//! Making signed tokens (RFC 7515, RFC 7519). The issuer never has a private key: it says what is
//! to be signed, and the driver signs.

use std::borrow::Cow;

use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::base64url;
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::jose::jwk::PublicJwk;
use crate::json::ObjectWriter;

/// A token without its signature.
#[derive(Debug)]
pub(crate) struct Unsigned {
    /// The key that signs.
    pub(crate) kid: String,
    text: Text,
}

/// The part of a token that is signed.
#[derive(Debug)]
enum Text {
    /// Header and claims, encoded.
    Encoded(String),
    /// The header, encoded, and claims with a [`HASH`] in them, which is known once another token is
    /// signed.
    Waiting { header: String, claims: String, algorithm: SigningAlgorithm },
}

/// Stands in the claims of a token for the hash of the one that is signed before it. JSON is written
/// without control characters, so it is there for no other reason.
pub(crate) const HASH: &str = "\0";

impl Unsigned {
    /// A token of this type, signed with this key.
    pub(crate) fn new(key: &PublicJwk, typ: &str, claims: String) -> Self {
        let mut header = ObjectWriter::new();
        header.string("kid", key.kid()).string("typ", typ).string("alg", key.algorithm().name());
        let mut header = base64url::encode(header.finish().as_bytes());
        header.push('.');
        let text = if claims.contains(HASH) {
            Text::Waiting { header, claims, algorithm: key.algorithm() }
        } else {
            Text::Encoded(with_claims(header, &claims))
        };
        Self { kid: key.kid().to_owned(), text }
    }

    /// The header and the claims as JSON, in which a [`HASH`] can be.
    #[cfg(feature = "testing")]
    pub(crate) fn parts(&self) -> Option<(String, String)> {
        let decoded = |part: &str| String::from_utf8(base64url::decode(part).ok()?).ok();
        match &self.text {
            Text::Encoded(text) => {
                let (header, claims) = text.split_once('.')?;
                Some((decoded(header)?, decoded(claims)?))
            }
            Text::Waiting { header, claims, .. } => {
                Some((decoded(header.strip_suffix('.')?)?, claims.clone()))
            }
        }
    }

    /// Signs another header and other claims with the same key.
    #[cfg(feature = "testing")]
    pub(crate) fn set_parts(&mut self, header: &str, claims: String) {
        let mut header = base64url::encode(header.as_bytes());
        header.push('.');
        self.text = match &self.text {
            Text::Waiting { algorithm, .. } if claims.contains(HASH) => {
                Text::Waiting { header, claims, algorithm: *algorithm }
            }
            _ => Text::Encoded(with_claims(header, &claims)),
        };
    }

    /// What is signed: ASCII `header.claims`. `former` gives the token that was signed before.
    pub(crate) fn text(&self, former: impl FnOnce() -> String) -> Cow<'_, str> {
        match &self.text {
            Text::Encoded(text) => text.into(),
            Text::Waiting { header, claims, algorithm } => {
                let claims = claims.replace(HASH, &half_hash(&former(), *algorithm));
                with_claims(header.clone(), &claims).into()
            }
        }
    }
}

fn with_claims(mut header: String, claims: &str) -> String {
    header.push_str(&base64url::encode(claims.as_bytes()));
    header
}

/// The left half of the hash of a token, for `at_hash` (OpenID Connect Core section 3.1.3.6). The
/// hash function is that of the signature algorithm. For EdDSA with Ed25519 it is SHA-512 (RFC 8032
/// section 5.1), which other OpenID providers and clients use as well.
pub(crate) fn half_hash(token: &str, algorithm: SigningAlgorithm) -> String {
    let half = |hash: &[u8]| base64url::encode(hash.split_at(hash.len() / 2).0);
    match algorithm.hash_bits() {
        256 => half(&Sha256::digest(token.as_bytes())),
        384 => half(&Sha384::digest(token.as_bytes())),
        _ => half(&Sha512::digest(token.as_bytes())),
    }
}
