//! Software statements (RFC 7591 section 2.3): metadata for which somebody vouches that the
//! configuration names.

use crate::issuer::check::client::assertion;
use crate::issuer::check::client_metadata::STATEMENT;
use crate::issuer::check::clock;
use crate::issuer::config::{Config, StatementIssuer};
use crate::issuer::jose::jws::Jws;
use crate::issuer::jose::verify::SignatureCheck;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::json::Object;

/// Reads the statement in an object, if it has one, and checks everything.
///
/// # Errors
/// `invalid_software_statement` and `unapproved_software_statement`.
pub(crate) fn read(
    config: &Config,
    exchange: &Exchange<'_>,
    object: &Object<'_>,
) -> Result<Option<Jws>, Refusal> {
    let required = config.registration.as_ref().is_some_and(|one| one.software_statement_required);
    let Some(value) = object.member(STATEMENT).filter(|value| !value.is_null()) else {
        return if required { Err(Refusal::StatementMissing) } else { Ok(None) };
    };
    let jws = value.as_str().and_then(|text| Jws::read(&text)).ok_or(wrong("it is no JWT"))?;
    let claims = jws.claims().ok_or(wrong("its payload is no JSON object"))?;
    if issuer_of(config, &jws).is_none() {
        return Err(Refusal::StatementUnapproved);
    }
    let check = check(config, &jws)
        .filter(|check| exchange.verified.contains(check))
        .ok_or(wrong("the signature is not by a key of its iss"))?;
    if !exchange.profile.signature_allowed(check.algorithm()) {
        return Err(wrong("its alg is not one that this profile allows"));
    }
    let now = exchange.now;
    if claims.has("exp") && claims.time("exp").is_none_or(|expires| expires <= now) {
        return Err(wrong("it has expired"));
    }
    clock::check_begun(&claims, now).map_err(wrong)?;
    if claims.has("aud") {
        let audience = claims.audience().unwrap_or_default();
        if !audience.iter().any(|name| config.is_issuer_url(name, Authority::Instance, "")) {
            return Err(wrong("its aud is not this issuer"));
        }
    }
    Ok(Some(jws))
}

/// How the signature of a statement is verified: by the key of whom it names.
pub(crate) fn check(config: &Config, jws: &Jws) -> Option<SignatureCheck> {
    assertion::key_check(jws, &issuer_of(config, jws)?.jwks)
}

fn issuer_of<'a>(config: &'a Config, jws: &Jws) -> Option<&'a StatementIssuer> {
    let claims = jws.claims()?;
    let name = claims.text("iss")?;
    let issuers = &config.registration.as_ref()?.software_statement_issuers;
    issuers.iter().find(|one| one.issuer == *name)
}

fn wrong(reason: &'static str) -> Refusal {
    Refusal::StatementWrong(reason)
}
