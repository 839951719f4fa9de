//! Opaque tokens: RFC 7662.

use eiam_token::client::{Authentication, Server};
use eiam_token::http::{HttpResponse, Method};
use eiam_token::resource::{Failure, Introspector, Needs, ResourceServer, TrustedIssuer};
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

fn asking(change: impl FnOnce(&mut Introspector)) -> TrustedIssuer {
    let endpoint = Some(format!("{ISSUER}/introspect"));
    let mut introspector = Introspector::new("api", Authentication::basic("s:e c+ret"));
    change(&mut introspector);
    let told = Server { introspection_endpoint: endpoint, ..Server::default() };
    issuer().with_server(told).unwrap().with_introspection(introspector).unwrap()
}

fn active(more: Value) -> Value {
    merged(claims(more), json!({ "active": true }))
}

fn answering(answer: Value) -> Network {
    Network::of([("/introspect", answer)])
}

#[test]
fn rfc_7662_section_2_1_asked_about_as_the_resource_server_by_the_token_alone() {
    let (mut server, mut network) = (of(asking(|_| {})), answering(active(json!({}))));
    let call = bearer("ATopaque");
    let read = verify(&mut server, &mut network, &call, &Needs::scope("read"), NOW).unwrap();
    assert_eq!(read.subject.as_deref(), Some("user_alice"));
    let [asked] = &network.asked[..] else { panic!("{:?}", network.urls()) };
    assert_eq!((asked.method, asked.body.as_slice()), (Method::Post, &b"token=ATopaque"[..]));
    // RFC 6749 section 2.3.1: "api:s%3Ae+c%2Bret".
    assert_eq!(asked.headers.value("authorization"), Some("Basic YXBpOnMlM0FlK2MlMkJyZXQ="));
}

#[test]
fn rfc_7662_section_2_2_tokens_that_do_not_work_or_are_for_others() {
    for answer in [
        json!({ "active": false }),
        active(json!({ "aud": "https://other.example" })),
        active(json!({ "aud": null })),
        active(json!({ "iss": "https://other.example" })),
        active(json!({ "exp": 1 })),
        active(json!({ "nbf": NOW + 900 })),
        active(json!({ "cnf": { "jkt": "x" } })),
    ] {
        let mut network = answering(answer);
        let result =
            verify(&mut of(asking(|_| {})), &mut network, &bearer("ATo"), &Needs::default(), NOW);
        assert_eq!(code(result), "invalid_token", "{:?}", network.asked);
    }
    // What is no answer says nothing about the token.
    for answer in [json!({}), json!({ "active": "true" }), json!([])] {
        let mut network = answering(answer);
        let result =
            verify(&mut of(asking(|_| {})), &mut network, &bearer("ATo"), &Needs::default(), NOW);
        assert!(matches!(result, Err(Failure::Unavailable(_))), "{result:?}");
    }
    // Nobody to ask.
    assert_eq!(code(result(&mut server(), &bearer("ATo"), &Needs::default())), "invalid_token");
    // Without an end.
    let mut network = answering(active(json!({ "exp": null, "iss": null, "sub": null })));
    let read =
        verify(&mut of(asking(|_| {})), &mut network, &bearer("ATo"), &Needs::default(), NOW);
    assert_eq!(read.unwrap().expires_at, None);
}

