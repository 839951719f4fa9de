//! SHA-256 (FIPS 180-4) of a whole message.
//!
//! The client's WebAssembly module has this one and not that of the crate `sha2`, which native code uses, because the
//! constants are a table there: 288 octets that do not compress. Here they are computed from what they are, when the first message comes: the first 32 bits
//! of the fractional parts of the square roots of the first eight primes, and of the cube roots of the first 64. The tests
//! compare both.

use std::cell::Cell;

/// The constants: those of the 64 rounds (FIPS 180-4 section 4.2.2), and behind them the initial state (section 5.3.3).
type Constants = [u32; 72];

thread_local! {
    /// The constants, once they were needed; before that, all are 0.
    static CONSTANTS: Cell<Constants> = const { Cell::new([0; 72]) };
}

/// The digest of a message.
pub(crate) fn digest(message: &[u8]) -> [u8; 32] {
    let mut constants = CONSTANTS.get();
    if let [0, ..] = constants {
        constants = computed();
        CONSTANTS.set(constants);
    }
    let (rounds, start) = constants.split_at(64);
    let mut state = [0; 8];
    state.copy_from_slice(start);
    let length = message.len();
    // The message is followed by 0x80, zeros, and its length in bits, which takes eight octets.
    let end = (length + 8) / 64 * 64 + 64;
    let octet = |at: usize| match message.get(at) {
        Some(octet) => *octet,
        None if at == length => 0x80,
        None if end - at > 8 => 0,
        None => ((length as u64 * 8) >> ((end - at - 1) * 8)) as u8,
    };
    for block in (0..end).step_by(64) {
        compress(&mut state, rounds, |at| octet(block + at));
    }
    let mut digest = [0; 32];
    for (to, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *to = word.to_be_bytes();
    }
    digest
}

/// Takes a block into the state (FIPS 180-4 section 6.2.2). `octet` gives the octets of the block.
#[expect(
    clippy::indexing_slicing,
    reason = "the indices are those of arrays whose lengths are known"
)]
fn compress(state: &mut [u32; 8], rounds: &[u32], octet: impl Fn(usize) -> u8) {
    let mut words = [0u32; 64];
    for at in 0..64 {
        words[at / 4] = words[at / 4] << 8 | u32::from(octet(at));
    }
    for at in 16..64 {
        let (near, far) = (words[at - 2], words[at - 15]);
        let near = near.rotate_right(17) ^ near.rotate_right(19) ^ near >> 10;
        let far = far.rotate_right(7) ^ far.rotate_right(18) ^ far >> 3;
        let sum = words[at - 16].wrapping_add(words[at - 7]);
        words[at] = sum.wrapping_add(near).wrapping_add(far);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (constant, word) in rounds.iter().zip(words) {
        let chosen = e & f ^ !e & g;
        let mixed = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let sum = h.wrapping_add(mixed).wrapping_add(chosen);
        let first = sum.wrapping_add(*constant).wrapping_add(word);
        let majority = a & b ^ a & c ^ b & c;
        let mixed = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        (h, g, f, e, d, c, b) = (g, f, e, d.wrapping_add(first), c, b, a);
        a = first.wrapping_add(mixed).wrapping_add(majority);
    }
    for (to, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *to = to.wrapping_add(value);
    }
}

/// Computes the constants. IEEE 754 says exactly what the operations give, so that they are the same everywhere.
fn computed() -> Constants {
    let mut constants = [0; 72];
    let (rounds, start) = constants.split_at_mut(64);
    let mut prime = 1u32;
    let mut start = start.iter_mut();
    for round in rounds {
        prime += 1;
        while (2..prime).any(|divisor| prime.is_multiple_of(divisor)) {
            prime += 1;
        }
        let number = f64::from(prime);
        // Newton's method; the root of the last prime, 311, is below 8.
        let mut root = 8.0;
        for _ in 0..STEPS {
            root = (2.0 * root + number / (root * root)) / 3.0;
        }
        *round = fraction(root);
        if let Some(word) = start.next() {
            *word = fraction(number.sqrt());
        }
    }
    constants
}

/// After so many steps, the root of the smallest prime does not change any more, nor does any other.
const STEPS: usize = 12;

/// The first 32 bits of the fractional part.
fn fraction(root: f64) -> u32 {
    ((root - root.floor()) * 4_294_967_296.0) as u32
}

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
        let long = vec![0x5a; 1 << 20];
        assert_eq!(super::digest(&long)[..], Sha256::digest(&long)[..]);
    }

    #[test]
    fn the_constants_are_those_of_fips_180_4() {
        let constants = super::computed();
        assert_eq!(constants[..3], [0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf]);
        assert_eq!(constants[62..64], [0xbef9_a3f7, 0xc671_78f2]);
        assert_eq!(constants[64..66], [0x6a09_e667, 0xbb67_ae85]);
        assert_eq!(constants[71], 0x5be0_cd19);
    }
}
