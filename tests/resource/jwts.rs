//! JWTs: RFC 9068, and what is forged (RFC 8725).

use eiam_token::base64url;
use eiam_token::resource::Needs;
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

#[test]
fn rfc_9068_section_4_tokens_by_every_algorithm() {
    for key in ClientKey::all() {
        let text = jwt(&key, json!({}), json!({}));
        let read = result(&mut server(), &bearer(&text), &Needs::scope("read")).unwrap();
        assert_eq!((read.issuer.as_str(), read.audience.as_slice()), (ISSUER, &[API.into()][..]));
        assert_eq!(read.subject.as_deref(), Some("user_alice"));
        assert_eq!(read.client_id.as_deref(), Some("app_web"));
        assert_eq!(read.scope, ["read", "write"]);
        assert_eq!((read.expires_at, read.jkt.as_deref()), (Some(NOW + 300), None));
        assert_eq!(read.claims.text("jti").as_deref(), Some("one"));
        let shown = format!("{read:?}");
        assert!(!shown.contains("alice") && !shown.contains("one"), "{shown}");
    }
}

#[test]
fn rfc_9068_section_4_what_may_differ() {
    let key = ClientKey::es256(1);
    for (more, header) in [
        (json!({}), json!({ "typ": "application/AT+JWT" })),
        (json!({ "aud": ["https://other.example", API] }), json!({})),
        (json!({ "exp": NOW - 10, "iat": NOW + 10, "nbf": NOW + 30 }), json!({})),
        (json!({ "exp": NOW as f64 + 0.5 }), json!({})),
        (json!({ "scope": ["read"] }), json!({})),
        (json!({}), json!({ "kid": null })),
        (json!({ "exp": i64::MAX }), json!({})),
    ] {
        accepted(&mut server(), &bearer(&jwt(&key, more, header)));
    }
}

#[test]
fn rfc_9068_section_4_claims_that_are_wrong() {
    let mut wrong = vec![
        json!({ "iss": "https://as.example.com.evil.example" }),
        json!({ "iss": "https://as.example.com/" }),
        json!({ "iss": [ISSUER] }),
        json!({ "aud": "https://api.example.com.evil.example" }),
        json!({ "aud": "https://api.example.com/" }),
        json!({ "aud": ["a", "b"] }),
        json!({ "aud": { "0": API } }),
        json!({ "aud": [API, 1] }),
        json!({ "aud": [] }),
        json!({ "exp": 1 }),
        json!({ "exp": NOW - 30 }),
        json!({ "exp": (NOW + 300).to_string() }),
        json!({ "exp": 1e300 }),
        json!({ "exp": -1 }),
        json!({ "nbf": NOW + 31 }),
        json!({ "nbf": "0" }),
        json!({ "iat": NOW + 31 }),
        json!({ "sub": "" }),
        json!({ "client_id": 7 }),
        json!({ "nonce": "n" }),
        json!({ "at_hash": "h" }),
        json!({ "c_hash": "h", "active": true }),
        json!({ "scope": {} }),
        json!({ "scope": ["read", 7] }),
        json!({ "cnf": { "x5t#S256": "x" } }),
        json!({ "cnf": { "jkt": "x" } }),
        json!({ "cnf": { "jkt": "x", "jwk": {} } }),
        json!({ "cnf": "x" }),
    ];
    wrong.extend(
        ["iss", "aud", "exp", "iat", "sub", "client_id", "jti"].map(|name| json!({ name: null })),
    );
    for more in wrong {
        let refused = refusal(&mut server(), &bearer(&token(more.clone())), &Needs::default());
        assert_eq!(refused.error().unwrap().code(), "invalid_token", "{more}");
        assert_eq!(refused.status(), 401);
        let challenge = refused.challenge();
        assert!(
            challenge.starts_with("Bearer error=\"invalid_token\", error_description=\""),
            "{challenge}"
        );
    }
    // `null` is no time, and no reason to leave a check out.
    for name in ["exp", "nbf", "iat", "cnf"] {
        let mut all = claims(json!({}));
        all[name] = Value::Null;
        let header = json!({ "alg": "ES256", "kid": "ES256", "typ": "at+jwt" });
        let text = ClientKey::es256(1).jws(&header, &all);
        refusal(&mut server(), &bearer(&text), &Needs::default());
    }
}

