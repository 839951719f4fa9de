//! Client assertions: `client_secret_jwt` and `private_key_jwt` (OpenID Connect Core section 9,
//! RFC 7523 section 3).
//!
//! This module makes the text that has to be signed. The caller signs it with their key: with
//! WebCrypto in JavaScript, with any library in Rust.
//!
//! ```
//! use eiam_token::client::assertion::{AssertionParameters, ClientAssertion};
//! use eiam_token::client::{Authentication, Client, Server, token::ClientCredentials};
//!
//! # fn sign(_: &[u8]) -> Vec<u8> { vec![1; 64] }
//! let server = Server {
//!     issuer: Some("https://as.example".into()),
//!     token_endpoint: Some("https://as.example/token".into()),
//!     ..Server::default()
//! };
//! let client = Client::new(server, "app_machine", Authentication::None)?;
//! let request = client.token_request(&ClientCredentials { scope: None }, &[])?;
//!
//! let parameters = AssertionParameters { algorithm: "ES256", ..AssertionParameters::default() };
//! let assertion = client.client_assertion(&parameters, &[7; 16], 1_795_348_800)?;
//! let signature = sign(assertion.signing_input().as_bytes());
//! let request = assertion.authenticate(request, &signature);
//! assert!(String::from_utf8_lossy(&request.body).contains("&client_assertion=ey"));
//! # Ok::<(), eiam_token::client::Error>(())
//! ```

use core::fmt;

use crate::base64url;
use crate::form::Encoder;
use crate::http::HttpRequest;
use crate::json::ObjectWriter;

use super::{Client, Error, Server, jws};

/// The parameters of an assertion.
#[derive(Clone, Copy, Debug, Default)]
pub struct AssertionParameters<'a> {
    /// `alg` of the header, such as `ES256` or, with a shared secret, `HS256`.
    pub algorithm: &'a str,
    /// `kid` of the header, which names the client's key.
    pub key_id: Option<&'a str>,
    /// `aud`. By default it is the issuer, or the token endpoint if the issuer is unknown.
    pub audience: Option<&'a str>,
}

impl Client {
    /// Makes an assertion for one request. It is valid once, for a minute. `random` must be fresh
    /// random octets, and `now` is in Unix seconds.
    ///
    /// # Errors
    /// Fails if `parameters` name no algorithm, or if the server has neither an issuer nor a token
    /// endpoint.
    pub fn client_assertion(
        &self,
        parameters: &AssertionParameters<'_>,
        random: &[u8; 16],
        now: i64,
    ) -> Result<ClientAssertion, Error> {
        let Server { issuer, token_endpoint, .. } = &self.server;
        let known = issuer.as_deref().or(token_endpoint.as_deref());
        let audience = parameters.audience.or(known);
        let parameters = AssertionParameters { audience, ..*parameters };
        ClientAssertion::make(&self.client_id, &parameters, random, now)
    }
}

/// An assertion that has not been signed yet. `Debug` does not show it.
pub struct ClientAssertion(String);

impl ClientAssertion {
    pub(crate) fn make(
        client_id: &str,
        parameters: &AssertionParameters<'_>,
        random: &[u8; 16],
        now: i64,
    ) -> Result<Self, Error> {
        let AssertionParameters { algorithm, key_id, audience } = *parameters;
        if algorithm.is_empty() {
            return Err(Error::argument("algorithm", "empty"));
        }
        let Some(audience) = audience else { return Err(Error::not_supported("issuer")) };
        let mut header = ObjectWriter::new();
        header.string("alg", algorithm).string("typ", "JWT").optional_string("kid", key_id);
        let mut claims = ObjectWriter::new();
        claims
            .string("iss", client_id)
            .string("sub", client_id)
            .string("aud", audience)
            .string("jti", &base64url::encode(random))
            .integer("iat", now)
            .integer("exp", now.saturating_add(LIFETIME));
        Ok(Self(jws::signing_input(header, claims)))
    }

    /// The text to be signed (RFC 7515 section 5.1).
    #[must_use]
    pub fn signing_input(&self) -> &str {
        &self.0
    }

    /// Adds the signed assertion (RFC 7521 section 4.2) to a request of a client with
    /// [`Authentication::None`](super::Authentication::None).
    #[must_use]
    pub fn authenticate(self, mut request: HttpRequest, signature: &[u8]) -> HttpRequest {
        let assertion = jws::signed(&self.0, signature);
        let mut form = Encoder::new();
        form.pair("client_assertion_type", ASSERTION_TYPE).pair("client_assertion", &assertion);
        request.body.push(b'&');
        request.body.extend_from_slice(form.finish().as_bytes());
        request
    }
}

impl fmt::Debug for ClientAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientAssertion([redacted])")
    }
}

/// RFC 7523 section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Seconds. Long enough for clocks that differ a little.
const LIFETIME: i64 = 60;
