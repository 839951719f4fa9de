//! What an id_token says (OpenID Connect Core section 2).

use core::fmt;

use crate::base64url;
use crate::json::{self, Limits, Object, Value};
use crate::seconds;
use crate::secret::Secret;
use crate::text;

use super::{Client, Error};

/// The header and the claims of an id_token, as JSON texts. Nothing is verified by reading them.
/// `Debug` shows neither.
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
/// Text that is not three parts of base64url with a JSON object in each of the first two.
pub fn decode(id_token: &str) -> Result<Decoded, Error> {
    let wrong = |path: &str, reason: &str| Error::malformed(200, path, reason);
    let (header, claims, signature) = text::split_once(id_token, b'.')
        .and_then(|(header, rest)| {
            let (claims, signature) = text::split_once(rest, b'.')?;
            Some((header, claims, signature))
        })
        .filter(|(_, _, signature)| !text::has(signature, b'.'))
        .ok_or_else(|| wrong("id_token", "not three parts with dots between them"))?;
    base64url::decode(signature).map_err(|_| wrong("id_token.signature", "not base64url"))?;
    let object = |path: &'static str, part: &str| {
        let bytes = base64url::decode(part).map_err(|_| wrong(path, "not base64url"))?;
        let text = String::from_utf8(bytes).map_err(|_| wrong(path, "not UTF-8"))?;
        match json::parse(&text, Limits::default()) {
            Ok(Value::Object(_)) => Ok(text),
            Ok(_) => Err(wrong(path, "not a JSON object")),
            Err(error) => Err(wrong(path, &error.message())),
        }
    };
    Ok(Decoded {
        header: object("id_token.header", header)?,
        claims: object("id_token.claims", claims)?,
    })
}

/// What an id_token must agree with, beside the client and its server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected<'a> {
    /// The `nonce` of the authorization request.
    pub nonce: Option<&'a Secret>,
    /// The `sub` of the id_token before, when tokens are refreshed (OpenID Connect Core section
    /// 12.2).
    pub subject: Option<&'a str>,
}

impl Client {
    /// Checks an id_token that came from the token endpoint itself: issuer, subject, audience,
    /// authorized party, times, and the nonce of the request (OpenID Connect Core sections 3.1.3.7
    /// and 12.2). The connection to the token endpoint may stand for the signature, which is not
    /// verified here, but `none` and shared secrets are refused (RFC 8725 sections 3.1 and 3.2).
    /// `now`: Unix seconds; `tolerance`: the seconds that the clocks may differ.
    ///
    /// # Errors
    /// [`Error::Malformed`] that names the first claim that is wrong.
    pub fn check_id_token(
        &self,
        id_token: &Secret,
        expected: &Expected<'_>,
        now: i64,
        tolerance: i64,
    ) -> Result<Decoded, Error> {
        let decoded = decode(id_token.expose())?;
        let read = |text| {
            json::parse(text, Limits::default()).map_err(|error| Error::not_json(200, &error))
        };
        let (header, claims) = (read(&decoded.header)?, read(&decoded.claims)?);
        let fault = check_algorithm(&Claims(header.as_object()))
            .and_then(|()| self.fault_of(&Claims(claims.as_object()), expected, now, tolerance));
        match fault {
            Ok(()) => Ok(decoded),
            Err((claim, reason)) => {
                Err(Error::malformed(200, &text::concat(&["id_token.", claim]), reason))
            }
        }
    }

    /// The first claim that is not as it must be, and why.
    fn fault_of(
        &self,
        claims: &Claims<'_>,
        expected: &Expected<'_>,
        now: i64,
        tolerance: i64,
    ) -> Result<(), Fault> {
        let issuer = self.server.issuer.as_deref();
        if issuer.is_some() && claims.text("iss") != issuer {
            return Err(("iss", "another issuer, or missing"));
        }
        match (claims.text("sub"), expected.subject) {
            (None | Some(""), _) => return Err(("sub", "missing")),
            (subject, Some(_)) if subject != expected.subject => {
                return Err(("sub", "another user than before"));
            }
            _ => {}
        }
        let audience = claims.audience(&self.client_id);
        if !audience.names_client {
            return Err(("aud", "does not name this client"));
        }
        match claims.member("azp") {
            None if audience.names_others => {
                return Err(("azp", "missing though there are several audiences"));
            }
            Some(azp) if azp.as_str() != Some(&self.client_id) => {
                return Err(("azp", "another client"));
            }
            _ => {}
        }
        if claims.seconds("exp")? <= now.saturating_sub(tolerance) {
            return Err(("exp", "past"));
        }
        if claims.seconds("iat")? > now.saturating_add(tolerance) {
            return Err(("iat", "in the future"));
        }
        match expected.nonce {
            Some(nonce) if !nonce.matches(claims.text("nonce").unwrap_or_default()) => {
                Err(("nonce", "not the one of the request"))
            }
            _ => Ok(()),
        }
    }
}

/// Only signatures by a private key count: `none` is none, and an HMAC by a secret that the client
/// has could be its own.
fn check_algorithm(header: &Claims<'_>) -> Result<(), Fault> {
    match header.text("alg").unwrap_or_default().as_bytes() {
        [b'R' | b'P' | b'E', b'S', _, _, _] | b"EdDSA" | b"Ed25519" => Ok(()),
        _ => Err(("alg", "not the signature of a private key")),
    }
}

/// A claim and what is wrong with it.
type Fault = (&'static str, &'static str);

/// Whom an id_token is for.
#[derive(Default)]
struct Audience {
    names_client: bool,
    names_others: bool,
}

struct Claims<'a>(Option<&'a Object<'a>>);

impl<'a> Claims<'a> {
    fn member(&self, name: &str) -> Option<&'a Value<'a>> {
        self.0.and_then(|claims| claims.member(name))
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.member(name).and_then(Value::as_str)
    }

    /// `aud` is one string or an array of them (OpenID Connect Core section 2).
    fn audience(&self, client_id: &str) -> Audience {
        let mut audience = Audience::default();
        let mut add = |one: &Value<'_>| match one.as_str() {
            Some(one) if one == client_id => audience.names_client = true,
            _ => audience.names_others = true,
        };
        match self.member("aud") {
            Some(Value::Array(several)) => several.iter().for_each(add),
            Some(one) => add(one),
            None => {}
        }
        audience
    }

    fn seconds(&self, name: &'static str) -> Result<i64, Fault> {
        match seconds::read(self.member(name)) {
            Ok(seconds) => seconds.ok_or((name, "missing")),
            Err(error) => Err((name, error.message())),
        }
    }
}
