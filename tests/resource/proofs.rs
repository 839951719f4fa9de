//! Tokens that are bound to keys: RFC 9449.

use core::sync::atomic::{AtomicUsize, Ordering};

use eiam_token::base64url;
use eiam_token::resource::{Call, Dpop, DpopNonces, Failure, Needs, Refusal, ResourceServer, Step};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::keys::ClientKey;
use crate::support::*;

const THINGS: &str = "https://api.example.com/things";

fn key() -> ClientKey {
    ClientKey::es256(9)
}

fn hash(text: &str) -> String {
    base64url::encode(&Sha256::digest(text.as_bytes()))
}

/// A token that is bound to a key.
fn bound(key: &ClientKey) -> String {
    token(json!({ "cnf": { "jkt": key.thumbprint() } }))
}

/// A proof for a token, with these members in the place of the usual ones, by this key.
fn proof_by(by: &ClientKey, text: &str, more: Value, header: Value) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let id = format!("proof-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let claims = json!({ "htm": "GET", "htu": THINGS, "iat": NOW, "jti": id, "ath": hash(text) });
    let own = json!({ "typ": "dpop+jwt", "alg": by.algorithm(), "jwk": by.jwk() });
    by.jws(&merged(own, header), &merged(claims, more))
}

fn proof(text: &str, more: Value) -> String {
    proof_by(&key(), text, more, json!({}))
}

fn proving(text: &str, proof: &str) -> Call {
    let authorization = format!("DPoP {text}");
    Call::new(
        "GET",
        &format!("{THINGS}?x=1"),
        [("authorization", authorization.as_str()), ("dpop", proof)],
    )
}

#[track_caller]
fn wrong(server: &mut ResourceServer, call: &Call) -> Refusal {
    refusal(server, call, &Needs::default())
}

#[test]
fn rfc_9449_section_7_1_with_a_proof_by_every_algorithm() {
    for key in ClientKey::all() {
        let text = bound(&key);
        let proof = proof_by(&key, &text, json!({}), json!({}));
        let read = accepted(&mut server(), &proving(&text, &proof));
        assert_eq!(read.jkt, Some(key.thumbprint()));
    }
}

#[test]
fn rfc_9449_section_4_3_the_url_is_that_of_the_server_whatever_a_request_names() {
    let text = bound(&key());
    let at = |url: &str| {
        let (authorization, proof) =
            (format!("dpop {text}"), proof(&text, json!({ "htm": "PATCH" })));
        Call::new("PATCH", url, [("Authorization", authorization.as_str()), ("DPoP", &proof)])
    };
    let mut named = server().at("https://api.example.com/").unwrap().with_dpop(Dpop::Required);
    for url in ["/things?x=1", "https://other.example/things", "https://api.example.com/things"] {
        accepted(&mut named, &at(url));
    }
    accepted(&mut server(), &at("HTTPS://API.example.com:443/./things?y"));
    assert_eq!(wrong(&mut named, &at("/thing")).error().unwrap().code(), "invalid_dpop_proof");
    assert_eq!(wrong(&mut server(), &at("https://other.example/things")).status(), 401);
    // Nobody knows which URL that is.
    let unknown = result(&mut server(), &at("/things"), &Needs::default());
    assert!(
        matches!(&unknown, Err(Failure::Argument(error)) if error.parameter() == "origin"),
        "{unknown:?}"
    );
}

#[test]
fn rfc_9449_section_7_1_not_as_bearer_tokens_and_not_without_a_proof() {
    let text = bound(&key());
    assert_eq!(wrong(&mut server(), &bearer(&text)).error().unwrap().code(), "invalid_token");
    let without = wrong(&mut server(), &call(&format!("DPoP {text}")));
    assert_eq!((without.status(), without.error().unwrap().code()), (401, "invalid_dpop_proof"));
    let challenge = without.challenge();
    assert!(
        challenge.starts_with("DPoP error=\"invalid_dpop_proof\"")
            && challenge.contains("algs=\"RS256 "),
        "{challenge}"
    );
    // A token that is bound to nothing proves nothing.
    let free = token(json!({}));
    let proven = proving(&free, &proof(&free, json!({})));
    assert_eq!(wrong(&mut server(), &proven).error().unwrap().code(), "invalid_token");
    // Who does not know the scheme has seen no token.
    let mut refusing = server().with_dpop(Dpop::Refused);
    let refused = wrong(&mut refusing, &proving(&text, &proof(&text, json!({}))));
    assert_eq!((refused.error(), refused.challenge()), (None, "Bearer"));
    assert_eq!(wrong(&mut refusing, &bearer(&text)).error().unwrap().code(), "invalid_token");
}

