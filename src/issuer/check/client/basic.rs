//! Credentials in a Basic header (RFC 6749 section 2.3.1, RFC 7617).

use crate::form;
use crate::issuer::wire::refusal::Refusal;
use crate::rules::base64url;

/// The credentials, both as they were sent and form-decoded (RFC 6749 section 2.3.1).
pub(super) struct Basic {
    pub(super) id: String,
    pub(super) secret: String,
    /// The id and the secret, form-decoded; none if they cannot be decoded.
    pub(super) decoded: Option<(String, String)>,
}

impl Basic {
    /// Reads the value of an Authorization header.
    pub(super) fn read(header: &str) -> Result<Self, Refusal> {
        let (scheme, credentials) = header.split_once(' ').unwrap_or((header, ""));
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(Refusal::ClientSchemeUnknown);
        }
        let credentials = credentials.trim().trim_end_matches('=');
        // RFC 7617 uses the alphabet of base64, not that of base64url.
        let mut bytes: Vec<u8> = credentials.bytes().map(to_base64url).collect();
        let length = base64url::decode(&mut bytes).ok_or(Refusal::ClientBasicMalformed)?;
        bytes.truncate(length);
        let text = String::from_utf8(bytes).map_err(|_| Refusal::ClientBasicMalformed)?;
        let (id, secret) = text.split_once(':').ok_or(Refusal::ClientBasicMalformed)?;
        let decoded = match (form::decode(id), form::decode(secret)) {
            (Ok(id), Ok(secret)) => Some((id, secret)),
            _ => None,
        };
        Ok(Self { id: id.to_owned(), secret: secret.to_owned(), decoded })
    }
}

/// A character of base64 in the alphabet of base64url; those that are only in the latter are in neither.
fn to_base64url(character: u8) -> u8 {
    match character {
        b'+' => b'-',
        b'/' => b'_',
        b'-' | b'_' => b'=',
        other => other,
    }
}
