//! Hashing several texts together.

use sha2::{Digest, Sha256};

/// The SHA-256 hash of a key, which may be empty, and of parts. Each part is hashed behind its
/// length: otherwise `ab`, `c` and `a`, `bc` would have the same hash.
pub(crate) fn of_parts(key: &[u8], kind: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(key);
    for part in [kind.as_bytes()].iter().chain(parts) {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
