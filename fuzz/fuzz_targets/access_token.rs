//! Access tokens at a resource server: a letter for the issuer and what it takes, then the header and the claims of a JWT
//! on a line each, and those of a proof. Without a line break it is the field `Authorization` itself. Every signature is
//! said to be genuine, so that what is read behind it is reached.

#![no_main]

use std::sync::LazyLock;

use eiam_token::base64url::encode;
use eiam_token::client::{Authentication, Server};
use eiam_token::http::HttpResponse;
use eiam_token::resource::{
    AccessToken, Call, Failure, Introspector, Needs, ResourceServer, Step, TrustedIssuer,
};
use eiam_token_fuzz::assert_printable;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const ISSUER: &str = "https://as";
const API: &str = "https://api";
const NOW: i64 = 1_700_000_000;
const TOLERANCE: i64 = 30;
/// The longest that a proof counts.
const PROOF_SECONDS: f64 = 330.0;

const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

static ISSUERS: LazyLock<[TrustedIssuer; 3]> = LazyLock::new(|| {
    let told = Server { introspection_endpoint: Some("https://as/i".into()), ..Server::default() };
    let introspector = Introspector::new("api", Authentication::post("CS"));
    let strict = TrustedIssuer::new(ISSUER).and_then(|it| it.with_keys(KEYS)).expect("an issuer");
    let asked = strict.clone().with_server(told).and_then(|it| it.with_introspection(introspector));
    [strict.clone(), strict.without_rfc9068(), asked.expect("an issuer")]
});

fuzz_target!(|text: &str| {
    let kind = match text.bytes().next() {
        Some(b'j') => 0,
        Some(b'e') => 1,
        Some(b'o') => 2,
        _ => return,
    };
    let rest = &text[1..];
    let lines: Vec<_> = rest.split('\n').collect();
    let jwt = |parts: [&str; 2]| {
        [parts[0], parts[1], "s123"].map(|part| encode(part.as_bytes())).join(".")
    };
    // What the issuer says about an opaque token stands in the place of its claims.
    let answer = lines.get(1).copied().unwrap_or("{}");
    let (field, proof) = match lines[..] {
        [_, _] if kind == 2 => ("Bearer AT".to_owned(), None),
        [header, claims] => (format!("Bearer {}", jwt([header, claims])), None),
        [header, claims, proof_header, proof_claims] => {
            (format!("DPoP {}", jwt([header, claims])), Some(jwt([proof_header, proof_claims])))
        }
        _ => (rest.to_owned(), None),
    };
    let fields = [("authorization", Some(field.as_str())), ("dpop", proof.as_deref())];
    let fields = fields.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    let call = Call::new("GET", "/things", fields);
    let server = ResourceServer::new([ISSUERS[kind].clone()], [API]).and_then(|it| it.at(API));
    let mut server = server.expect("a server");
    match verify(&mut server, &call, answer) {
        Ok(token) => check(kind, &token, lines.get(3).copied()),
        Err(Failure::Refused(refusal)) => {
            assert!(matches!(refusal.status(), 400 | 401 | 403));
            assert_printable(&refusal.to_string());
            assert_printable(refusal.challenge());
        }
        Err(Failure::Unavailable(error)) => assert_printable(&error.to_string()),
        Err(other) => panic!("{other}"),
    }
});

fn verify(server: &mut ResourceServer, call: &Call, answer: &str) -> Result<AccessToken, Failure> {
    let mut verification = server.verify(call, &Needs::default(), NOW)?;
    for _ in 0..20 {
        match verification.step(server, NOW)? {
            Step::Send(_) => {
                verification.answered(server, &HttpResponse::new(200, answer), NOW)?;
            }
            Step::Verify(check) => {
                assert!(check.signature().algorithm().is_some());
                verification.verified(true);
            }
            Step::Remember(_) => verification.remembered(true),
            Step::Done(token) => return Ok(*token),
        }
    }
    panic!("without end");
}

/// What is accepted has all that it must have, as another reader sees it.
fn check(kind: usize, token: &AccessToken, proof: Option<&str>) {
    assert_eq!(token.issuer, ISSUER);
    let Ok(json) = serde_json::from_str::<Value>(token.claims.as_written()) else { return };
    let named = |value: &Value| value == API;
    assert!(match &json["aud"] {
        Value::Array(items) => items.iter().any(named),
        one => named(one),
    });
    let is_jwt = kind != 2 || json.get("active").is_none();
    if let Some(end) = json["exp"].as_f64() {
        assert!(end + TOLERANCE as f64 > NOW as f64 - 1.0);
    } else {
        assert!(!is_jwt && json.get("exp").is_none());
    }
    if is_jwt {
        assert_eq!(json["iss"], ISSUER);
        assert!(["nonce", "at_hash", "c_hash"].iter().all(|name| json.get(name).is_none()));
    }
    if kind == 0 {
        let required = ["sub", "client_id", "jti"];
        assert!(
            required.iter().all(|name| json[name].as_str().is_some_and(|text| !text.is_empty()))
        );
        assert!(json["iat"].is_number());
    }
    assert_eq!(json.get("cnf").is_some(), token.jkt.is_some());
    if token.jkt.is_some() {
        let Ok(proof) = serde_json::from_str::<Value>(proof.unwrap_or_default()) else { return };
        assert_eq!(proof["htm"], "GET");
        assert!(
            proof["iat"].as_f64().is_some_and(|made| (made - NOW as f64).abs() < PROOF_SECONDS)
        );
    }
}
