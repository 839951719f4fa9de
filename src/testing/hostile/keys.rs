//! Keys that are not the issuer's, and the forms in which attackers use the issuer's public key.

use serde_json::{Value, json};

use crate::base64url;
use crate::issuer::PublicKey;

/// The key set with other keys in the place of the issuer's, under the same ids or others.
pub(super) fn replaced(set: &str, same_id: bool) -> String {
    let Ok(mut set) = serde_json::from_str::<Value>(set) else {
        return set.to_owned();
    };
    let keys = set.get_mut("keys").and_then(Value::as_array_mut);
    for key in keys.into_iter().flatten().filter_map(Value::as_object_mut) {
        let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
        let others: &[(&str, &str)] = match (text("kty"), text("crv")) {
            ("RSA", _) => &[("n", RSA_N), ("e", "AQAB")],
            ("EC", "P-256") => &[("x", P256_X), ("y", P256_Y)],
            ("EC", "P-384") => &[("x", P384_X), ("y", P384_Y)],
            ("EC", "P-521") => &[("x", P521_X), ("y", P521_Y)],
            _ => &[("x", ED25519_X)],
        };
        for (name, value) in others {
            key.insert((*name).to_owned(), json!(value));
        }
        if !same_id {
            key.insert("kid".to_owned(), json!("another-key"));
        }
    }
    set.to_string()
}

/// The key set in which every key has this member. `value` is JSON.
pub(super) fn with_member(set: &str, name: &str, value: &str) -> String {
    let read = (serde_json::from_str::<Value>(set), serde_json::from_str::<Value>(value));
    let (Ok(mut set), Ok(value)) = read else {
        return set.to_owned();
    };
    let keys = set.get_mut("keys").and_then(Value::as_array_mut);
    for key in keys.into_iter().flatten().filter_map(Value::as_object_mut) {
        key.insert(name.to_owned(), value.clone());
    }
    set.to_string()
}

/// The key set with another key before each of the issuer's, under its id.
pub(super) fn doubled(set: &str) -> String {
    let others = replaced(set, true);
    let list = |set: &str| {
        let set: Value = serde_json::from_str(set).ok()?;
        set.get("keys")?.as_array().cloned()
    };
    let (Some(others), Some(own)) = (list(&others), list(set)) else {
        return set.to_owned();
    };
    let keys: Vec<_> = others.into_iter().zip(own).flat_map(|(other, own)| [other, own]).collect();
    json!({ "keys": keys }).to_string()
}

/// A public key as libraries keep it: SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) in PEM (RFC 7468 section 13).
pub(super) fn pem(key: &PublicKey) -> String {
    let octets = |text: &str| base64url::decode(text).unwrap_or_default();
    let point = |x: &str, y: &str| [&[4][..], &octets(x), &octets(y)].concat();
    let (algorithm, bits): (&[u8], Vec<u8>) = match key {
        PublicKey::Rsa { n, e } => {
            (RSA_ENCRYPTION, der(0x30, &[integer(&octets(n)), integer(&octets(e))].concat()))
        }
        PublicKey::P256 { x, y } => (P256, point(x, y)),
        PublicKey::P384 { x, y } => (P384, point(x, y)),
        PublicKey::P521 { x, y } => (P521, point(x, y)),
        PublicKey::Ed25519 { x } => (ED25519, octets(x)),
    };
    let bits = der(0x03, &[&[0][..], &bits].concat());
    let info = der(0x30, &[der(0x30, algorithm), bits].concat());
    let text = base64url::encode(&info).replace('-', "+").replace('_', "/");
    let padding = "=".repeat((4 - text.len() % 4) % 4);
    let text = text + &padding;
    let mut pem = "-----BEGIN PUBLIC KEY-----\n".to_owned();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = more;
    }
    pem + "-----END PUBLIC KEY-----\n"
}

/// A value of DER with this tag.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut value = vec![tag];
    let octets = length.to_be_bytes();
    let octets: Vec<u8> = octets.into_iter().skip_while(|octet| *octet == 0).collect();
    match (length, u8::try_from(octets.len())) {
        (128.., Ok(count)) => value.push(0x80 | count),
        (0, _) => value.push(0),
        _ => {}
    }
    value.extend(octets);
    value.extend_from_slice(content);
    value
}

