//! JWTs of the server other than id_tokens: authorization responses (JARM section 2.1), the user's claims (OpenID
//! Connect Core section 5.3.2), answers about tokens (RFC 9701 section 5), and logout tokens (OpenID Connect
//! Back-Channel Logout section 2.4).
//!
//! This module checks what they say. What is left is the signature, which [`KeyCache`](super::key_set::KeyCache) finds the
//! key for.

use core::fmt;

use crate::form::Encoder;
use crate::json::{self, Limits, Object};
use crate::seconds;
use crate::secret::Secret;
use crate::text;

use super::authorize::Transaction;
use super::callback::AuthorizationResponse;
use super::id_token::{Decoded, Signature, decode};
use super::{Client, Error};

/// What kind of JWT it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// An authorization response, the parameter `response`.
    AuthorizationResponse,
    /// The user's claims, the body of a response of the type `application/jwt`.
    UserInfo,
    /// An answer about a token, the body of a response of the type `application/token-introspection+jwt`.
    Introspection,
    /// A logout token, the parameter `logout_token`.
    LogoutToken,
}

impl Kind {
    /// What it is called in errors.
    fn name(self) -> &'static str {
        match self {
            Self::AuthorizationResponse => "response",
            Self::UserInfo => "userinfo",
            Self::Introspection => "introspection",
            Self::LogoutToken => "logout_token",
        }
    }

    /// The `typ` that its header may have, in small letters; empty for none.
    fn types(self) -> &'static [&'static str] {
        match self {
            Self::AuthorizationResponse => &["", "jwt", "oauth-authz-resp+jwt"],
            Self::UserInfo => &["", "jwt"],
            Self::Introspection => &["token-introspection+jwt"],
            // Servers that are older than the recommendation have another one or none.
            Self::LogoutToken => &["", "jwt", "logout+jwt"],
        }
    }

    /// The claims that have to be there.
    fn required(self) -> &'static [&'static str] {
        match self {
            Self::AuthorizationResponse => &["iss", "aud", "exp"],
            Self::UserInfo => &["sub"],
            Self::Introspection => &["iss", "aud", "iat", "token_introspection"],
            Self::LogoutToken => &["iss", "aud", "iat", "exp", "jti", "events"],
        }
    }

    /// The claims that must not be there: they would make another kind of JWT of it.
    fn forbidden(self) -> &'static [&'static str] {
        match self {
            Self::Introspection => &["sub", "exp"],
            Self::LogoutToken => &["nonce"],
            _ => &[],
        }
    }
}

/// A JWT whose claims are right, and whose signature is still to be verified.
#[derive(Clone)]
#[must_use]
pub struct Unverified {
    decoded: Decoded,
    signature: Signature,
}

impl Unverified {
    /// What has to be verified.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The claims as the text of a JSON object, once you have verified the signature.
    #[must_use]
    pub fn verified(self) -> String {
        self.decoded.claims
    }
}

impl fmt::Debug for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").field("signature", &self.signature).finish_non_exhaustive()
    }
}

impl Client {
    /// Checks what a JWT of the server says: its kind, for whom it is and until when. `now` is in Unix seconds, and
    /// `tolerance` is the number of seconds by which the clocks may differ. The algorithm `none` and those with shared
    /// secrets are refused.
    ///
    /// # Errors
    /// [`Malformed`](super::ErrorKind::Malformed), which names the first part or claim that is wrong, such as
    /// `response.aud`.
    pub fn check_signed(
        &self,
        kind: Kind,
        jwt: &str,
        now: i64,
        tolerance: i64,
    ) -> Result<Unverified, Error> {
        let wrong = |name: &str, reason: &str| {
            let path = text::concat(&[kind.name(), if name.is_empty() { "" } else { "." }, name]);
            Error::malformed(&path, reason.to_owned()).answered(200, None)
        };
        // It is called by its own name, and not an id_token.
        let renamed = |error: Error| {
            let part = error.subject().strip_prefix("id_token").unwrap_or_default();
            wrong(part.trim_start_matches('.'), error.reason())
        };
        let decoded = decode(jwt).map_err(renamed)?;
        let (header, claims) = (object(&decoded.header), object(&decoded.claims));
        let (Some(header), Some(claims)) = (header, claims) else {
            return Err(wrong("", "not a JWT"));
        };
        if header.member("crit").is_some() {
            return Err(wrong("crit", "an extension that is not understood"));
        }
        let typ = match header.member("typ") {
            None => Some(String::new()),
            Some(value) => value.as_str().map(|text| text.to_ascii_lowercase()),
        };
        let typ = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
        let is_empty = header.member("typ").is_some() && typ == Some("");
        if is_empty || !typ.is_some_and(|typ| kind.types().contains(&typ)) {
            return Err(wrong("typ", "a JWT of another kind"));
        }
        let fault = self.fault(kind, &claims, now, tolerance);
        fault.map_or(Ok(()), |(name, reason)| Err(wrong(name, reason)))?;
        let signature = Signature::of(&Secret::from(jwt), &decoded).map_err(renamed)?;
        match signature.algorithm() {
            None => Err(wrong("alg", "not the signature of a private key that is accepted")),
            Some(_) => Ok(Unverified { decoded, signature }),
        }
    }

