//! Issuers: their metadata and keys, and several of them.

use eiam_token::client::{PlainHttp, Server};
use eiam_token::http::HttpResponse;
use eiam_token::resource::{Failure, Needs, ResourceServer, TrustedIssuer};
use eiam_token::signature::SignatureAlgorithm;
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

const WELL_KNOWN: &str = "/.well-known/openid-configuration";

fn metadata(issuer: &str) -> Value {
    json!({
        "issuer": issuer, "jwks_uri": format!("{ISSUER}/jwks"),
        "introspection_endpoint": format!("{ISSUER}/introspect"),
    })
}

fn keys(all: &[ClientKey]) -> HttpResponse {
    HttpResponse::new(200, jwks(all))
}

/// An issuer of whom nothing is known, and its answers.
fn unknown() -> (ResourceServer, Network) {
    let mut network = Network::of([(WELL_KNOWN, metadata(ISSUER))]);
    network.set("/jwks", keys(&[ClientKey::es256(1)]));
    (of(TrustedIssuer::new(ISSUER).unwrap()), network)
}

#[test]
fn rfc_8414_section_3_keys_by_metadata_once_for_many_requests() {
    let (mut server, mut network) = unknown();
    let call = bearer(&token(json!({})));
    for _ in 0..20 {
        verify(&mut server, &mut network, &call, &Needs::default(), NOW).unwrap();
    }
    assert_eq!(network.urls(), [format!("{ISSUER}{WELL_KNOWN}"), format!("{ISSUER}/jwks")]);
    // They are believed for ten minutes.
    let later = bearer(&token(json!({ "exp": NOW + 9000 })));
    verify(&mut server, &mut network, &later, &Needs::default(), NOW + 599).unwrap();
    assert_eq!(network.asked.len(), 2);
    verify(&mut server, &mut network, &later, &Needs::default(), NOW + 600).unwrap();
    assert_eq!(network.asked.len(), 4);
}

#[test]
fn rfc_8414_section_3_1_metadata_between_host_and_path() {
    let tenant = "https://as.example.com/tenant";
    let place = "/.well-known/oauth-authorization-server/tenant";
    let mut network = Network::of([(place, metadata(tenant))]);
    network.set("/jwks", keys(&[ClientKey::es256(1)]));
    let mut server = of(TrustedIssuer::new(tenant).unwrap());
    let call = bearer(&token(json!({ "iss": tenant })));
    verify(&mut server, &mut network, &call, &Needs::default(), NOW).unwrap();
    assert_eq!(network.asked.len(), 3);
}

#[test]
fn rfc_8414_section_3_3_metadata_of_nobody_else() {
    let (mut server, mut network) = unknown();
    network.set(WELL_KNOWN, HttpResponse::new(200, metadata("https://evil.example").to_string()));
    let result =
        verify(&mut server, &mut network, &bearer(&token(json!({}))), &Needs::default(), NOW);
    assert!(
        matches!(&result, Err(Failure::Unavailable(error)) if error.subject() == "$.issuer"),
        "{result:?}"
    );
}

#[test]
fn a_new_key_is_fetched_and_strangers_make_nobody_ask_without_end() {
    let (mut server, mut network) = unknown();
    let mut at = |network: &mut Network, text: &str, now| {
        verify(&mut server, network, &bearer(text), &Needs::default(), now)
    };
    at(&mut network, &token(json!({})), NOW).unwrap();
    network.set("/jwks", keys(&[ClientKey::es256(1), ClientKey::ed_dsa(1)]));
    let new = jwt(&ClientKey::ed_dsa(1), json!({}), json!({}));
    at(&mut network, &new, NOW + 1).unwrap();
    assert_eq!(network.asked.len(), 3);
    for seconds in 2..60 {
        let text = jwt(&ClientKey::es256(2), json!({}), json!({ "kid": format!("k{seconds}") }));
        refused(at(&mut network, &text, NOW + seconds));
    }
    assert_eq!(network.asked.len(), 3);
    // Another key by the same name, in the place of the former one.
    network.set("/jwks", keys(&[ClientKey::es256(2)]));
    let replaced = jwt(&ClientKey::es256(2), json!({}), json!({}));
    at(&mut network, &replaced, NOW + 61).unwrap();
    assert_eq!(network.asked.len(), 4);
    // And one that is wrong, although it was fetched again.
    refused(at(&mut network, &token(json!({})), NOW + 121));
    assert_eq!(network.asked.len(), 5);
}

#[test]
fn keys_that_must_not_be_kept_are_fetched_for_every_token() {
    let (mut server, mut network) = unknown();
    let answer = keys(&[ClientKey::es256(1)]).header("cache-control", "no-store");
    network.set("/jwks", answer);
    for seconds in 0..3 {
        let call = bearer(&token(json!({})));
        verify(&mut server, &mut network, &call, &Needs::default(), NOW + seconds).unwrap();
    }
    assert_eq!(network.asked.len(), 4);
}

