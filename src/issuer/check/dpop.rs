//! Proofs of possession (RFC 9449). The client signs each request with a key, and its tokens work
//! only together with that key.
//!
//! EIAM: the service documents none of this. It does not concern a client that sends no proof,
//! unless its application is configured to get bound tokens only.

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::http::HttpResponse;
use crate::json::ObjectWriter;
use crate::secret::constant_time_eq;
use crate::text;

use crate::issuer::check::clock;
use crate::issuer::config::Config;
use crate::issuer::jose::jws::{Claims, Jws};
use crate::issuer::jose::verify::proof_check;
use crate::issuer::sealed::dpop_nonce::DpopNonce;
use crate::issuer::state::shares::Place;
use crate::issuer::state::store::Store;
use crate::issuer::state::used_id::UsedId;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// A proof that has passed every check except the one for replay, which [`spend`] makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    /// The thumbprint of its key (RFC 7638).
    pub(crate) thumbprint: String,
    id: UsedId,
    /// Until when it could be used again. The issuer remembers its `jti` until then.
    until: i64,
}

impl Proof {
    /// What a proof by the key of this thumbprint would be, which nobody sent.
    #[cfg(feature = "testing")]
    pub(crate) fn unsent(thumbprint: String, id: UsedId, until: i64) -> Self {
        Self { thumbprint, id, until }
    }

    /// Binds the code of a pushed request to the key (RFC 9449 section 10.1). If the request has a
    /// `dpop_jkt` as well, it must name the same key.
    pub(crate) fn bind_code(&self, parameters: &mut Parameters) -> Result<(), Refusal> {
        if parameters.value(JKT).is_some_and(|named| named != self.thumbprint) {
            return Err(wrong("dpop_jkt names another key"));
        }
        parameters.set(JKT, self.thumbprint.clone());
        Ok(())
    }
}

/// Checks the proof of a request, if it has one (RFC 9449 section 4.3). `token` is the access token
/// that the request presents, if it does.
pub(crate) fn check_proof(
    config: &Config,
    vault: &Vault,
    exchange: &Exchange<'_>,
    token: Option<&str>,
) -> Result<Option<Proof>, Refusal> {
    let mut proofs = exchange.request.headers.values("dpop");
    let Some(text) = proofs.next() else {
        return Ok(None);
    };
    if proofs.next().is_some() {
        return Err(wrong("there is more than one DPoP header"));
    }
    match read(config, vault, exchange, text, token) {
        Ok(Some(proof)) => Ok(Some(proof)),
        Ok(None) => Err(Refusal::DpopNonceNeeded),
        Err(reason) => Err(wrong(reason)),
    }
}

/// Reads a proof, or says what is wrong with it; none if it needs a nonce first.
fn read(
    config: &Config,
    vault: &Vault,
    exchange: &Exchange<'_>,
    text: &str,
    token: Option<&str>,
) -> Result<Option<Proof>, &'static str> {
    let jws = Jws::read(text).ok_or("it is no JWT")?;
    if !jws.is_type("dpop+jwt") {
        return Err("its typ is not dpop+jwt");
    }
    let check = proof_check(&jws).ok_or("its alg and its jwk do not go together")?;
    if !exchange.profile.signature_allowed(check.algorithm()) {
        return Err("its alg is not one that this profile allows");
    }
    if !exchange.verified.contains(&check) {
        return Err("the signature is not by its jwk");
    }
    let claims = jws.claims().ok_or("its payload is no JSON object")?;
    if claims.text("htm").as_deref() != Some(exchange.request.method.name()) {
        return Err("htm is not the method of the request");
    }
    let url = format!("{}{}", config.base(), exchange.path);
    if claims.text("htu").is_none_or(|htu| normal(&htu) != normal(&url)) {
        return Err("htu is not the URL of the request");
    }
    if let Some(token) = token {
        let hash = base64url::encode(&Sha256::digest(token.as_bytes()));
        let ath = claims.text("ath").unwrap_or_default();
        if !constant_time_eq(ath.as_bytes(), hash.as_bytes()) {
            return Err("ath is not the hash of the access token");
        }
    }
    let Some(until) = check_time(config, vault, &claims, exchange.now)? else {
        return Ok(None);
    };
    let id = match claims.text("jti") {
        Some(id) if !id.is_empty() => id,
        _ => return Err("jti is missing"),
    };
    let thumbprint = check.key().thumbprint();
    let id = UsedId::new("proof", &thumbprint, &id);
    Ok(Some(Proof { thumbprint, id, until }))
}

