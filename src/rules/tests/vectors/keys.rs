//! Which key of a set is chosen.

use super::{Vectors, array, string, string_or_null};
use crate::json::ObjectWriter;
use crate::rules::json::NAMES;
use crate::rules::key_set::{ALGORITHMS, select};
use crate::rules::tests::texts::Random;

const ABOUT: &str = "Which key of a set can have made a signature. A case has its keys by their places in \
    `keys`, which are JSON texts; `selected` is the place in `set` of the one that is chosen, null for none.";

/// Keys whose names say nothing, so that sets of them are many.
fn keys() -> Vec<String> {
    let long = |first: char| format!("\"{first}{}\"", "A".repeat(341));
    let (a, b, short) = (long('a'), long('b'), format!("\"{}\"", "A".repeat(341)));
    let key = |members: &[(&str, &str)]| {
        let mut object = ObjectWriter::new();
        for (name, value) in members {
            object.raw(name, value);
        }
        object.finish()
    };
    let rsa = |modulus: &str, more: &[(&str, &str)]| {
        let start = [("kty", "\"RSA\""), ("n", modulus), ("e", "\"AQAB\"")];
        key(&[&start, more].concat())
    };
    let ec = |curve: &str, x: &str, more: &[(&str, &str)]| {
        let start = [("kty", "\"EC\""), ("crv", curve), ("x", x), ("y", "\"AQ\"")];
        key(&[&start, more].concat())
    };
    let okp = |curve: &str, more: &[(&str, &str)]| {
        key(&[&[("kty", "\"OKP\""), ("crv", curve), ("x", "\"AQ\"")], more].concat())
    };
    vec![
        rsa(&a, &[]),
        rsa(&a, &[("kid", "\"1\"")]),
        rsa(&a, &[("kid", "\"2\""), ("use", "\"sig\""), ("alg", "\"RS256\"")]),
        rsa(&a, &[("kid", "\"1\""), ("alg", "\"PS256\"")]),
        rsa(&a, &[("kid", "\"1\""), ("use", "\"enc\"")]),
        rsa(&a, &[("kid", "\"1\""), ("use", "null"), ("alg", "7")]),
        rsa(&b, &[("kid", "\"1\"")]),
        rsa(&b, &[("kid", "\"2\""), ("alg", "\"RS384\"")]),
        rsa(&b, &[("kid", "\"2\""), ("alg", "\"PS512\""), ("x5c", "[\"AQ\"]")]),
        rsa(&b, &[("kid", "\"2\""), ("alg", "\"RSA-OAEP\"")]),
        rsa(&short, &[("kid", "\"1\"")]),
        rsa("7", &[("kid", "\"1\"")]),
        rsa(&a, &[("kid", "7")]),
        rsa(&a, &[("kid", "\"é\\u0031\"")]),
        rsa(&a, &[("kid", "\"\"")]),
        key(&[("kty", "\"R\\u0053A\""), ("n", &a), ("e", "\"AQAB\""), ("kid", "\"\\u0031\"")]),
        key(&[("kty", "\"RSA\""), ("n", &a), ("e", "\"AQ\""), ("kid", "\"1\"")]),
        key(&[("kty", "\"RSA\""), ("n", &a), ("kid", "\"1\"")]),
        key(&[("kty", "\"rsa\""), ("n", &a), ("e", "\"AQAB\"")]),
        key(&[("n", &a), ("e", "\"AQAB\"")]),
        ec("\"P-256\"", "\"AQ\"", &[]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("key_ops", "[\"verify\"]")]),
        ec("\"P-256\"", "\"Ag\"", &[("kid", "\"1\"")]),
        ec("\"P-256\"", "\"Ag\"", &[("kid", "\"2\""), ("alg", "\"ES256\"")]),
        ec("\"P-256\"", "\"AQ\"", &[("alg", "\"ES384\"")]),
        ec("\"P-384\"", "\"AQ\"", &[]),
        ec("\"P-384\"", "\"AQ\"", &[("kid", "\"1\""), ("alg", "\"ES384\"")]),
        ec("\"P-521\"", "\"AQ\"", &[("kid", "\"1\"")]),
        ec("\"P-521\"", "\"Ag\"", &[("kid", "\"2\""), ("alg", "\"ES512\"")]),
        ec("\"P-512\"", "\"AQ\"", &[("kid", "\"1\"")]),
        ec("\"secp256k1\"", "\"AQ\"", &[("kid", "\"1\"")]),
        okp("\"Ed25519\"", &[]),
        okp("\"Ed25519\"", &[("kid", "\"1\""), ("alg", "\"EdDSA\"")]),
        okp("\"Ed25519\"", &[("kid", "\"2\""), ("alg", "\"Ed25519\"")]),
        okp("\"Ed448\"", &[("kid", "\"1\"")]),
        okp("\"X25519\"", &[("kid", "\"1\"")]),
        key(&[("kty", "\"oct\""), ("k", "\"AQ\""), ("kid", "\"1\"")]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("key_ops", "[\"sign\",\"\\u0076erify\"]")]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("key_ops", "[\"sign\"]")]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("key_ops", "[]")]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("key_ops", "[[\"verify\"],7]")]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("key_ops", "\"verify\"")]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("key_ops", "\"VERIFY\"")]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("key_ops", "null")]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("key_ops", "7")]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("d", "\"AQ\"")]),
        ec("\"P-256\"", "\"AQ\"", &[("kid", "\"1\""), ("d", "\"\"")]),
        rsa(&a, &[("kid", "\"1\""), ("d", "\"AQ\"")]),
        key(&[("kty", "7")]),
        "{}".to_owned(),
        "7".to_owned(),
        "null".to_owned(),
        "\"RSA\"".to_owned(),
        "[[]]".to_owned(),
    ]
}

