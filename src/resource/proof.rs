//! The proof that a request has the key to which its token is bound (RFC 9449 sections 4.3 and 7).

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::client::id_token::Signature;
use crate::json::Object;
use crate::secret::{Secret, constant_time_eq};

use super::challenge::ChallengeError;
use super::jwt::{Jwt, object, text_of, time_of};
use super::nonces::DpopNonces;
use super::proof_key::ProofKey;
use super::refusal::Reason;
use super::replays::ProofUse;
use super::target::normal;

/// What a proof has to agree with.
pub(super) struct Expected<'a> {
    pub(super) token: &'a str,
    /// The thumbprint of the key to which the token is bound.
    pub(super) jkt: &'a str,
    pub(super) method: &'a str,
    /// Absolute.
    pub(super) url: &'a str,
    pub(super) now: i64,
}

/// A proof that says what it has to, and whose signature is still to be verified.
pub(super) struct Proof {
    /// The key, a JWK as JSON text.
    pub(super) key: String,
    pub(super) signature: Signature,
    /// Its use, which works once.
    pub(super) used: ProofUse,
    nonce: Option<String>,
}

impl Proof {
    /// Reads the only proof of a request, and checks everything but its signature, its nonce and whether it is new.
    pub(super) fn read(proofs: &[Secret], expected: &Expected<'_>) -> Result<Self, Reason> {
        let proof = match proofs {
            [] => return Err(Reason::proof("the request has no proof")),
            [proof] => proof.expose(),
            _ => return Err(Reason::proof("the request has more than one proof")),
        };
        let Some(jwt) = Jwt::read(proof) else { return Err(Reason::proof("the proof is no JWT")) };
        if !jwt.typ.is("dpop+jwt") {
            return Err(Reason::proof("the proof has another typ than dpop+jwt"));
        }
        let (Some(signature), Some(key)) = (jwt.signature, jwt.key) else {
            return Err(Reason::proof("the proof has no public key"));
        };
        let Some(algorithm) = signature.algorithm() else {
            return Err(Reason::proof("the proof has no algorithm with a public key"));
        };
        let Some(key) = ProofKey::read(&key, algorithm) else {
            return Err(Reason::proof("the proof has no public key for its algorithm"));
        };
        let claims = object(jwt.claims.as_written()).unwrap_or_default();
        if text_of(&claims, "htm").as_deref() != Some(expected.method) {
            return Err(Reason::proof("the proof is for another method"));
        }
        let target = text_of(&claims, "htu").and_then(|url| normal(&url));
        if target.is_none() || target != normal(expected.url) {
            return Err(Reason::proof("the proof is for another URL"));
        }
        let until = check_times(&claims, expected.now)?;
        let id = match text_of(&claims, "jti") {
            Some(id) if id.len() <= LONGEST_ID => id,
            _ => return Err(Reason::proof("the proof has no jti, or one that is too long")),
        };
        let hash = base64url::encode(&Sha256::digest(expected.token.as_bytes()));
        let ath = text_of(&claims, "ath").unwrap_or_default();
        if !constant_time_eq(ath.as_bytes(), hash.as_bytes()) {
            return Err(Reason::proof("the proof is for another token"));
        }
        let jkt = key.thumbprint();
        if !constant_time_eq(jkt.as_bytes(), expected.jkt.as_bytes()) {
            return Err(Reason::token("the token is bound to another key than that of the proof"));
        }
        let nonce = text_of(&claims, "nonce");
        Ok(Self { key: key.jwk(), signature, used: ProofUse::new(&jkt, &id, until), nonce })
    }

    /// Checks the nonce of a proof whose signature was verified.
    pub(super) fn check_nonce(&self, nonces: Option<&DpopNonces>, now: i64) -> Result<(), Reason> {
        let nonce = self.nonce.as_deref();
        let counts = |nonces: &DpopNonces| nonce.is_some_and(|nonce| nonces.accepts(nonce, now));
        if nonces.is_none_or(counts) {
            return Ok(());
        }
        let text = "the proof needs the nonce of DPoP-Nonce";
        Err(Reason::new(ChallengeError::UseDpopNonce, text))
    }
}

/// Checks that a proof was made just now, and returns until when it could be used again.
fn check_times(claims: &Object<'_>, now: i64) -> Result<i64, Reason> {
    let latest = now.saturating_add(AHEAD);
    let until = match time_of(claims, "iat") {
        Some(made) if made <= latest => made.saturating_add(LIFETIME),
        _ => i64::MIN,
    };
    if until <= now {
        return Err(Reason::proof("the proof was not made just now"));
    }
    for (name, counts) in
        [("exp", &(|time| time > now) as &dyn Fn(i64) -> bool), ("nbf", &|time| time <= latest)]
    {
        if claims.member(name).is_some() && !time_of(claims, name).is_some_and(counts) {
            return Err(Reason::proof("the proof does not count now: exp or nbf"));
        }
    }
    Ok(until)
}

/// For how many seconds after its `iat` a proof counts.
const LIFETIME: i64 = 300;

/// By how many seconds `iat` may lie in the future.
const AHEAD: i64 = 30;

/// The most octets of `jti`.
const LONGEST_ID: usize = 256;
