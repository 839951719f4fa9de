//! Assertions by which clients authenticate (RFC 7521 section 4.2, RFC 7523 sections 2.2 and 3,
//! OpenID Connect Core section 9).
//!
//! EIAM: according to its documents the instance-level server accepts `client_secret_jwt` with
//! HS256 and `private_key_jwt` with RS256. It is not documented what it checks beyond the
//! signature, so these are the checks of the specifications.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::issuer::check::clock;
use crate::issuer::config::{Application, AuthMethod, ClientKeys, Config};
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

/// The `client_assertion_type` of assertions that the client itself makes.
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion that has not been checked yet.
pub(super) struct Assertion {
    jws: Jws,
    /// The client that it names.
    pub(super) client: String,
}

impl Assertion {
    /// Reads an assertion without checking its signature.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(Refusal::ClientAssertionWrong)
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let jws = Jws::read(text).ok_or("it is no JWT")?;
        // RFC 8725 section 3.11: neither a proof nor a token may be used as an assertion.
        if jws.typ.is_some() && !jws.is_type("JWT") && !jws.is_type("client-authentication+jwt") {
            return Err("its typ is not JWT");
        }
        let client = subject(&jws).ok_or("iss and sub must both be the client_id")?;
        Ok(Self { jws, client })
    }

    /// The authentication method of the client that sends it.
    pub(super) fn method(&self) -> AuthMethod {
        if self.jws.algorithm == HS256 {
            AuthMethod::ClientSecretJwt
        } else {
            AuthMethod::PrivateKeyJwt
        }
    }
}

/// Checks an assertion of this application, and remembers it, so that it works only once.
pub(super) fn accept(
    config: &Config,
    vault: &Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
    assertion: &Assertion,
    application: &Application,
) -> Result<(), Refusal> {
    let jws = &assertion.jws;
    let algorithm = VerificationAlgorithm::from_name(&jws.algorithm);
    if algorithm.is_some_and(|algorithm| !exchange.profile.signature_allowed(algorithm)) {
        return Err(wrong("its alg is not one that this profile allows"));
    }
    let genuine = if jws.algorithm == HS256 {
        has_mac(jws, application)
    } else {
        key_check(jws, &application.jwks).is_some_and(|check| exchange.verified.contains(&check))
    };
    if !genuine {
        return Err(wrong("the signature is not by a key of the client"));
    }
    let (id, until) = check_claims(config, exchange, jws, application).map_err(wrong)?;
    let used = UsedId::new("assertion", &application.application_id, &id);
    let owner = Place::kept(vault.client_number(&application.application_id));
    if !store.use_id(used, owner, until, exchange.now)? {
        return Err(wrong("its jti was used already"));
    }
    store.touch();
    Ok(())
}

/// Checks the claims of an assertion. Returns its id, and the time until which it could be used
/// again.
fn check_claims(
    config: &Config,
    exchange: &Exchange<'_>,
    jws: &Jws,
    application: &Application,
) -> Result<(String, i64), &'static str> {
    let claims = jws.claims().ok_or("its payload is no JSON object")?;
    let now = exchange.now;
    let audience = claims.audience().unwrap_or_default();
    let alone = audience.len() == 1 || !exchange.profile.assertion_audience_alone();
    let client = &application.application_id;
    if exchange.profile.assertion_audience_is_issuer() {
        let of_path = exchange.application.map_or(client, |one| &one.application_id);
        let is_issuer = |name: &str| config.is_issuer_url(name, exchange.authority, of_path);
        if !claims.text("aud").is_some_and(|name| is_issuer(&name)) {
            return Err("aud must be the issuer, as a string");
        }
    }
    if !alone || !audience.iter().any(|name| is_audience(config, name, exchange, client)) {
        return Err("aud must be the issuer or its token endpoint");
    }
    let expires = claims.time("exp").ok_or("exp is missing or no number")?;
    if expires <= now {
        return Err("it has expired");
    }
    if expires > now.saturating_add(LONGEST) {
        return Err("exp is more than an hour away");
    }
    clock::check_begun(&claims, now)?;
    match claims.text("jti") {
        Some(id) if !id.is_empty() => Ok((id.into_owned(), expires)),
        // OpenID Connect Core section 9 requires it.
        _ => Err("jti is missing"),
    }
}

/// Whether an assertion may be addressed to this name: the issuer, the token endpoint (RFC 7523
/// section 3), or the URL to which the assertion is sent. RFC 9126 section 2 requires the last one
/// at the endpoint for pushed requests, and clients do the same at the other endpoints.
pub(crate) fn is_audience(
    config: &Config,
    name: &str,
    exchange: &Exchange<'_>,
    client: &str,
) -> bool {
    let authority = exchange.authority;
    let client = exchange.application.map_or(client, |one| &one.application_id);
    // Under each of its names it is the same issuer.
    config.below_base(name).is_some_and(|path| {
        path == exchange.path
            || path == config.issuer_path(authority, client)
            || path == config.api_path(authority, client, "token")
    })
}

/// How the signature of a client assertion is verified: by the key of the client that it names.
pub(crate) fn assertion_check(directory: &Directory, jws: &Jws) -> Option<SignatureCheck> {
    key_check(jws, &directory.enabled_application(&subject(jws)?)?.jwks)
}

/// The client that an assertion names: `iss` and `sub` must be the same (RFC 7523 section 3).
fn subject(jws: &Jws) -> Option<String> {
    let claims = jws.claims()?;
    let subject = claims.text("sub")?;
    (claims.text("iss")? == subject).then(|| subject.into_owned())
}

/// How a signature is verified: by the one of these keys that can have made it. If
/// several keys could have, and no key id says which, there is no check.
pub(crate) fn key_check(jws: &Jws, keys: &ClientKeys) -> Option<SignatureCheck> {
    let algorithm = VerificationAlgorithm::from_name(&jws.algorithm)?;
    let mut fitting = keys
        .keys
        .iter()
        .filter(|key| key.signs_by(algorithm) && (jws.key_id.is_none() || jws.key_id == key.kid));
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => SignatureCheck::new(jws, &key.key),
        _ => None,
    }
}

/// Whether the HMAC was made with one of the secrets. It tries all of them, so that the time does
/// not show which one matches.
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

/// How many seconds ahead an assertion may expire. The issuer must remember its id for so long.
pub(crate) const LONGEST: i64 = 3600;
