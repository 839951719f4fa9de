//! Reads id_tokens (OpenID Connect Core section 2) and checks their claims.

use core::fmt;

use sha2::{Digest, Sha384, Sha512};

use crate::base64url;
use crate::rules::id_token::{self as rules, Expected as Rules};
use crate::rules::json::names_in;
use crate::rules::key_set::{ALGORITHMS, BY_SHA384, BY_SHA512};
use crate::rules::reason::Reason;
use crate::rules::split::split_once;
use crate::secret::{Secret, constant_time_eq};
use crate::signature::SignatureAlgorithm;
use crate::text;

use super::{Client, Error, Members};

/// The header and the claims of an id_token, as JSON texts, which are not verified. `Debug` shows
/// neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The header (JOSE), a JSON object.
    pub header: String,
    /// The claims, a JSON object.
    pub claims: String,
}

impl fmt::Debug for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decoded([redacted])")
    }
}

/// Decodes an id_token (RFC 7515 section 7.1) without verifying its signature.
///
/// # Errors
/// Fails for text that does not consist of three parts in base64url, of which the first two are
/// JSON objects.
pub fn decode(id_token: &str) -> Result<Decoded, Error> {
    read(id_token, None)
}

/// Decodes an id_token, and checks its claims if something is expected of them.
fn read(id_token: &str, expected: Option<&Rules<'_>>) -> Result<Decoded, Error> {
    let mut names = vec![(0, 0); names_in(id_token.as_bytes())];
    let (mut decoded, mut words) = (Vec::new(), Vec::new());
    let read = rules::read(id_token.as_bytes(), expected, &mut names, &mut decoded, &mut words);
    // The rules do not check that the parts are UTF-8, so this is done here, once they have found no other fault.
    let (header, claims) = split_once(&decoded, 0);
    let utf8 = |name: &str, part: &[u8]| match String::from_utf8(part.to_vec()) {
        Ok(text) => Ok(text),
        Err(_) => Err(wrong(Error::malformed(&text::concat(&["id_token.", name]), "not UTF-8"))),
    };
    let decoded = utf8("header", header).and_then(|header| {
        Ok(Decoded { header, claims: utf8("claims", claims.unwrap_or_default())? })
    });
    match (read, decoded) {
        (Ok(()), decoded) => decoded,
        (Err(failure), _) => Err(wrong(Error::of(failure, &words))),
    }
}

/// The error for an id_token that is wrong. The response with it was a success.
#[cold]
fn wrong(error: Error) -> Error {
    error.answered(200, None)
}

fn octets(secret: &Secret) -> &[u8] {
    secret.expose().as_bytes()
}

/// A signature that is still to be verified (RFC 7515 section 5.2). `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    algorithm: String,
    key_id: Option<String>,
    input: Secret,
    signature: Vec<u8>,
}

impl Signature {
    /// The signature of an id_token that was checked.
    ///
    /// # Errors
    /// Fails for a `kid` that is no text.
    pub(crate) fn of(id_token: &Secret, decoded: &Decoded) -> Result<Self, Error> {
        let header = Members::read(&decoded.header);
        if header.get("kid").is_some() && header.text("kid").is_none() {
            return Err(wrong(Error::malformed("id_token.kid", "not a text that names a key")));
        }
        let (input, signature) = id_token.expose().rsplit_once('.').unwrap_or_default();
        Ok(Self {
            algorithm: header.text("alg").unwrap_or_default(),
            key_id: header.text("kid"),
            input: input.into(),
            signature: base64url::decode(signature).unwrap_or_default(),
        })
    }

    /// The algorithm; `None` if the key is the client's secret, with HMAC and SHA-256
    /// ([`Expected::by_secret`]).
    #[must_use]
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::from_name(&self.algorithm)
    }

    /// `kid` of the header, which names the key.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The text that is signed: the id_token up to its last dot.
    #[must_use]
    pub fn input(&self) -> &Secret {
        &self.input
    }

    /// The signature itself.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.signature
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// What an id_token has to match, besides the client and its server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected<'a> {
    /// The `nonce` of the authorization request.
    pub nonce: Option<&'a Secret>,
    /// The `max_age` of the authorization request in seconds: how long ago the user may have signed
    /// in.
    pub max_age: Option<i64>,
    /// When tokens are refreshed: the `sub` of the former id_token (OpenID Connect Core section
    /// 12.2).
    pub subject: Option<&'a str>,
    /// The access token of the same response, for `at_hash`.
    pub access_token: Option<&'a Secret>,
    /// Whether the id_token is signed with the client's secret (`HS256`): then that is accepted, and nothing
    /// else. Only for a secret that nobody but the server and this client knows.
    pub by_secret: bool,
}

impl Client {
    /// Checks the claims of an id_token from the token endpoint: algorithm, issuer, subject,
    /// audience, times, the nonce and `max_age` of the request, and `at_hash` (OpenID Connect Core
    /// sections 3.1.3.6 to 3.1.3.8 and 12.2). `now` is in Unix seconds, and `tolerance` is the number of
    /// seconds by which the clocks may differ.
    ///
    /// It does not verify the signature, because that needs keys: see
    /// [`KeySet`](super::key_set::KeySet). The algorithm `none` and those with shared secrets are
    /// refused (RFC 8725 sections 3.1 and 3.2), unless [`Expected::by_secret`] asks for one.
    ///
    /// # Errors
    /// [`Malformed`](super::ErrorKind::Malformed), which names the first claim that is wrong.
    pub fn check_id_token(
        &self,
        id_token: &Secret,
        expected: &Expected<'_>,
        now: i64,
        tolerance: i64,
    ) -> Result<Decoded, Error> {
        let expected = Rules {
            issuer: self.server.issuer.as_deref().map(str::as_bytes),
            client_id: self.client_id.as_bytes(),
            nonce: expected.nonce.map(octets),
            max_age: expected.max_age,
            subject: expected.subject.map(str::as_bytes),
            access_token: expected.access_token.map(octets),
            by_secret: expected.by_secret,
            now,
            tolerance,
        };
        let decoded = read(id_token.expose(), Some(&expected))?;
        let access_token = expected.access_token.unwrap_or_default();
        match expected.access_token.is_some() && !has_long_hash(&decoded, access_token) {
            true => Err(wrong(Error::malformed("id_token.at_hash", Reason::AnotherToken.text()))),
            false => Ok(decoded),
        }
    }
}

/// Whether an `at_hash` by SHA-384 or SHA-512 belongs to this access token. It is `true` if there is none, and for
/// SHA-256, which the rules have compared.
fn has_long_hash(decoded: &Decoded, access_token: &[u8]) -> bool {
    let algorithm = Members::read(&decoded.header).text("alg").unwrap_or_default();
    let claims = Members::read(&decoded.claims);
    let half = match hash_of(&algorithm) {
        BY_SHA384 => base64url::encode(Sha384::digest(access_token).get(..24).unwrap_or_default()),
        BY_SHA512 => base64url::encode(Sha512::digest(access_token).get(..32).unwrap_or_default()),
        _ => return true,
    };
    match claims.get("at_hash") {
        None | Some("null") => true,
        Some(_) => {
            let hash = claims.text("at_hash").unwrap_or_default();
            constant_time_eq(half.as_bytes(), hash.as_bytes())
        }
    }
}

/// The letter of the hash that an algorithm uses (`BY_SHA384` and the like); 0 for an unknown algorithm.
fn hash_of(algorithm: &str) -> u8 {
    let mut known = ALGORITHMS.filter(|(_, name)| *name == algorithm.as_bytes());
    known.next().map_or(0, |(hash, _)| hash)
}
