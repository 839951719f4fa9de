//! Making signed tokens (RFC 7515, RFC 7519). The issuer never has a private key: it says what is
//! to be signed, and the driver signs.

use crate::base64url;
use crate::issuer::jose::jwk::PublicJwk;
use crate::json::ObjectWriter;

/// The part of a JWT that is signed: the header and the claims, encoded.
pub(crate) fn signing_input(key: &PublicJwk, typ: &str, claims: &str) -> String {
    let mut header = ObjectWriter::new();
    header.string("kid", key.kid()).string("typ", typ).string("alg", key.algorithm().name());
    let mut input = base64url::encode(header.finish().as_bytes());
    input.push('.');
    input.push_str(&base64url::encode(claims.as_bytes()));
    input
}
