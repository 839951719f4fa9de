//! Signed authorization requests (RFC 9101).

use eiam_token::base64url;
use eiam_token::client::authorize::AuthorizationParameters;
use eiam_token::client::request_object::{RequestObject, RequestSigning};
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server};
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use crate::support::{
    ISSUER, NOW, REDIRECT_URI, assert_not_supported, is, public_client, random, refusal_of, server,
    wire,
};

const PAR_URL: &str = "https://as.example/v2/idaas_x/app_x/oauth2/par";
const PAGE: &str = "https://pages.example/login/app/app_x/oauth2/authorize";
const ES256: RequestSigning<'_> = RequestSigning { algorithm: "ES256", key_id: None, lifetime: 60 };

fn parameters<'a>() -> AuthorizationParameters<'a> {
    AuthorizationParameters {
        redirect_uri: REDIRECT_URI,
        scope: Some("openid"),
        ..AuthorizationParameters::default()
    }
}

fn object_of(
    client: &Client,
    parameters: &AuthorizationParameters<'_>,
    signing: &RequestSigning<'_>,
) -> Result<RequestObject, Error> {
    client.request_object(parameters, signing, &random(), &[7; 16], NOW)
}

/// Header and claims of what is to be signed.
fn parts(object: &RequestObject) -> (String, Value) {
    let decode = |part: &str| String::from_utf8(base64url::decode(part).unwrap()).unwrap();
    let (header, claims) = object.signing_input().split_once('.').unwrap();
    (decode(header), serde_json::from_str(&decode(claims)).unwrap())
}

fn claims(parameters: &AuthorizationParameters<'_>) -> Value {
    parts(&object_of(&public_client(), parameters, &ES256).unwrap()).1
}

