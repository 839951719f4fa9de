//! The parameter `id_token_hint`: an id_token that was issued before (OpenID Connect Core section
//! 3.1.2.1). Its signature is not checked, so nothing is let through because of it; it can only make
//! the answer stricter.

use crate::base64url;
use crate::json::{self, Limits};

/// What a hint says.
pub(crate) struct Hint {
    pub(crate) issuer: String,
    pub(crate) client: String,
    pub(crate) subject: String,
}

impl Hint {
    /// Reads a hint; none if it does not look like an id_token.
    pub(crate) fn read(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let payload = base64url::decode(payload).ok()?;
        let claims = json::parse_bytes(&payload, Limits::default()).ok()?;
        let claims = claims.as_object()?;
        let text = |name: &str| claims.member(name)?.as_str().map(str::to_owned);
        Some(Self { issuer: text("iss")?, client: text("aud")?, subject: text("sub")? })
    }
}
