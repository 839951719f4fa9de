//! Keys and what they sign: RFC 7515, RFC 7517, RFC 7518, RFC 8037, OpenID Connect Core section 2.

use core::convert::Infallible;

use eiam_token::base64url;
use eiam_token::http::HttpRequest;
use eiam_token::issuer::{Config, Issuer, PublicJwk, Sessions, Signer, SigningAlgorithm, respond};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};

use crate::support::*;

/// Signs nothing in truth: what is checked here is what is said beside the signature.
struct Mark(PublicJwk);

impl Signer for Mark {
    type Error = Infallible;

    fn public_jwk(&self) -> PublicJwk {
        self.0.clone()
    }

    fn sign(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, Infallible> {
        Ok(vec![7; 64])
    }
}

fn marks() -> [Mark; 3] {
    [
        Mark(PublicJwk::rsa("AQAB", "AQAB")),
        Mark(PublicJwk::p256("eA", "eQ")),
        Mark(PublicJwk::ed25519("eA")),
    ]
}

fn password_tokens(issuer: &mut Issuer, signer: &Mark, now: i64) -> Value {
    let pairs = [
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", "alice-password"),
        ("scope", "openid"),
    ];
    let request = HttpRequest::post_form(WEB.api("token"), encode(&pairs));
    ok(&respond(issuer, signer, &request, now).unwrap())
}

fn read(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| base64url::decode(part).unwrap());
    let mut part = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (part(), part())
}

fn keys(issuer: &mut Issuer, now: i64) -> Vec<Value> {
    let request = HttpRequest::get(format!("{}/jwks", WEB.issuer()));
    let response = issuer.handle(&request, now).complete(&[]).unwrap();
    json(&response)["keys"].as_array().unwrap().clone()
}

fn kids(issuer: &mut Issuer, now: i64) -> Vec<String> {
    keys(issuer, now).iter().map(|key| member(key, "kid").to_owned()).collect()
}

#[test]
fn rfc_7518_section_6_keys_as_they_are_published() {
    let [rsa, p256, ed25519] = marks().map(|mark| mark.0);
    let written = |key: &PublicJwk| serde_json::from_str::<Value>(&key.to_json()).unwrap();
    let mut issuer = Issuer::new(Config::example(BASE), Sessions::Cookie, [1; 32]).unwrap();
    for (key, expected) in [
        (rsa, json!({"kty": "RSA", "alg": "RS256", "n": "AQAB", "e": "AQAB"})),
        (p256, json!({"kty": "EC", "alg": "ES256", "crv": "P-256", "x": "eA", "y": "eQ"})),
        (ed25519, json!({"kty": "OKP", "alg": "EdDSA", "crv": "Ed25519", "x": "eA"})),
    ] {
        let mut expected = expected;
        expected["use"] = "sig".into();
        expected["kid"] = key.kid().into();
        assert_eq!(written(&key), expected);
        issuer.set_signing_key(key);
        assert_eq!(keys(&mut issuer, NOW).last(), Some(&expected));
    }
}

#[test]
fn oidc_core_section_3_1_3_6_at_hash_by_the_hash_of_the_algorithm() {
    for mark in marks() {
        let mut issuer = Issuer::new(Config::example(BASE), Sessions::Cookie, [1; 32]).unwrap();
        let tokens = password_tokens(&mut issuer, &mark, NOW);
        let (header, claims) = read(member(&tokens, "id_token"));
        assert_eq!(header["kid"], mark.0.kid());
        assert_eq!(header["alg"], mark.0.algorithm().name());
        let access_token = member(&tokens, "access_token").as_bytes();
        let expected = match mark.0.algorithm() {
            // RFC 8032 section 5.1: the hash of Ed25519.
            SigningAlgorithm::EdDsa => base64url::encode(&Sha512::digest(access_token)[..32]),
            _ => base64url::encode(&Sha256::digest(access_token)[..16]),
        };
        assert_eq!(claims["at_hash"], expected);
        let url = format!("{}/.well-known/openid-configuration", WEB.issuer());
        let document = ok(&respond(&mut issuer, &mark, &HttpRequest::get(url), NOW).unwrap());
        let names = json!([mark.0.algorithm().name()]);
        assert_eq!(document["id_token_signing_alg_values_supported"], names);
    }
}

