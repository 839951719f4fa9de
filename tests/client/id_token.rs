//! Reading an id_token and checking its claims (OpenID Connect Core section 3.1.3.7).

use eiam_token::base64url;
use eiam_token::client::id_token::{self, Decoded, Expected};
use eiam_token::client::{Authentication, Client, Error, Server};
use eiam_token::secret::Secret;

use crate::support::{ISSUER, NOW, malformed, public_client};

const HEADER: &str = r#"{"alg":"RS256","kid":"KEYx"}"#;

fn jwt(claims: &str) -> Secret {
    signed_as(HEADER, claims)
}

fn signed_as(header: &str, claims: &str) -> Secret {
    let encode = |text: &str| base64url::encode(text.as_bytes());
    format!("{}.{}.c2ln", encode(header), encode(claims)).into()
}

fn expected(nonce: &Secret) -> Expected<'_> {
    Expected { nonce: Some(nonce), ..Expected::default() }
}

/// Good claims, with the text of one member replaced; without it for an empty text.
fn claims(name: &str, value: &str) -> String {
    let (exp, iat) = ((NOW + 300).to_string(), NOW.to_string());
    let members = [
        ("iss", format!("\"{ISSUER}\"")),
        ("sub", "\"user_a\"".into()),
        ("aud", "\"app_x\"".into()),
        ("exp", exp),
        ("iat", iat),
        ("nonce", "\"N\"".into()),
    ];
    let own = members.iter().any(|(known, _)| *known == name);
    let replaced = members
        .into_iter()
        .map(|(known, text)| if known == name { (known, value.to_owned()) } else { (known, text) });
    let more = if own { None } else { Some((name, value.to_owned())) };
    let written: Vec<_> = replaced
        .chain(more)
        .filter(|(name, text)| !name.is_empty() && !text.is_empty())
        .map(|(name, text)| format!("\"{name}\":{text}"))
        .collect();
    format!("{{{}}}", written.join(","))
}

fn check(claims: &str) -> Result<Decoded, Error> {
    let nonce = "N".into();
    public_client().check_id_token(&jwt(claims), &expected(&nonce), NOW, 60)
}

fn refused(name: &str, value: &str) -> (String, String) {
    malformed(check(&claims(name, value)).map(|decoded| decoded.claims))
}

#[test]
fn header_and_claims_come_as_they_were_written() {
    let text = r#"{ "sub":"a", "n": 9007199254740993 }"#;
    let decoded = id_token::decode(jwt(text).expose()).unwrap();
    assert_eq!((decoded.header.as_str(), decoded.claims.as_str()), (HEADER, text));
    assert_eq!(check(&claims("", "")).unwrap().claims, claims("", ""));
}

#[test]
fn text_that_is_no_jwt() {
    let object = base64url::encode(b"{}");
    let wrong = |token: &str| malformed(id_token::decode(token).map(|decoded| decoded.claims)).0;
    for token in ["", "e30", "e30.e30", "e30.e30.c2ln.x", "e30.e30.c2ln."] {
        assert_eq!(wrong(token), "id_token", "{token}");
    }
    // The first thing that is wrong is told.
    for (token, part) in [
        ("a", "id_token.header"),
        ("a.b", "id_token.header"),
        ("e30.e30.a.b.c", "id_token.signature"),
    ] {
        assert_eq!(wrong(token), part, "{token}");
    }
    assert_eq!(wrong(&format!("{object}=.{object}.c2ln")), "id_token.header");
    assert_eq!(wrong(&format!(".{object}.c2ln")), "id_token.header");
    assert_eq!(wrong(&format!("{object}.e3 0.c2ln")), "id_token.claims");
    assert_eq!(wrong(&format!("{object}.{object}.c2l+")), "id_token.signature");
    for payload in ["[]", "null", "{", "", "{\"a\":1,\"a\":2}", "{}x"] {
        let payload = base64url::encode(payload.as_bytes());
        assert_eq!(wrong(&format!("{object}.{payload}.c2ln")), "id_token.claims");
    }
    let not_utf_8 = base64url::encode(&[b'{', 0xff, b'}']);
    assert_eq!(wrong(&format!("{not_utf_8}.{object}.c2ln")), "id_token.header");
}

