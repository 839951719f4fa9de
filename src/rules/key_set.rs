//! Which of a server's public keys (RFC 7517) can have made a signature.

use super::json::{Name, Scan, Wanted};
use super::member::{TEXT, optional};
use super::slot::{Slot, content};
use super::table::{Table, table};
use super::unescaped::Unescaped;

/// What an id_token may be signed with, and by which hash: not `none`, and no secret that is shared (RFC 8725
/// sections 3.1 and 3.2; RFC 7518 section 3.1, RFC 8037 section 3.1). Algorithms are said by their places here.
/// The first two are one, by its old and its new name (RFC 9864).
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
pub(crate) const BY_SHA256: u8 = b'2';
pub(crate) const BY_SHA384: u8 = b'3';
pub(crate) const BY_SHA512: u8 = b'5';

/// How many of them, at the beginning, are EdDSA.
const EDDSA: usize = 2;

/// `kty` and `crv` of the keys that an algorithm takes; RSA keys have no `crv`.
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

/// The characters of the shortest modulus: 2048 bits (RFC 7518 section 3.3).
const SHORTEST_MODULUS: usize = 342;

/// The members that are looked at. The first ones make the key (RFC 7638 section 3.2).
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
];
const MEMBERS: usize = 9;
const KTY: usize = 0;
const CRV: usize = 1;
const N: usize = 2;
const MAKING: usize = 6;
const USE: usize = 6;
const ALG: usize = 7;
const KID: usize = 8;

/// The one key of `keys`, an array that was read already, that can have made a signature: of the right
/// type, for signatures by this algorithm, and with this `kid` if the header has one (RFC 7515 section
/// 4.1.4). `None` if there is none, or if there are several to choose from (OpenID Connect Core section
/// 10.1). A key that is there twice is one, the first: what makes it counts, and not its name.
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
        let wanted = Wanted { members: NAMES, others: Table::default(), slots: &mut key.slots };
        // What is no key, or one of a kind that nobody here knows, may be there for others.
        if scan.inner(key.text, wanted).is_none() || !key.fits(algorithm, key_id) {
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
    /// The characters of a member that is a string.
    fn words(&self, index: usize) -> Option<Unescaped<'a>> {
        let slot = self.slots.get(index)?;
        let [.., first] = *slot;
        (first == u32::from(b'"')).then(|| Unescaped::of_json(content(self.text, slot)))
    }

    fn is(&self, index: usize, expected: &[u8]) -> bool {
        self.words(index).is_some_and(|words| words.is(expected))
    }

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

    /// Whether it is the same key as another.
    fn is_same(&self, other: &Self) -> bool {
        (0..MAKING).all(|index| match (self.words(index), other.words(index)) {
            (Some(words), Some(others)) => words.eq(others),
            (None, None) => true,
            _ => false,
        })
    }
}
