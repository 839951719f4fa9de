//! The server's public keys (RFC 7517), and the choice of the key that made a signature.
//!
//! This module chooses the key. The caller verifies the signature, with WebCrypto in JavaScript or
//! with any library in Rust. The signed text is the id_token up to its last dot.

use crate::http::{HttpRequest, HttpResponse};
use crate::json::{self, Limits, Object};

pub use crate::signature::SignatureAlgorithm;

use super::answer::{Field, Kind, Member, Received};
use super::request::{Carrier, Parts, Plan};
use super::{Client, Error};

impl Client {
    /// Makes the request for the server's public keys.
    ///
    /// # Errors
    /// Fails if the server has no `jwks_uri`.
    pub fn key_set_request(&self) -> Result<HttpRequest, Error> {
        self.request(&REQUEST, &[], &[]).map(Parts::into)
    }
}

pub(crate) const REQUEST: Plan =
    Plan { endpoint: "jwks_uri", carrier: Carrier::Nothing, fixed: None, parameters: &[] };

/// A server's public keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet(String);

/// Reads the response to [`Client::key_set_request`].
///
/// # Errors
/// Those of [`token::parse_response`](super::token::parse_response), and
/// [`Malformed`](super::ErrorKind::Malformed) if `keys` is not an array.
pub fn parse_response(response: &HttpResponse) -> Result<KeySet, Error> {
    match Received::of(response).read(&ANSWER)? {
        [Field::Array(keys)] => Ok(KeySet(keys.to_owned())),
        _ => Ok(KeySet("[]".to_owned())),
    }
}

pub(crate) const ANSWER: [Member; 1] = [Member::required("keys", Kind::Array)];

impl KeySet {
    /// The only key, a JWK as JSON text, that can have made a signature: it has the right type, is
    /// for signatures with this algorithm, and has this `kid` if the header has one (RFC 7515
    /// section 4.1.4). `None` if there is no such key, or more than one (OpenID Connect Core
    /// section 10.1).
    #[must_use]
    pub fn select(&self, algorithm: SignatureAlgorithm, key_id: Option<&str>) -> Option<&str> {
        select(&self.0, algorithm, key_id)
    }
}

pub(crate) fn select<'a>(
    keys: &'a str,
    algorithm: SignatureAlgorithm,
    key_id: Option<&str>,
) -> Option<&'a str> {
    let mut selected = None;
    for value in json::parse(keys, Limits::default()).ok()?.as_array()? {
        // What is no key, or one of a kind that nobody here knows, may be there for others.
        if value.as_object().is_some_and(|key| fits(&key, algorithm, key_id)) {
            if selected.is_some() {
                return None;
            }
            selected = Some(value.as_written());
        }
    }
    selected
}

fn fits(key: &Object<'_>, algorithm: SignatureAlgorithm, key_id: Option<&str>) -> bool {
    let text = |name| key.member(name).and_then(|value| value.as_str());
    let (key_type, curve) = algorithm.key_type();
    text("kty").as_deref() == Some(key_type)
        // RFC 7518 section 3.3: 2048 bits at least, which are 342 characters.
        && (curve.is_some() || text("n").is_some_and(|modulus| modulus.len() >= 342))
        && (curve.is_none() || text("crv").as_deref() == curve)
        && text("use").is_none_or(|purpose| purpose == "sig")
        && text("alg").is_none_or(|alg| SignatureAlgorithm::from_name(&alg) == Some(algorithm))
        && (key_id.is_none() || text("kid").as_deref() == key_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use SignatureAlgorithm::{EdDsa, Es256, Ps256, Rs256};

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
        assert_eq!(kid(Ps256, None), None, "two fit");
        assert_eq!(kid(Ps256, Some("3")).as_deref(), Some("3"));
        assert!(keys.select(Es256, Some("1")).unwrap().contains("P-256"));
        assert_eq!(kid(Es256, Some("4")), None);
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
