//! What an id_token says (OpenID Connect Core section 2).

use core::fmt;

use crate::base64url;
use crate::json::{self, Limits, Object, Value};
use crate::seconds;
use crate::secret::{Secret, constant_time_eq};
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
    /// [`Error::Malformed`] that names the claim.
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
        let issuer = self.server.issuer.as_deref();
        if issuer.is_some() && claims.text("iss") != issuer {
            return Err(wrong("iss", "another issuer, or missing"));
        }
        if claims.text("sub").is_none_or(str::is_empty) {
            return Err(wrong("sub", "missing"));
        }
        let audience = claims.audience();
        if !audience.contains(&self.client_id.as_str()) {
            return Err(wrong("aud", "does not name this client"));
        }
        if claims.member("azp").is_none() && audience.len() > 1 {
            return Err(wrong("azp", "missing though there are several audiences"));
        }
        if claims.member("azp").is_some() && claims.text("azp") != Some(&self.client_id) {
            return Err(wrong("azp", "another client"));
        }
        let expires = claims.seconds("exp")?.ok_or_else(|| wrong("exp", "missing"))?;
        if seconds::expired(seconds::deadline(expires, tolerance), now, 0) {
            return Err(wrong("exp", "past"));
        }
        if claims.seconds("iat")?.is_none() {
            return Err(wrong("iat", "missing"));
        }
        if let Some(nonce) = nonce {
            let repeated = claims.text("nonce").unwrap_or_default();
            if !constant_time_eq(nonce.expose().as_bytes(), repeated.as_bytes()) {
                return Err(wrong("nonce", "not the one of the request"));
            }
        }
        Ok(decoded)
    }
}

struct Claims<'a>(Option<&'a Object<'a>>);

impl<'a> Claims<'a> {
    fn member(&self, name: &str) -> Option<&'a Value<'a>> {
        self.0.and_then(|claims| claims.member(name))
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.member(name).and_then(Value::as_str)
    }

    fn audience(&self) -> Vec<&'a str> {
        match self.member("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    fn seconds(&self, name: &'static str) -> Result<Option<i64>, Error> {
        seconds::read(self.member(name)).map_err(|error| wrong(name, error.message()))
    }
}

fn wrong(claim: &str, reason: &str) -> Error {
    Error::malformed(200, &text::concat(&["id_token.", claim]), reason)
}
