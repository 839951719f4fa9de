//! Client assertions (OpenID Connect Core section 9, RFC 7523 section 3).

use eiam_token::base64url;
use eiam_token::client::assertion::{AssertionParameters, ClientAssertion};
use eiam_token::client::token::ClientCredentials;
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server};
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey};

use crate::support::{ISSUER, NOW, TOKEN_URL, assert_not_supported, is, public_client, server};

const ES256: AssertionParameters<'_> =
    AssertionParameters { algorithm: "ES256", key_id: None, audience: None };

/// The octets 0 to 15, and encoded by Python.
const RANDOM: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const JTI: &str = "AAECAwQFBgcICQoLDA0ODw";

fn assertion(
    client: &Client,
    parameters: &AssertionParameters<'_>,
) -> Result<ClientAssertion, Error> {
    client.client_assertion(parameters, &RANDOM, NOW)
}

/// Header and claims of what is to be signed.
fn parts(assertion: &ClientAssertion) -> (String, String) {
    let decode = |part: &str| String::from_utf8(base64url::decode(part).unwrap()).unwrap();
    let (header, claims) = assertion.signing_input().split_once('.').unwrap();
    (decode(header), decode(claims))
}

#[test]
fn core_9_header_and_claims() {
    let (header, claims) = parts(&assertion(&public_client(), &ES256).unwrap());
    assert_eq!(header, r#"{"alg":"ES256","typ":"JWT"}"#);
    let expected = format!(
        r#"{{"iss":"app_x","sub":"app_x","aud":"{ISSUER}","jti":"{JTI}","iat":{NOW},"exp":{}}}"#,
        NOW + 60
    );
    assert_eq!(claims, expected);
}

#[test]
fn the_key_is_named() {
    let parameters = AssertionParameters { key_id: Some("key \"1\""), ..ES256 };
    let (header, _) = parts(&assertion(&public_client(), &parameters).unwrap());
    assert_eq!(header, r#"{"alg":"ES256","typ":"JWT","kid":"key \"1\""}"#);
}

#[test]
fn whom_it_is_for() {
    let audience = |server, audience| {
        let client = Client::new(server, "app_x", Authentication::None).unwrap();
        let parameters = AssertionParameters { audience, ..ES256 };
        assertion(&client, &parameters).map(|made| parts(&made).1)
    };
    let with = |url: &str| format!(r#""aud":"{url}""#);
    assert!(audience(server(), None).unwrap().contains(&with(ISSUER)));
    assert!(audience(server(), Some(TOKEN_URL)).unwrap().contains(&with(TOKEN_URL)));
    let nameless = Server { issuer: None, ..server() };
    assert!(audience(nameless, None).unwrap().contains(&with(TOKEN_URL)));
    assert!(audience(Server::default(), Some("x")).unwrap().contains(&with("x")));
    assert_not_supported(audience(Server::default(), None), "issuer");
}

#[test]
fn an_algorithm_is_needed() {
    let refused = assertion(&public_client(), &AssertionParameters::default());
    assert!(is(&refused, ErrorKind::Argument, "algorithm"));
}

#[test]
fn times_saturate() {
    let made = public_client().client_assertion(&ES256, &RANDOM, i64::MAX).unwrap();
    assert!(parts(&made).1.ends_with(&format!(r#""iat":{0},"exp":{0}}}"#, i64::MAX)));
}

#[test]
fn rfc_7521_4_2_the_signed_assertion_is_in_the_form() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let client = public_client();
    let plain = client.token_request(&ClientCredentials { scope: Some("a b") }, &[]).unwrap();
    let made = assertion(&client, &ES256).unwrap();
    let input = made.signing_input().to_owned();
    let signature: Signature = key.sign(input.as_bytes());
    let sent = made.authenticate(plain.clone(), &signature.to_bytes());

    assert_eq!((sent.method, &sent.url, &sent.headers), (plain.method, &plain.url, &plain.headers));
    let body = String::from_utf8(sent.body.clone()).unwrap();
    let start = "grant_type=client_credentials&scope=a+b&client_id=app_x&client_assertion_type=\
                 urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=";
    let jwt = body.strip_prefix(start).unwrap();
    let (signed, encoded) = jwt.rsplit_once('.').unwrap();
    assert_eq!(signed, input);
    let signature = Signature::from_slice(&base64url::decode(encoded).unwrap()).unwrap();
    assert!(key.verifying_key().verify(signed.as_bytes(), &signature).is_ok());
}

#[test]
fn nobody_sets_it_beside_the_client() {
    for name in ["client_assertion", "client_assertion_type"] {
        let made =
            public_client().token_request(&ClientCredentials { scope: None }, &[(name, "x")]);
        assert!(is(&made, ErrorKind::Argument, "extra"), "{name}");
    }
}

#[test]
fn debug_does_not_show_it() {
    let made = assertion(&public_client(), &ES256).unwrap();
    assert_eq!(format!("{made:?}"), "ClientAssertion([redacted])");
}