#[test]
fn rfc_9068_section_4_headers_that_are_wrong() {
    for header in [
        json!({ "typ": "JWT" }),
        json!({ "typ": "dpop+jwt" }),
        json!({ "typ": "logout+jwt" }),
        json!({ "typ": null }),
        json!({ "typ": ["at+jwt"] }),
        json!({ "crit": ["b64"], "b64": false }),
        json!({ "crit": [] }),
        json!({ "b64": false }),
        json!({ "alg": "ES384" }),
        json!({ "alg": "RS256" }),
        json!({ "alg": null }),
        json!({ "alg": "none" }),
        json!({ "alg": "NONE" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "ES256K" }),
        json!({ "alg": ["ES256"] }),
        json!({ "kid": "other" }),
        json!({ "kid": 7 }),
        json!({ "kid": "RS256" }),
    ] {
        let text = jwt(&ClientKey::es256(1), json!({}), header.clone());
        let refused = refusal(&mut server(), &bearer(&text), &Needs::default());
        assert_eq!(refused.error().unwrap().code(), "invalid_token", "{header}");
        assert!(!refused.to_string().contains("eyJ"));
    }
}

#[test]
fn rfc_8725_section_3_10_keys_that_a_token_brings_do_not_count() {
    let stranger = ClientKey::es256(2);
    for header in [
        json!({ "jwk": stranger.jwk() }),
        json!({ "jku": "https://evil.example/jwks" }),
        json!({ "x5u": "https://evil.example" }),
        json!({}),
    ] {
        let text = jwt(&stranger, json!({}), header);
        // Nothing is asked for, which the helper sees to.
        refusal(&mut server(), &bearer(&text), &Needs::default());
    }
}

#[test]
fn rfc_8725_section_2_1_forged_tokens_of_every_shape() {
    let part = |text: &str| base64url::encode(text.as_bytes());
    let genuine = token(json!({}));
    accepted(&mut server(), &bearer(&genuine));
    let parts: Vec<_> = genuine.split('.').collect();
    let [head, body, signature] = parts[..] else { panic!() };
    let other = part(&claims(json!({ "sub": "user_bob" })).to_string());
    let mut forged = vec![
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        format!("{head}..{signature}"),
        format!(".{body}.{signature}"),
        format!("{genuine}.x"),
        format!("{genuine}="),
        format!("{head}.{other}.{signature}"),
        format!(
            "{}.{body}.{signature}",
            part(r#"{"alg":"ES256","typ":"at+jwt","kid":"ES256","a":1}"#)
        ),
        format!("{}.{body}.", part(r#"{"alg":"none","typ":"at+jwt"}"#)),
        format!("{head}.{body}.{}", &signature[1..]),
        format!("{head}.{body}.{signature}A"),
        format!("{head}.{body}.{}", "A".repeat(signature.len())),
        format!("{}.{body}.{signature}", part("[]")),
        format!("{}.{body}.{signature}", part("null")),
        format!("{head}.{}.{signature}", part("{")),
        format!("{}.{body}.{signature}", "A".repeat(20_000)),
    ];
    for at in (0..genuine.len()).filter(|at| at % 7 == 0 && genuine.as_bytes()[*at] != b'.') {
        let new = if genuine.as_bytes()[at] == b'A' { "B" } else { "A" };
        forged.push(format!("{}{new}{}", &genuine[..at], &genuine[at + 1..]));
    }
    // The last character has bits that stand for nothing: another one is not another way to write it.
    for last in ('A'..='Z').chain('a'..='z').chain('0'..='9') {
        if !genuine.ends_with(last) {
            forged.push(format!("{}{last}", &genuine[..genuine.len() - 1]));
        }
    }
    assert!(forged.len() > 100, "{}", forged.len());
    for text in forged {
        refusal(&mut server(), &bearer(&text), &Needs::default());
    }
}

#[test]
fn rfc_7519_section_4_names_that_stand_twice_and_deep_nesting() {
    let key = ClientKey::es256(1);
    let sign = |header: &str, claims: &str| {
        let [header, claims] = [header, claims].map(|text| base64url::encode(text.as_bytes()));
        let input = format!("{header}.{claims}");
        format!("{input}.{}", base64url::encode(&key.sign(input.as_bytes())))
    };
    let header = r#"{"alg":"ES256","kid":"ES256","typ":"at+jwt"}"#;
    let text = claims(json!({})).to_string();
    let with = |start: &str| text.replacen('{', start, 1);
    for right in [text.clone(), with(r#"{"a":{"aud":1,"b":[{"aud":"}\""}]},"#)] {
        accepted(&mut server(), &bearer(&sign(header, &right)));
    }
    let deep = format!("{{\"a\":{}{},", "[".repeat(40), "]".repeat(40));
    for wrong in [
        with(r#"{"aud":"https://api.example.com","#),
        with(r#"{"\u0061ud":"other","#),
        with(r#"{"a":{"b":1,"b":2},"#),
        with(r#"{"a":[{"b":1,"b":2}],"#),
        with(&deep),
        format!("\u{feff}{text}"),
        format!("{text}x"),
    ] {
        refusal(&mut server(), &bearer(&sign(header, &wrong)), &Needs::default());
    }
    let twice = r#"{"alg":"ES256","alg":"ES256","kid":"ES256","typ":"at+jwt"}"#;
    refusal(&mut server(), &bearer(&sign(twice, &text)), &Needs::default());
}