/// The claims are the query of the request that is not signed.
#[test]
fn rfc_9101_section_4_header_and_claims() {
    let client = public_client();
    let plain = client.authorization_request(&parameters(), &random()).unwrap();
    let object = object_of(&client, &parameters(), &ES256).unwrap();
    let (header, found) = parts(&object);
    assert_eq!(header, r#"{"alg":"ES256","typ":"oauth-authz-req+jwt"}"#);
    let query = plain.url.split_once('?').unwrap().1;
    let mut expected: Value = eiam_token::form::parse(query, eiam_token::form::Limits::default())
        .unwrap()
        .into_iter()
        .map(|(name, value)| (name, Value::from(value)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    assert_eq!(expected["client_id"], "app_x");
    for (name, value) in [("iat", NOW), ("nbf", NOW), ("exp", NOW + 60)] {
        expected[name] = value.into();
    }
    expected["iss"] = "app_x".into();
    expected["aud"] = ISSUER.into();
    expected["jti"] = base64url::encode(&[7; 16]).into();
    assert_eq!(found, expected);
    let named = RequestSigning { key_id: Some("k\"1"), lifetime: 5, ..ES256 };
    let (header, found) = parts(&object_of(&client, &parameters(), &named).unwrap());
    assert_eq!(header, r#"{"alg":"ES256","typ":"oauth-authz-req+jwt","kid":"k\"1"}"#);
    assert_eq!(found["exp"], NOW + 5);
    assert_eq!(format!("{object:?}"), "RequestObject([redacted])");
}

#[test]
fn rfc_9101_section_4_numbers_lists_and_json_are_what_they_are() {
    let found = claims(&AuthorizationParameters {
        max_age: Some(9_007_199_254_740_993),
        claims: Some(r#"{"userinfo":{"email":null}}"#),
        resource: &["https://a.example/", "https://b.example/"],
        extra: &[("authorization_details", r#"[{"type":"a"}]"#), ("tag", "a&b"), ("iss", "evil")],
        ..parameters()
    });
    assert_eq!(found["max_age"].as_i64(), Some(9_007_199_254_740_993));
    assert_eq!(found["claims"], json!({ "userinfo": { "email": null } }));
    assert_eq!(found["resource"], json!(["https://a.example/", "https://b.example/"]));
    assert_eq!(found["authorization_details"], json!([{ "type": "a" }]));
    assert_eq!((&found["tag"], &found["iss"]), (&json!("a&b"), &json!("app_x")));
    let one = AuthorizationParameters { resource: &["https://a.example/"], ..parameters() };
    assert_eq!(claims(&one)["resource"], "https://a.example/");
    let written = AuthorizationParameters { extra: &[("max_age", "36e2")], ..parameters() };
    assert_eq!(claims(&written)["max_age"], 3600);
}

/// What the endpoint has in its own URL is none of the request's parameters.
#[test]
fn rfc_6749_section_3_1_a_query_of_the_endpoint_stays_where_it_is() {
    let endpoint = Some(format!("{PAGE}?tenant=a&b"));
    let client = Client::new(
        Server { authorization_endpoint: endpoint, ..server() },
        "app_x",
        Authentication::None,
    )
    .unwrap();
    let object = object_of(&client, &parameters(), &ES256).unwrap();
    let (_, found) = parts(&object);
    assert_eq!((found.get("tenant"), found.get("b")), (None, None));
    assert_eq!(found["response_type"], "code");
    let request = client.signed_authorization_request(object, &[1; 64]).unwrap();
    assert!(request.url.starts_with(&format!("{PAGE}?tenant=a&b&client_id=app_x&request=ey")));
}

#[test]
fn rfc_9101_section_4_what_no_request_object_may_have() {
    let client = public_client();
    for name in ["request", "request_uri", "sub"] {
        let extra = [(name, "x")];
        let refused =
            object_of(&client, &AuthorizationParameters { extra: &extra, ..parameters() }, &ES256);
        assert!(is(&refused, ErrorKind::Argument, "extra"), "{name}: {refused:?}");
    }
    for json in ["", "{", "{\"a\":1,\"a\":2}"] {
        let refused = object_of(
            &client,
            &AuthorizationParameters { extra: &[("registration", json)], ..parameters() },
            &ES256,
        );
        assert!(is(&refused, ErrorKind::Argument, "extra"), "{json}");
    }
}

#[test]
fn arguments_that_are_wrong() {
    let client = public_client();
    for algorithm in ["", "none", "HS256"] {
        let refused = object_of(&client, &parameters(), &RequestSigning { algorithm, ..ES256 });
        assert!(is(&refused, ErrorKind::Argument, "algorithm"), "{algorithm}");
    }
    let unnamed = RequestSigning { key_id: Some(""), ..ES256 };
    assert!(is(&object_of(&client, &parameters(), &unnamed), ErrorKind::Argument, "key_id"));
    for lifetime in [0, -1] {
        let refused = object_of(&client, &parameters(), &RequestSigning { lifetime, ..ES256 });
        assert!(is(&refused, ErrorKind::Argument, "lifetime"), "{lifetime}");
    }
    let nameless = Server { issuer: None, ..server() };
    let nameless = Client::new(nameless, "app_x", Authentication::None).unwrap();
    assert_not_supported(object_of(&nameless, &parameters(), &ES256), "issuer");
    // An object is its client's.
    let object = || object_of(&client, &parameters(), &ES256).unwrap();
    let other = Client::new(server(), "app_y", Authentication::None).unwrap();
    let refused = other.signed_authorization_request(object(), &[1; 64]);
    assert!(is(&refused, ErrorKind::Argument, "object"));
    assert!(is(&other.signed_pushed_request(object(), &[1; 64]), ErrorKind::Argument, "object"));
    let refused = client.signed_pushed_request(object(), &[1; 64]);
    assert_not_supported(refused, "pushed_authorization_request_endpoint");
    let saturating = RequestSigning { lifetime: i64::MAX, ..ES256 };
    assert_eq!(parts(&object_of(&client, &parameters(), &saturating).unwrap()).1["exp"], i64::MAX);
}

#[test]
fn rfc_9101_section_5_1_the_browsers_url_with_the_signed_object() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let client = public_client();
    let plain = client.authorization_request(&parameters(), &random()).unwrap();
    let object = object_of(&client, &parameters(), &ES256).unwrap();
    let signature: Signature = key.sign(object.signing_input().as_bytes());
    let request = client.signed_authorization_request(object, &signature.to_bytes()).unwrap();
    assert_eq!(request.transaction, plain.transaction);
    let jwt = request.url.strip_prefix(&format!("{PAGE}?client_id=app_x&request=")).unwrap();
    let (signed, encoded) = jwt.rsplit_once('.').unwrap();
    let signature = Signature::from_slice(&base64url::decode(encoded).unwrap()).unwrap();
    assert!(key.verifying_key().verify(signed.as_bytes(), &signature).is_ok());
}

#[test]
fn rfc_9126_section_3_a_signed_request_is_pushed_by_an_authenticated_client() {
    let head = format!(
        "POST {PAR_URL}\ncontent-type: application/x-www-form-urlencoded\naccept: application/json\n"
    );
    for (authentication, field, before, after) in [
        (Authentication::None, "", "", "&client_id=app_x"),
        (Authentication::post("CS"), "", "", "&client_id=app_x&client_secret=CS"),
        (
            Authentication::basic("CS"),
            "authorization: Basic YXBwX3g6Q1M=\n",
            "client_id=app_x&",
            "",
        ),
    ] {
        let server = Server {
            pushed_authorization_request_endpoint: Some(PAR_URL.into()),
            requires_pushed_requests: true,
            ..server()
        };
        let client = Client::new(server, "app_x", authentication).unwrap();
        let object = || object_of(&client, &parameters(), &ES256).unwrap();
        let jwt = format!("{}.{}", object().signing_input(), base64url::encode(&[1; 64]));
        let pushed = client.signed_pushed_request(object(), &[1; 64]).unwrap();
        let expected = format!("{head}{field}\n{before}request={jwt}{after}");
        assert_eq!(wire(&pushed.request), expected);
        let refused = client.signed_authorization_request(object(), &[1; 64]);
        let (endpoint, reason) = refusal_of(refused, ErrorKind::NotSupported);
        assert_eq!(endpoint, "authorization_endpoint");
        assert!(reason.contains("pushed requests"), "{reason}");
    }
}