#[test]
fn rfc_9449_section_4_3_claims_that_are_wrong() {
    for more in [
        json!({ "htm": "POST" }),
        json!({ "htm": "get" }),
        json!({ "htm": null }),
        json!({ "htu": "https://api.example.com.evil.example/things" }),
        json!({ "htu": "https://api.example.com/things/" }),
        json!({ "htu": "http://api.example.com/things" }),
        json!({ "htu": "https://u@api.example.com/things" }),
        json!({ "htu": null }),
        json!({ "iat": NOW - 300 }),
        json!({ "iat": NOW + 31 }),
        json!({ "iat": null }),
        json!({ "iat": NOW.to_string() }),
        json!({ "exp": NOW }),
        json!({ "exp": "x" }),
        json!({ "nbf": NOW + 31 }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "jti": "x".repeat(257) }),
        json!({ "ath": hash("other") }),
        json!({ "ath": null }),
    ] {
        let text = bound(&key());
        let refused = wrong(&mut server(), &proving(&text, &proof(&text, more.clone())));
        assert_eq!(refused.error().unwrap().code(), "invalid_dpop_proof", "{more}");
    }
}

#[test]
fn rfc_9449_section_4_3_headers_and_signatures_that_are_wrong() {
    let (key, stranger) = (key(), ClientKey::es256(10));
    let text = bound(&key);
    let with = |more: Value| merged(key.jwk(), more);
    let mut proofs: Vec<String> = [
        json!({ "typ": "JWT" }),
        json!({ "typ": null }),
        json!({ "jwk": null }),
        json!({ "jwk": "x" }),
        json!({ "jwk": with(json!({ "d": "x" })) }),
        json!({ "jwk": { "kty": "oct", "k": "eA" } }),
        json!({ "jwk": with(json!({ "crv": "P-384" })) }),
        json!({ "jwk": with(json!({ "x": "AA" })) }),
        json!({ "jwk": with(json!({ "y": 7 })) }),
        json!({ "alg": "ES384" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "none" }),
        json!({ "crit": ["x"] }),
    ]
    .into_iter()
    .map(|header| proof_by(&key, &text, json!({}), header))
    .collect();
    proofs.push(proof_by(&stranger, &text, json!({}), json!({ "jwk": key.jwk() })));
    proofs.push("x".to_owned());
    proofs.push(String::new());
    for proof in proofs {
        let refused = wrong(&mut server(), &proving(&text, &proof));
        assert_eq!(refused.error().unwrap().code(), "invalid_dpop_proof", "{proof}");
    }
    // The key of the proof is that of the token.
    let other = proof_by(&stranger, &text, json!({}), json!({}));
    assert_eq!(
        wrong(&mut server(), &proving(&text, &other)).error().unwrap().code(),
        "invalid_token"
    );
    // Check 1: there is one proof.
    let (authorization, one) = (format!("DPoP {text}"), proof(&text, json!({})));
    let two = [("authorization", authorization.as_str()), ("dpop", &one), ("DPoP", &one)];
    let refused = wrong(&mut server(), &Call::new("GET", THINGS, two));
    assert_eq!(refused.error().unwrap().code(), "invalid_dpop_proof");
}

#[test]
fn rfc_9449_section_11_1_a_proof_counts_once_and_one_that_did_not_takes_no_place() {
    let text = bound(&key());
    let mut server = server().remembering(2);
    let first = proving(&text, &proof(&text, json!({})));
    accepted(&mut server, &first);
    assert!(wrong(&mut server, &first).description().contains("used before"));
    for _ in 0..5 {
        wrong(&mut server, &proving(&text, &proof(&text, json!({ "htm": "PUT" }))));
    }
    accepted(&mut server, &proving(&text, &proof(&text, json!({}))));
    // Full: nobody's place is taken, so that nobody's proof counts again.
    let third = proving(&text, &proof(&text, json!({ "iat": NOW + 1 })));
    wrong(&mut server, &third);
    wrong(&mut server, &first);
    // The first two are over.
    let mut network = Network::default();
    let later = verify(&mut server, &mut network, &third, &Needs::default(), NOW + 300);
    assert!(later.is_ok(), "{later:?}");
}

