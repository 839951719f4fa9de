//! JWTs of other issuers that the configuration trusts (RFC 7523 section 3, RFC 8693 section 2.1).

use crate::issuer::check::client::assertion::{is_audience, key_check};
use crate::issuer::check::clock;
use crate::issuer::config::{Config, TrustedIssuer, User};
use crate::issuer::directory::Directory;
use crate::issuer::jose::jws::{Claims, Jws};
use crate::issuer::jose::verify::SignatureCheck;
use crate::issuer::wire::exchange::Exchange;

/// A JWT of a trusted issuer, genuine, meant for this issuer, and valid now.
pub(crate) struct ForeignJwt<'a> {
    pub(crate) issuer: &'a TrustedIssuer,
    jws: Jws,
    pub(crate) expires: i64,
}

/// What a JWT may be for, by its `typ` (RFC 8725 section 3.11). Many have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It says who somebody is: an assertion, or an id_token.
    Identity,
    /// The same, or it is an access token (RFC 9068).
    Token,
}

/// How the signature of a JWT is verified: by a key of the trusted issuer that it names.
pub(crate) fn check(config: &Config, jws: &Jws) -> Option<SignatureCheck> {
    key_check(jws, &find(config, jws)?.jwks)
}

/// Whether a JWT is one of a trusted issuer, genuine or not.
pub(crate) fn is_foreign(config: &Config, jws: &Jws) -> bool {
    find(config, jws).is_some()
}

fn find<'a>(config: &'a Config, jws: &Jws) -> Option<&'a TrustedIssuer> {
    let name = jws.claims()?.text("iss")?;
    config.trusted_issuers.iter().find(|trusted| trusted.issuer == name)
}

/// Reads a JWT that a client sends for itself or for a user. The error says what is wrong with it.
pub(crate) fn read<'a>(
    config: &'a Config,
    exchange: &Exchange<'_>,
    client: &str,
    text: &str,
    purpose: Use,
) -> Result<ForeignJwt<'a>, &'static str> {
    let jws = Jws::read(text).ok_or("it is no JWT")?;
    let is_access_token = jws.is_type("at+jwt") && purpose == Use::Token;
    if jws.typ.is_some() && !jws.is_type("JWT") && !is_access_token {
        return Err("its typ is that of another kind of JWT");
    }
    let issuer = find(config, &jws).ok_or("its iss is none of the trusted issuers")?;
    if !issuer.is_for(client) {
        return Err("this client may not use JWTs of its issuer");
    }
    let check = key_check(&jws, &issuer.jwks)
        .filter(|check| exchange.verified.contains(check))
        .ok_or("the signature is not by a key of its issuer")?;
    if !exchange.profile.signature_allowed(check.algorithm()) {
        return Err("its alg is not one that this profile allows");
    }
    let expires = expiry(config, exchange, client, issuer, &jws)?;
    Ok(ForeignJwt { issuer, jws, expires })
}

/// Checks whom a JWT is for, and when it is valid (RFC 7523 section 3, rules 3 to 6).
fn expiry(
    config: &Config,
    exchange: &Exchange<'_>,
    client: &str,
    issuer: &TrustedIssuer,
    jws: &Jws,
) -> Result<i64, &'static str> {
    let claims = jws.claims().ok_or("its payload is no JSON object")?;
    let now = exchange.now;
    let is_for_us = |name: &str| {
        is_audience(config, name, exchange, client)
            || issuer.audiences.iter().any(|known| known == name)
    };
    if !claims.audience().is_some_and(|all| all.iter().any(|name| is_for_us(name))) {
        return Err("aud must be the issuer, its token endpoint, or a configured audience");
    }
    let expires = claims.time("exp").ok_or("exp is missing or no number")?;
    if expires <= now {
        return Err("it has expired");
    }
    clock::check_begun(&claims, now)?;
    Ok(expires)
}

impl ForeignJwt<'_> {
    /// What it says.
    pub(crate) fn claims(&self) -> Result<Claims<'_>, &'static str> {
        self.jws.claims().ok_or("its payload is no JSON object")
    }

    /// The user here whom it is about.
    pub(crate) fn user<'d>(&self, directory: &'d Directory) -> Result<&'d User, &'static str> {
        let claims = self.claims()?;
        let name =
            claims.text(&self.issuer.subject_claim).ok_or("it does not say who its user is")?;
        let found = match self.issuer.user_attribute.as_str() {
            "userId" => directory.enabled_user(&name),
            "username" => directory.find_user_by_name(&name).filter(|user| !user.disabled),
            claim => {
                let users = directory.config().users.iter();
                let mut fitting = users.filter(|user| user.has_claim(claim, &name));
                let first = fitting.next();
                first.filter(|user| fitting.next().is_none() && !user.disabled)
            }
        };
        found.ok_or("it is about no user here, or about several")
    }
}
