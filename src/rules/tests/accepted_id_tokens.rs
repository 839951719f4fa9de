//! What of an id_token is checked, and what nobody reads.

use super::refusal::{Refusal, refusal_of};
use crate::base64url;
use crate::rules::id_token::{self, Expected};
use crate::rules::json::NAMES;
use crate::rules::reason::Reason;

const NOW: i64 = 1_700_000_000;

const EXPECTED: Expected<'_> = Expected {
    issuer: Some(b"https://as.example"),
    client_id: b"app",
    nonce: None,
    max_age: None,
    subject: None,
    access_token: Some(b"AT"),
    by_secret: false,
    now: NOW,
    tolerance: 60,
};

fn check(algorithm: &str, more: &str, expected: &Expected<'_>) -> Result<(), Refusal> {
    let header = format!("{{\"alg\":\"{algorithm}\"}}");
    let claims = format!(
        "{{\"iss\":\"https://as.example\",\"sub\":\"user\",\"exp\":{},\"iat\":{NOW}{more}}}",
        NOW + 100
    );
    let parts = [header.as_bytes(), claims.as_bytes(), b"signature"].map(base64url::encode);
    let (mut decoded, mut sink) = (Vec::new(), Vec::new());
    let mut names = vec![(0, 0); NAMES];
    let id_token = parts.join(".");
    id_token::read(id_token.as_bytes(), Some(expected), &mut names, &mut decoded, &mut sink)
        .map_err(|failure| refusal_of(failure, sink))
}

#[track_caller]
fn assert_refused(checked: Result<(), Refusal>, claim: &str, reason: Reason) {
    let (_, path, found, ..) = checked.unwrap_err();
    assert_eq!((&*path, &*found), (claim, reason.text()));
}

const AUD: &str = r#","aud":"app""#;

/// OpenID Connect Core with errata set 2: section 2 says to ignore `azp` where no extension is used that
/// has it, and section 3.1.3.7 no more demands it among several audiences.
#[test]
fn azp_is_ignored() {
    for more in [
        r#","aud":"app","azp":"other""#,
        r#","aud":["app","api"]"#,
        r#","aud":["api","app"],"azp":"api""#,
        r#","aud":"app","azp":null"#,
        r#","aud":"app","azp":7"#,
    ] {
        assert_eq!(check("RS256", more, &EXPECTED), Ok(()), "{more}");
    }
    let more = r#","aud":["api"],"azp":"app""#;
    assert_refused(check("RS256", more, &EXPECTED), "id_token.aud", Reason::NotForThisClient);
}

/// OpenID Connect Core section 3.1.3.6.
#[test]
fn an_at_hash_of_null_is_missing() {
    assert_eq!(check("RS256", r#","aud":"app","at_hash":null"#, &EXPECTED), Ok(()));
    for wrong in [r#""""#, "7", r#""x""#, "[]"] {
        let checked = check("RS256", &format!(r#","aud":"app","at_hash":{wrong}"#), &EXPECTED);
        assert_refused(checked, "id_token.at_hash", Reason::AnotherToken);
    }
}

/// RFC 7519 section 4.1.5.
#[test]
fn an_id_token_that_is_not_valid_yet_is_refused() {
    for (nbf, is_valid) in [
        (NOW.to_string(), true),
        ((NOW + 60).to_string(), true),
        (format!("{}.9", NOW + 60), true),
        ((NOW + 61).to_string(), false),
        ("null".to_owned(), true),
    ] {
        let checked = check("RS256", &format!("{AUD},\"nbf\":{nbf}"), &EXPECTED);
        match is_valid {
            true => assert_eq!(checked, Ok(()), "{nbf}"),
            false => assert_refused(checked, "id_token.nbf", Reason::InTheFuture),
        }
    }
    let checked = check("RS256", &format!("{AUD},\"nbf\":\"soon\""), &EXPECTED);
    assert_refused(checked, "id_token.nbf", Reason::NotANumber);
}

/// RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864.
#[test]
fn every_algorithm_with_a_private_key_is_accepted() {
    for algorithm in [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
        "Ed25519",
    ] {
        assert_eq!(check(algorithm, AUD, &EXPECTED), Ok(()), "{algorithm}");
    }
    for algorithm in ["none", "HS256", "HS384", "RS1", "ES256K", "rs256", "Ed448", ""] {
        let checked = check(algorithm, AUD, &EXPECTED);
        assert_refused(checked, "id_token.alg", Reason::NotAccepted);
    }
}

/// RFC 8725 section 2.1: a public key must never be taken for a secret.
#[test]
fn hs256_is_accepted_if_asked_for_and_then_alone() {
    let expected = Expected { by_secret: true, ..EXPECTED };
    assert_eq!(check("HS256", AUD, &expected), Ok(()));
    for algorithm in ["RS256", "HS384", "HS512", "none", "EdDSA"] {
        assert_refused(check(algorithm, AUD, &expected), "id_token.alg", Reason::NotAccepted);
    }
    let checked = check("HS256", r#","aud":"app","at_hash":"x""#, &expected);
    assert_refused(checked, "id_token.at_hash", Reason::AnotherToken);
}

/// RFC 8259 section 8.2.
#[test]
fn half_of_a_surrogate_pair_in_a_claim_matters_where_it_is_read() {
    let more = r#","aud":"app","name":"\ud83d","\udc00":0"#;
    assert_eq!(check("RS256", more, &EXPECTED), Ok(()));
    let header = base64url::encode(br#"{"alg":"RS256"}"#);
    let claims = format!(r#"{{"iss":"https://as.example","sub":"a\ud83d","exp":{NOW}}}"#);
    let id_token = format!("{header}.{}.AA", base64url::encode(claims.as_bytes()));
    let (mut decoded, mut sink) = (Vec::new(), Vec::new());
    let mut names = vec![(0, 0); NAMES];
    let expected = Some(&EXPECTED);
    let read = id_token::read(id_token.as_bytes(), expected, &mut names, &mut decoded, &mut sink);
    let refused = read.map_err(|failure| refusal_of(failure, sink));
    assert_refused(refused, "id_token.sub", Reason::Escape);
}