/// A set, an algorithm, a `kid`, and the place in the set of what is chosen.
type Case = (&'static [usize], &'static str, Option<&'static str>, Option<usize>);

const PICKED: &[Case] = &[
    (&[], "RS256", None, None),
    (&[0], "RS256", None, Some(0)),
    (&[0], "RS256", Some("1"), None),
    // A key that is there twice is one, whatever its name.
    (&[0, 0], "RS256", None, Some(0)),
    (&[1, 2], "RS256", None, Some(0)),
    (&[2, 1, 5], "RS256", None, Some(0)),
    (&[1, 15], "RS256", Some("1"), Some(0)),
    (&[1, 16], "RS256", Some("1"), None),
    (&[16, 17], "RS256", Some("1"), None),
    (&[20, 21, 20], "ES256", None, Some(0)),
    (&[31, 32, 33], "EdDSA", None, Some(0)),
    // Two that fit.
    (&[1, 6], "RS256", Some("1"), None),
    (&[1, 6], "RS256", None, None),
    (&[21, 22], "ES256", Some("1"), None),
    // Not for signatures, not by this algorithm, too short.
    (&[4], "RS256", Some("1"), None),
    (&[4, 1], "RS256", Some("1"), Some(1)),
    (&[3], "RS256", Some("1"), None),
    (&[3], "PS256", Some("1"), Some(0)),
    (&[9], "RS256", Some("2"), None),
    (&[10], "RS256", Some("1"), None),
    (&[11], "RS256", Some("1"), None),
    (&[7, 8], "RS384", Some("2"), Some(0)),
    (&[7, 8], "PS512", Some("2"), Some(1)),
    // Each curve is one algorithm's.
    (&[20, 25, 27], "ES256", None, Some(0)),
    (&[20, 25, 27], "ES384", None, Some(1)),
    (&[20, 25, 27], "ES512", None, Some(2)),
    (&[29, 30], "ES512", Some("1"), None),
    (&[24], "ES256", None, None),
    // By the old name and the new one.
    (&[32], "Ed25519", Some("1"), Some(0)),
    (&[33], "EdDSA", Some("2"), Some(0)),
    (&[34, 35], "EdDSA", Some("1"), None),
    // Not to verify, or no secret any more.
    (&[37], "ES256", Some("1"), Some(0)),
    (&[38], "ES256", Some("1"), None),
    (&[38, 21], "ES256", Some("1"), Some(1)),
    (&[39], "ES256", Some("1"), None),
    (&[40], "ES256", Some("1"), None),
    (&[41], "ES256", Some("1"), Some(0)),
    (&[42], "ES256", Some("1"), None),
    (&[43], "ES256", Some("1"), Some(0)),
    (&[44], "ES256", Some("1"), None),
    (&[45], "ES256", Some("1"), None),
    (&[46], "ES256", Some("1"), Some(0)),
    (&[47, 1], "RS256", Some("1"), Some(1)),
    // A name is a string, and may be empty.
    (&[12], "RS256", Some("7"), None),
    (&[13], "RS256", Some("é1"), Some(0)),
    (&[14], "RS256", Some(""), Some(0)),
    (&[0], "RS256", Some(""), None),
    // What is no key stands beside.
    (&[36, 48, 49, 50, 51, 52, 53, 19, 18, 1], "RS256", Some("1"), Some(9)),
    (&[36], "HS256", Some("1"), None),
    (&[0], "none", None, None),
    (&[0], "rs256", None, None),
];

const GENERATED: usize = 360;

#[test]
fn keys_are_chosen_as_the_file_says() {
    let keys = keys();
    let chosen = |set: &[usize], algorithm: &str, kid: Option<&str>| {
        let text = array(set.iter().map(|key| keys[*key].clone()));
        let algorithm = ALGORITHMS.find(algorithm.as_bytes(), false)?;
        let names = &mut vec![(0, 0); NAMES];
        let key = select(text.as_bytes(), algorithm, kid.map(str::as_bytes), names)?;
        let before = key.as_ptr() as usize - text.as_ptr() as usize;
        let mut start = 1;
        set.iter().position(|key| {
            let is_here = start == before;
            start += keys[*key].len() + 1;
            is_here
        })
    };
    let mut cases = Vec::new();
    let mut add = |set: &[usize], algorithm: &str, kid: Option<&str>| {
        let selected = chosen(set, algorithm, kid);
        let mut object = ObjectWriter::new();
        object
            .raw("set", &array(set.iter().map(usize::to_string)))
            .string("algorithm", algorithm)
            .raw("kid", &string_or_null(kid))
            .raw("selected", &selected.map_or("null".to_owned(), |place| place.to_string()));
        cases.push(object.finish());
        selected
    };
    for (set, algorithm, kid, expected) in PICKED {
        assert_eq!(add(set, algorithm, *kid), *expected, "{set:?} {algorithm} {kid:?}");
    }
    let algorithms: Vec<_> =
        ALGORITHMS.map(|(_, name)| core::str::from_utf8(name).unwrap()).collect();
    let mut random = Random(17);
    let (mut none, mut some) = (0, 0);
    for _ in 0..GENERATED {
        let set: Vec<_> = (0..random.below(8)).map(|_| random.below(keys.len())).collect();
        let algorithm = match random.below(3) {
            0 => random.pick(&["RS256", "ES256"]),
            _ => random.pick(&algorithms),
        };
        let kid = random.pick(&[None, None, Some("1"), Some("1"), Some("2"), Some("é1")]);
        *(if add(&set, algorithm, kid).is_some() { &mut some } else { &mut none }) += 1;
    }
    assert!(some * 5 > GENERATED && none * 5 > GENERATED, "{some} and {none}");
    let texts: Vec<_> = keys.iter().map(|key| string(key)).collect();
    Vectors::new("keys", ABOUT).list("keys", &texts).list("cases", &cases).check();
}