#[test]
fn rfc_9068_section_2_1_jwt_access_tokens_are_signed_with_the_same_key() {
    for mark in marks() {
        let mut issuer = Issuer::new(Config::example(BASE), Sessions::Cookie, [1; 32]).unwrap();
        let pairs = [
            ("client_id", "app_machine"),
            ("client_secret", MACHINE_SECRET),
            ("grant_type", "client_credentials"),
        ];
        let request = HttpRequest::post_form(Place::Instance.api("token"), encode(&pairs));
        let tokens = ok(&respond(&mut issuer, &mark, &request, NOW).unwrap());
        let (header, _) = read(member(&tokens, "access_token"));
        assert_eq!(header["alg"], mark.0.algorithm().name());
        assert_eq!(header["typ"], "at+jwt");
    }
}

/// OpenID Connect Core section 10.1.1: keys are rotated, and the former ones stay for a while.
#[test]
fn oidc_core_section_10_1_1_rotation_with_overlap() {
    let [first, second, third] = marks();
    let config = Config::example(BASE);
    // The longest-lived JWT of all applications.
    let overlap = 3600;
    let mut issuer = Issuer::new(config.clone(), Sessions::Cookie, [1; 32]).unwrap();
    password_tokens(&mut issuer, &first, NOW);
    assert_eq!(issuer.signing_key(), Some(&first.0));
    drop(issuer.snapshot());
    let tokens = password_tokens(&mut issuer, &second, NOW + 10);
    assert!(issuer.is_changed());
    assert_eq!(read(member(&tokens, "id_token")).0["kid"], second.0.kid());
    let both = [first.0.kid(), second.0.kid()];
    assert_eq!(kids(&mut issuer, NOW + 10 + overlap - 1), both);
    // A restart changes nothing, and a third key does not shorten the first one's time.
    let snapshot = issuer.snapshot();
    let mut issuer = Issuer::restore(config, Sessions::Cookie, [2; 32], &snapshot).unwrap();
    assert_eq!(issuer.signing_key(), None);
    issuer.set_signing_key(second.0.clone());
    assert!(!issuer.is_changed());
    issuer.set_signing_key(third.0.clone());
    assert!(issuer.is_changed());
    assert_eq!(kids(&mut issuer, NOW + 20).len(), 3);
    let later = [second.0.kid(), third.0.kid()];
    assert_eq!(kids(&mut issuer, NOW + 10 + overlap), later);
    assert_eq!(kids(&mut issuer, NOW + 20 + overlap), [third.0.kid()]);
}

#[test]
fn a_snapshot_with_another_key_keeps_the_former_one_published() {
    let [first, second, _] = marks();
    let config = Config::example(BASE);
    let mut issuer = Issuer::new(config.clone(), Sessions::Cookie, [1; 32]).unwrap();
    password_tokens(&mut issuer, &first, NOW);
    let snapshot = issuer.snapshot();
    let mut issuer = Issuer::restore(config, Sessions::Cookie, [2; 32], &snapshot).unwrap();
    issuer.set_signing_key(second.0.clone());
    assert_eq!(kids(&mut issuer, NOW + 1), [first.0.kid(), second.0.kid()]);
}

#[test]
fn a_driver_is_told_when_a_key_is_needed() {
    let mut issuer = Issuer::new(Config::example(BASE), Sessions::Cookie, [1; 32]).unwrap();
    let jwks = HttpRequest::get(format!("{}/jwks", WEB.issuer()));
    let token = HttpRequest::post_form(WEB.api("token"), String::new());
    let discovery = HttpRequest::get(format!("{}/.well-known/openid-configuration", WEB.issuer()));
    assert!(issuer.needs_signing_key(&jwks) && issuer.needs_signing_key(&token));
    assert!(!issuer.needs_signing_key(&discovery));
    // Pages, only where they may end in an id_token.
    let page = HttpRequest::get(WEB.page("authorize"));
    assert!(!issuer.needs_signing_key(&page));
    let mut config = Config::example(BASE);
    config.applications[0].grants.push(eiam_token::issuer::GrantType::Implicit);
    let implicit = Issuer::new(config, Sessions::Cookie, [1; 32]).unwrap();
    assert!(implicit.needs_signing_key(&page));
    issuer.set_signing_key(PublicJwk::ed25519("eA"));
    assert!(!issuer.needs_signing_key(&jwks));
}

