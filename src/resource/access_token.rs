//! What an access token says (RFC 9068 section 2.2, RFC 7662 section 2.2), and whether it counts.

use core::fmt;

use crate::client::Members;
use crate::json::{Object, Value};
use crate::text;

use super::jwt::{object, text_of, time_of};
use super::refusal::Reason;

/// What a verified access token says. `Debug` shows neither its user nor its claims.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessToken {
    /// Who issued it.
    pub issuer: String,
    /// Whom it is about: a user, or the client itself; `None` if an issuer without RFC 9068 does not say.
    pub subject: Option<String>,
    /// The client that has it; `None` if an issuer without RFC 9068 does not say.
    pub client_id: Option<String>,
    /// For whom it is.
    pub audience: Vec<String>,
    /// What it allows.
    pub scope: Vec<String>,
    /// When it expires, in Unix seconds; `None` for an opaque token of whose end its issuer says nothing.
    pub expires_at: Option<i64>,
    /// When its user signed in, in Unix seconds.
    pub auth_time: Option<i64>,
    /// How its user signed in.
    pub acr: Option<String>,
    /// The thumbprint of the key to which it is bound, which the request has proved to have (RFC 9449 section 6).
    pub jkt: Option<String>,
    /// All claims, or all members of the introspection.
    pub claims: Members,
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("audience", &self.audience)
            .field("scope", &self.scope)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Where claims are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A JWT, whose signature was verified.
    Jwt,
    /// The issuer's answer about an opaque token.
    Introspection,
}

/// What claims have to match.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    /// Whether JWTs are as RFC 9068 has them.
    pub(super) rfc9068: bool,
    pub(super) audiences: &'a [String],
    /// By how many seconds the clocks may differ.
    pub(super) tolerance: i64,
    pub(super) now: i64,
}

/// Reads claims that are genuine, and checks that they are those of an access token that counts here and now.
pub(super) fn read(
    claims: Members,
    source: Source,
    expected: &Expected<'_>,
) -> Result<AccessToken, Reason> {
    let Some(members) = object(claims.as_written()) else {
        return Err(Reason::token("the claims of the token are no JSON object"));
    };
    let expires_at = check_times(&members, source, expected)?;
    let audience = audience_of(&members, expected.audiences)?;
    if source == Source::Jwt {
        check_kind(&members, expected.rfc9068)?;
    }
    let other = |name| if expected.rfc9068 { None } else { text_of(&members, name) };
    let token = AccessToken {
        issuer: expected.issuer.to_owned(),
        subject: text_of(&members, "sub"),
        client_id: text_of(&members, "client_id").or_else(|| other("azp")),
        audience,
        scope: scope_of(&members, expected.rfc9068)?,
        expires_at,
        auth_time: time_of(&members, "auth_time"),
        acr: text_of(&members, "acr"),
        jkt: confirmation_of(&members)?,
        claims: Members::read(claims.as_written()),
    };
    Ok(token)
}

/// Checks `exp`, `nbf` and `iat`, and returns the first of them.
fn check_times(
    claims: &Object<'_>,
    source: Source,
    expected: &Expected<'_>,
) -> Result<Option<i64>, Reason> {
    let Expected { tolerance, now, .. } = *expected;
    let expires_at = time_of(claims, "exp");
    match expires_at {
        None if source == Source::Jwt || claims.member("exp").is_some() => {
            return Err(Reason::token("the token has no exp"));
        }
        Some(expires) if expires.saturating_add(tolerance) <= now => {
            return Err(Reason::token("the token has expired"));
        }
        _ => {}
    }
    for name in ["nbf", "iat"] {
        let is_over = |time| time > now.saturating_add(tolerance);
        if claims.member(name).is_some() && time_of(claims, name).is_none_or(is_over) {
            let text = text::concat(&["the token does not count yet: ", name]);
            return Err(Reason::token(text));
        }
    }
    Ok(expires_at)
}

/// For whom a token is, if it is for one of these.
fn audience_of(claims: &Object<'_>, accepted: &[String]) -> Result<Vec<String>, Reason> {
    let audience = claims.member("aud").and_then(|aud| match aud.as_str() {
        Some(one) => Some(vec![one.into_owned()]),
        None => texts(&aud),
    });
    match audience {
        Some(audience) if audience.iter().any(|one| accepted.contains(one)) => Ok(audience),
        _ => Err(Reason::token("the token is for somebody else")),
    }
}

/// Checks that a JWT is no id_token, and has what RFC 9068 section 2.2 requires.
fn check_kind(claims: &Object<'_>, rfc9068: bool) -> Result<(), Reason> {
    // What id_tokens have, and access tokens have not (OpenID Connect Core sections 2 and 3.1.3.6).
    if ["nonce", "at_hash", "c_hash"].iter().any(|name| claims.member(name).is_some()) {
        return Err(Reason::token("the token is an id_token"));
    }
    if rfc9068 {
        let is_missing = |name: &&str| match *name {
            "iat" => time_of(claims, name).is_none(),
            _ => text_of(claims, name).is_none(),
        };
        if let Some(name) =
            ["sub", "client_id", "jti", "iat"].into_iter().find(|name| is_missing(name))
        {
            let text = text::concat(&["the token lacks what RFC 9068 requires: ", name]);
            return Err(Reason::token(text));
        }
    }
    Ok(())
}

/// What a token allows: a text of words, or a list of them.
fn scope_of(claims: &Object<'_>, rfc9068: bool) -> Result<Vec<String>, Reason> {
    let present = |name| claims.member(name).filter(|value| !value.is_null());
    let other = || if rfc9068 { None } else { present("scp") };
    let Some(scope) = present("scope").or_else(other) else { return Ok(Vec::new()) };
    let words = match scope.as_str() {
        Some(text) => Some(words_of(&text).map(str::to_owned).collect()),
        None => texts(&scope),
    };
    words.ok_or_else(|| Reason::token("the scope of the token is no text"))
}

/// The thumbprint of the key to which a token is bound. What it may be bound to otherwise cannot be proved here.
fn confirmation_of(claims: &Object<'_>) -> Result<Option<String>, Reason> {
    let Some(cnf) = claims.member("cnf") else { return Ok(None) };
    let jkt = cnf.as_object().and_then(|cnf| {
        let is_all = cnf.iter().count() == 1;
        cnf.member("jkt")?.as_str().filter(|_| is_all).map(|jkt| jkt.into_owned())
    });
    match jkt {
        Some(jkt) => Ok(Some(jkt)),
        None => Err(Reason::token("the token is bound in a way that is not understood: cnf")),
    }
}

/// The texts of a list that has nothing else.
fn texts(list: &Value<'_>) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|one| Some(one.as_str()?.into_owned())).collect()
}

/// The words of a text, which are separated by spaces.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}
