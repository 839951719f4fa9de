//! Tokens that are bound to a key (DPoP, RFC 9449): the proof that goes with each request.
//!
//! This module makes the text that has to be signed. The caller signs it with their key, and sends the request once
//! more if the server demands a nonce. Tokens of the type `DPoP` are accepted by
//! [`Client::parse_tokens`](super::Client::parse_tokens) with
//! [`Expected::has_proof`](super::token::Expected::has_proof).
//!
//! ```
//! use eiam_token::client::dpop::{Proof, PublicKey, demanded_nonce};
//! use eiam_token::client::{Authentication, Client, Server, token::ClientCredentials};
//! use eiam_token::http::HttpResponse;
//!
//! # fn sign(_: &[u8]) -> Vec<u8> { vec![1; 64] }
//! let key = PublicKey::Ec { curve: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" };
//! let server = Server { token_endpoint: Some("https://as.example/token".into()), ..Server::default() };
//! let client = Client::new(server, "app_machine", Authentication::post("CSsecret"))?;
//! let request = client.token_request(&ClientCredentials { scope: None }, &[])?;
//!
//! let proof = Proof::of("ES256", &key, &request, None, &[7; 16], 1_795_348_800)?;
//! let signature = sign(proof.signing_input().as_bytes());
//! let request = proof.prove(request, &signature);
//! assert!(request.headers.value("dpop").unwrap().starts_with("ey"));
//!
//! let answer = HttpResponse::new(400, r#"{"error":"use_dpop_nonce"}"#).header("dpop-nonce", "n1");
//! assert_eq!(demanded_nonce(&answer), Some("n1"));
//! # Ok::<(), eiam_token::client::Error>(())
//! ```

use core::fmt;

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::http::{Headers, HttpRequest, HttpResponse};
use crate::json::ObjectWriter;
use crate::rules::challenge;
use crate::text;

use super::{Error, Members, jws};

/// A public key, whose members are in base64url as a JWK has them (RFC 7518 section 6, RFC 8037 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicKey<'a> {
    /// A key on one of the curves P-256, P-384 and P-521.
    Ec {
        /// `crv`
        curve: &'a str,
        /// `x`
        x: &'a str,
        /// `y`
        y: &'a str,
    },
    /// A key of RSA.
    Rsa {
        /// `n`, the modulus
        modulus: &'a str,
        /// `e`, the exponent
        exponent: &'a str,
    },
    /// A key for Ed25519.
    Ed25519 {
        /// `x`
        x: &'a str,
    },
}

impl PublicKey<'_> {
    /// The key as a JWK, with the members that make its thumbprint in the order in which they do so (RFC 7638
    /// section 3.2).
    pub(crate) fn jwk(&self) -> String {
        let mut object = ObjectWriter::new();
        match *self {
            Self::Ec { curve, x, y } => {
                object.string("crv", curve).string("kty", "EC").string("x", x).string("y", y);
            }
            Self::Rsa { modulus, exponent } => {
                object.string("e", exponent).string("kty", "RSA").string("n", modulus);
            }
            Self::Ed25519 { x } => {
                object.string("crv", "Ed25519").string("kty", "OKP").string("x", x);
            }
        }
        object.finish()
    }

    /// The thumbprint of the key (RFC 7638 section 3), which is `cnf.jkt` of the tokens that are bound to it, and the
    /// parameter `dpop_jkt` of an authorization request whose code is to be bound (RFC 9449 section 10).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        base64url::encode(&Sha256::digest(self.jwk().as_bytes()))
    }
}

/// A proof for one request that has not been signed yet. `Debug` does not show it.
pub struct Proof(String);

