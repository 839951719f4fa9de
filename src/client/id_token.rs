//! Reads id_tokens (OpenID Connect Core section 2) and checks their claims.

use core::fmt;
use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::json::{self, Limits, Object, Value};
use crate::secret::{Secret, constant_time_eq};
use crate::signature::SignatureAlgorithm;
use crate::{base64url, seconds, text};

use super::{Client, Error};

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
    let (header, claims) = parts(id_token)?;
    object("header", &header)?;
    object("claims", &claims)?;
    Ok(Decoded { header, claims })
}

fn parts(id_token: &str) -> Result<(String, String), Error> {
    let (header, rest) = text::split_once(id_token, b'.').unwrap_or_default();
    let Some((claims, signature)) = text::split_once(rest, b'.') else {
        return Err(wrong("", NOT_THREE_PARTS));
    };
    if text::has(signature, b'.') {
        return Err(wrong("", NOT_THREE_PARTS));
    }
    part("signature", signature)?;
    let utf8 = |name, bytes| String::from_utf8(bytes).map_err(|_| wrong(name, "not UTF-8"));
    Ok((utf8("header", part("header", header)?)?, utf8("claims", part("claims", claims)?)?))
}

fn part(name: &str, text: &str) -> Result<Vec<u8>, Error> {
    base64url::decode(text).map_err(|_| wrong(name, "not base64url"))
}

fn object<'a>(name: &str, text: &'a str) -> Result<Claims<'a>, Error> {
    match json::parse_object(text, Limits::default()) {
        Ok(object) => Ok(Claims(object)),
        Err(error) => Err(wrong(name, "").because(error.message())),
    }
}

#[cold]
fn wrong(part: &str, reason: &'static str) -> Error {
    let dot = if part.is_empty() { "" } else { "." };
    Error::malformed(text::concat(&["id_token", dot]).as_str(), part, reason).answered(200, None)
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
}

impl Client {
    /// Checks the claims of an id_token from the token endpoint: algorithm, issuer, subject,
    /// audience, authorized party, times, the nonce and `max_age` of the request, and `at_hash`
    /// (OpenID Connect Core sections 3.1.3.6 to 3.1.3.8 and 12.2). `now` is in Unix seconds, and
    /// `tolerance` is the number of seconds by which the clocks may differ.
    ///
    /// It does not verify the signature, because that needs keys: see
    /// [`KeySet`](super::key_set::KeySet). It does not check the `at_hash` of an EdDSA token
    /// either, which uses SHA-512. The algorithm `none` and those with shared secrets are refused
    /// (RFC 8725 sections 3.1 and 3.2).
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
        let expectation = Expectation {
            issuer: self.server.issuer.as_deref(),
            client_id: &self.client_id,
            nonce: expected.nonce.map(Secret::expose),
            max_age: expected.max_age,
            subject: expected.subject,
            access_token: expected.access_token.map(Secret::expose),
        };
        expectation.check(id_token.expose(), now, tolerance)
    }
}

/// All that an id_token must agree with.
pub(crate) struct Expectation<'a> {
    pub(crate) issuer: Option<&'a str>,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) max_age: Option<i64>,
    pub(crate) subject: Option<&'a str>,
    pub(crate) access_token: Option<&'a str>,
}

