//! Signing keys and signed tokens (RFC 7515, RFC 7517, RFC 7519). The issuer never holds a private
//! key: it says what is to be signed, and the driver signs.

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::http::HttpResponse;
use crate::json::ObjectWriter;

use super::Issuer;
use crate::http::HttpRequest;

/// The public half of an RSA key, as it is published at the JWKS endpoint (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicJwk {
    n: String,
    e: String,
    kid: String,
}

impl PublicJwk {
    /// An RSA key from its modulus and exponent, both base64url without padding as in a JWK
    /// (RFC 7518 section 6.3.1). The key id is the thumbprint of RFC 7638 behind `KEY`, the prefix
    /// that the service's key ids have.
    #[must_use]
    pub fn rsa(n: impl Into<String>, e: impl Into<String>) -> Self {
        let (n, e) = (n.into(), e.into());
        let mut required = ObjectWriter::new();
        required.string("e", &e).string("kty", "RSA").string("n", &n);
        let thumbprint = Sha256::digest(required.finish().as_bytes());
        let kid = format!("KEY{}", base64url::encode(&thumbprint));
        Self { n, e, kid }
    }

    /// The key id, `KEY…`.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub(crate) fn to_json(&self) -> String {
        let mut jwk = ObjectWriter::new();
        jwk.string("kty", "RSA")
            .string("e", &self.e)
            .string("use", "sig")
            .string("kid", &self.kid)
            .string("alg", "RS256")
            .string("n", &self.n);
        jwk.finish()
    }
}

/// Signs with RS256 (RFC 7518 section 3.3), for drivers outside JavaScript.
pub trait Signer {
    /// Why signing failed.
    type Error;

    /// The public key that verifies what [`Signer::sign`] makes.
    fn public_jwk(&self) -> PublicJwk;

    /// The RSASSA-PKCS1-v1_5 signature with SHA-256 over `signing_input`.
    ///
    /// # Errors
    /// Whatever keeps the key from signing.
    fn sign(&self, signing_input: &[u8]) -> Result<Vec<u8>, Self::Error>;
}

/// Handles a request and signs what its answer needs. The first call publishes the signer's key if
/// the issuer has none yet.
///
/// # Errors
/// The signer's own.
pub fn respond<S: Signer>(
    issuer: &mut Issuer,
    signer: &S,
    request: &HttpRequest,
    now: i64,
) -> Result<HttpResponse, S::Error> {
    if !issuer.has_signing_key() {
        issuer.set_signing_key(signer.public_jwk());
    }
    let reply = issuer.handle(request, now);
    let mut signatures = Vec::with_capacity(reply.signing_inputs().len());
    for input in reply.signing_inputs() {
        signatures.push(signer.sign(input.as_bytes())?);
    }
    // One signature was made for each input, which is all that `complete` asks for.
    Ok(reply.complete(&signatures).unwrap_or_else(|_| HttpResponse::new(500, Vec::new())))
}

/// The part of a JWT that is signed: header and claims, encoded.
pub(crate) fn signing_input(key: &PublicJwk, typ: &str, claims: &str) -> String {
    let mut header = ObjectWriter::new();
    header.string("kid", &key.kid).string("typ", typ).string("alg", "RS256");
    let mut input = base64url::encode(header.finish().as_bytes());
    input.push('.');
    input.push_str(&base64url::encode(claims.as_bytes()));
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7638_section_3_1_thumbprint() {
        let key = PublicJwk::rsa(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc\
             _BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR\
             0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTW\
             hAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            "AQAB",
        );
        assert_eq!(key.kid(), "KEYNzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
