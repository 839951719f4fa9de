//! Hashing several texts together.

use sha2::{Digest, Sha256};

/// The SHA-256 hash of a key, which may be empty, and of parts. Each part is hashed behind its
/// length: otherwise `ab`, `c` and `a`, `bc` would have the same hash. The length has 32 bits on
/// every machine, so what one has stored, another one finds again.
pub(crate) fn of_parts(key: &[u8], kind: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(key);
    for part in [kind.as_bytes()].iter().chain(parts) {
        // No text is longer: every input is limited.
        hash.update(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stands_behind_its_length_of_32_bits() {
        let expected = Sha256::digest(b"key\0\0\0\x04kind\0\0\0\x02ab\0\0\0\x01c");
        assert_eq!(of_parts(b"key", "kind", &[b"ab", b"c"])[..], expected[..]);
        assert_ne!(of_parts(b"key", "kind", &[b"a", b"bc"])[..], expected[..]);
    }
}
