//! Tokens against what was asked for: what has to come, what a refresh leaves as it was, whose they are,
//! and what is left when something is wrong.

use eiam_token::base64url;
use eiam_token::client::key_set::{KeyCache, Lookup, SignatureAlgorithm};
use eiam_token::client::token::{Expected, TokenSet, Unverified};
use eiam_token::client::{Error, ErrorKind};
use eiam_token::http::HttpResponse;

use crate::support::{
    ISSUER, NOW, assert_http, authorization_response, malformed, public_client, token_body,
};

fn id_token(header: &str, claims: &str) -> String {
    let claims =
        format!(r#"{{"iss":"{ISSUER}","aud":"app_x","iat":{NOW},"exp":{},{claims}}}"#, NOW + 300);
    let parts = [header.as_bytes(), claims.as_bytes(), b"signature"].map(base64url::encode);
    parts.join(".")
}

const HEADER: &str = r#"{"alg":"ES256","kid":"1"}"#;

/// Members that bring an id_token with these claims.
fn with_id_token(claims: &str) -> String {
    format!(r#","id_token":"{}""#, id_token(HEADER, claims))
}

fn parse(more: &str, expected: &Expected<'_>) -> Result<Unverified, Error> {
    public_client().parse_tokens(&HttpResponse::new(200, token_body(more)), expected, NOW)
}

/// Tokens of `user_a`, with a refresh token.
fn former() -> TokenSet {
    let more = with_id_token(r#""sub":"user_a""#) + r#","refresh_token":"RT1""#;
    parse(&more, &Expected::default()).unwrap().verified()
}

#[test]
fn a_code_with_a_nonce_demands_an_id_token() {
    let authorization = authorization_response("CO1");
    let expected = Expected::code(&authorization);
    for missing in ["", r#","id_token":null"#] {
        let refused = malformed(parse(missing, &expected));
        let reason = "missing though openid was asked for".to_owned();
        assert_eq!(refused, ("$.id_token".to_owned(), reason));
    }
    let nonce = authorization.nonce().unwrap().expose();
    let good =
        parse(&with_id_token(&format!(r#""sub":"u","nonce":"{nonce}""#)), &expected).unwrap();
    assert!(good.signature().is_some());
    assert_eq!(good.verified().claims.unwrap().text("sub").as_deref(), Some("u"));
    let other = malformed(parse(&with_id_token(r#""sub":"u","nonce":"x""#), &expected));
    assert_eq!(other.0, "id_token.nonce");
    let openid = Expected { openid: true, ..Expected::default() };
    assert_eq!(malformed(parse("", &openid)).0, "$.id_token");
    assert!(parse("", &Expected::default()).is_ok());
}

#[test]
fn core_3_1_2_1_the_max_age_of_the_request_is_checked() {
    let expected = Expected { max_age: Some(10), ..Expected::default() };
    let tokens = |more: &str| parse(&with_id_token(&format!(r#""sub":"u"{more}"#)), &expected);
    assert_eq!(malformed(tokens("")).0, "id_token.auth_time");
    assert!(tokens(&format!(r#","auth_time":{NOW}"#)).is_ok());
    assert_eq!(malformed(tokens(&format!(r#","auth_time":{}"#, NOW - 71))).0, "id_token.auth_time");
}

#[test]
fn what_a_refresh_does_not_bring_stays() {
    let former = former();
    let refreshed = parse("", &Expected::refresh(&former)).unwrap();
    assert_eq!((refreshed.signature(), refreshed.refresh_token()), (None, None));
    let tokens = refreshed.verified();
    assert_eq!(tokens.refresh_token, former.refresh_token);
    assert_eq!((tokens.id_token, tokens.claims), (former.id_token, former.claims));
    let alone = parse("", &Expected::refresh_token("RT9")).unwrap().verified();
    assert_eq!(alone.refresh_token.unwrap().expose(), "RT9");
    assert_eq!((alone.id_token, alone.claims), (None, None));
}

#[test]
fn what_a_refresh_brings_takes_its_place() {
    let former = former();
    let more = with_id_token(r#""sub":"user_a","name":"B""#) + r#","refresh_token":"RT2""#;
    let refreshed = parse(&more, &Expected::refresh(&former)).unwrap();
    assert_eq!(refreshed.refresh_token().unwrap().expose(), "RT2");
    let tokens = refreshed.verified();
    assert_eq!(tokens.refresh_token.unwrap().expose(), "RT2");
    assert_eq!(tokens.claims.unwrap().text("name").as_deref(), Some("B"));
    assert_ne!(tokens.id_token, former.id_token);
}

#[test]
fn core_12_2_a_refresh_is_about_the_same_user() {
    let former = former();
    let other = with_id_token(r#""sub":"user_b""#) + r#","refresh_token":"RT2""#;
    let error = parse(&other, &Expected::refresh(&former)).unwrap_err();
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Malformed, "id_token.sub"));
    assert_eq!(error.refresh_token().unwrap().expose(), "RT2");
    // A refresh token alone says nothing about the user.
    assert!(parse(&other, &Expected::refresh_token("RT1")).is_ok());
}

/// RFC 9700 section 4.14.2: the one that was sent may be dead already.
#[test]
fn a_refused_answer_hands_out_its_new_refresh_token() {
    let former = former();
    let expected = Expected::refresh(&former);
    for wrong in [
        r#","scope":["openid"]"#.to_owned(),
        r#","expires_in":"soon""#.to_owned(),
        r#","id_token":"x""#.to_owned(),
        with_id_token(r#""sub":"user_a","nbf":9999999999"#),
        format!(r#","id_token":"{}""#, id_token(r#"{"alg":"none"}"#, r#""sub":"user_a""#)),
        format!(r#","id_token":"{}""#, id_token(r#"{"alg":"ES256","kid":7}"#, r#""sub":"user_a""#)),
    ] {
        let error = parse(&format!(r#"{wrong},"refresh_token":"RT2""#), &expected).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{wrong}");
        assert_eq!(error.refresh_token().unwrap().expose(), "RT2", "{wrong}");
        assert!(!format!("{error:?} {error}").contains("RT2"));
        assert_eq!(parse(&wrong, &expected).unwrap_err().refresh_token(), None);
    }
    let refused = HttpResponse::new(400, r#"{"error":"invalid_grant","refresh_token":"RT2"}"#);
    let error = public_client().parse_tokens(&refused, &expected, NOW).unwrap_err();
    assert_eq!((error.oauth_code(), error.refresh_token()), (Some("invalid_grant"), None));
}

#[test]
fn where_the_keys_cannot_be_had() {
    let former = former();
    let more = with_id_token(r#""sub":"user_a","name":"B""#) + r#","refresh_token":"RT2""#;
    let tokens = parse(&more, &Expected::refresh(&former)).unwrap().without_keys().unwrap();
    assert_eq!(tokens.refresh_token.unwrap().expose(), "RT2");
    assert_eq!((tokens.id_token, tokens.claims), (former.id_token.clone(), former.claims.clone()));
    // Nothing says who it is.
    for expected in [Expected::default(), Expected::refresh_token("RT1")] {
        let error = parse(&more, &expected).unwrap().without_keys().unwrap_err();
        assert_eq!(error.subject(), "id_token.signature");
        assert_eq!(error.refresh_token().unwrap().expose(), "RT2");
    }
    assert!(parse("", &Expected::default()).unwrap().without_keys().is_ok());
}

#[test]
fn a_wrong_signature_is_an_error_with_the_new_refresh_token() {
    let more = with_id_token(r#""sub":"u""#) + r#","refresh_token":"RT2""#;
    let error = parse(&more, &Expected::default()).unwrap().refused();
    assert_eq!((error.subject(), error.status()), ("id_token.signature", 200));
    assert_eq!(error.refresh_token().unwrap().expose(), "RT2");
}

#[test]
fn a_token_that_is_bound_to_a_key_needs_its_proof() {
    let body = r#"{"access_token":"AT","token_type":"DPoP"}"#;
    let parse = |has_proof| {
        let expected = Expected { has_proof, ..Expected::default() };
        public_client().parse_tokens(&HttpResponse::new(200, body), &expected, NOW)
    };
    assert_eq!(malformed(parse(false)).0, "$.token_type");
    assert_eq!(parse(true).unwrap().verified().token_type, "DPoP");
}

#[test]
fn hs256_by_the_clients_secret_if_asked_for() {
    let hs256 = format!(r#","id_token":"{}""#, id_token(r#"{"alg":"HS256"}"#, r#""sub":"u""#));
    let asked = Expected { by_secret: true, ..Expected::default() };
    let unverified = parse(&hs256, &asked).unwrap();
    assert_eq!(unverified.signature().unwrap().algorithm(), None);
    assert_eq!(malformed(parse(&hs256, &Expected::default())).0, "id_token.alg");
    assert_eq!(malformed(parse(&with_id_token(r#""sub":"u""#), &asked)).0, "id_token.alg");
}

const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"1","x":"AQ","y":"AQ"}]}"#;
const OTHERS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"2","x":"AQ","y":"AQ"}]}"#;

fn keys(body: &str, cache_control: &str) -> HttpResponse {
    HttpResponse::new(200, body).header("Cache-Control", cache_control)
}

#[test]
fn what_is_signed_and_by_which_key() {
    let more = with_id_token(r#""sub":"u""#);
    let unverified = parse(&more, &Expected::default()).unwrap();
    let signature = unverified.signature().unwrap();
    assert_eq!(signature.algorithm(), Some(SignatureAlgorithm::Es256));
    assert_eq!((signature.key_id(), signature.octets()), (Some("1"), &b"signature"[..]));
    let input = signature.input().expose();
    assert!(more.contains(&format!("{input}.{}", base64url::encode(b"signature"))));
    assert!(!format!("{unverified:?}").contains(input));
}

#[test]
fn keys_are_believed_for_a_while() {
    let unverified = parse(&with_id_token(r#""sub":"u""#), &Expected::default()).unwrap();
    let signature = unverified.signature().unwrap();
    let mut cache = KeyCache::default();
    assert_eq!(cache.find(signature, NOW), Lookup::Fetch);
    for (cache_control, age) in [
        ("", 600),
        ("public", 600),
        ("max-age=60", 60),
        ("public, Max-Age=\"60\"", 60),
        ("max-age=86400", 600),
        ("max-age=99999999999999999999", 600),
    ] {
        cache.received(&keys(KEYS, cache_control), NOW).unwrap();
        for (now, is_key) in [(NOW, true), (NOW + age - 1, true), (NOW + age, false)] {
            let found =
                matches!(cache.find(signature, now), Lookup::Key(key) if KEYS.contains(key));
            assert_eq!(found, is_key, "{cache_control} {now}");
        }
        assert_eq!(cache.find(signature, NOW - 1), Lookup::Fetch, "the clock was set back");
    }
    for never in ["no-store", "no-cache", "max-age=0", "max-age=x", "max-age=600, no-store"] {
        cache.received(&keys(KEYS, never), NOW).unwrap();
        assert!(matches!(cache.find(signature, NOW), Lookup::Key(_)), "{never}");
        assert_eq!(cache.find(signature, NOW + 1), Lookup::Fetch, "{never}");
    }
    for (since, age) in [("20", 40), ("60", 0), ("99", 0), ("soon", 60)] {
        cache.received(&keys(KEYS, "max-age=60").header("age", since), NOW).unwrap();
        let is_fresh = matches!(cache.find(signature, NOW + age), Lookup::Key(_));
        assert_eq!(is_fresh, age == 0, "{since}");
        assert!(matches!(cache.find(signature, NOW + (age - 1).max(0)), Lookup::Key(_)), "{since}");
    }
    let mut longer = KeyCache::with_longest_age(86_400);
    longer.received(&keys(KEYS, "max-age=3600"), NOW).unwrap();
    assert!(matches!(longer.find(signature, NOW + 3599), Lookup::Key(_)));
    assert_eq!(longer.find(signature, NOW + 3600), Lookup::Fetch);
}

#[test]
fn an_unknown_key_and_a_wrong_signature_fetch_once_a_minute() {
    let unverified = parse(&with_id_token(r#""sub":"u""#), &Expected::default()).unwrap();
    let signature = unverified.signature().unwrap();
    let mut cache = KeyCache::default();
    assert!(cache.may_be_fetched_again(NOW));
    cache.received(&keys(OTHERS, ""), NOW).unwrap();
    let assert_asks = |cache: &KeyCache, now, asks| {
        let expected = if asks { Lookup::Fetch } else { Lookup::Unknown };
        assert_eq!(cache.find(signature, now), expected, "{now}");
        assert_eq!(cache.may_be_fetched_again(now), asks, "{now}");
    };
    // Those that just came are all that the server has.
    assert_asks(&cache, NOW, false);
    assert_asks(&cache, NOW + 1, true);
    cache.received(&keys(OTHERS, ""), NOW + 1).unwrap();
    for (now, asks) in [(NOW + 2, false), (NOW + 60, false), (NOW + 61, true)] {
        assert_asks(&cache, now, asks);
    }
    // A fetch that fails counts as one, and the keys stay.
    let failed = cache.received(&HttpResponse::new(503, ""), NOW + 61).unwrap_err();
    assert_http(&failed, 503);
    for (now, asks) in [(NOW + 62, false), (NOW + 120, false), (NOW + 121, true)] {
        assert_asks(&cache, now, asks);
    }
    cache.received(&keys(KEYS, ""), NOW + 121).unwrap();
    assert!(matches!(cache.find(signature, NOW + 121), Lookup::Key(_)));
}