impl Proof {
    /// Makes the proof for a request (RFC 9449 section 4.2). If the request has an access token, the proof names it.
    ///
    /// `algorithm` is that of the key, such as `ES256`. `nonce` is the last one of the server, if it has given any.
    /// `random` must be fresh random octets, and `now` is in Unix seconds.
    ///
    /// # Errors
    /// Fails for an algorithm that is empty, `none`, or one of a shared secret.
    pub fn of(
        algorithm: &str,
        key: &PublicKey<'_>,
        request: &HttpRequest,
        nonce: Option<&str>,
        random: &[u8; 16],
        now: i64,
    ) -> Result<Self, Error> {
        if algorithm.is_empty() || algorithm == "none" || algorithm.starts_with("HS") {
            return Err(Error::argument("algorithm", "not that of a private key"));
        }
        let target = request.url.split(['?', '#']).next().unwrap_or_default();
        let hash =
            token_of(request).map(|token| base64url::encode(&Sha256::digest(token.as_bytes())));
        let mut header = ObjectWriter::new();
        header.string("typ", "dpop+jwt").string("alg", algorithm).raw("jwk", &key.jwk());
        let mut claims = ObjectWriter::new();
        claims
            .string("jti", &base64url::encode(random))
            .string("htm", request.method.name())
            .string("htu", target)
            .integer("iat", now)
            .optional_string("ath", hash.as_deref())
            .optional_string("nonce", nonce);
        Ok(Self(jws::signing_input(header, claims)))
    }

    /// The text to be signed (RFC 7515 section 5.1).
    #[must_use]
    pub fn signing_input(&self) -> &str {
        &self.0
    }

    /// Adds the signed proof to the request for which it was made. An access token is then sent as one that is bound
    /// (RFC 9449 section 7.1).
    #[must_use]
    pub fn prove(self, mut request: HttpRequest, signature: &[u8]) -> HttpRequest {
        let mut headers = Headers::new();
        for (name, value) in request.headers.iter() {
            match value.strip_prefix(BEARER).filter(|_| name == AUTHORIZATION) {
                Some(token) => headers.push(name, text::concat(&["DPoP ", token])),
                None => headers.push(name, value),
            }
        }
        headers.push("dpop", jws::signed(&self.0, signature));
        request.headers = headers;
        request
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof([redacted])")
    }
}

const AUTHORIZATION: &str = "authorization";
const BEARER: &str = "Bearer ";

/// The access token of a request, if it has one.
fn token_of(request: &HttpRequest) -> Option<&str> {
    request.headers.value(AUTHORIZATION)?.strip_prefix(BEARER)
}

/// The nonce that a server gives with a response, for the next proof (RFC 9449 section 8.2); `None` if there is none
/// that can be one.
#[must_use]
pub fn nonce(response: &HttpResponse) -> Option<&str> {
    let nonce = response.headers.value("dpop-nonce")?;
    let is_one = |octet| matches!(octet, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    (!nonce.is_empty() && nonce.len() <= LONGEST_NONCE && nonce.bytes().all(is_one))
        .then_some(nonce)
}

/// The most octets of a nonce.
const LONGEST_NONCE: usize = 1024;

/// The nonce with which a request has to be sent once more, because the authorization server (RFC 9449 section 8) or
/// the resource server (section 9) demands it; `None` if the response says something else.
#[must_use]
pub fn demanded_nonce(response: &HttpResponse) -> Option<&str> {
    let is_demanded = match response.status {
        400 | 401 => in_body(response) || in_challenge(response),
        _ => false,
    };
    is_demanded.then(|| nonce(response)).flatten()
}

const USE_NONCE: &str = "use_dpop_nonce";

fn in_body(response: &HttpResponse) -> bool {
    let body = core::str::from_utf8(&response.body).ok().and_then(Members::of);
    body.and_then(|members| members.text("error")).as_deref() == Some(USE_NONCE)
}

fn in_challenge(response: &HttpResponse) -> bool {
    response.headers.values("www-authenticate").any(|field| {
        let mut value = Vec::new();
        challenge::parameter(field.as_bytes(), b"error", &mut value).is_some()
            && value == USE_NONCE.as_bytes()
    })
}
