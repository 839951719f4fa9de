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

impl Client {
    /// Checks the claims of an id_token that came from the token endpoint itself: issuer, audience,
    /// authorized party, expiry, and the nonce of the request (OpenID Connect Core section 3.1.3.7,
    /// where the connection to the token endpoint may stand for the signature). Gives the claims.
    /// `now`: Unix seconds; `tolerance`: the seconds that the clocks may differ.
    ///
    /// # Errors
    /// [`Error::Malformed`] that names the first claim that is wrong.
    pub fn check_id_token(
        &self,
        id_token: &Secret,
        nonce: Option<&Secret>,
        now: i64,
        tolerance: i64,
    ) -> Result<Decoded, Error> {
        let decoded = decode(id_token.expose())?;
        let value = json::parse(&decoded.claims, Limits::default())
            .map_err(|error| Error::not_json(200, &error))?;
        let claims = Claims(value.as_object());
        match self.fault_of(&claims, nonce, now.saturating_sub(tolerance)) {
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
        nonce: Option<&Secret>,
        oldest_expiry: i64,
    ) -> Result<(), Fault> {
        let issuer = self.server.issuer.as_deref();
        if issuer.is_some() && claims.text("iss") != issuer {
            return Err(("iss", "another issuer, or missing"));
        }
        if claims.text("sub").is_none_or(str::is_empty) {
            return Err(("sub", "missing"));
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
        if claims.seconds("exp")? <= oldest_expiry {
            return Err(("exp", "past"));
        }
        claims.seconds("iat")?;
        match nonce {
            Some(nonce) if !nonce.matches(claims.text("nonce").unwrap_or_default()) => {
                Err(("nonce", "not the one of the request"))
            }
            _ => Ok(()),
        }
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
