//! Proof Key for Code Exchange (RFC 7636).

use sha2::{Digest, Sha256};

use super::base64url;
use super::sink::Sink;

/// Writes the `S256` challenge of a verifier (RFC 7636 section 4.2).
pub(crate) fn challenge(verifier: &[u8], sink: &mut impl Sink) {
    base64url::encode(&hash(verifier), sink);
}

/// The octets of the `S256` challenge of a verifier.
pub(crate) fn hash(verifier: &[u8]) -> [u8; 32] {
    Sha256::digest(verifier).into()
}

/// The place of the first character of a verifier that RFC 7636 section 4.1 does not allow; `None` if all are
/// allowed.
pub(crate) fn wrong_character(verifier: &[u8]) -> Option<usize> {
    verifier.iter().position(|octet| {
        !octet.is_ascii_alphanumeric() && !matches!(octet, b'-' | b'.' | b'_' | b'~')
    })
}

/// Whether a verifier may have this length (RFC 7636 section 4.1).
pub(crate) fn is_length(length: usize) -> bool {
    (43..=128).contains(&length)
}