#[test]
fn rfc_7662_section_4_an_answer_counts_for_so_long_and_not_beyond_its_token() {
    let mut server =
        of(asking(|introspector| introspector.cache_seconds = 20)).tolerating(0).unwrap();
    let mut at = |network: &mut Network, token: &str, now| {
        verify(&mut server, network, &bearer(token), &Needs::default(), now)
    };
    let mut network = answering(active(json!({ "exp": NOW + 50 })));
    at(&mut network, "ATa", NOW).unwrap();
    network.set("/introspect", HttpResponse::new(200, r#"{"active":false}"#));
    at(&mut network, "ATa", NOW + 19).unwrap();
    assert_eq!(network.asked.len(), 1);
    assert_eq!(code(at(&mut network, "ATa", NOW + 20)), "invalid_token");
    // Refusals are not kept.
    network
        .set("/introspect", HttpResponse::new(200, active(json!({ "exp": NOW + 25 })).to_string()));
    at(&mut network, "ATa", NOW + 20).unwrap();
    at(&mut network, "ATb", NOW + 20).unwrap();
    network.set("/introspect", HttpResponse::new(200, r#"{"active":false}"#));
    at(&mut network, "ATb", NOW + 24).unwrap();
    assert_eq!(code(at(&mut network, "ATb", NOW + 25)), "invalid_token");
}

#[test]
fn rfc_7662_section_4_each_time_and_a_cache_that_is_bounded() {
    let mut server = of(asking(|introspector| introspector.cache_seconds = 0));
    let mut network = answering(active(json!({})));
    for _ in 0..3 {
        verify(&mut server, &mut network, &bearer("ATa"), &Needs::default(), NOW).unwrap();
    }
    assert_eq!(network.asked.len(), 3);
    let mut server = of(asking(|introspector| introspector.cache_seconds = 5000));
    let mut network = answering(active(json!({ "exp": NOW + 9000 })));
    let mut ask = |at: i64| {
        let call = bearer(&format!("AT{at}"));
        // Each ends a little later than the one before.
        verify(&mut server, &mut network, &call, &Needs::default(), NOW + at).unwrap();
        network.asked.len()
    };
    let asked = (0..=1000).map(&mut ask).last();
    assert_eq!(asked, Some(1001));
    assert_eq!(ask(1000), 1001);
    assert_eq!(ask(0), 1002);
    assert!(!format!("{server:?}").contains("AT1000"));
}

#[test]
fn rfc_7662_section_4_jwts_are_asked_about_too_if_that_is_set() {
    let mut server = of(asking(|introspector| introspector.always = true));
    let mut network = answering(json!({ "active": false }));
    let mut at = |network: &mut Network, token: &str| {
        verify(&mut server, network, &bearer(token), &Needs::default(), NOW)
    };
    assert_eq!(code(at(&mut network, &token(json!({})))), "invalid_token");
    let forged = jwt(&ClientKey::es256(2), json!({}), json!({}));
    assert_eq!(code(at(&mut network, &forged)), "invalid_token");
    assert_eq!(network.asked.len(), 1, "not about forged ones");
    // The answer says that it works, and the JWT what it is.
    network.set("/introspect", HttpResponse::new(200, r#"{"active":true,"sub":"user_bob"}"#));
    assert_eq!(at(&mut network, &token(json!({}))).unwrap().subject.as_deref(), Some("user_alice"));
}

#[test]
fn issuers_are_asked_in_their_order_until_one_knows_the_token() {
    const OTHER: &str = "https://other.example.com";
    let told = Server { introspection_endpoint: Some(format!("{OTHER}/ask")), ..Server::default() };
    let introspector = Introspector::new("api", Authentication::post("CS"));
    let other = TrustedIssuer::new(OTHER).unwrap().with_server(told).unwrap();
    let silent = TrustedIssuer::new("https://silent.example.com").unwrap();
    let all = [silent, asking(|_| {}), other.with_introspection(introspector).unwrap()];
    let mut server = ResourceServer::new(all, [API]).unwrap();
    let mut network = answering(json!({ "active": false }));
    network.set("/ask", HttpResponse::new(200, active(json!({ "iss": OTHER })).to_string()));
    let read = verify(&mut server, &mut network, &bearer("ATo"), &Needs::default(), NOW).unwrap();
    assert_eq!(read.issuer, OTHER);
    assert_eq!(network.urls(), [format!("{ISSUER}/introspect"), format!("{OTHER}/ask")]);
    network.set("/ask", HttpResponse::new(200, r#"{"active":false}"#));
    let result = verify(&mut server, &mut network, &bearer("ATp"), &Needs::default(), NOW);
    assert_eq!(code(result), "invalid_token");
}

#[test]
fn rfc_8414_the_introspection_endpoint_is_found_by_metadata() {
    let introspector = Introspector::new("api", Authentication::post("CS"));
    let found = issuer().with_introspection(introspector).unwrap();
    let mut network = answering(active(json!({})));
    let document =
        json!({ "issuer": ISSUER, "introspection_endpoint": format!("{ISSUER}/introspect") });
    let document = HttpResponse::new(200, document.to_string());
    network.set("/.well-known/openid-configuration", document);
    verify(&mut of(found), &mut network, &bearer("ATo"), &Needs::default(), NOW).unwrap();
    assert_eq!(network.asked.len(), 2);
}

#[test]
fn who_asks_has_a_name_and_a_secret() {
    for (id, authentication) in
        [("", Authentication::basic("CS")), ("api", Authentication::post(""))]
    {
        let introspector = Introspector::new(id, authentication);
        let error = issuer().with_introspection(introspector).unwrap_err();
        assert_eq!(error.parameter(), "introspection");
    }
    let mut introspector = Introspector::new("api", Authentication::post("CS"));
    introspector.cache_seconds = -1;
    assert!(issuer().with_introspection(introspector).is_err());
}
