//! Signatures of requests: what the driver is asked to verify, and that nothing else counts.

use eiam_token::base64url;
use eiam_token::http::HttpRequest;
use eiam_token::issuer::{SignatureCheck, Verifier};

use crate::keys::{ClientKey, Native};
use crate::support::*;

fn hinted(hint: &str) -> HttpRequest {
    let request = changed(web_request(), "id_token_hint", hint);
    HttpRequest::get(format!("{}?{}", WEB.page("authorize"), encode(&request)))
}

#[test]
fn requests_without_signatures_cost_nothing() {
    let server = Server::new();
    for request in [
        HttpRequest::get(WEB.page("authorize")),
        HttpRequest::post_form(WEB.api("token"), encode(&[("client_assertion_type", "x")])),
        HttpRequest::post_form("/nowhere", encode(&[("id_token_hint", "eyJh.e30.AA")])),
        HttpRequest::get(WEB.api("userinfo")).header("dpop", "x.y.z"),
    ] {
        assert_eq!(server.issuer.signatures(&request), []);
    }
}

#[test]
fn rfc_7515_section_5_2_every_algorithm_verifies_and_no_other_does() {
    let server = Server::new();
    for key in ClientKey::all() {
        let header = serde_json::json!({
            "typ": "dpop+jwt", "alg": key.algorithm(), "jwk": key.jwk(),
        });
        let proof = key.jws(&header, &serde_json::json!({}));
        let checks = |proof: &str| {
            let request = HttpRequest::post_form(WEB.api("token"), String::new());
            server.issuer.signatures(&request.header("dpop", proof))
        };
        let [check] = &checks(&proof)[..] else { panic!("one signature") };
        assert!(Native.verify(check), "{}", key.algorithm());
        assert_eq!(check.key().thumbprint(), key.thumbprint());
        // The same signature under another payload, and a damaged one.
        let (input, signature) = proof.rsplit_once('.').unwrap();
        let (header, _) = input.split_once('.').unwrap();
        let mut bytes = base64url::decode(signature).unwrap();
        bytes[7] ^= 1;
        for forged in [
            format!("{header}.{}.{signature}", base64url::encode(b"{\"a\":1}")),
            format!("{input}.{}", base64url::encode(&bytes)),
            format!("{input}."),
        ] {
            assert!(checks(&forged).iter().all(|check| !Native.verify(check)));
        }
        // The algorithm of another kind of key, none, and HMAC with the public key.
        for alg in ["none", "HS256", if key.algorithm() == "ES256" { "RS256" } else { "ES256" }] {
            let header = serde_json::json!({ "typ": "dpop+jwt", "alg": alg, "jwk": key.jwk() });
            assert_eq!(checks(&key.jws(&header, &serde_json::json!({}))), [], "{alg}");
        }
    }
}

#[test]
fn a_verdict_counts_for_its_own_text_and_key_alone() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    server.now += 1;
    let other = server.web_tokens();
    let [first, second] = [&tokens, &other].map(|tokens| hinted(member(tokens, "id_token")));
    let genuine: Vec<SignatureCheck> = server.issuer.signatures(&first);
    assert_eq!(genuine.len(), 1);
    let mut answer = |request: &HttpRequest, verified: &[SignatureCheck]| {
        let reply = server.issuer.handle_verified(request, verified, NOW);
        reply.complete(&[]).unwrap()
    };
    assert_eq!(answer(&first, &genuine).status, 200);
    for (request, verified) in [(&first, &[][..]), (&second, &genuine)] {
        let refused = redirected(&answer(request, verified));
        assert_eq!(refused["error"], "invalid_request");
    }
}
