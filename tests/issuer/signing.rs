//! Keys and what they sign: RFC 7515, RFC 7517, RFC 7518, RFC 8037, OpenID Connect Core section 2.

use core::convert::Infallible;

use eiam_token::base64url;
use eiam_token::http::HttpRequest;
use eiam_token::issuer::{
    AccessTokenFormat, Config, Issuer, PrivateJwk, PublicJwk, Registration, Resource, Sessions,
    Signer, SigningAlgorithm, Verifier, respond,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::keys::{ClientKey, Native};
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

/// A token request of `app_web` by alice's password.
fn password_request(more: &[(&str, &str)]) -> HttpRequest {
    let pairs = [
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", "alice-password"),
        ("scope", "openid"),
    ];
    HttpRequest::post_form(WEB.api("token"), encode(&[&pairs[..], more].concat()))
}

fn password_tokens(
    issuer: &mut Issuer,
    signer: &impl Signer<Error = Infallible>,
    now: i64,
) -> Value {
    ok(&respond(issuer, signer, &password_request(&[]), now).unwrap())
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
fn a_former_key_stays_as_long_as_tokens_of_clients_that_nobody_configured() {
    let [first, second, _] = marks();
    let mut config = Config::example(BASE);
    config.registration = Some(Registration::default());
    config.registered_clients.lifetimes.access_token = 90_000;
    let mut issuer = Issuer::new(config, Sessions::Cookie, [1; 32]).unwrap();
    issuer.set_signing_key(first.0.clone());
    drop(issuer.snapshot());
    issuer.set_signing_key(second.0.clone());
    assert_eq!(kids(&mut issuer, NOW).len(), 2);
    assert_eq!(kids(&mut issuer, NOW + 90_000 - 1).len(), 2);
    assert_eq!(kids(&mut issuer, NOW + 90_000), [second.0.kid()]);
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
    // Pages, only where they may end in an id_token, or in a response that is signed.
    let page = HttpRequest::get(WEB.page("authorize"));
    assert!(!issuer.needs_signing_key(&page));
    for asked in ["response_mode=form_post%2Ejwt", "request_uri=urn:x", "request=x"] {
        let request = HttpRequest::get(format!("{}?{asked}", WEB.page("authorize")));
        assert!(issuer.needs_signing_key(&request), "{asked}");
    }
    assert!(issuer.needs_signing_key(&HttpRequest::post_form(WEB.page("login"), String::new())));
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

/// Whether one of the issuer's keys made the signature of a token.
fn is_genuine(issuer: &Issuer, parameter: &str, token: &str) -> bool {
    let url = WEB.api("introspect");
    let checks = issuer.signatures(&HttpRequest::post_form(url, encode(&[(parameter, token)])));
    assert_eq!(checks.len(), 1);
    Native.verify(&checks[0])
}

#[test]
fn rfc_7518_section_3_1_every_algorithm_signs() {
    for key in ClientKey::all() {
        let mut config = Config::example(BASE);
        config.signing = SigningAlgorithm::from_name(key.algorithm()).unwrap();
        config.applications[1].access_token_format = Some(AccessTokenFormat::Jwt);
        let mut issuer = Issuer::new(config, Sessions::Cookie, [1; 32]).unwrap();
        let tokens = password_tokens(&mut issuer, &key, NOW);
        let (access_token, id_token) =
            (member(&tokens, "access_token"), member(&tokens, "id_token"));
        for (token, parameter) in [(access_token, "token"), (id_token, "id_token_hint")] {
            assert_eq!(read(token).0["alg"], key.algorithm());
            assert!(is_genuine(&issuer, parameter, token), "{}", key.algorithm());
            let (input, _) = token.rsplit_once('.').unwrap();
            let other = format!("{input}.{}", base64url::encode(&[7; 64]));
            assert!(!is_genuine(&issuer, parameter, &other), "{}", key.algorithm());
        }
        // OpenID Connect Core section 3.1.3.6: by the hash of the algorithm, or of its curve.
        let hash = match key.algorithm().trim_start_matches(|byte: char| byte.is_ascii_alphabetic())
        {
            "256" => Sha256::digest(access_token).to_vec(),
            "384" => Sha384::digest(access_token).to_vec(),
            _ => Sha512::digest(access_token).to_vec(),
        };
        let half = base64url::encode(&hash[..hash.len() / 2]);
        assert_eq!(read(id_token).1["at_hash"], half);
        // A restart publishes the key for the same algorithm.
        let snapshot = issuer.snapshot();
        let config = issuer.config().clone();
        let mut restored = Issuer::restore(config, Sessions::Cookie, [2; 32], &snapshot).unwrap();
        assert_eq!(keys(&mut restored, NOW), keys(&mut issuer, NOW));
        let url = format!("{}/.well-known/openid-configuration", WEB.issuer());
        let document = ok(&respond(&mut issuer, &key, &HttpRequest::get(url), NOW).unwrap());
        let one = json!([key.algorithm()]);
        assert_eq!(document["id_token_signing_alg_values_supported"], one);
        assert_eq!(document["introspection_signing_alg_values_supported"], one);
        let all = json!(SigningAlgorithm::NAMES);
        assert_eq!(document["dpop_signing_alg_values_supported"], all);
    }
}

/// The two that sign: each the inputs that name it.
struct Two([ClientKey; 2]);

impl Signer for Two {
    type Error = Infallible;

    fn public_jwk(&self) -> PublicJwk {
        self.0[0].public().with_kid("first")
    }

    fn sign(&self, kid: &str, input: &[u8]) -> Result<Vec<u8>, Infallible> {
        Ok(self.0[usize::from(kid != "first")].sign(input))
    }
}

/// A private key of the configuration. The issuer does not sign with it, so half of it is made up.
fn private(key: &ClientKey, kid: &str) -> PrivateJwk {
    let mut jwk = key.jwk();
    let own = jwk.as_object_mut().unwrap();
    for name in ["d", "p", "q", "dp", "dq", "qi"] {
        own.insert(name.into(), base64url::encode(&[1; 48]).into());
    }
    own.insert("alg".into(), key.algorithm().into());
    own.insert("kid".into(), kid.into());
    serde_json::from_value(jwk).unwrap()
}

#[test]
fn rfc_9068_section_2_1_a_resource_with_an_algorithm_of_its_own() {
    let two = Two([ClientKey::es384(5), ClientKey::Ps(512, rsa())]);
    let mut config = Config::example(BASE);
    config.signing = SigningAlgorithm::Es384;
    config.keys = vec![private(&two.0[0], "first"), private(&two.0[1], "second")];
    let mut api = Resource::new("https://api.example.com");
    api.access_token_format = Some(AccessTokenFormat::Jwt);
    api.signing = Some(SigningAlgorithm::Ps512);
    let mut other = Resource::new("https://other.example.com");
    other.access_token_format = Some(AccessTokenFormat::Jwt);
    config.resources = vec![api, other];
    let named: Vec<_> = config.other_signing_keys().map(|key| key.public_jwk().kid()).collect();
    assert_eq!(named, ["second"]);
    let mut issuer = Issuer::new(config, Sessions::Cookie, [1; 32]).unwrap();
    for (resource, kid, algorithm) in [
        ("https://api.example.com", "second", "PS512"),
        ("https://other.example.com", "first", "ES384"),
    ] {
        let request = password_request(&[("resource", resource)]);
        let tokens = ok(&respond(&mut issuer, &two, &request, NOW).unwrap());
        let (header, claims) = read(member(&tokens, "access_token"));
        assert_eq!((&header["kid"], &header["alg"]), (&json!(kid), &json!(algorithm)));
        assert_eq!(claims["aud"], resource);
        assert!(is_genuine(&issuer, "token", member(&tokens, "access_token")));
        // The id_token is the client's: it is signed as the others are.
        assert_eq!(read(member(&tokens, "id_token")).0["alg"], "ES384");
        assert!(is_genuine(&issuer, "id_token_hint", member(&tokens, "id_token")));
    }
}

fn rsa() -> rsa::PrivateKey {
    match ClientKey::rs256() {
        ClientKey::Rs(_, key) => key,
        _ => unreachable!(),
    }
}

#[test]
fn openid_connect_core_section_5_3_2_userinfo_by_an_algorithm_of_its_own() {
    let two = Two([ClientKey::es384(5), ClientKey::Ps(512, rsa())]);
    let mut config = Config::example(BASE);
    config.signing = SigningAlgorithm::Es384;
    config.keys = vec![private(&two.0[0], "first"), private(&two.0[1], "second")];
    config.applications[1].grants.push(eiam_token::issuer::GrantType::Password);
    let mut issuer = Issuer::new(config, Sessions::Cookie, [1; 32]).unwrap();
    let tokens = password_tokens(&mut issuer, &two, NOW);
    let bearer = format!("Bearer {}", member(&tokens, "access_token"));
    // The application may come to it while the issuer runs.
    for (algorithm, kid) in
        [(SigningAlgorithm::Es384, "first"), (SigningAlgorithm::Ps512, "second")]
    {
        let mut web = issuer.config().applications[1].clone();
        web.userinfo_signed_response_alg = Some(algorithm);
        issuer.set_application(web).unwrap();
        let request = HttpRequest::get(WEB.api("userinfo")).header("authorization", &*bearer);
        let response = respond(&mut issuer, &two, &request, NOW).unwrap();
        let (header, claims) = read(text(&response));
        assert_eq!((&header["kid"], &header["alg"]), (&json!(kid), &json!(algorithm.name())));
        assert_eq!(claims["sub"], "user_alice");
    }
    let mut web = issuer.config().applications[1].clone();
    web.userinfo_signed_response_alg = Some(SigningAlgorithm::EdDsa);
    let error = issuer.set_application(web).unwrap_err().to_string();
    assert!(error.starts_with("application.userinfoSignedResponseAlg"), "{error}");
}

/// Signs for a resource with a key that the configuration does not have.
struct Own {
    keys: Two,
    has_other: bool,
}

impl Signer for Own {
    type Error = Infallible;

    fn public_jwk(&self) -> PublicJwk {
        self.keys.public_jwk()
    }

    fn sign(&self, kid: &str, input: &[u8]) -> Result<Vec<u8>, Infallible> {
        self.keys.sign(kid, input)
    }

    fn resource_jwks(&self) -> Vec<PublicJwk> {
        let other = private(&self.keys.0[1], "second").public_jwk().clone();
        if self.has_other { vec![other] } else { Vec::new() }
    }
}

#[test]
fn rfc_9068_section_2_1_a_resource_whose_key_the_host_makes() {
    let keys = Two([ClientKey::es384(5), ClientKey::Ps(512, rsa())]);
    let mut config = Config::example(BASE);
    config.signing = SigningAlgorithm::Es384;
    config.keys = vec![private(&keys.0[0], "first")];
    let mut api = Resource::new("https://api.example.com");
    api.access_token_format = Some(AccessTokenFormat::Jwt);
    api.signing = Some(SigningAlgorithm::Ps512);
    config.resources = vec![api];
    let mut issuer = Issuer::new(config.clone(), Sessions::Cookie, [1; 32]).unwrap();
    let mut signer = Own { keys, has_other: false };
    let request = password_request(&[("resource", "https://api.example.com")]);
    assert_eq!(issuer.missing_resource_algorithms(), [SigningAlgorithm::Ps512]);
    // Without the key nothing is given, and nothing is kept.
    issuer.set_signing_key(signer.public_jwk());
    let before = issuer.snapshot();
    assert!(issuer.needs_signing_key(&request));
    refused(&respond(&mut issuer, &signer, &request, NOW).unwrap(), 500, "server_error");
    assert_eq!(issuer.snapshot(), before);

    signer.has_other = true;
    let tokens = ok(&respond(&mut issuer, &signer, &request, NOW).unwrap());
    let token = member(&tokens, "access_token");
    assert_eq!(read(token).0["kid"], "second");
    assert!(is_genuine(&issuer, "token", token));
    assert_eq!(kids(&mut issuer, NOW), ["second", "first"]);
    assert!(issuer.missing_resource_algorithms().is_empty());
    assert!(!issuer.needs_signing_key(&request));

    // After a restart it is published until what it signed has expired, and another can sign.
    let snapshot = issuer.snapshot();
    let mut issuer = Issuer::restore(config, Sessions::Cookie, [2; 32], &snapshot).unwrap();
    assert!(is_genuine(&issuer, "token", token));
    assert_eq!(issuer.missing_resource_algorithms(), [SigningAlgorithm::Ps512]);
    issuer.set_signing_key(signer.public_jwk());
    assert_eq!(kids(&mut issuer, NOW), ["second", "first"]);
    assert_eq!(kids(&mut issuer, NOW + 4000), ["first"]);
}

#[test]
fn rfc_9068_section_4_a_jwt_is_inspected_with_its_signature_alone() {
    let mut server = Server::with(|config| {
        config.applications[1].access_token_format = Some(AccessTokenFormat::Jwt);
    });
    let tokens = server.web_tokens();
    let token = member(&tokens, "access_token");
    let check = server.issuer.signature_of(token).unwrap();
    assert!(Native.verify(&check));
    assert_eq!(server.issuer.inspect_access_token(token, server.now), None);
    let verified = [check];
    let inspect =
        |server: &Server, token: &str| server.issuer.inspect_verified(token, &verified, server.now);
    let info = inspect(&server, token).unwrap();
    assert_eq!((&*info.client_id, info.subject.as_deref()), ("app_web", Some("user_alice")));
    assert_eq!((&*info.scope, info.audience), ("openid profile email", vec![WEB.issuer()]));
    // One signature is no other's, and an id_token is no access token.
    let other = ok(&server.refresh(member(&tokens, "refresh_token")));
    assert_eq!(inspect(&server, member(&other, "access_token")), None);
    let id_token = member(&other, "id_token");
    let of_id_token = [server.issuer.signature_of(id_token).unwrap()];
    assert_eq!(server.issuer.inspect_verified(id_token, &of_id_token, server.now), None);
    // It knows of revocations.
    let pairs = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", token)];
    assert_eq!(server.post(&WEB.api("revoke"), &pairs).status, 200);
    assert_eq!(inspect(&server, token), None);
    for text in ["", "x", "a.b.c", "AT"] {
        assert_eq!(server.issuer.signature_of(text), None);
    }
}