/// The private key of RFC 8037 appendix A.1.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","key_ops":["sign"],"ext":true}"#;

/// The private key of RFC 7515 appendix A.3.
const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmCL-YBIffH1136cspYG6-0iY7X1fCE9-E9I","kid":"mine"}"#;

fn with_keys(signing: &str, keys: &str) -> Result<Issuer, eiam_token::issuer::ConfigError> {
    let mut text = Config::example(BASE).to_json();
    text = text.replace("\"signing\":\"RS256\"", &format!("\"signing\":\"{signing}\""));
    text = text.replace("\"keys\":[]", &format!("\"keys\":[{keys}]"));
    let config = Config::read(&mut serde_json::Deserializer::from_str(&text))?;
    // What is written is read again.
    let again = config.to_json();
    let config = Config::read(&mut serde_json::Deserializer::from_str(&again))?;
    Issuer::new(config, Sessions::Cookie, [1; 32])
}

#[test]
fn rfc_7517_section_9_3_private_keys_of_the_configuration() {
    let mut issuer = with_keys("EdDSA", &format!("{ED25519},{P256}")).unwrap();
    let published = keys(&mut issuer, NOW);
    assert_eq!(published[0]["kid"], "KEYkPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(published[1]["kid"], "mine");
    for key in &published {
        assert_eq!(key.get("d"), None);
    }
    let debug = format!("{:?}", issuer.config());
    assert!(!debug.contains("nWGxne") && !debug.contains("jpsQ"), "{debug}");
    assert_eq!(issuer.config().keys[1].public_jwk().kid(), "mine");
    // The same key as a signer is not published twice.
    issuer.set_signing_key(issuer.config().keys[0].public_jwk().clone());
    assert_eq!(keys(&mut issuer, NOW).len(), 2);
}

#[test]
fn keys_that_cannot_sign_are_refused_without_being_shown() {
    let cases = [
        ("RS256", ED25519.to_owned(), "keys[0]"),
        ("EdDSA", format!("{ED25519},{ED25519}"), "keys[1]"),
        ("EdDSA", ED25519.replace("\"d\"", "\"e\""), "keys[0]"),
        ("EdDSA", ED25519.replace("nWGx", ""), "keys[0]"),
        ("EdDSA", ED25519.replace("Ed25519", "Ed448"), "keys[0]"),
        ("ES256", P256.replace("\"kid\":\"mine\"", "\"alg\":\"ES384\""), "keys[0]"),
        ("ES256", P256.replace("\"kid\":\"mine\"", "\"use\":\"enc\""), "keys[0]"),
        ("RS256", r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.to_owned(), "keys[0]"),
        ("RS256", r#"{"kty":"oct","k":"c2VjcmV0"}"#.to_owned(), "keys[0]"),
        ("HS256", String::new(), "signing"),
    ];
    for (signing, keys, path) in cases {
        let error = with_keys(signing, &keys).unwrap_err();
        assert_eq!(error.path(), path, "{keys}");
        let text = error.to_string();
        assert!(
            !text.contains("nWGx") && !text.contains("jpsQ") && !text.contains("c2Vj"),
            "{text}"
        );
    }
}

#[test]
fn oidc_core_section_2_claims_of_an_id_token() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let (_, claims) = verified(member(&tokens, "id_token"));
    for name in ["iss", "sub", "aud", "exp", "iat", "jti", "auth_time", "nonce", "at_hash", "sid"] {
        assert!(claims.get(name).is_some(), "{name}");
    }
    // Nobody asked for these, and the audience is one.
    for name in ["acr", "amr", "azp"] {
        assert_eq!(claims.get(name), None, "{name}");
    }
    // The same session at a refresh, and none where no browser was.
    let refreshed = ok(&server.refresh(member(&tokens, "refresh_token")));
    let (_, again) = verified(member(&refreshed, "id_token"));
    for name in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(claims[name], again[name], "{name}");
    }
    assert_eq!(again.get("nonce"), None);
    let other = server.web_tokens();
    assert_ne!(verified(member(&other, "id_token")).1["sid"], claims["sid"]);
    let password = server.web_token(&[
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", "alice-password"),
        ("scope", "openid"),
    ]);
    let (_, claims) = verified(member(&ok(&password), "id_token"));
    assert_eq!(claims.get("sid"), None);
}
