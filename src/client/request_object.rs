//! Signed authorization requests (JAR, RFC 9101): nobody can change the parameters on the way through the browser.
//!
//! This module makes the text that has to be signed. The caller signs it with their key, and the request is then sent
//! through the browser or pushed (RFC 9126).
//!
//! ```
//! use eiam_token::client::authorize::AuthorizationParameters;
//! use eiam_token::client::request_object::RequestSigning;
//! use eiam_token::client::{Authentication, Client, Server};
//!
//! # fn sign(_: &[u8]) -> Vec<u8> { vec![1; 64] }
//! let server = Server {
//!     issuer: Some("https://as.example".into()),
//!     authorization_endpoint: Some("https://as.example/authorize".into()),
//!     ..Server::default()
//! };
//! let client = Client::new(server, "app_web", Authentication::post("CSsecret"))?;
//! let parameters = AuthorizationParameters {
//!     redirect_uri: "https://app.example/cb",
//!     scope: Some("openid"),
//!     ..AuthorizationParameters::default()
//! };
//! let signing = RequestSigning { algorithm: "ES256", ..RequestSigning::default() };
//! let object = client.request_object(&parameters, &signing, &[7; 64], &[8; 16], 1_795_348_800)?;
//! let signature = sign(object.signing_input().as_bytes());
//! let request = client.signed_authorization_request(object, &signature)?;
//! assert!(request.url.starts_with("https://as.example/authorize?client_id=app_web&request=ey"));
//! # Ok::<(), eiam_token::client::Error>(())
//! ```

use core::fmt;

use crate::base64url;
use crate::form;
use crate::json::{self, Limits, ObjectWriter};
use crate::rules::request::{AUTHORIZATION, PUSHED_PAGE};
use crate::rules::table::Table;
use crate::text;

use super::authorize::{AuthorizationParameters, AuthorizationRequest, Randomness, Transaction};
use super::pushed::PushedRequest;
use super::{Client, Error, jws};

/// How a request is signed.
#[derive(Clone, Copy, Debug)]
pub struct RequestSigning<'a> {
    /// `alg` of the header: that of the client's private key, such as `ES256`.
    pub algorithm: &'a str,
    /// `kid` of the header, which names the client's key.
    pub key_id: Option<&'a str>,
    /// The seconds for which the request is valid; by default 60.
    pub lifetime: i64,
}

impl Default for RequestSigning<'_> {
    fn default() -> Self {
        Self { algorithm: "", key_id: None, lifetime: LIFETIME }
    }
}

/// A request object that has not been signed yet (RFC 9101 section 4). `Debug` does not show it.
#[derive(Clone)]
pub struct RequestObject {
    signing_input: String,
    transaction: Transaction,
}

impl RequestObject {
    /// The text to be signed (RFC 7515 section 5.1).
    #[must_use]
    pub fn signing_input(&self) -> &str {
        &self.signing_input
    }
}

impl fmt::Debug for RequestObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestObject([redacted])")
    }
}

impl Client {
    /// Makes a request object, which is valid from now on. Its parameters are those of
    /// [`Client::authorization_request`], also at a server that takes pushed requests alone. `random` is for the request
    /// and `id` for `jti`: both must be fresh random octets. `now` is in Unix seconds.
    ///
    /// # Errors
    /// Fails if the server has no issuer, for an algorithm that is empty, `none`, or one of a shared secret, for a
    /// lifetime below 1, for `claims`, `authorization_details` and `registration` that are no JSON, for parameters that
    /// no request object may have (`request`, `request_uri` and `sub`, RFC 9101 sections 4 and 10.8), and where
    /// [`Client::authorization_request`] does for its parameters.
    pub fn request_object(
        &self,
        parameters: &AuthorizationParameters<'_>,
        signing: &RequestSigning<'_>,
        random: &Randomness,
        id: &[u8; 16],
        now: i64,
    ) -> Result<RequestObject, Error> {
        let RequestSigning { algorithm, key_id, lifetime } = *signing;
        if algorithm.is_empty() || algorithm == "none" || algorithm.starts_with("HS") {
            return Err(Error::argument("algorithm", "not that of a private key"));
        }
        if key_id == Some("") {
            return Err(Error::argument("key_id", "empty"));
        }
        if lifetime < 1 {
            return Err(Error::argument("lifetime", "not a whole number of seconds"));
        }
        let Some(issuer) = self.server.issuer.as_deref() else {
            return Err(Error::not_supported("issuer"));
        };
        let (parts, transaction) = self.authorization_parts(AUTHORIZATION, parameters, random)?;
        let mut header = ObjectWriter::new();
        header
            .string("alg", algorithm)
            .string("typ", "oauth-authz-req+jwt")
            .optional_string("kid", key_id);
        let mut claims = ObjectWriter::new();
        write_claims(&self.own_pairs(&parts.url)?, transaction.max_age, &mut claims)?;
        claims
            .string("iss", &self.client_id)
            .string("aud", issuer)
            .integer("iat", now)
            .integer("nbf", now)
            .integer("exp", now.saturating_add(lifetime))
            .string("jti", &base64url::encode(id));
        Ok(RequestObject { signing_input: jws::signing_input(header, claims), transaction })
    }