#[test]
fn a_duplicate_claim_is_refused() {
    let twice = claims("", "").replace("{", "{\"aud\":\"app_y\",");
    assert_eq!(malformed(check(&twice).map(|decoded| decoded.claims)).0, "id_token.claims");
}

#[test]
fn issuer() {
    let path = "id_token.iss".to_owned();
    for iss in ["", "\"https://evil.example\"", &format!("\"{ISSUER}/\""), "5", "null"] {
        assert_eq!(refused("iss", iss).0, path, "{iss}");
    }
    // A server that is not known by an issuer has nothing to compare.
    let server = Server { issuer: None, ..Server::default() };
    let client = Client::new(server, "app_x", Authentication::None).unwrap();
    assert!(client.check_id_token(&jwt(&claims("", "")), &Expected::default(), NOW, 0).is_ok());
}

#[test]
fn subject() {
    for sub in ["", "\"\"", "5", "null"] {
        assert_eq!(refused("sub", sub), ("id_token.sub".to_owned(), "missing".to_owned()));
    }
}

#[test]
fn audience() {
    for aud in
        ["", "\"app_y\"", "\"\"", "[]", "[\"app_y\"]", "{\"app_x\":1}", "5", "\"app_x app_y\""]
    {
        assert_eq!(refused("aud", aud).0, "id_token.aud", "{aud}");
    }
    assert!(check(&claims("aud", "[\"app_x\"]")).is_ok());
}

/// OpenID Connect Core with errata set 2, section 2: an extension that is not used here.
#[test]
fn the_authorized_party_is_ignored() {
    for azp in ["\"app_x\"", "\"app_y\"", "5", "null"] {
        assert!(check(&claims("azp", azp)).is_ok(), "{azp}");
    }
    assert!(check(&claims("aud", "[\"app_x\",\"app_y\"]")).is_ok());
    assert!(check(&claims("aud", "[\"app_y\",\"app_x\"],\"azp\":\"app_y\"")).is_ok());
    assert_eq!(refused("aud", "[\"app_y\"],\"azp\":\"app_x\"").0, "id_token.aud");
}