/// A positive integer of DER.
fn integer(octets: &[u8]) -> Vec<u8> {
    let is_high = octets.first().is_some_and(|first| *first >= 0x80);
    der(0x02, &[if is_high { &[0][..] } else { &[] }, octets].concat())
}

/// Algorithms with their parameters (RFC 3279 section 2.3.1, RFC 5480 section 2.1.1, RFC 8410 section 3).
const RSA_ENCRYPTION: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0];
const P256: &[u8] =
    &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 0x06, 5, 0x2b, 0x81, 4, 0, 0x22];
const P521: &[u8] = &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 0x06, 5, 0x2b, 0x81, 4, 0, 0x23];
const ED25519: &[u8] = &[0x06, 3, 0x2b, 0x65, 0x70];

/// Keys that the standards show (RFC 7517 appendix A.1, RFC 8037 appendix A.2, RFC 7520 section 3.1), and the base points
/// of the curves on which they show none.
const RSA_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
const P256_X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
const P256_Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";
const P384_X: &str = "qofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJdv1UpbDpUXjhydgq3";
const P384_Y: &str = "NhfeSpYmLG9dnpi_kpLcKfj0Hb0omhR86doxE7XwuMAKYLHOHX6BnXpDHXyQ6g5f";
const P521_X: &str =
    "AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt";
const P521_Y: &str =
    "AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1";
const ED25519_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_8410_section_10_1_a_public_key_in_pem() {
        let x = base64url::encode(&[
            0x19, 0xbf, 0x44, 0x09, 0x69, 0x84, 0xcd, 0xfe, 0x85, 0x41, 0xba, 0xc1, 0x67, 0xdc,
            0x3b, 0x96, 0xc8, 0x50, 0x86, 0xaa, 0x30, 0xb6, 0xb6, 0xcb, 0x0c, 0x5c, 0x38, 0xad,
            0x70, 0x31, 0x66, 0xe1,
        ]);
        let expected = "-----BEGIN PUBLIC KEY-----\n\
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
            -----END PUBLIC KEY-----\n";
        assert_eq!(pem(&PublicKey::Ed25519 { x }), expected);
    }

    #[test]
    fn a_key_of_rsa_has_lengths_of_several_octets() {
        let pem = pem(&PublicKey::Rsa { n: RSA_N.to_owned(), e: "AQAB".to_owned() });
        // 2048 bits: what every tool writes begins so.
        assert!(
            pem.contains("\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0vx7agoebGcQSuuPiLJX\n"),
            "{pem}"
        );
        assert!(pem.ends_with("AQAB\n-----END PUBLIC KEY-----\n"), "{pem}");
    }

    #[test]
    fn other_keys_are_of_the_same_kind() {
        let set = r#"{"keys":[{"kty":"RSA","kid":"a","n":"x","e":"y"},{"kty":"OKP","crv":"Ed25519","kid":"b","x":"z"}]}"#;
        let same: Value = serde_json::from_str(&replaced(set, true)).unwrap();
        assert_eq!((&same["keys"][0]["kid"], &same["keys"][1]["kid"]), (&json!("a"), &json!("b")));
        assert_eq!(
            (&same["keys"][0]["n"], &same["keys"][1]["x"]),
            (&json!(RSA_N), &json!(ED25519_X))
        );
        let other: Value = serde_json::from_str(&replaced(set, false)).unwrap();
        assert_eq!(other["keys"][0]["kid"], "another-key");
        let own: Value = serde_json::from_str(set).unwrap();
        let doubled: Value = serde_json::from_str(&doubled(set)).unwrap();
        assert_eq!((&doubled["keys"][0], &doubled["keys"][1]), (&same["keys"][0], &own["keys"][0]));
        assert_eq!(doubled["keys"].as_array().map(Vec::len), Some(4));
        let marked: Value = serde_json::from_str(&with_member(set, "use", "\"enc\"")).unwrap();
        assert_eq!(
            (&marked["keys"][1]["use"], &marked["keys"][1]["x"]),
            (&json!("enc"), &json!("z"))
        );
    }
}