impl Expectation<'_> {
    pub(crate) fn check(&self, id_token: &str, now: i64, tolerance: i64) -> Result<Decoded, Error> {
        let (header, claims) = parts(id_token)?;
        let algorithm = check_header(&object("header", &header)?);
        let read = object("claims", &claims)?;
        let fault = algorithm.and_then(|algorithm| {
            self.check_claims(&read, now, tolerance)?;
            self.check_at_hash(&read, algorithm)
        });
        match fault {
            Ok(()) => Ok(Decoded { header, claims }),
            Err((claim, reason)) => Err(wrong(claim, reason)),
        }
    }

    fn check_claims(&self, claims: &Claims<'_>, now: i64, tolerance: i64) -> Result<(), Fault> {
        let issuer = self.issuer;
        if issuer.is_some() && claims.text("iss").as_deref() != issuer {
            return Err(("iss", "another issuer, or missing"));
        }
        let subject = claims.text("sub").unwrap_or_default();
        if subject.is_empty() {
            return Err(("sub", "missing"));
        }
        if self.subject.is_some_and(|before| subject != before) {
            return Err(("sub", "another user than before"));
        }
        self.check_audience(claims)?;
        if claims.date("exp")? <= now.saturating_sub(tolerance) {
            return Err(("exp", "past"));
        }
        if claims.date("iat")? > now.saturating_add(tolerance) {
            return Err(("iat", "in the future"));
        }
        if let Some(max_age) = self.max_age {
            let latest = claims.date("auth_time")?.saturating_add(max_age);
            if latest < now.saturating_sub(tolerance) {
                return Err(("auth_time", "longer ago than max_age allows"));
            }
        }
        let nonce = claims.text("nonce").unwrap_or_default();
        match self.nonce {
            Some(sent) if !constant_time_eq(sent.as_bytes(), nonce.as_bytes()) => {
                Err(("nonce", "not the one of the request"))
            }
            _ => Ok(()),
        }
    }

    /// `aud` is one string or an array of them, and `azp` says for whom of several (OpenID Connect
    /// Core section 2).
    fn check_audience(&self, claims: &Claims<'_>) -> Result<(), Fault> {
        let audience = claims.0.member("aud");
        let audiences = match audience.and_then(|value| value.as_array()) {
            Some(several) => several,
            None => audience.into_iter().collect(),
        };
        let is_client = |value: &Value<'_>| value.as_str().as_deref() == Some(self.client_id);
        if !audiences.iter().any(is_client) {
            return Err(("aud", "does not name this client"));
        }
        match claims.0.member("azp") {
            None if !audiences.iter().all(is_client) => {
                Err(("azp", "missing though there are several audiences"))
            }
            Some(azp) if !is_client(&azp) => Err(("azp", "another client")),
            _ => Ok(()),
        }
    }

    /// The left half of the access token's hash (OpenID Connect Core section 3.1.3.6).
    fn check_at_hash(
        &self,
        claims: &Claims<'_>,
        algorithm: SignatureAlgorithm,
    ) -> Result<(), Fault> {
        let (Some(hash), Some(token)) = (claims.0.member("at_hash"), self.access_token) else {
            return Ok(());
        };
        if algorithm == SignatureAlgorithm::EdDsa {
            return Ok(());
        }
        let digest = Sha256::digest(token.as_bytes());
        let half = base64url::encode(digest.get(..16).unwrap_or_default());
        match constant_time_eq(half.as_bytes(), hash.as_str().unwrap_or_default().as_bytes()) {
            true => Ok(()),
            false => Err(("at_hash", "belongs to another access token")),
        }
    }
}

fn check_header(header: &Claims<'_>) -> Result<SignatureAlgorithm, Fault> {
    // RFC 7515 section 4.1.11: what is not understood must be refused.
    if header.0.member("crit").is_some() {
        return Err(("crit", "an extension that is not understood"));
    }
    SignatureAlgorithm::from_name(&header.text("alg").unwrap_or_default())
        .ok_or(("alg", "not the signature of a private key that is accepted"))
}

const NOT_THREE_PARTS: &str = "not three parts with dots between them";

/// The claim that is wrong, and why.
type Fault = (&'static str, &'static str);

struct Claims<'a>(Object<'a>);

impl<'a> Claims<'a> {
    fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.0.member(name)?.as_str()
    }

    fn date(&self, name: &'static str) -> Result<i64, Fault> {
        match seconds::read_date(self.0.member(name).as_ref()) {
            Ok(seconds) => seconds.ok_or((name, "missing")),
            Err(error) => Err((name, error.message())),
        }
    }
}
