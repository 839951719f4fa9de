//! A server's public keys (RFC 7517, OpenID Connect Core section 10.1), and a signature by one of them.

use eiam_token::base64url;
use eiam_token::client::id_token::Expected;
use eiam_token::client::key_set::{self, KeySet, SignatureAlgorithm};
use eiam_token::client::{Authentication, Client, Error, Server};
use eiam_token::http::HttpResponse;
use eiam_token::json::{self, Limits};
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};

use crate::support::{
    ISSUER, NOW, assert_http, assert_not_supported, malformed, public_client, server, wire,
};

use SignatureAlgorithm::{EdDsa, Es256, Es384, Es512, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};

fn parse(body: &str) -> Result<KeySet, Error> {
    key_set::parse_response(&HttpResponse::new(200, body))
}

fn set(keys: &[&str]) -> KeySet {
    parse(&format!(r#"{{"keys":[{}]}}"#, keys.join(","))).unwrap()
}

/// A JWK for RSA with these members, or with others where it says so.
fn rsa(members: &str) -> String {
    format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"{members}}}"#, "A".repeat(342))
}

#[test]
fn the_request() {
    let jwks_uri = Some("https://as.example/jwks".to_owned());
    let with_keys = Server { jwks_uri, ..server() };
    // Keys are for everybody: the request authenticates nobody.
    for authentication in [Authentication::None, Authentication::post("CS")] {
        let client = Client::new(with_keys.clone(), "app_x", authentication).unwrap();
        assert_eq!(
            wire(&client.key_set_request().unwrap()),
            "GET https://as.example/jwks\naccept: application/json\n\n"
        );
    }
    assert_not_supported(public_client().key_set_request(), "jwks_uri");
}

#[test]
fn what_is_no_set_is_refused() {
    for (body, path) in [
        ("{}", "$.keys"),
        (r#"{"keys":null}"#, "$.keys"),
        (r#"{"keys":{}}"#, "$.keys"),
        (r#"{"keys":"[]"}"#, "$.keys"),
        (r#"{"keys":[],"keys":[]}"#, "$.keys"),
        (r#"{"keys":[{"kty":"EC","kty":"RSA"}]}"#, "$.keys[0].kty"),
        ("[]", "$"),
        ("", "$"),
        ("<html>", "$"),
    ] {
        assert_eq!(malformed(parse(body)).0, path, "{body}");
    }
    let down = key_set::parse_response(&HttpResponse::new(503, "")).unwrap_err();
    assert_http(&down, 503);
}

#[test]
fn a_key_as_it_is_written() {
    let key = r#"{ "kty" : "EC", "crv":"P-256", "x":"\u0041Q","y":"AQ" }"#;
    assert_eq!(set(&["7", key, "null"]).select(Es256, None), Some(key));
    assert_eq!(set(&[]).select(Es256, None), None);
}

#[test]
fn rfc_7515_4_1_4_the_kid_chooses() {
    let (first, second, nameless) = (rsa(r#","kid":"1""#), rsa(r#","kid":"2""#), rsa(""));
    let keys = set(&[&first, &second, &nameless]);
    assert_eq!(keys.select(Rs256, Some("1")), Some(first.as_str()));
    assert_eq!(keys.select(Ps256, Some("2")), Some(second.as_str()));
    for unknown in ["", "3", "1 ", "01"] {
        assert_eq!(keys.select(Rs256, Some(unknown)), None, "{unknown}");
    }
    assert_eq!(keys.select(Es256, Some("1")), None);
    assert_eq!(keys.select(EdDsa, Some("1")), None);
}

#[test]
fn core_10_1_without_kid_there_must_be_no_choice() {
    let rsa = &*rsa(r#","kid":"1""#);
    let ec = r#"{"kty":"EC","crv":"P-256","kid":"1"}"#;
    assert_eq!(set(&[rsa, ec]).select(Rs256, None), Some(rsa));
    let other = &*rsa.replace("AAAA\"", "AAAQ\"");
    assert_ne!(rsa, other);
    assert_eq!(set(&[rsa, ec, other]).select(Rs256, None), None);
    assert_eq!(set(&[rsa, ec, other]).select(Rs256, Some("1")), None);
    assert_eq!(set(&[rsa, ec, other]).select(Es256, None), Some(ec));
}

#[test]
fn a_key_that_is_there_twice_is_one() {
    let (first, again) = (&*rsa(r#","kid":"1""#), &*rsa(r#","kid":"2","use":"sig""#));
    assert_eq!(set(&[first, first]).select(Rs256, Some("1")), Some(first));
    assert_eq!(set(&[first, again]).select(Rs256, None), Some(first));
    assert_eq!(set(&[first, again]).select(Rs256, Some("2")), Some(again));
    let other = &*first.replace("AQAB", "Aw");
    assert_eq!(set(&[first, other]).select(Rs256, None), None);
}

#[test]
fn rfc_7518_3_1_each_curve_is_one_algorithms() {
    let key = |curve: &str| format!(r#"{{"kty":"EC","crv":"{curve}","x":"AQ","y":"AQ"}}"#);
    let keys = ["P-256", "P-384", "P-521", "P-512", "secp256k1"].map(key);
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    for (algorithm, place) in [(Es256, 0), (Es384, 1), (Es512, 2)] {
        assert_eq!(set(&keys).select(algorithm, None), Some(keys[place]));
    }
    for algorithm in [Rs384, Ps384, Rs512, Ps512] {
        assert_eq!(set(&keys).select(algorithm, None), None);
        let named = &*rsa(&format!(r#","alg":"{}""#, algorithm.name()));
        assert_eq!(set(&[named]).select(algorithm, None), Some(named));
        assert_eq!(set(&[named]).select(Rs256, None), None);
    }
}

#[test]
fn rfc_7517_4_a_key_for_something_else() {
    for (algorithm, key) in [
        (Rs256, &*rsa(r#","use":"enc""#)),
        (Rs256, &rsa(r#","alg":"PS256""#)),
        (Rs256, &rsa(r#","alg":"RS512""#)),
        (Rs256, &rsa(r#","alg":"none""#)),
        (Rs256, &rsa("").replace("RSA", "rsa")),
        (Rs256, r#"{"kty":"oct","k":"AQ"}"#),
        (Es256, r#"{"kty":"EC","crv":"P-384"}"#),
        (Es256, r#"{"kty":"EC"}"#),
        (EdDsa, r#"{"kty":"OKP","crv":"X25519"}"#),
        (EdDsa, r#"{"kty":"OKP","crv":"Ed448"}"#),
        (EdDsa, r#"{"kty":["OKP"],"crv":"Ed25519"}"#),
    ] {
        assert_eq!(set(&[key]).select(algorithm, None), None, "{key}");
    }
    for (algorithm, key) in [
        (Rs256, &*rsa(r#","use":"sig","alg":"RS256""#)),
        (EdDsa, r#"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA"}"#),
        (EdDsa, r#"{"kty":"OKP","crv":"Ed25519","alg":"Ed25519"}"#),
    ] {
        assert_eq!(set(&[key]).select(algorithm, None), Some(key));
    }
}

#[test]
fn rfc_7518_3_3_an_rsa_key_has_2048_bits_at_least() {
    let key = rsa("");
    assert!(set(&[&key]).select(Rs256, None).is_some());
    for other in [key.replacen('A', "", 1), key.replace("\"n\"", "\"N\"")] {
        assert_eq!(set(&[&other]).select(Rs256, None), None, "{other}");
    }
}

/// How somebody with a library for ES256 verifies an id_token.
fn verify(keys: &KeySet, id_token: &str) -> bool {
    let Some(jwk) = keys.select(Es256, Some("k")) else { return false };
    let jwk = json::parse_object(jwk, Limits::default()).unwrap();
    let coordinate = |name| {
        let encoded = jwk.member(name).and_then(|value| value.as_str()).unwrap();
        base64url::decode(&encoded).unwrap()
    };
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let key = VerifyingKey::from_sec1_bytes(&point).unwrap();
    let (signed, signature) = id_token.rsplit_once('.').unwrap();
    let signature = base64url::decode(signature).unwrap();
    Signature::from_slice(&signature)
        .is_ok_and(|signature| key.verify(signed.as_bytes(), &signature).is_ok())
}

#[test]
fn a_signature_is_verified_by_the_key_that_was_chosen() {
    let key = SigningKey::from_slice(&[9; 32]).unwrap();
    let point = key.verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let (x, y) = (base64url::encode(x), base64url::encode(y));
    let jwk = format!(r#"{{"kty":"EC","crv":"P-256","kid":"k","x":"{x}","y":"{y}"}}"#);
    let keys = set(&[&jwk]);

    let claims =
        format!(r#"{{"iss":"{ISSUER}","sub":"u","aud":"app_x","iat":{NOW},"exp":{}}}"#, NOW + 9);
    let encode = |text: &str| base64url::encode(text.as_bytes());
    let input = format!("{}.{}", encode(r#"{"alg":"ES256","kid":"k"}"#), encode(&claims));
    let signature: Signature = key.sign(input.as_bytes());
    let id_token = format!("{input}.{}", base64url::encode(&signature.to_bytes()));

    assert!(verify(&keys, &id_token));
    let expected = Expected::default();
    assert!(public_client().check_id_token(&id_token.clone().into(), &expected, NOW, 0).is_ok());
    let changed = id_token.replacen(&encode(&claims), &encode(&claims.replace("u", "v")), 1);
    assert_ne!(changed, id_token);
    assert!(!verify(&keys, &changed));
    let other = SigningKey::from_slice(&[8; 32]).unwrap();
    let signature: Signature = other.sign(input.as_bytes());
    assert!(!verify(&keys, &format!("{input}.{}", base64url::encode(&signature.to_bytes()))));
}
