//! Request objects (RFC 9101, OpenID Connect Core section 6.1): authorization requests that their client
//! signed, in the parameter `request`. They are not encrypted, and never unsigned (RFC 9101 section 10.1).
//!
//! EIAM: the service documents that it has none, so there an application has to be configured for them.

use crate::issuer::check::client::assertion::key_check;
use crate::issuer::check::clock;
use crate::issuer::config::{Application, Config};
use crate::issuer::directory::Directory;
use crate::issuer::jose::jws::{Claims, Jws};
use crate::issuer::jose::verify::SignatureCheck;
use crate::issuer::profile::Profile;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;
use crate::json::Value;

/// Whether the requests of an application may be signed.
pub(crate) fn are_taken(profile: Profile, application: &Application) -> bool {
    !application.jwks.is_empty()
        && (profile.request_objects_by_default()
            || application.require_signed_request_object
            || application.request_object_signing_alg.is_some())
}

/// The parameters that a request object has in it. What is beside it does not count (RFC 9101 section 6.3).
/// None if there is no request object, or if the application may have none.
pub(crate) fn expand(
    config: &Config,
    exchange: &Exchange<'_>,
    parameters: &Parameters,
    application: &Application,
) -> Result<Option<Parameters>, Refusal> {
    let text = match parameters.value("request") {
        Some(text) if are_taken(exchange.profile, application) => text,
        None if application.require_signed_request_object => {
            return Err(Refusal::RequestObjectMissing);
        }
        _ => return Ok(None),
    };
    // OpenID Connect Core section 6.1: there is one of the two.
    if parameters.value("request_uri").is_some() {
        return Err(Refusal::RequestUriUnsupported);
    }
    let pairs = read(config, exchange, text, application).map_err(wrong)?;
    Parameters::from_pairs(pairs).map(Some)
}

/// Reads the parameters in a request object, or says what is wrong with it.
fn read(
    config: &Config,
    exchange: &Exchange<'_>,
    text: &str,
    application: &Application,
) -> Result<Vec<(String, String)>, &'static str> {
    let jws = Jws::read(text).ok_or("it is no signed JWT, or has more than 8 KiB")?;
    // RFC 9101 section 10.8, RFC 8725 section 3.11.
    if jws.typ.is_some() && !jws.is_type("JWT") && !jws.is_type("oauth-authz-req+jwt") {
        return Err("its typ is not oauth-authz-req+jwt");
    }
    let claims = jws.claims().ok_or("its payload is no JSON object")?;
    // RFC 9101 section 5: it is inside as well as beside it.
    if claims.text("client_id").as_deref() != Some(&*application.application_id) {
        return Err("client_id is not the one beside it");
    }
    let check = key_check(&jws, &application.jwks).ok_or("no key of the client fits its header")?;
    if application.request_object_signing_alg.is_some_and(|only| only != check.algorithm()) {
        return Err("its alg is not the one that the client has registered");
    }
    if !exchange.profile.signature_allowed(check.algorithm()) {
        return Err("its alg is not one that this profile allows");
    }
    if !exchange.verified.contains(&check) {
        return Err("the signature is not by a key of the client");
    }
    check_claims(config, exchange, &claims, application)?;
    let mut pairs = Vec::new();
    for (name, value) in claims.iter().filter(|(name, _)| !OF_THE_JWT.contains(name)) {
        let several = value.as_array().filter(|_| name == "resource");
        let values = several.unwrap_or_else(|| vec![value]);
        pairs.extend(values.iter().map(|value| (name.to_owned(), as_parameter(value))));
    }
    Ok(pairs)
}

/// Checks what a request object says about itself.
fn check_claims(
    config: &Config,
    exchange: &Exchange<'_>,
    claims: &Claims<'_>,
    application: &Application,
) -> Result<(), &'static str> {
    let client = application.application_id.as_str();
    if claims.has("iss") && claims.text("iss").as_deref() != Some(client) {
        return Err("iss is not the client_id");
    }
    // RFC 9101 section 10.8: what has the client as its subject is an assertion.
    if claims.text("sub").as_deref() == Some(client) {
        return Err("sub is the client, as it is in an assertion");
    }
    let audience = claims.audience().unwrap_or_default();
    if claims.has("aud")
        && !audience.iter().any(|one| config.is_issuer_url(one, exchange.authority, client))
    {
        return Err("aud is not the issuer");
    }
    let now = exchange.now;
    if exchange.profile.request_object_times_required() {
        let (from, until) = (claims.time("nbf"), claims.time("exp"));
        let from = from.filter(|from| from.saturating_add(HOUR) >= now);
        let until =
            until.filter(|until| from.is_some_and(|from| *until <= from.saturating_add(HOUR)));
        if !claims.has("aud") || until.is_none() {
            return Err("it needs aud, an nbf of the last hour, and an exp an hour later at most");
        }
    }
    if claims.has("exp") && claims.time("exp").is_none_or(|expires| expires <= now) {
        return Err("it has expired, or exp is no number");
    }
    clock::check_begun(claims, now)?;
    // RFC 9101 section 4.
    if claims.has("request") || claims.has("request_uri") {
        return Err("another request is in it");
    }
    Ok(())
}

/// The value of a parameter: a text as it is, anything else as JSON (RFC 9101 section 4).
fn as_parameter(value: &Value<'_>) -> String {
    match value.as_str() {
        Some(text) => text.into_owned(),
        None if value.is_null() => String::new(),
        None => value.as_written().to_owned(),
    }
}

/// How the signature of a request object is verified: by the key of the client that it names.
pub(crate) fn check(directory: &Directory, jws: &Jws) -> Option<SignatureCheck> {
    let client = jws.claims()?.text("client_id")?;
    key_check(jws, &directory.enabled_application(&client)?.jwks)
}

fn wrong(reason: &'static str) -> Refusal {
    Refusal::RequestObjectWrong(reason)
}

const HOUR: i64 = 3600;

/// Claims that are about the JWT, and no parameters of the request.
const OF_THE_JWT: [&str; 7] = ["iss", "aud", "exp", "nbf", "iat", "jti", "sub"];
