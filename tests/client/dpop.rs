//! Proofs of a key (DPoP, RFC 9449).

use eiam_token::base64url;
use eiam_token::client::dpop::{Proof, PublicKey, demanded_nonce, nonce};
use eiam_token::client::token::{ClientCredentials, Expected};
use eiam_token::client::{Client, ErrorKind};
use eiam_token::http::{HttpRequest, HttpResponse};

use crate::support::{NOW, TOKEN_URL, is, public_client, server};

/// The key of RFC 9449 section 4.1, whose thumbprint section 6.1 has.
const KEY: PublicKey<'_> = PublicKey::Ec {
    curve: "P-256",
    x: "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
    y: "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
};

fn parts(proof: &Proof) -> (String, String) {
    let (header, claims) = proof.signing_input().split_once('.').unwrap();
    let text = |part| String::from_utf8(base64url::decode(part).unwrap()).unwrap();
    (text(header), text(claims))
}

fn token_request() -> HttpRequest {
    public_client().token_request(&ClientCredentials { scope: None }, &[]).unwrap()
}

fn user_info_request() -> HttpRequest {
    public_client().user_info_request("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU").unwrap()
}

#[test]
fn rfc_9449_4_2_the_proof() {
    let proof = Proof::of("ES256", &KEY, &token_request(), None, &[0; 16], NOW).unwrap();
    let (header, claims) = parts(&proof);
    assert_eq!(
        header,
        r#"{"typ":"dpop+jwt","alg":"ES256","jwk":{"crv":"P-256","kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}}"#
    );
    let expected = format!(
        r#"{{"jti":"AAAAAAAAAAAAAAAAAAAAAA","htm":"POST","htu":"{TOKEN_URL}","iat":{NOW}}}"#
    );
    assert_eq!(claims, expected);
}

#[test]
fn rfc_9449_4_2_query_and_fragment_do_not_count() {
    for url in ["https://a.example/x?q=1", "https://a.example/x#f", "https://a.example/x?q#f"] {
        let proof = Proof::of("ES256", &KEY, &HttpRequest::get(url), None, &[0; 16], NOW).unwrap();
        assert!(parts(&proof).1.contains(r#""htm":"GET","htu":"https://a.example/x","#), "{url}");
    }
}

/// The token and its hash are those of RFC 9449 section 7.1.
#[test]
fn rfc_9449_7_1_an_access_token_is_named_and_sent_as_bound() {
    let request = user_info_request();
    let proof = Proof::of("ES256", &KEY, &request, Some("n1"), &[0; 16], NOW).unwrap();
    let (_, claims) = parts(&proof);
    let ath = r#""ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo","nonce":"n1"}"#;
    assert!(claims.ends_with(ath), "{claims}");
    let input = proof.signing_input().to_owned();
    let proven = proof.prove(request, &[1, 2, 3]);
    assert_eq!(proven.headers.value("dpop"), Some(format!("{input}.AQID").as_str()));
    let authorization = proven.headers.value("authorization").unwrap();
    assert_eq!(authorization, "DPoP Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
}

#[test]
fn what_authenticates_the_client_stays_as_it_is() {
    use eiam_token::client::Authentication;
    let client = Client::new(server(), "app_x", Authentication::basic("CS")).unwrap();
    let request = client.token_request(&ClientCredentials { scope: None }, &[]).unwrap();
    let before = request.headers.value("authorization").unwrap().to_owned();
    let proof = Proof::of("ES256", &KEY, &request, None, &[0; 16], NOW).unwrap();
    assert!(!parts(&proof).1.contains("ath"));
    assert_eq!(proof.prove(request, &[]).headers.value("authorization"), Some(before.as_str()));
}

#[test]
fn rfc_7638_3_1_thumbprints() {
    assert_eq!(KEY.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let rsa = PublicKey::Rsa { modulus, exponent: "AQAB" };
    assert_eq!(rsa.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    // RFC 8037 appendix A.3.
    let edwards = PublicKey::Ed25519 { x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
    assert_eq!(edwards.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn rfc_9449_4_2_only_private_keys_prove_anything() {
    for algorithm in ["", "none", "HS256"] {
        let refused = Proof::of(algorithm, &KEY, &token_request(), None, &[0; 16], NOW);
        assert!(is(&refused, ErrorKind::Argument, "algorithm"), "{algorithm}");
    }
}

#[test]
fn rfc_9449_8_and_9_nonces_that_a_server_demands() {
    let at = |status, body: &str| HttpResponse::new(status, body).header("DPoP-Nonce", "n1");
    let demand = r#"{"error":"use_dpop_nonce"}"#;
    assert_eq!(demanded_nonce(&at(400, demand)), Some("n1"));
    let challenged = |challenge: &str| at(401, "").header("www-authenticate", challenge);
    for challenge in
        [r#"DPoP error="use_dpop_nonce""#, r#"dpop algs="ES256", error=use_dpop_nonce"#]
    {
        assert_eq!(demanded_nonce(&challenged(challenge)), Some("n1"), "{challenge}");
    }
    for other in [
        at(200, demand),
        at(503, demand),
        at(400, r#"{"error":"invalid_grant"}"#),
        at(400, r#"["use_dpop_nonce"]"#),
        challenged(r#"DPoP error="invalid_token", error_description="use_dpop_nonce""#),
        HttpResponse::new(400, demand),
    ] {
        assert_eq!(demanded_nonce(&other), None, "{other:?}");
    }
    assert_eq!(nonce(&at(200, "{}")), Some("n1"));
    for odd in ["", "a b", "a\"b", "a\\b", "é", &"x".repeat(1025)] {
        assert_eq!(nonce(&HttpResponse::new(200, "{}").header("dpop-nonce", odd)), None, "{odd}");
    }
}

#[test]
fn rfc_9449_5_the_type_of_token_is_accepted_then_and_only_then() {
    let answer = HttpResponse::new(200, r#"{"token_type":"DPoP","access_token":"AT"}"#);
    let parse = |has_proof| {
        let expected = Expected { has_proof, ..Expected::default() };
        public_client().parse_tokens(&answer, &expected, NOW)
    };
    assert_eq!(parse(true).unwrap().verified().token_type, "DPoP");
    assert!(is(&parse(false), ErrorKind::Malformed, "$.token_type"));
}

#[test]
fn debug_shows_no_proof() {
    let proof = Proof::of("ES256", &KEY, &user_info_request(), None, &[0; 16], NOW).unwrap();
    assert_eq!(format!("{proof:?}"), "Proof([redacted])");
}
