//! Assertions by which clients authenticate (RFC 7521 section 4.2, RFC 7523 sections 2.2 and 3,
//! OpenID Connect Core section 9).
//!
//! EIAM: the instance-level server takes them by its documents, `client_secret_jwt` with HS256 and
//! `private_key_jwt` with RS256; what it checks beyond the signature is not documented, so this is
//! what the specifications say.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::issuer::check::clock;
use crate::issuer::config::{Application, AuthMethod, Config};
use crate::issuer::directory::Directory;
use crate::issuer::jose::algorithm::VerificationAlgorithm;
use crate::issuer::jose::jws::Jws;
use crate::issuer::jose::verify::SignatureCheck;
use crate::issuer::state::shares::Place;
use crate::issuer::state::store::Store;
use crate::issuer::state::used_id::UsedId;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;

/// The one `client_assertion_type` that there is here.
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion of which nothing is checked.
pub(super) struct Assertion {
    jws: Jws,
    /// Who it says that it is of.
    pub(super) client: String,
}

impl Assertion {
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let jws = Jws::read(text).ok_or(wrong("it is no JWT"))?;
        // RFC 8725 section 3.11: a proof or a token is no assertion.
        if jws.typ.is_some() && !jws.is_type("JWT") && !jws.is_type("client-authentication+jwt") {
            return Err(wrong("its typ is not JWT"));
        }
        let client = subject(&jws).ok_or(wrong("iss and sub must both be the client_id"))?;
        Ok(Self { jws, client })
    }

    /// How the client authenticates by it.
    pub(super) fn method(&self) -> AuthMethod {
        if self.jws.algorithm == HS256 {
            AuthMethod::ClientSecretJwt
        } else {
            AuthMethod::PrivateKeyJwt
        }
    }
}

/// Checks an assertion, whose client is this application, and uses it up.
pub(super) fn accept(
    config: &Config,
    vault: &Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
    assertion: &Assertion,
    application: &Application,
) -> Result<(), Refusal> {
    let jws = &assertion.jws;
    let genuine = if jws.algorithm == HS256 {
        has_mac(jws, application)
    } else {
        key_check(jws, application).is_some_and(|check| exchange.verified.contains(&check))
    };
    if !genuine {
        return Err(wrong("the signature is not by a key of the client"));
    }
    let (id, until) = check_claims(config, exchange, jws, application)?;
    let used = UsedId::new("assertion", &application.application_id, &id);
    let owner = Place::kept(vault.client_number(&application.application_id));
    if !store.use_id(used, owner, until, exchange.now)? {
        return Err(wrong("its jti was used already"));
    }
    store.touch();
    Ok(())
}

/// The id of an assertion, and how long it could be used.
fn check_claims(
    config: &Config,
    exchange: &Exchange<'_>,
    jws: &Jws,
    application: &Application,
) -> Result<(String, i64), Refusal> {
    let claims = jws.claims().ok_or(wrong("its payload is no JSON object"))?;
    let now = exchange.now;
    let audience = claims.audience().unwrap_or_default();
    let alone = audience.len() == 1 || !exchange.profile.assertion_audience_alone();
    let client = &application.application_id;
    if !alone || !audience.iter().any(|name| is_audience(config, name, exchange, client)) {
        return Err(wrong("aud must be the issuer or its token endpoint"));
    }
    let expires = claims.time("exp").ok_or(wrong("exp is missing or no number"))?;
    if expires <= now {
        return Err(wrong("it has expired"));
    }
    if expires > now.saturating_add(LONGEST) {
        return Err(wrong("exp is more than an hour away"));
    }
    for name in ["iat", "nbf"] {
        let is_ahead = || claims.time(name).is_none_or(|time| clock::is_in_future(time, now));
        if claims.has(name) && is_ahead() {
            return Err(wrong("iat or nbf lies in the future"));
        }
    }
    match claims.text("jti") {
        Some(id) if !id.is_empty() => Ok((id.into_owned(), expires)),
        // OpenID Connect Core section 9: required.
        _ => Err(wrong("jti is missing")),
    }
}

/// Whether this is what an assertion may be meant for: the issuer, the token endpoint (RFC 7523
/// section 3), or the endpoint that it is sent to, by the address that it is sent to. RFC 9126
/// section 2: so it MUST be where requests are pushed; clients do the same at the others.
fn is_audience(config: &Config, name: &str, exchange: &Exchange<'_>, client: &str) -> bool {
    let authority = exchange.authority;
    name == config.issuer_url(authority, client)
        || name == config.api_url(authority, client, "token")
        || name.strip_prefix(&config.base_url) == Some(exchange.path)
}

/// The check of a client assertion: by the key of the client that it says it is of.
pub(crate) fn assertion_check(directory: &Directory, jws: &Jws) -> Option<SignatureCheck> {
    key_check(jws, directory.enabled_application(&subject(jws)?)?)
}

/// The client that an assertion is of: `iss` and `sub` (RFC 7523 section 3).
fn subject(jws: &Jws) -> Option<String> {
    let claims = jws.claims()?;
    let subject = claims.text("sub")?;
    (claims.text("iss")? == subject).then(|| subject.into_owned())
}

/// The check by the one key of the application that can have signed. Without a key id there must be
/// no choice.
fn key_check(jws: &Jws, application: &Application) -> Option<SignatureCheck> {
    let algorithm = VerificationAlgorithm::from_name(&jws.algorithm)?;
    let mut fitting = application.jwks.keys.iter().filter(|key| {
        algorithm.takes(&key.key)
            && key.algorithm.is_none_or(|only| only == algorithm)
            && (jws.key_id.is_none() || jws.key_id == key.kid)
    });
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => SignatureCheck::new(jws, &key.key),
        _ => None,
    }
}

/// Whether one of the secrets made the HMAC. All are tried, so that the time does not tell which.
fn has_mac(jws: &Jws, application: &Application) -> bool {
    application.client_secrets.iter().fold(false, |found, secret| {
        let is_by =
            Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).is_ok_and(|mut mac| {
                mac.update(jws.input.as_bytes());
                mac.verify_slice(&jws.signature).is_ok()
            });
        found | is_by
    })
}

fn wrong(reason: &'static str) -> Refusal {
    Refusal::ClientAssertionWrong(reason)
}

const HS256: &str = "HS256";

/// How far away the end of an assertion may be: so long its id is remembered.
const LONGEST: i64 = 3600;