    /// The parameters of a request, without those that the authorization endpoint has in its own URL (RFC 6749 section
    /// 3.1).
    fn own_pairs(&self, url: &str) -> Result<Vec<(String, String)>, Error> {
        let endpoint = self.server.authorization_endpoint.as_deref().unwrap_or_default();
        let given = pairs_of(endpoint)?.len();
        Ok(pairs_of(url)?.into_iter().skip(given).collect())
    }

    /// The request for the browser, by the signature of its object (RFC 9101 section 5.1).
    ///
    /// # Errors
    /// Fails if the server has no authorization endpoint, or takes pushed requests alone
    /// ([`Client::signed_pushed_request`]), and for an object of another client or issuer.
    pub fn signed_authorization_request(
        &self,
        object: RequestObject,
        signature: &[u8],
    ) -> Result<AuthorizationRequest, Error> {
        self.check_takes_unpushed()?;
        let jwt = self.signed_object(&object, signature)?;
        let url = self.request(PUSHED_PAGE, &[("request", &jwt)], &[])?.url;
        Ok(AuthorizationRequest { url, transaction: object.transaction })
    }

    /// The request that pushes the object (RFC 9126 section 3), by its signature. Its response is for
    /// [`Client::parse_pushed_authorization`].
    ///
    /// # Errors
    /// Fails if the server has no endpoint for pushed requests, and for an object of another client or issuer.
    pub fn signed_pushed_request(
        &self,
        object: RequestObject,
        signature: &[u8],
    ) -> Result<PushedRequest, Error> {
        let jwt = self.signed_object(&object, signature)?;
        let plan = self.pushed_plan(PUSHED_PAGE);
        let parts = self.request(Table::new(&plan), &[("request", &jwt)], &[])?;
        Ok(PushedRequest { request: parts.into(), transaction: object.transaction })
    }

    fn signed_object(&self, object: &RequestObject, signature: &[u8]) -> Result<String, Error> {
        let Transaction { client_id, issuer, .. } = &object.transaction;
        if *client_id != self.client_id || *issuer != self.server.issuer {
            return Err(Error::argument("object", "belongs to another client or issuer"));
        }
        Ok(jws::signed(&object.signing_input, signature))
    }
}

/// Writes the parameters of a request as claims: numbers and JSON as what they are, and what is there several times as a
/// list (RFC 9101 section 4, RFC 8707 section 2.1).
pub(crate) fn write_claims(
    pairs: &[(String, String)],
    max_age: Option<i64>,
    claims: &mut ObjectWriter,
) -> Result<(), Error> {
    let resources: Vec<_> = pairs.iter().filter(|(name, _)| name == RESOURCE).collect();
    for (index, (name, value)) in pairs.iter().enumerate() {
        match (name.as_str(), max_age) {
            // With a subject it might be taken for an assertion that authenticates the client.
            ("request" | "request_uri" | "sub", _) => {
                let reason = text::concat(&[name, " cannot be in a signed request"]);
                return Err(Error::argument("extra", reason));
            }
            // The request object says these of itself.
            (own, _) if OWN.contains(&own) => {}
            (RESOURCE, _) if resources.len() > 1 => {
                if pairs.iter().position(|(name, _)| name == RESOURCE) == Some(index) {
                    claims.strings(name, resources.iter().map(|(_, value)| value));
                }
            }
            ("max_age", Some(seconds)) => {
                claims.integer(name, seconds);
            }
            ("claims" | "authorization_details" | "registration", _) => {
                if json::parse(value, Limits::default()).is_err() {
                    let reason = text::concat(&[name, " is not JSON"]);
                    return Err(Error::argument("extra", reason));
                }
                claims.raw(name, value);
            }
            _ => {
                claims.string(name, value);
            }
        }
    }
    Ok(())
}

/// The pairs in the query of a URL.
fn pairs_of(url: &str) -> Result<Vec<(String, String)>, Error> {
    let (_, query) = url.split_once('?').unwrap_or_default();
    let query = query.split('#').next().unwrap_or_default();
    let limits = form::Limits { parameters: usize::MAX, value_bytes: usize::MAX };
    form::parse(query, limits)
        .map_err(|_| Error::argument("authorization_endpoint", "its query cannot be read"))
}

/// For how many seconds a request is valid, unless it says something else.
const LIFETIME: i64 = 60;

/// The parameter that a request may have several times.
const RESOURCE: &str = "resource";

/// The claims that are about the request object itself.
const OWN: [&str; 6] = ["iss", "aud", "iat", "nbf", "exp", "jti"];
