//! Reading a JWS in its compact form (RFC 7515 section 7.1). Its signature is not verified here.

use std::borrow::Cow;

use crate::base64url;
use crate::issuer::jose::key::{KeyProblem, PublicKey};
use crate::json::{self, Limits, Object, Value};

/// A JWS whose signature is not verified.
pub(crate) struct Jws {
    pub(crate) algorithm: String,
    pub(crate) typ: Option<String>,
    pub(crate) key_id: Option<String>,
    /// The key in its header (RFC 7515 section 4.1.3).
    pub(crate) key: Option<Result<PublicKey, KeyProblem>>,
    /// The text that is signed: `header.payload`.
    pub(crate) input: String,
    pub(crate) signature: Vec<u8>,
    payload: Vec<u8>,
}

impl Jws {
    /// Reads a JWS. Returns none for a text that is no JWS, is longer than 8 KiB, has more members
    /// in its header than anybody needs, or has an extension that this issuer does not know (RFC
    /// 7515 section 4.1.11, RFC 7797 section 6).
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_JWS {
            return None;
        }
        let (input, signature) = text.rsplit_once('.')?;
        let (header, payload) = input.split_once('.')?;
        let header = decode(header)?;
        let header = object(&header, MAX_HEADER_MEMBERS)?;
        if header.member("crit").is_some() || header.member("b64").is_some() {
            return None;
        }
        let text_of = |name: &str| match header.member(name) {
            None => Some(None),
            Some(value) => value.as_str().map(|text| Some(text.into_owned())),
        };
        let this = Self {
            algorithm: text_of("alg")??,
            typ: text_of("typ")?,
            key_id: text_of("kid")?,
            key: header.member("jwk").map(|jwk| PublicKey::from_json(&jwk)),
            input: input.to_owned(),
            signature: decode(signature)?,
            payload: decode(payload)?,
        };
        // There are exactly three parts, because a payload with a dot in it could not be decoded.
        Some(this)
    }

    /// Reads the payload as claims (RFC 7519 section 7.2). Returns none if there are more than the
    /// issuer itself would put into an id_token.
    pub(crate) fn claims(&self) -> Option<Claims<'_>> {
        object(&self.payload, MAX_CLAIMS).map(Claims)
    }

    /// Whether `typ` is this media type, with or without its `application/` (RFC 7515 section
    /// 4.1.9).
    pub(crate) fn is_type(&self, name: &str) -> bool {
        self.typ.as_deref().is_some_and(|typ| {
            let typ = match typ.split_at_checked("application/".len()) {
                Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
                _ => typ,
            };
            typ.eq_ignore_ascii_case(name)
        })
    }
}

/// Reads an object. The object, and each object in it, may have at most so many members: it is read
/// before anybody has authenticated.
fn object(bytes: &[u8], members: usize) -> Option<Object<'_>> {
    let text = core::str::from_utf8(bytes).ok()?;
    json::parse_object(text, Limits { members, ..Limits::default() }).ok()
}

/// The most bytes that a JWS may have.
const MAX_JWS: usize = 8 * 1024;

/// Decodes a part of a JWS.
fn decode(part: &str) -> Option<Vec<u8>> {
    base64url::decode(part).ok()
}

/// The most members that a header may have. RFC 7515 section 4.1 defines eleven, and RFC 7518
/// section 6 nine for a key in it.
const MAX_HEADER_MEMBERS: usize = 32;

/// The most claims that a JWT may have: several times the 34 of OpenID Connect Core sections 2 and
/// 5.1.
const MAX_CLAIMS: usize = 128;

/// The claims of a JWT.
pub(crate) struct Claims<'a>(Object<'a>);