    /// Reads a signed authorization response whose signature was verified (JARM section 2.4), as
    /// [`Client::parse_callback`] reads any other. `claims` are what [`Unverified::verified`] gave for
    /// [`Kind::AuthorizationResponse`].
    ///
    /// # Errors
    /// Those of [`Client::parse_callback`].
    pub fn parse_signed_callback(
        &self,
        claims: &str,
        transaction: &Transaction,
    ) -> Result<AuthorizationResponse, Error> {
        let mut form = Encoder::new();
        if let Some(claims) = object(claims) {
            for name in ["iss", "code", "state", "error", "error_description", "error_uri"] {
                if let Some(value) = claims.member(name).and_then(|value| value.as_str()) {
                    form.pair(name, &value);
                }
            }
        }
        self.parse_callback(&form.finish(), transaction)
    }

    /// The claim that is wrong, and why.
    fn fault(
        &self,
        kind: Kind,
        claims: &Object<'_>,
        now: i64,
        tolerance: i64,
    ) -> Option<(&'static str, &'static str)> {
        let present = |name: &str| claims.member(name).filter(|value| !value.is_null());
        if let Some(name) = kind.required().iter().find(|name| present(name).is_none()) {
            return Some((name, "missing"));
        }
        if let Some(name) = kind.forbidden().iter().find(|name| claims.member(name).is_some()) {
            return Some((name, "must not be there"));
        }
        let is = |value: &json::Value<'_>, text: &str| value.as_str().as_deref() == Some(text);
        if let Some(issuer) = claims.member("iss") {
            let known = self.server.issuer.as_deref();
            if !known.is_some_and(|known| is(&issuer, known)) {
                return Some(("iss", "another issuer"));
            }
        }
        if let Some(audience) = claims.member("aud") {
            let is_named = match audience.as_array() {
                Some(several) => several.iter().any(|each| is(each, &self.client_id)),
                None => is(&audience, &self.client_id),
            };
            if !is_named {
                return Some(("aud", "does not name this client"));
            }
        }
        for name in ["exp", "nbf", "iat"] {
            let Some(value) = claims.member(name) else { continue };
            let date =
                value.as_number().and_then(|_| seconds::read_date(Some(&value)).ok().flatten());
            let Some(seconds) = date else { return Some((name, "not a number of seconds")) };
            match name {
                "exp" if seconds <= now.saturating_sub(tolerance) => return Some((name, "past")),
                "nbf" | "iat" if seconds > now.saturating_add(tolerance) => {
                    return Some((name, "in the future"));
                }
                _ => {}
            }
        }
        (kind == Kind::LogoutToken).then(|| logout_fault(claims)).flatten()
    }
}

/// The members of a text; `None` for one that is no JSON object.
fn object(text: &str) -> Option<Object<'_>> {
    json::parse_object(text, Limits::default()).ok()
}

/// The event that a logout token is about (OpenID Connect Back-Channel Logout section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The claim of a logout token that is wrong, and why (OpenID Connect Back-Channel Logout section 2.6).
fn logout_fault(claims: &Object<'_>) -> Option<(&'static str, &'static str)> {
    let event = claims.member("events").and_then(|events| events.as_object()?.member(EVENT));
    if event.is_none_or(|event| event.as_object().is_none()) {
        return Some(("events", "not about a logout"));
    }
    for name in ["sub", "sid", "jti"] {
        let value = claims.member(name);
        if value.is_some_and(|value| value.as_str().is_none_or(|text| text.is_empty())) {
            return Some((name, "not a text, or an empty one"));
        }
    }
    let names_nobody = claims.member("sub").is_none() && claims.member("sid").is_none();
    names_nobody.then_some(("sub", "missing, and so is sid"))
}
