//! SHA-256 (FIPS 180-4) of a whole message. It uses the compression function of the crate `sha2` and not that
//! crate's `Digest`, whose buffer for messages in pieces would cost as much code again in the WebAssembly module.

use sha2::block_api::compress256;

/// The digest of a message.
pub(crate) fn digest(message: &[u8]) -> [u8; 32] {
    let mut state = START;
    let length = message.len();
    // The message is followed by 0x80, zeros, and its length in bits, which takes eight octets.
    let end = (length + 8) / 64 * 64 + 64;
    let mut block = [0; 64];
    let mut start = 0;
    while start < end {
        for (index, octet) in block.iter_mut().enumerate() {
            let at = start + index;
            *octet = match message.get(at) {
                Some(octet) => *octet,
                None if at == length => 0x80,
                None if end - at > 8 => 0,
                None => ((length as u64 * 8) >> ((end - at - 1) * 8)) as u8,
            };
        }
        compress256(&mut state, &[block]);
        start += 64;
    }
    let mut digest = [0; 32];
    for (to, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *to = word.to_be_bytes();
    }
    digest
}

/// The initial state (FIPS 180-4 section 5.3.3).
const START: [u32; 8] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    #[test]
    fn the_digest_is_the_one_of_the_crate() {
        let message: Vec<u8> = (0..300u16).map(|octet| octet as u8).collect();
        for length in 0..message.len() {
            let expected = Sha256::digest(&message[..length]);
            assert_eq!(super::digest(&message[..length])[..], expected[..], "{length}");
        }
    }
}
