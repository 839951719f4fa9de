//! The server's public keys (RFC 7517), and the choice of the key that made a signature.
//!
//! This module chooses the key. The caller verifies the signature, with WebCrypto in JavaScript or
//! with any library in Rust. The signed text is the id_token up to its last dot.

use crate::http::{HttpRequest, HttpResponse};
use crate::rules::json::names_in;
use crate::rules::key_age::{self, Fetched};
use crate::rules::{answer, key_set as rules, request};

pub use crate::signature::SignatureAlgorithm;

use super::answer::Received;
use super::id_token::Signature;
use super::request::Parts;
use super::{Client, Error};

impl Client {
    /// Makes the request for the server's public keys.
    ///
    /// # Errors
    /// Fails if the server has no `jwks_uri`.
    pub fn key_set_request(&self) -> Result<HttpRequest, Error> {
        self.request(request::KEYS, &[], &[]).map(Parts::into)
    }
}

/// A server's public keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet(String);

/// Reads the response to [`Client::key_set_request`].
///
/// # Errors
/// Those of [`token::parse_response`](super::token::parse_response), and
/// [`Malformed`](super::ErrorKind::Malformed) if `keys` is not an array.
pub fn parse_response(response: &HttpResponse) -> Result<KeySet, Error> {
    let fields = Received::of(response).read(answer::KEYS)?;
    Ok(KeySet(fields.array("keys").to_owned()))
}

impl KeySet {
    /// The only key, a JWK as JSON text, that can have made a signature: it has the right type, is
    /// for signatures with this algorithm, and has this `kid` if the header has one (RFC 7515
    /// section 4.1.4). `None` if there is no such key, or more than one (OpenID Connect Core
    /// section 10.1); a key that is there twice is one.
    #[must_use]
    pub fn select(&self, algorithm: SignatureAlgorithm, key_id: Option<&str>) -> Option<&str> {
        let algorithm = rules::ALGORITHMS.find(algorithm.name().as_bytes(), false)?;
        let mut names = vec![(0, 0); names_in(self.0.as_bytes())];
        let key_id = key_id.map(str::as_bytes);
        let key = rules::select(self.0.as_bytes(), algorithm, key_id, &mut names)?;
        core::str::from_utf8(key).ok()
    }
}

/// A server's keys as they are kept between uses: how long they are believed, and when to fetch them again.
///
/// ```
/// use eiam_token::client::key_set::{KeyCache, Lookup};
/// # use eiam_token::client::{id_token::Signature, Error};
/// # use eiam_token::http::HttpResponse;
/// # fn fetch() -> HttpResponse { HttpResponse::new(200, r#"{"keys":[]}"#) }
/// # fn verify(_: &str, _: &Signature) -> bool { true }
/// # type Spend = fn() -> Signature;
/// # fn check(cache: &mut KeyCache, spend_the_code: Spend, now: i64) -> Result<bool, Error> {
/// // A code is lost if it is spent while the keys cannot be had.
/// if !cache.is_fresh(now) {
///     cache.received(&fetch(), now)?;
/// }
/// let signature = &spend_the_code();
/// if let Lookup::Fetch = cache.find(signature, now) {
///     cache.received(&fetch(), now)?;
/// }
/// let Lookup::Key(key) = cache.find(signature, now) else { return Ok(false) };
/// let mut is_genuine = verify(key, signature);
/// // The server may have put another key in its place.
/// if !is_genuine && cache.may_be_fetched_again(now) {
///     cache.received(&fetch(), now)?;
///     is_genuine = matches!(cache.find(signature, now), Lookup::Key(key) if verify(key, signature));
/// }
/// Ok(is_genuine)
/// # }
/// # let _ = check;
/// ```
#[derive(Clone, Debug)]
pub struct KeyCache {
    kept: Option<(KeySet, Fetched)>,
    longest_age: i64,
}

impl Default for KeyCache {
    /// Keys are believed for 10 minutes at most.
    fn default() -> Self {
        Self { kept: None, longest_age: key_age::LONGEST_AGE }
    }
}

/// What is known of the key of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// The key, a JWK as JSON text.
    Key(&'a str),
    /// The keys have to be fetched, since there are none, they are too old, or the key is not among them.
    /// Give them to [`KeyCache::received`], and ask again with the same time.
    Fetch,
    /// The server has no such key.
    Unknown,
}

impl KeyCache {
    /// Believes keys for so many seconds at most, and for less where `Cache-Control` says so: one that the
    /// server withdraws is not believed any longer than that.
    #[must_use]
    pub fn with_longest_age(seconds: i64) -> Self {
        Self { kept: None, longest_age: seconds.max(0) }
    }

