//! Requests and refusals: RFC 6750, RFC 9470.

use eiam_token::resource::{Call, Dpop, Failure, Needs, ResourceServer, Step, TrustedIssuer};
use serde_json::json;

use crate::support::*;

const METADATA: &str = "https://api.example.com/.well-known/oauth-protected-resource";

#[test]
fn rfc_6750_section_2_1_the_field_authorization() {
    let text = token(json!({}));
    for field in [format!("Bearer {text}"), format!("bearer  {text}"), format!(" BEARER {text}\t")]
    {
        accepted(&mut server(), &call(&field));
    }
    let named =
        Call::new("PATCH", "/things", [("x", "y"), ("AUTHORIZATION", &format!("Bearer {text}"))]);
    accepted(&mut server(), &named);
    let shown = format!("{named:?}");
    assert!(!shown.contains("eyJ") && !shown.contains("Bearer"), "{shown}");
}

#[test]
fn rfc_6750_section_3_1_without_a_token_nothing_is_said_to_be_wrong() {
    let mut server = server().with_metadata(METADATA).unwrap();
    let needs =
        Needs { acr_values: "mfa".to_owned(), max_age: Some(1), ..Needs::scope(" read  write ") };
    for request in [
        Call::new("GET", "/", []),
        Call::new("GET", &format!("/?access_token={}", token(json!({}))), []),
        call("Basic YTpi"),
        call(""),
        call("Bearerx a"),
    ] {
        let refused = refusal(&mut server, &request, &needs);
        assert_eq!((refused.status(), refused.error()), (401, None));
        let expected = format!("Bearer scope=\"read write\", resource_metadata=\"{METADATA}\"");
        assert_eq!(refused.challenge(), expected);
        let response = refused.to_response();
        assert_eq!((response.status, response.body.as_slice()), (401, &b"{}"[..]));
        assert_eq!(response.headers.value("www-authenticate"), Some(expected.as_str()));
        assert_eq!(response.headers.value("cache-control"), Some("no-store"));
    }
}

#[test]
fn rfc_6750_section_3_1_what_is_no_token_or_several_is_invalid_request() {
    let text = token(json!({}));
    let bearer = format!("Bearer {text}");
    for request in [
        call("Bearer"),
        call("Bearer "),
        call("Bearer a b"),
        call("Bearer a,b"),
        call("Bearer \u{e9}"),
        call("Bearer ==="),
        call(&format!("{bearer}, {bearer}")),
        Call::new("GET", "/", [("authorization", bearer.as_str()), ("Authorization", &bearer)]),
    ] {
        let refused = refusal(&mut server(), &request, &Needs::default());
        assert_eq!(refused.error().unwrap().code(), "invalid_request", "{request:?}");
        assert_eq!(refused.status(), 400);
    }
}

#[test]
fn rfc_6750_section_3_1_insufficient_scope_says_what_is_needed() {
    let refused = refusal(&mut server(), &bearer(&token(json!({}))), &Needs::scope("read admin"));
    assert_eq!(refused.status(), 403);
    assert_eq!(
        refused.challenge(),
        "Bearer error=\"insufficient_scope\", error_description=\"the token does not allow this\", \
         scope=\"read admin\"",
    );
    let body =
        r#"{"error":"insufficient_scope","error_description":"the token does not allow this"}"#;
    assert_eq!(refused.to_response().body, body.as_bytes());
    let none = token(json!({ "scope": null }));
    assert_eq!(
        code(result(&mut server(), &bearer(&none), &Needs::scope("read"))),
        "insufficient_scope"
    );
}

#[test]
fn eiam_the_scope_of_a_resource_server_without_its_identifier() {
    let needs = Needs::scope(format!("{API}|read"));
    for scope in ["read".to_owned(), format!("{API}|read")] {
        result(&mut server(), &bearer(&token(json!({ "scope": scope }))), &needs).unwrap();
    }
    for wrong in [
        "https://other.example.com|read",
        "https://api.example.com|",
        "|read",
        "https://api.example.com|rea",
    ] {
        let refused = refusal(&mut server(), &bearer(&token(json!({}))), &Needs::scope(wrong));
        assert_eq!(refused.status(), 403, "{wrong}");
    }
}

