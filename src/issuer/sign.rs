//! Signed tokens (RFC 7515, RFC 7519). The issuer never holds a private key: it says what is to be
//! signed, and the driver signs.

use crate::base64url;
use crate::http::{HttpRequest, HttpResponse};
use crate::json::ObjectWriter;

use super::jwk::PublicJwk;
use super::{Issuer, Reply};

/// Signs, for drivers outside JavaScript, with the algorithm of its key.
pub trait Signer {
    /// Why signing failed.
    type Error;

    /// The public key that verifies what [`Signer::sign`] makes.
    fn public_jwk(&self) -> PublicJwk;

    /// The signature over `signing_input`: RSASSA-PKCS1-v1_5 with SHA-256 for an RSA key (RFC 7518
    /// section 3.3); ECDSA with SHA-256, as r and s of 32 octets each, for one on P-256 (RFC 7518
    /// section 3.4); Ed25519 (RFC 8037 section 3.1).
    ///
    /// # Errors
    /// Whatever keeps the key from signing.
    fn sign(&self, signing_input: &[u8]) -> Result<Vec<u8>, Self::Error>;
}

/// Handles a request that carries no signatures and signs what its answer needs. A signer that is not the one of the last call
/// takes over: its key is published beside the former one, which stays for what it signed.
/// For requests that carry signatures there is [`respond_verified`](super::respond_verified).
///
/// # Errors
/// The signer's own.
pub fn respond<S: Signer>(
    issuer: &mut Issuer,
    signer: &S,
    request: &HttpRequest,
    now: i64,
) -> Result<HttpResponse, S::Error> {
    issuer.set_signing_key(signer.public_jwk());
    sign(signer, issuer.handle(request, now))
}

/// Signs what an answer needs.
pub(crate) fn sign<S: Signer>(signer: &S, reply: Reply) -> Result<HttpResponse, S::Error> {
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
    header.string("kid", key.kid()).string("typ", typ).string("alg", key.algorithm().name());
    let mut input = base64url::encode(header.finish().as_bytes());
    input.push('.');
    input.push_str(&base64url::encode(claims.as_bytes()));
    input
}