/// RFC 8725 section 3.11.
#[test]
fn a_jwt_of_another_kind_is_no_id_token() {
    let nonce = "N".into();
    let check = |typ: &str| {
        let header = format!(r#"{{"alg":"RS256","typ":{typ}}}"#);
        let token = signed_as(&header, &claims("", ""));
        public_client().check_id_token(&token, &expected(&nonce), NOW, 60)
    };
    for typ in [r#""JWT""#, r#""jwt""#, r#""JOSE""#, "null"] {
        assert!(check(typ).is_ok(), "{typ}");
    }
    for typ in [r#""at+jwt""#, r#""logout+jwt""#, r#""application/DPOP\u002bJWT""#, r#"["at+jwt"]"#]
    {
        let (path, _) = malformed(check(typ).map(|decoded| decoded.claims));
        assert_eq!(path, "id_token.typ", "{typ}");
    }
}

/// RFC 7519 section 2: it is a number.
#[test]
fn a_moment_that_is_a_text_is_none() {
    for name in ["exp", "iat", "nbf"] {
        let (path, reason) = refused(name, &format!("\"{}\"", NOW + 10));
        assert_eq!((path, &*reason), (format!("id_token.{name}"), "not a number of seconds"));
    }
}

/// RFC 7519 section 4.1.5.
#[test]
fn not_before_with_the_tolerance() {
    for (nbf, good) in [(0, true), (NOW, true), (NOW + 60, true), (NOW + 61, false)] {
        assert_eq!(check(&claims("nbf", &nbf.to_string())).is_ok(), good, "{nbf}");
    }
    let path = "id_token.nbf".to_owned();
    assert_eq!(refused("nbf", &i64::MAX.to_string()), (path.clone(), "in the future".to_owned()));
    assert_eq!(refused("nbf", "\"soon\"").0, path);
}

#[test]
fn expiry_with_the_tolerance() {
    for (exp, good) in [(NOW - 59, true), (NOW - 60, false), (0, false), (i64::MAX, true)] {
        assert_eq!(check(&claims("exp", &exp.to_string())).is_ok(), good, "{exp}");
    }
    let path = "id_token.exp".to_owned();
    assert_eq!(refused("exp", ""), (path.clone(), "missing".to_owned()));
    assert_eq!(refused("exp", "null"), (path.clone(), "missing".to_owned()));
    assert_eq!(refused("exp", "9223372036854775808").0, path);
    assert_eq!(refused("exp", "\"soon\"").0, path);
}

#[test]
fn issued_at_must_be_there() {
    assert_eq!(refused("iat", ""), ("id_token.iat".to_owned(), "missing".to_owned()));
    assert_eq!(refused("iat", "true").0, "id_token.iat");
}

#[test]
fn nonce_of_the_request() {
    let path = "id_token.nonce".to_owned();
    for nonce in ["", "\"M\"", "\"\"", "\"N \"", "5", "null"] {
        assert_eq!(refused("nonce", nonce).0, path, "{nonce}");
    }
    // A refresh has no nonce of its own.
    let client = public_client();
    assert!(
        client.check_id_token(&jwt(&claims("nonce", "")), &Expected::default(), NOW, 0).is_ok()
    );
}

#[test]
fn rfc_8725_section_3_1_no_signature_and_shared_secrets_are_refused() {
    let check = |header: &str| {
        let token = signed_as(header, &claims("", ""));
        public_client().check_id_token(&token, &Expected::default(), NOW, 0)
    };
    for alg in ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"] {
        assert!(check(&format!(r#"{{"alg":"{alg}"}}"#)).is_ok(), "{alg}");
    }
    for header in
        [r#"{"alg":"none"}"#, r#"{"alg":"HS256"}"#, r#"{"alg":"RS1"}"#, r#"{"alg":256}"#, "{}"]
    {
        let (path, _) = malformed(check(header).map(|decoded| decoded.claims));
        assert_eq!(path, "id_token.alg", "{header}");
    }
}

#[test]
fn core_12_2_a_refresh_must_be_about_the_same_user() {
    let check = |subject| {
        let expected = Expected { subject: Some(subject), ..Expected::default() };
        public_client().check_id_token(&jwt(&claims("", "")), &expected, NOW, 0)
    };
    assert!(check("user_a").is_ok());
    let (path, reason) = malformed(check("user_b").map(|decoded| decoded.claims));
    assert_eq!((path.as_str(), reason.as_str()), ("id_token.sub", "another user than before"));
}

#[test]
fn an_id_token_from_the_future_is_refused() {
    assert!(check(&claims("iat", &(NOW + 60).to_string())).is_ok());
    let (path, _) = refused("iat", &(NOW + 61).to_string());
    assert_eq!(path, "id_token.iat");
}

/// The left half of SHA-256 of `ATaccess`, by Python; the right half; the left half of SHA-512.
const AT_HASH: &str = "KZS2qndHArWOydWjbFUR4A";
const RIGHT_HALF: &str = "ITNDjd18S6xhRUi3UFnV7A";
const SHA_512: &str = "RacP5XEgT_lz8pUpqvfZhxbTCapQ41XeB1mNFObMMbs";
const SHA_384: &str = "l8uy3rqVqUKIw9GtUDE8G5KTxGuM9toq";

#[test]
fn core_3_1_3_6_at_hash_belongs_to_the_access_token() {
    let access_token = "ATaccess".into();
    let check = |alg: &str, hash: &str, access_token| {
        let token =
            signed_as(&format!(r#"{{"alg":"{alg}"}}"#), &claims("at_hash", &format!("\"{hash}\"")));
        let expected = Expected { access_token, ..Expected::default() };
        public_client().check_id_token(&token, &expected, NOW, 0).map(|decoded| decoded.claims)
    };
    for alg in ["RS256", "PS256", "ES256"] {
        assert!(check(alg, AT_HASH, Some(&access_token)).is_ok(), "{alg}");
        for wrong in [RIGHT_HALF, SHA_512, "", &AT_HASH[1..]] {
            let refused = malformed(check(alg, wrong, Some(&access_token)));
            assert_eq!(refused.0, "id_token.at_hash", "{alg} {wrong}");
        }
        assert!(check(alg, RIGHT_HALF, None).is_ok(), "there is nothing to compare");
    }
    for (algs, hash) in [
        (["RS384", "PS384", "ES384"].as_slice(), SHA_384),
        (&["EdDSA", "Ed25519", "RS512", "PS512", "ES512"], SHA_512),
    ] {
        for alg in algs {
            assert!(check(alg, hash, Some(&access_token)).is_ok(), "{alg}");
            for wrong in [AT_HASH, "", &hash[1..]] {
                let refused = malformed(check(alg, wrong, Some(&access_token)));
                assert_eq!(refused.0, "id_token.at_hash", "{alg} {wrong}");
            }
        }
    }
    let expected = Expected { access_token: Some(&access_token), ..Expected::default() };
    let check = |claims: &str| public_client().check_id_token(&jwt(claims), &expected, NOW, 0);
    assert!(check(&claims("at_hash", "null")).is_ok());
    for other in ["5", "\"\"", "[]"] {
        let (path, _) = malformed(check(&claims("at_hash", other)).map(|decoded| decoded.claims));
        assert_eq!(path, "id_token.at_hash", "{other}");
    }
    assert!(check(&claims("", "")).is_ok(), "it is optional in an answer of the token endpoint");
}

#[test]
fn core_3_1_2_1_max_age_needs_an_auth_time_that_is_young_enough() {
    let check = |max_age, auth_time: &str| {
        let expected = Expected { max_age, ..Expected::default() };
        let token = jwt(&claims("auth_time", auth_time));
        public_client().check_id_token(&token, &expected, NOW, 5).map(|decoded| decoded.claims)
    };
    for (max_age, age, good) in
        [(60, 0, true), (60, 65, true), (60, 66, false), (0, 5, true), (0, 6, false)]
    {
        assert_eq!(check(Some(max_age), &(NOW - age).to_string()).is_ok(), good, "{max_age} {age}");
    }
    assert!(check(Some(60), &format!("{NOW}.5")).is_ok());
    assert!(check(Some(i64::MAX), "0").is_ok());
    let path = "id_token.auth_time".to_owned();
    assert_eq!(malformed(check(Some(60), "")), (path.clone(), "missing".to_owned()));
    for wrong in ["null", "\"soon\"", "-1", "true"] {
        assert_eq!(malformed(check(Some(60), wrong)).0, path, "{wrong}");
    }
    assert!(check(None, "").is_ok() && check(None, "1").is_ok(), "nobody asked");
}

#[test]
fn rfc_7519_2_dates_may_have_fractions() {
    assert!(check(&claims("exp", &format!("{}.75", NOW + 300))).is_ok());
    assert!(check(&claims("iat", &format!("{}.25", NOW - 1))).is_ok());
    assert!(check(&claims("exp", "1.7000003e9")).is_ok());
    assert_eq!(refused("exp", &format!("{}.999", NOW - 61)).0, "id_token.exp");
    assert_eq!(refused("iat", &format!("{}.001", NOW + 61)).0, "id_token.iat");
    for wrong in ["-1.5", "1.70000030000005e9", "\"1700000300.\"", "9223372036854775808.5"] {
        assert_eq!(refused("exp", wrong).0, "id_token.exp", "{wrong}");
    }
}

#[test]
fn rfc_7515_4_1_11_crit_is_refused() {
    for crit in ["[\"exp\"]", "[]", "null", "\"b64\""] {
        let token = signed_as(&format!(r#"{{"alg":"RS256","crit":{crit}}}"#), &claims("", ""));
        let checked = public_client().check_id_token(&token, &Expected::default(), NOW, 0);
        assert_eq!(malformed(checked.map(|decoded| decoded.claims)).0, "id_token.crit", "{crit}");
    }
}
