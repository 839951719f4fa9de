//! JWTs of the server other than id_tokens: what they have to say.

use eiam_token::base64url;
use eiam_token::client::signed::{Kind, Unverified};
use eiam_token::client::{Error, ErrorKind};
use eiam_token::json::{self, Limits};

use crate::support::{ISSUER, NOW, is, malformed, public_client, refusal_of, transaction};

const KINDS: [Kind; 4] =
    [Kind::AuthorizationResponse, Kind::UserInfo, Kind::Introspection, Kind::LogoutToken];

/// What each kind says when all is well: its name, its header and its claims.
fn good(kind: Kind) -> (&'static str, String, String) {
    let (soon, state) = (NOW + 60, transaction().state);
    let common = format!(r#""iss":"{ISSUER}","aud":"app_x","iat":{NOW}"#);
    let (name, typ, more) = match kind {
        Kind::AuthorizationResponse => {
            ("response", "", format!(r#""exp":{soon},"code":"CO1","state":"{}""#, state.expose()))
        }
        Kind::UserInfo => ("userinfo", "", format!(r#""exp":{soon},"sub":"user_a""#)),
        Kind::Introspection => (
            "introspection",
            r#","typ":"token-introspection+jwt""#,
            r#""token_introspection":{"active":true}"#.to_owned(),
        ),
        _ => (
            "logout_token",
            r#","typ":"logout+jwt""#,
            format!(
                r#""exp":{soon},"jti":"1","sub":"user_a","sid":"s","events":{{"http://schemas.openid.net/event/backchannel-logout":{{}}}}"#
            ),
        ),
    };
    (name, format!(r#"{{"alg":"ES256","kid":"k"{typ}}}"#), format!("{{{common},{more}}}"))
}

fn jwt(header: &str, claims: &str) -> String {
    let part = |text: &str| base64url::encode(text.as_bytes());
    format!("{}.{}.AQID", part(header), part(claims))
}

fn check(kind: Kind, header: &str, claims: &str) -> Result<Unverified, Error> {
    public_client().check_signed(kind, &jwt(header, claims), NOW, 60)
}

/// An object whose member has another value; an empty one takes it away.
fn with(object: &str, name: &str, value: &str) -> String {
    let members = json::parse_object(object, Limits::default()).unwrap();
    let others = members.iter().filter(|(known, _)| *known != name);
    let mut written: Vec<_> =
        others.map(|(name, value)| format!("\"{name}\":{}", value.as_written())).collect();
    if !value.is_empty() {
        written.push(format!("\"{name}\":{value}"));
    }
    format!("{{{}}}", written.join(","))
}

#[test]
fn what_is_right_is_left_to_be_verified() {
    for kind in KINDS {
        let (_, header, claims) = good(kind);
        let unverified = check(kind, &header, &claims).unwrap();
        assert_eq!(unverified.signature().key_id(), Some("k"));
        assert_eq!(unverified.signature().octets(), [1, 2, 3]);
        assert!(!format!("{unverified:?}").contains("app_x"));
        assert_eq!(unverified.verified(), claims);
        assert!(check(kind, &header, &with(&claims, "aud", r#"["x","app_x"]"#)).is_ok());
    }
}

#[test]
fn rfc_8725_headers_that_are_refused() {
    for kind in KINDS {
        let (name, header, claims) = good(kind);
        for (member, value) in [
            ("alg", r#""none""#),
            ("alg", r#""HS256""#),
            ("alg", "7"),
            ("crit", r#"["x"]"#),
            ("typ", r#""at+jwt""#),
            ("typ", r#""""#),
            ("typ", "7"),
            ("kid", "7"),
        ] {
            let refused = malformed(check(kind, &with(&header, member, value), &claims));
            assert_eq!(refused.0, format!("{name}.{member}"), "{value}");
        }
    }
}

#[test]
fn claims_that_are_wrong() {
    for kind in KINDS {
        let (name, header, claims) = good(kind);
        let (past, later) = ((NOW - 60).to_string(), (NOW + 61).to_string());
        let mut wrong = vec![
            ("iss", r#""https://as.example""#),
            ("iss", "7"),
            ("aud", r#""app_""#),
            ("aud", r#"["app_y"]"#),
            ("aud", r#"{"app_x":1}"#),
            ("iat", &*later),
            ("iat", r#""1""#),
            ("nbf", &*later),
        ];
        match kind {
            Kind::Introspection => wrong.extend([("exp", &*later), ("sub", r#""user_a""#)]),
            _ => wrong.extend([("exp", &*past), ("exp", r#""9999999999""#), ("exp", "-1")]),
        }
        if kind == Kind::LogoutToken {
            wrong.extend([
                ("nonce", r#""n""#),
                ("sub", "7"),
                ("sid", r#""""#),
                ("jti", r#""""#),
                ("events", "{}"),
                ("events", "[]"),
                ("events", r#"{"http://schemas.openid.net/event/backchannel-logout":true}"#),
            ]);
        }
        for (claim, value) in wrong {
            let refused = malformed(check(kind, &header, &with(&claims, claim, value)));
            assert_eq!(refused.0, format!("{name}.{claim}"), "{value}");
        }
    }
}

#[test]
fn claims_that_have_to_be_there() {
    for (kind, required) in [
        (Kind::AuthorizationResponse, &["iss", "aud", "exp"][..]),
        (Kind::UserInfo, &["sub"]),
        (Kind::Introspection, &["iss", "aud", "iat", "token_introspection"]),
        (Kind::LogoutToken, &["iss", "aud", "iat", "exp", "jti", "events"]),
    ] {
        let (name, header, claims) = good(kind);
        for claim in required {
            for value in ["", "null"] {
                let refused = malformed(check(kind, &header, &with(&claims, claim, value)));
                assert_eq!(refused, (format!("{name}.{claim}"), "missing".to_owned()));
            }
        }
    }
    let (_, header, claims) = good(Kind::LogoutToken);
    let nobody = with(&with(&claims, "sub", ""), "sid", "");
    assert_eq!(malformed(check(Kind::LogoutToken, &header, &nobody)).0, "logout_token.sub");
}

#[test]
fn what_is_no_jwt() {
    for kind in KINDS {
        for text in ["", "a", "a.b", "a.b.c.d.e", "ä.b.c", "\0"] {
            let refused = public_client().check_signed(kind, text, NOW, 60);
            assert!(malformed(refused).0.starts_with(good(kind).0), "{text}");
        }
        let twice = jwt(r#"{"alg":"ES256"}"#, r#"{"iss":"a","iss":"b"}"#);
        assert!(public_client().check_signed(kind, &twice, NOW, 60).is_err());
    }
}

#[test]
fn jarm_2_4_a_signed_response_is_read_as_any_other() {
    let (_, header, claims) = good(Kind::AuthorizationResponse);
    let verified = check(Kind::AuthorizationResponse, &header, &claims).unwrap().verified();
    let client = public_client();
    let response = client.parse_signed_callback(&verified, &transaction()).unwrap();
    assert_eq!(response.code().expose(), "CO1");
    let other = client.parse_signed_callback(&with(&claims, "state", r#""x""#), &transaction());
    assert!(is(&other, ErrorKind::Callback, "state"));
    let refusal = with(&with(&claims, "code", ""), "error", r#""access_denied""#);
    let refused = client.parse_signed_callback(&refusal, &transaction());
    assert_eq!(refusal_of(refused, ErrorKind::OAuth).0, "access_denied");
    assert!(client.parse_signed_callback("", &transaction()).is_err());
}