#[test]
fn rfc_9449_section_9_nonces() {
    let text = bound(&key());
    let mut server = server().with_nonces(DpopNonces::new(&[7; 32], 120).unwrap());
    let refused = wrong(&mut server, &proving(&text, &proof(&text, json!({}))));
    assert_eq!((refused.status(), refused.error().unwrap().code()), (401, "use_dpop_nonce"));
    let nonce = refused.nonce().unwrap();
    assert_eq!(refused.to_response().headers.value("dpop-nonce"), Some(nonce));
    accepted(&mut server, &proving(&text, &proof(&text, json!({ "nonce": nonce }))));
    for other in [json!("x"), json!(format!("{nonce}x")), json!(format!("2{nonce}")), json!(7)] {
        let refused = wrong(&mut server, &proving(&text, &proof(&text, json!({ "nonce": other }))));
        assert_eq!(refused.error().unwrap().code(), "use_dpop_nonce");
    }
    // A forged proof gets no nonce.
    let forged = proof_by(&ClientKey::es256(10), &text, json!({}), json!({ "jwk": key().jwk() }));
    assert_eq!(wrong(&mut server, &proving(&text, &forged)).nonce(), None);
}

#[test]
fn rfc_9449_section_6_2_opaque_tokens_are_bound_by_the_answer_about_them() {
    use eiam_token::client::{Authentication, Server};
    let told = Server {
        introspection_endpoint: Some(format!("{ISSUER}/introspect")),
        ..Server::default()
    };
    let introspector = eiam_token::resource::Introspector::new("api", Authentication::post("CS"));
    let asked = issuer().with_server(told).unwrap().with_introspection(introspector).unwrap();
    let mut server = of(asked);
    let answer = claims(json!({ "active": true, "cnf": { "jkt": key().thumbprint() } }));
    let mut network = Network::of([("/introspect", answer)]);
    let call = proving("ATo", &proof("ATo", json!({})));
    verify(&mut server, &mut network, &call, &Needs::default(), NOW).unwrap();
    let stolen = bearer("ATo");
    assert_eq!(
        code(verify(&mut server, &mut network, &stolen, &Needs::default(), NOW)),
        "invalid_token"
    );
}

#[test]
fn rfc_9449_section_11_1_several_servers_can_share_what_was_used() {
    let text = bound(&key());
    let mut network = Network::default();
    let servers = || [(); 2].map(|()| server().remembering_elsewhere());
    let [mut one, mut other] = servers();
    let call = proving(&text, &proof(&text, json!({})));
    verify(&mut one, &mut network, &call, &Needs::default(), NOW).unwrap();
    let replayed = refused(verify(&mut other, &mut network, &call, &Needs::default(), NOW));
    assert!(replayed.description().contains("used before"), "{replayed}");
    // What does not count takes no place.
    let wrong = proving(&text, &proof(&text, json!({ "htm": "PUT" })));
    refused(verify(&mut other, &mut network, &wrong, &Needs::default(), NOW));
    assert_eq!(network.used.len(), 1);
    assert!(network.used.iter().all(|id| id.len() == 43));
}

/// Nobody says that a proof is new before it was asked for.
#[test]
fn a_proof_is_new_when_the_memory_was_asked() {
    let text = bound(&key());
    let mut server = server().remembering_elsewhere();
    let call = proving(&text, &proof(&text, json!({})));
    let mut verification = server.verify(&call, &Needs::default(), NOW).unwrap();
    for _ in 0..2 {
        assert!(matches!(verification.step(&mut server, NOW), Ok(Step::Verify(_))));
        verification.remembered(true);
        verification.verified(true);
    }
    let Ok(Step::Remember(used)) = verification.step(&mut server, NOW) else { panic!() };
    assert_eq!(used.until(), NOW + 300);
    verification.verified(true);
    verification.remembered(false);
    let Err(Failure::Refused(refusal)) = verification.step(&mut server, NOW) else { panic!() };
    assert_eq!(refusal.error().unwrap().code(), "invalid_dpop_proof");
}