#[test]
fn several_issuers_each_by_its_own_keys() {
    const OTHER: &str = "https://other.example.com";
    let stranger = ClientKey::es256(2);
    let other = TrustedIssuer::new(OTHER).unwrap();
    let other = other.with_keys(&jwks(&[ClientKey::es256(2)])).unwrap();
    let mut server = ResourceServer::new([issuer(), other], ["https://x.example", API]).unwrap();
    assert_eq!(accepted(&mut server, &bearer(&token(json!({})))).issuer, ISSUER);
    let of_other = jwt(&stranger, json!({ "iss": OTHER }), json!({}));
    assert_eq!(accepted(&mut server, &bearer(&of_other)).issuer, OTHER);
    for wrong in [token(json!({ "iss": OTHER })), jwt(&stranger, json!({}), json!({}))] {
        refusal(&mut server, &bearer(&wrong), &Needs::default());
    }
}

#[test]
fn an_issuer_that_cannot_be_asked_is_no_refusal() {
    for answer in [
        HttpResponse::new(500, ""),
        HttpResponse::new(302, "").header("location", "https://evil.example"),
        HttpResponse::new(200, "[]"),
        HttpResponse::new(200, r#"{"keys":[],"keys":[]}"#),
        HttpResponse::new(200, "x".repeat(300_000)),
        HttpResponse::new(200, [b"{\"keys\":[],\"x\":\"", &[0xff][..], b"\"}"].concat()),
    ] {
        let (mut server, mut network) = unknown();
        network.set("/jwks", answer);
        let call = bearer(&token(json!({})));
        let result = verify(&mut server, &mut network, &call, &Needs::default(), NOW);
        let Err(Failure::Unavailable(error)) = result else { panic!("{result:?}") };
        assert!(!error.to_string().contains("eyJ"));
        // The next one may come through.
        network.set("/jwks", keys(&[ClientKey::es256(1)]));
        verify(&mut server, &mut network, &call, &Needs::default(), NOW).unwrap();
    }
}

#[test]
fn endpoints_that_are_told_are_not_looked_for() {
    let told = Server { jwks_uri: Some(format!("{ISSUER}/keys")), ..Server::default() };
    let known = TrustedIssuer::new(ISSUER).unwrap().with_server(told.clone()).unwrap();
    let mut network = Network::default();
    network.set("/keys", keys(&[ClientKey::es256(1)]));
    let call = bearer(&token(json!({})));
    verify(&mut of(known), &mut network, &call, &Needs::default(), NOW).unwrap();
    assert_eq!(network.urls(), [format!("{ISSUER}/keys")]);
    let other = Server { issuer: Some("https://other.example".into()), ..told.clone() };
    let unsafe_one = Server { jwks_uri: Some("http://as.example.com/keys".into()), ..told };
    for wrong in [other, unsafe_one] {
        let error = TrustedIssuer::new(ISSUER).unwrap().with_server(wrong).unwrap_err();
        assert_eq!(error.parameter(), "server");
    }
    let insecure = "http://as.internal";
    assert!(TrustedIssuer::allowing(PlainHttp::Anywhere, insecure).is_ok());
    // Without the endpoint there are no keys, and nobody says that the token is wrong.
    let silent = TrustedIssuer::new(ISSUER).unwrap().with_server(Server::default()).unwrap();
    let result = verify(&mut of(silent), &mut network, &call, &Needs::default(), NOW);
    assert!(matches!(result, Err(Failure::Unavailable(_))), "{result:?}");
}

#[test]
fn eiam_without_rfc_9068_but_no_id_tokens_even_so() {
    let key = ClientKey::es256(1);
    let mut loose = of(issuer().without_rfc9068());
    let bare = json!({ "client_id": null, "jti": null, "iat": null, "sub": null });
    accepted(&mut loose, &bearer(&jwt(&key, bare.clone(), json!({ "typ": null }))));
    let more = merged(bare.clone(), json!({ "scp": ["a"], "azp": "c" }));
    let mut all = more.clone();
    all["scope"] = Value::Null;
    let read = accepted(&mut loose, &bearer(&jwt(&key, all, json!({ "typ": "JWT" }))));
    assert_eq!((read.scope, read.client_id.as_deref()), (vec!["a".to_owned()], Some("c")));
    assert_eq!(read.subject, None);
    refusal(&mut server(), &bearer(&jwt(&key, bare, json!({}))), &Needs::default());
    for (more, header) in [
        (json!({ "nonce": "n" }), json!({ "typ": "JWT" })),
        // A member of introspection makes no answer of a JWT.
        (json!({ "nonce": "n", "active": true }), json!({ "typ": "JWT" })),
        (json!({}), json!({ "typ": "logout+jwt" })),
        (json!({}), json!({ "typ": 7 })),
    ] {
        refusal(&mut loose, &bearer(&jwt(&key, more, header)), &Needs::default());
    }
}

#[test]
fn algorithms_can_be_fewer() {
    let mut server = of(issuer().with_algorithms(&[SignatureAlgorithm::Es256]));
    accepted(&mut server, &bearer(&token(json!({}))));
    let other = jwt(&ClientKey::ed_dsa(1), json!({}), json!({}));
    refusal(&mut server, &bearer(&other), &Needs::default());
}