/// Checks that a proof is fresh, and returns until when it could be used (RFC 9449 sections 8, 9
/// and 11.1); none if it needs a nonce first.
fn check_time(
    config: &Config,
    vault: &Vault,
    claims: &Claims<'_>,
    now: i64,
) -> Result<Option<i64>, &'static str> {
    let made = claims.time("iat").ok_or("iat is missing or no number")?;
    let until = made.saturating_add(OLDEST);
    if until <= now || clock::is_in_future(made, now) {
        return Err("iat is not about now");
    }
    if config.dpop.nonce_required {
        let nonce = claims.text("nonce").and_then(|text| vault.open::<DpopNonce>(&text));
        let fresh = nonce.is_some_and(|DpopNonce(made)| {
            (made..made.saturating_add(NONCE_SECONDS)).contains(&now)
        });
        if !fresh {
            return Ok(None);
        }
    }
    Ok(Some(until))
}

/// Remembers a proof, so that it works only once (RFC 9449 section 11.1). It is called when all
/// other checks have passed, so that nobody without a code or a token can fill the memory of ids.
/// `place` says for whom the record counts.
pub(crate) fn spend(
    store: &mut Store,
    proof: &Proof,
    place: Place,
    now: i64,
) -> Result<(), Refusal> {
    if !store.use_id(proof.id, place, proof.until, now)? {
        return Err(wrong("its jti was used already"));
    }
    store.touch();
    Ok(())
}

/// Gives a client that sent a proof the nonce for its next one (RFC 9449 sections 8.2 and 9).
pub(crate) fn add_nonce(
    config: &Config,
    vault: &mut Vault,
    exchange: &Exchange<'_>,
    response: &mut HttpResponse,
) {
    let proves = exchange.request.headers.value("dpop").is_some();
    if config.dpop.nonce_required && proves && !exchange.endpoint.is_page() {
        let nonce = vault.seal(&DpopNonce(exchange.now));
        response.headers.push("dpop-nonce", nonce);
    }
}

/// Whether a text has the form of a thumbprint, as `dpop_jkt` must have (RFC 9449 section 10).
pub(crate) fn is_thumbprint(text: &str) -> bool {
    base64url::decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// The `token_type` of a token: whether it works alone or with a proof (RFC 9449 section 5).
pub(crate) fn token_type(jkt: Option<&str>) -> &'static str {
    if jkt.is_some() { "DPoP" } else { "Bearer" }
}

/// The member `cnf` of a token that is bound to a key (RFC 9449 section 6.1).
pub(crate) fn confirmation(thumbprint: &str) -> String {
    let mut object = ObjectWriter::new();
    object.string("jkt", thumbprint);
    object.finish()
}

/// A URL without query and fragment (RFC 9449 section 4.3), scheme and host in lower case and
/// without the scheme's own port (RFC 3986 section 6.2).
fn normal(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = text::split_scheme(url).unwrap_or(("", url));
    let slash = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(slash).unwrap_or((rest, ""));
    let scheme = scheme.to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    let port = text::default_port(&scheme);
    let host = port.and_then(|port| host.strip_suffix(port)).unwrap_or(&host);
    format!("{scheme}://{host}{path}")
}

fn wrong(reason: &'static str) -> Refusal {
    Refusal::DpopProofWrong(reason)
}

/// The parameter that names the key to which the code is bound (RFC 9449 section 10).
pub(crate) const JKT: &str = "dpop_jkt";

/// How many seconds old a proof may be.
const OLDEST: i64 = 300;

/// How many seconds a nonce of this issuer works.
const NONCE_SECONDS: i64 = 300;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9449_section_4_3_urls_compare_without_query_case_of_the_host_and_default_port() {
        let plain = normal("https://as.example/token");
        for same in [
            "https://as.example/token?x=y",
            "https://as.example/token#f",
            "HTTPS://AS.example:443/token",
        ] {
            assert_eq!(normal(same), plain, "{same}");
        }
        for other in [
            "http://as.example/token",
            "https://as.example:8443/token",
            "https://as.example/Token",
            "https://as.example/token/",
            "https://as.example.evil/token",
        ] {
            assert_ne!(normal(other), plain, "{other}");
        }
    }
}