#[test]
fn rfc_9470_section_3_the_user_has_to_sign_in_again_or_in_another_way() {
    let text = token(json!({ "acr": "pwd", "auth_time": NOW - 100 }));
    let needs =
        |acr: &str, max_age| Needs { acr_values: acr.to_owned(), max_age, ..Needs::default() };
    for right in [needs("mfa pwd", Some(200)), needs("", Some(71)), needs("", Some(u64::MAX))] {
        result(&mut server(), &bearer(&text), &right).unwrap();
    }
    let by_acr = refusal(&mut server(), &bearer(&text), &needs("mfa  phr", None));
    assert_eq!(
        (by_acr.status(), by_acr.error().unwrap().code()),
        (401, "insufficient_user_authentication")
    );
    assert!(by_acr.challenge().ends_with(", acr_values=\"mfa phr\""), "{}", by_acr.challenge());
    let by_age = refusal(&mut server(), &bearer(&text), &needs("", Some(70)));
    assert!(by_age.challenge().ends_with(", max_age=\"70\""), "{}", by_age.challenge());
    for lacks in [needs("", Some(10)), needs("mfa", None)] {
        refusal(&mut server(), &bearer(&token(json!({}))), &lacks);
    }
}

#[test]
fn what_is_set_wrong_is_named() {
    let server = || server();
    for (parameter, error) in [
        ("issuer", TrustedIssuer::new("as").unwrap_err()),
        ("issuer", TrustedIssuer::new("http://as.example.com").unwrap_err()),
        ("issuer", TrustedIssuer::new("https://as.example.com/?x").unwrap_err()),
        ("keys", issuer().with_keys("{}").unwrap_err()),
        ("issuers", ResourceServer::new([], [API]).unwrap_err()),
        ("audiences", ResourceServer::new([issuer()], [""; 0]).unwrap_err()),
        ("audiences", ResourceServer::new([issuer()], [""]).unwrap_err()),
        ("tolerance", server().tolerating(-1).unwrap_err()),
        ("tolerance", server().tolerating(601).unwrap_err()),
        ("origin", server().at("https://api.example.com/path").unwrap_err()),
        ("origin", server().at("http://api.example.com").unwrap_err()),
        ("resource_metadata", server().with_metadata("/x").unwrap_err()),
    ] {
        assert_eq!(error.parameter(), parameter);
    }
    // What no challenge can say.
    let broken = result(&mut server(), &bearer(&token(json!({}))), &Needs::scope("a\"b"));
    assert!(
        matches!(&broken, Err(Failure::Argument(error)) if error.parameter() == "scope"),
        "{broken:?}"
    );
}

#[test]
fn a_verification_that_is_over_stays_so() {
    let mut server = server();
    let forged = format!("{}.x", token(json!({})));
    let mut verification = server.verify(&bearer(&forged), &Needs::default(), NOW).unwrap();
    verification.step(&mut server, NOW).unwrap_err();
    verification.verified(true);
    let again = verification.step(&mut server, NOW).unwrap_err();
    assert!(matches!(again, Failure::Argument(_)), "{again:?}");
    // Nobody says of a signature that it is genuine before it was asked for.
    let stranger = jwt(&crate::keys::ClientKey::es256(2), json!({}), json!({}));
    let mut verification = server.verify(&bearer(&stranger), &Needs::default(), NOW).unwrap();
    verification.verified(true);
    assert!(matches!(verification.step(&mut server, NOW), Ok(Step::Verify(_))));
    // The step is the same again until somebody says what became of it.
    assert!(matches!(verification.step(&mut server, NOW), Ok(Step::Verify(_))));
    verification.verified(false);
    verification.step(&mut server, NOW).unwrap_err();
}

#[test]
fn rfc_9449_section_7_1_a_server_that_demands_bound_tokens_says_so() {
    let mut server = server().with_dpop(Dpop::Required);
    let refused = refusal(&mut server, &bearer(&token(json!({}))), &Needs::default());
    assert!(
        refused.challenge().starts_with("DPoP error=\"invalid_token\""),
        "{}",
        refused.challenge()
    );
    assert!(refused.challenge().contains("algs=\"RS256 "), "{}", refused.challenge());
}
