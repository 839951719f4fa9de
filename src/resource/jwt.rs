//! Reading a JWT strictly, before its signature is verified (RFC 7519 section 7.2).

use crate::base64url;
use crate::client::Members;
use crate::client::id_token::{Decoded, Signature};
use crate::json::{self, Limits, Object, Value};
use crate::seconds;
use crate::secret::Secret;

/// A JWT whose signature is not verified.
pub(super) struct Jwt {
    /// What its header has for `typ`.
    pub(super) typ: Typ,
    /// The public key in its header (RFC 7515 section 4.1.3) as JSON text.
    pub(super) key: Option<String>,
    /// What has to be verified; none if its `kid` is no text.
    pub(super) signature: Option<Signature>,
    /// The claims.
    pub(super) claims: Members,
}

/// The `typ` of a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typ {
    /// There is none.
    Missing,
    /// In small letters, without `application/` (RFC 7515 section 4.1.9).
    Is(String),
    /// It is no text.
    Odd,
}

impl Typ {
    /// Whether it is this media type.
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Is(typ) if typ == name)
    }

    fn of(value: Option<Value<'_>>) -> Self {
        let Some(value) = value else { return Self::Missing };
        let Some(text) = value.as_str() else { return Self::Odd };
        let text = text.to_ascii_lowercase();
        Self::Is(text.strip_prefix("application/").unwrap_or(&text).to_owned())
    }
}

impl Jwt {
    /// Reads a JWT. None for a text that is none, which may be a token of another kind: one that does not consist of
    /// three parts in base64url with JSON objects, in which a name stands twice, which is too long, or whose header has
    /// extensions (RFC 7515 section 4.1.11, RFC 7797 section 6), because nothing is understood that they could demand.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut parts = text.split('.');
        let [Some(header), Some(claims), Some(signature), None] =
            [parts.next(), parts.next(), parts.next(), parts.next()]
        else {
            return None;
        };
        if signature.is_empty() {
            return None;
        }
        base64url::decode(signature).ok()?;
        let decoded = Decoded { header: text_in(header)?, claims: text_in(claims)? };
        let header = object(&decoded.header)?;
        object(&decoded.claims)?;
        if header.member("crit").is_some() || header.member("b64").is_some() {
            return None;
        }
        Some(Self {
            typ: Typ::of(header.member("typ")),
            key: header.member("jwk").map(|key| key.as_written().to_owned()),
            signature: Signature::of(&Secret::from(text), &decoded).ok(),
            claims: Members::read(&decoded.claims),
        })
    }
}

/// The most octets of a token.
const LONGEST: usize = 16 * 1024;

/// The text in a part.
fn text_in(part: &str) -> Option<String> {
    String::from_utf8(base64url::decode(part).ok()?).ok()
}

/// The members of a JSON object that was or is to be read strictly.
pub(super) fn object(text: &str) -> Option<Object<'_>> {
    json::parse_object(text, Limits::default()).ok()
}

/// A claim that is a text and not empty.
pub(super) fn text_of(claims: &Object<'_>, name: &str) -> Option<String> {
    let text = claims.member(name)?.as_str()?.into_owned();
    (!text.is_empty()).then_some(text)
}

/// A claim that is a time (RFC 7519 section 2), rounded down to a whole second; none for any other value.
pub(super) fn time_of(claims: &Object<'_>, name: &str) -> Option<i64> {
    let value = claims.member(name)?;
    value.as_number()?;
    seconds::read_date(Some(&value)).ok().flatten()
}