impl<'a> Claims<'a> {
    /// A claim that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.0.member(name)?.as_str()
    }

    /// Names and values, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Value<'a>)> {
        self.0.iter()
    }

    /// A claim that is an object.
    pub(crate) fn object(&self, name: &str) -> Option<Object<'a>> {
        self.0.member(name)?.as_object()
    }

    /// A claim of any type.
    pub(crate) fn member(&self, name: &str) -> Option<Value<'a>> {
        self.0.member(name)
    }

    /// Whether the JWT has this claim, of any type.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.member(name).is_some()
    }

    /// A claim that is a time (NumericDate, RFC 7519 section 2), rounded down to a whole second;
    /// none for any other value.
    pub(crate) fn time(&self, name: &str) -> Option<i64> {
        let text = self.0.member(name)?.as_number()?.as_written();
        let whole = match text.split_once('.') {
            Some((whole, digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => whole,
            _ => text,
        };
        crate::seconds::whole(json::Number::from_text(whole)?).ok()
    }

    /// The audience, which is a string or a list of strings (RFC 7519 section 4.1.3); none for any
    /// other value.
    pub(crate) fn audience(&self) -> Option<Vec<Cow<'_, str>>> {
        let audience = self.0.member("aud")?;
        match audience.as_array() {
            Some(items) => items.into_iter().map(|item| item.as_str()).collect(),
            None => audience.as_str().map(|one| vec![one]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url::encode;

    fn jws(header: &str, payload: &str) -> Option<Jws> {
        let parts = [header, payload, "signature"].map(|part| encode(part.as_bytes()));
        Jws::read(&parts.join("."))
    }

    #[test]
    fn rfc_7515_section_5_2_what_is_no_jws() {
        assert!(jws(r#"{"alg":"ES256"}"#, "{}").is_some());
        for header in [
            "",
            "[]",
            "{}",
            r#"{"alg":1}"#,
            r#"{"alg":"ES256","alg":"none"}"#,
            r#"{"alg":"ES256","crit":["b64"]}"#,
            r#"{"alg":"ES256","b64":false}"#,
            r#"{"alg":"ES256","kid":7}"#,
        ] {
            assert!(jws(header, "{}").is_none(), "{header}");
        }
        for text in ["", ".", "..", "e30.e30", "eyJhbGciOiJFUzI1NiJ9.e30.AA.AA", "a.b.c"] {
            assert!(Jws::read(text).is_none(), "{text}");
        }
        let long = "x".repeat(MAX_JWS);
        assert!(jws(r#"{"alg":"ES256"}"#, &long).is_none());
    }

    #[test]
    fn so_many_members_and_no_more() {
        let many = |count: usize| {
            let members: Vec<_> = (0..count).map(|i| format!("\"m{i}\":0")).collect();
            members.join(",")
        };
        let header = |members: &str| format!(r#"{{"alg":"ES256",{members}}}"#);
        assert!(jws(&header(&many(MAX_HEADER_MEMBERS - 1)), "{}").is_some());
        assert!(jws(&header(&many(MAX_HEADER_MEMBERS)), "{}").is_none());
        // Nor may what stands in it, such as a key.
        let inside = |count| header(&format!(r#""jwk":{{{}}}"#, many(count)));
        assert!(jws(&inside(MAX_HEADER_MEMBERS), "{}").is_some());
        assert!(jws(&inside(MAX_HEADER_MEMBERS + 1), "{}").is_none());
        for (payload, taken) in [
            (format!("{{{}}}", many(MAX_CLAIMS)), true),
            (format!("{{{}}}", many(MAX_CLAIMS + 1)), false),
            (format!(r#"{{"address":{{{}}}}}"#, many(MAX_CLAIMS + 1)), false),
        ] {
            assert_eq!(jws(&header(&many(1)), &payload).unwrap().claims().is_some(), taken);
        }
    }

    #[test]
    fn rfc_7519_section_2_numeric_dates() {
        let at = |number: &str| {
            let jws = jws(r#"{"alg":"ES256"}"#, &format!(r#"{{"exp":{number}}}"#)).unwrap();
            jws.claims().unwrap().time("exp")
        };
        assert_eq!(at("1700000000"), Some(1_700_000_000));
        assert_eq!(at("1700000000.75"), Some(1_700_000_000));
        assert_eq!(at("1.7e9"), Some(1_700_000_000));
        for wrong in ["\"1700000000\"", "1e300", "null", "true"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn rfc_7515_section_4_1_9_types_without_prefix_and_case() {
        let with = |typ: &str| jws(&format!(r#"{{"alg":"ES256","typ":"{typ}"}}"#), "{}").unwrap();
        assert!(with("dpop+jwt").is_type("dpop+jwt"));
        assert!(with("Application/DPoP+JWT").is_type("dpop+jwt"));
        assert!(!with("JWT").is_type("dpop+jwt"));
    }
}
