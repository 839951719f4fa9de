//! Which of a server's public keys (RFC 7517) can have made a signature.

use super::json::{Name, Scan, Wanted};
use super::member::{ARRAY, TEXT, optional};
use super::slot::{Slot, content};
use super::table::{Table, table};
use super::unescaped::Unescaped;

/// The algorithms that may have signed an id_token (RFC 7518 section 3.1, RFC 8037 section 3.1), each with the
/// letter of the hash that it uses. Neither `none` nor algorithms with shared secrets are among them (RFC 8725
/// sections 3.1 and 3.2). Elsewhere an algorithm is known by its place here. The first two places are the same
/// algorithm under its old and its new name (RFC 9864).
pub(crate) const ALGORITHMS: Table<'_> = table![
    (BY_SHA512, "EdDSA"),
    (BY_SHA512, "Ed25519"),
    (BY_SHA256, "RS256"),
    (BY_SHA256, "PS256"),
    (BY_SHA256, "ES256"),
    (BY_SHA384, "RS384"),
    (BY_SHA384, "PS384"),
    (BY_SHA384, "ES384"),
    (BY_SHA512, "RS512"),
    (BY_SHA512, "PS512"),
    (BY_SHA512, "ES512"),
];
/// The letter of SHA-256.
pub(crate) const BY_SHA256: u8 = b'2';
/// The letter of SHA-384.
pub(crate) const BY_SHA384: u8 = b'3';
/// The letter of SHA-512.
pub(crate) const BY_SHA512: u8 = b'5';

/// How many places at the beginning of [`ALGORITHMS`] are names of EdDSA.
const EDDSA: usize = 2;

/// `kty` and `crv` of the keys for each of [`ALGORITHMS`]; RSA keys have no `crv`.
const KEY_TYPES: [[&str; 2]; 11] = [
    ["OKP", "Ed25519"],
    ["OKP", "Ed25519"],
    ["RSA", ""],
    ["RSA", ""],
    ["EC", "P-256"],
    ["RSA", ""],
    ["RSA", ""],
    ["EC", "P-384"],
    ["RSA", ""],
    ["RSA", ""],
    ["EC", "P-521"],
];

/// The characters in base64url of a modulus of 2048 bits, the shortest that is accepted (RFC 7518 section 3.3).
const SHORTEST_MODULUS: usize = 342;

/// The members of a key that are read. The first [`MAKING`] ones make the key (RFC 7638 section 3.2).
const NAMES: Table<'_> = table![
    optional("kty", TEXT),
    optional("crv", TEXT),
    optional("n", TEXT),
    optional("e", TEXT),
    optional("x", TEXT),
    optional("y", TEXT),
    optional("use", TEXT),
    optional("alg", TEXT),
    optional("kid", TEXT),
    optional("key_ops", ARRAY),
    optional("d", TEXT),
];
/// How many of them there are.
const MEMBERS: usize = 11;
/// How many of them make the key.
const MAKING: usize = 6;

// Places in `NAMES`.
const KTY: usize = 0;
const CRV: usize = 1;
const N: usize = 2;
const USE: usize = 6;
const ALG: usize = 7;
const KID: usize = 8;
const KEY_OPS: usize = 9;
const D: usize = 10;

/// The text of the only key that can have made a signature: it has the right type, is for signatures by this
/// algorithm, and has this `kid` if the header of the id_token has one (RFC 7515 section 4.1.4). `None` if there
/// is no such key, or more than one (OpenID Connect Core section 10.1). A private key that is published has proved
/// nothing since then (RFC 7517 section 9.2). Keys that consist of the same numbers are one key, even if their `kid`
/// differs, and the first of them is given.
///
/// `keys` is the text of an array that was scanned before, `algorithm` a place in [`ALGORITHMS`], and `names`
/// room for the names in one key.
pub(crate) fn select<'a>(
    keys: &'a [u8],
    algorithm: usize,
    key_id: Option<&[u8]>,
    names: &mut [Name],
) -> Option<&'a [u8]> {
    let mut selected: Option<Key<'a>> = None;
    let mut scan = Scan::new(keys, names);
    while let Some(element) = scan.element() {
        let mut key = Key { text: content(keys, &element), slots: [[0; 4]; MEMBERS] };
        let wanted = Wanted { members: NAMES, slots: &mut key.slots };
        // An element that is no key, or a key of an unknown kind, may be there for others (RFC 7517 section 5).
        if scan.inner(key.text, wanted).is_none()
            || !key.fits(algorithm, key_id)
            || !key.verifies(&mut scan)
        {
            continue;
        }
        match &selected {
            None => selected = Some(key),
            Some(before) if before.is_same(&key) => {}
            Some(_) => return None,
        }
    }
    selected.map(|key| key.text)
}

/// A key, and where its members are.
struct Key<'a> {
    text: &'a [u8],
    slots: [Slot; MEMBERS],
}

impl<'a> Key<'a> {
    /// The octets of a member that is a string; `None` for any other.
    fn words(&self, index: usize) -> Option<Unescaped<'a>> {
        let slot = self.slots.get(index)?;
        let [.., first] = *slot;
        (first == u32::from(b'"')).then(|| Unescaped::of_json(content(self.text, slot)))
    }

    /// Whether a member is this string.
    fn is(&self, index: usize, expected: &[u8]) -> bool {
        self.words(index).is_some_and(|words| words.is(expected))
    }

    /// Whether the key can have made a signature by this algorithm, with this `kid`.
    fn fits(&self, algorithm: usize, key_id: Option<&[u8]>) -> bool {
        let Some([key_type, curve]) = KEY_TYPES.get(algorithm) else { return false };
        let is_long_enough = match curve.is_empty() {
            true => self.words(N).is_some_and(|modulus| modulus.count() >= SHORTEST_MODULUS),
            false => self.is(CRV, curve.as_bytes()),
        };
        let mut known = ALGORITHMS.enumerate();
        let is_algorithm = known.any(|(index, (_, name))| {
            (index == algorithm || index.max(algorithm) < EDDSA) && self.is(ALG, name)
        });
        self.is(KTY, key_type.as_bytes())
            && is_long_enough
            && (self.words(USE).is_none() || self.is(USE, b"sig"))
            && (self.words(ALG).is_none() || is_algorithm)
            && key_id.is_none_or(|key_id| self.is(KID, key_id))
    }

    /// Whether the key is public, and may verify (RFC 7517 section 4.3).
    fn verifies(&self, scan: &mut Scan<'_>) -> bool {
        if self.words(D).is_some_and(|private| !private.is_empty()) {
            return false;
        }
        let Some(slot) = self.slots.get(KEY_OPS) else { return false };
        let [.., first] = *slot;
        match first as u8 {
            0 | b'n' => true,
            b'[' => {
                let operations = content(self.text, slot);
                let mut elements = scan.within(operations);
                let mut can_verify = false;
                while let Some(element) = elements.element() {
                    let [.., first] = element;
                    can_verify |= first == u32::from(b'"')
                        && Unescaped::of_json(content(operations, &element)).is(b"verify");
                }
                can_verify
            }
            _ => self.is(KEY_OPS, b"verify"),
        }
    }

    /// Whether another key consists of the same numbers.
    fn is_same(&self, other: &Self) -> bool {
        (0..MAKING).all(|index| match (self.words(index), other.words(index)) {
            (Some(words), Some(others)) => words.eq(others),
            (None, None) => true,
            _ => false,
        })
    }
}
