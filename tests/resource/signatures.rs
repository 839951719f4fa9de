//! Signatures by RustCrypto.

use eiam_token::resource::{Needs, Step};
use eiam_token::rustcrypto::is_genuine;
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

/// The signature of a token of this key.
fn signature(key: &ClientKey) -> eiam_token::client::id_token::Signature {
    let text = jwt(key, json!({}), json!({}));
    let mut server = server();
    let mut verification = server.verify(&bearer(&text), &Needs::default(), NOW).unwrap();
    match verification.step(&mut server, NOW).unwrap() {
        Step::Verify(check) => check.signature().clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rfc_7518_section_3_each_algorithm_with_its_own_keys_alone() {
    let keys = ClientKey::all();
    for (at, key) in keys.iter().enumerate() {
        let signature = signature(key);
        for (other_at, other) in keys.iter().enumerate() {
            // One key of RSA makes signatures by six algorithms.
            let is_its_own = at == other_at || (at < 6 && other_at < 6);
            assert_eq!(
                is_genuine(&other.jwk().to_string(), &signature),
                is_its_own,
                "{at} {other_at}"
            );
        }
    }
}

#[test]
fn rfc_7518_section_6_keys_that_are_none() {
    let es256 = ClientKey::es256(1);
    let jwk = es256.jwk();
    let genuine = signature(&es256);
    assert!(is_genuine(&jwk.to_string(), &genuine));
    let (x, y) = (jwk["x"].clone(), jwk["y"].clone());
    for more in [
        json!({ "kty": "RSA" }),
        json!({ "crv": "P-384" }),
        json!({ "crv": null }),
        json!({ "x": y.clone(), "y": x }),
        json!({ "x": null }),
        json!({ "x": "" }),
        json!({ "y": 7 }),
        json!({ "y": "AA" }),
        json!({ "y": format!("{}A", y.as_str().unwrap()) }),
    ] {
        assert!(!is_genuine(&merged(jwk.clone(), more.clone()).to_string(), &genuine), "{more}");
    }
    for text in ["", "{", "[]", "null"] {
        assert!(!is_genuine(text, &genuine), "{text}");
    }
    let rsa = ClientKey::rs256();
    let genuine = signature(&rsa);
    for more in [
        json!({ "n": "AQAB" }),
        json!({ "n": "A".repeat(342) }),
        json!({ "n": "_".repeat(1368) }),
        json!({ "e": "AQAAAAE" }),
        json!({ "e": "Ag" }),
        json!({ "e": "" }),
        json!({ "e": null }),
        json!({ "crv": "P-256" }),
    ] {
        assert!(!is_genuine(&merged(rsa.jwk(), more.clone()).to_string(), &genuine), "{more}");
    }
}

/// RFC 8032 section 5.1.7: by a key of small order, signatures are right that nobody has made.
#[test]
fn rfc_8032_keys_of_small_order_made_nothing() {
    let signature = signature(&ClientKey::ed_dsa(1));
    let weak = |x: String| -> Value { json!({ "kty": "OKP", "crv": "Ed25519", "x": x }) };
    for x in ["AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "A".repeat(43).as_str()] {
        assert!(!is_genuine(&weak(x.to_owned()).to_string(), &signature), "{x}");
    }
}