    /// Takes the response to [`Client::key_set_request`]. If it is none, those that were kept stay as they
    /// are.
    ///
    /// # Errors
    /// Those of [`parse_response`].
    pub fn received(&mut self, response: &HttpResponse, now: i64) -> Result<(), Error> {
        let before = self.kept.as_ref().map(|(_, fetched)| *fetched);
        let keys = parse_response(response).inspect_err(|_| {
            if let Some((_, fetched)) = &mut self.kept {
                *fetched = fetched.asked_again(now);
            }
        })?;
        let directives: Vec<_> = response.headers.values("cache-control").collect();
        let since = response.headers.value("age").unwrap_or_default();
        let age = key_age::age(&directives.join(","), since, self.longest_age);
        self.kept = Some((keys, Fetched::after(before, now, age)));
        Ok(())
    }

    /// Whether there are keys that are believed. If not, fetch them before a code is spent. `now` is in Unix
    /// seconds.
    #[must_use]
    pub fn is_fresh(&self, now: i64) -> bool {
        self.kept.as_ref().is_some_and(|(_, fetched)| fetched.is_fresh(now))
    }

    /// Looks for the key that can have made a signature. `now` is in Unix seconds.
    #[must_use]
    pub fn find(&self, signature: &Signature, now: i64) -> Lookup<'_> {
        let Some((keys, fetched)) = &self.kept else { return Lookup::Fetch };
        if !fetched.is_fresh(now) {
            return Lookup::Fetch;
        }
        let key = signature.algorithm().and_then(|alg| keys.select(alg, signature.key_id()));
        match key {
            Some(key) => Lookup::Key(key),
            None if fetched.may_be_fetched_again(now) => Lookup::Fetch,
            None => Lookup::Unknown,
        }
    }

    /// Whether the keys may be fetched once more because a signature is wrong: they were not fetched just
    /// now, and a minute is between two such fetches, so that nobody's wrong id_tokens make the client ask
    /// without end.
    #[must_use]
    pub fn may_be_fetched_again(&self, now: i64) -> bool {
        self.kept.as_ref().is_none_or(|(_, fetched)| fetched.may_be_fetched_again(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{self, Limits};
    use SignatureAlgorithm::{EdDsa, Es256, Es384, Ps256, Rs256};

    const KEYS: &str = r#"{"keys":[
        {"kty":"RSA","kid":"1","n":"N","e":"AQAB"},
        {"kty":"RSA","kid":"2","n":"N","e":"AQAB","use":"enc"},
        {"kty":"RSA","kid":"3","n":"N","e":"AQAB","alg":"PS256"},
        {"kty":"RSA","kid":"7","n":"AQ","e":"AQAB"},
        {"kty":"EC","crv":"P-256","kid":"1","x":"AQ","y":"AQ"},
        {"kty":"EC","crv":"P-384","kid":"4"},
        {"kty":"OKP","crv":"Ed25519","alg":"Ed25519","x":"AQ"},
        {"kty":"oct","kid":"5","k":"AQ"}, 7, {"kty":7}]}"#;

    #[test]
    fn rfc_7517_a_key_is_chosen_by_type_use_algorithm_and_id() {
        let body = KEYS.replace("\"N\"", &format!("\"{}\"", "A".repeat(342)));
        let keys = parse_response(&HttpResponse::new(200, body)).unwrap();
        let kid = |algorithm, key_id| {
            let key = keys.select(algorithm, key_id)?;
            let key = json::parse_object(key, Limits::default()).unwrap();
            Some(key.member("kid").and_then(|kid| kid.as_str()).unwrap_or_default().into_owned())
        };
        assert_eq!(kid(Rs256, Some("1")).as_deref(), Some("1"));
        assert_eq!(kid(Rs256, None).as_deref(), Some("1"));
        assert_eq!(kid(Rs256, Some("2")), None);
        assert_eq!(kid(Rs256, Some("3")), None);
        assert_eq!(kid(Rs256, Some("7")), None, "too short");
        assert_eq!(kid(Ps256, None).as_deref(), Some("1"), "one key under two names");
        assert_eq!(kid(Ps256, Some("3")).as_deref(), Some("3"));
        assert!(keys.select(Es256, Some("1")).unwrap().contains("P-256"));
        assert_eq!(kid(Es256, Some("4")), None);
        assert_eq!(kid(Es384, Some("4")).as_deref(), Some("4"));
        assert_eq!(kid(EdDsa, None).as_deref(), Some(""));
        assert_eq!(kid(EdDsa, Some("6")), None);
    }

    #[test]
    fn a_set_without_keys_is_none() {
        for body in ["{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#, "[]", "x"] {
            assert!(parse_response(&HttpResponse::new(200, body)).is_err(), "{body}");
        }
    }
}
