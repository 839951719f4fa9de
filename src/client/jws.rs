//! JWTs that the client makes (RFC 7515 section 7.1, the compact serialization).

use crate::base64url;
use crate::json::ObjectWriter;
use crate::text;

/// The text of a JWT that is signed (RFC 7515 section 5.1).
pub(super) fn signing_input(header: ObjectWriter, claims: ObjectWriter) -> String {
    let [header, claims] =
        [header, claims].map(|object| base64url::encode(object.finish().as_bytes()));
    text::concat(&[&header, ".", &claims])
}

/// The JWT with its signature.
pub(super) fn signed(signing_input: &str, signature: &[u8]) -> String {
    text::concat(&[signing_input, ".", &base64url::encode(signature)])
}
