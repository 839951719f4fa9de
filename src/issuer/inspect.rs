//! Checking an access token where it is used, without a request.

use super::Issuer;

/// What an access token says that works.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessTokenInfo {
    /// The issuer's URL (`iss`).
    pub issuer: String,
    /// The client that it was given to.
    pub client_id: String,
    /// The user; none for a token that a client has for itself.
    pub subject: Option<String>,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// In Unix seconds.
    pub issued_at: i64,
    /// In Unix seconds.
    pub expires_at: i64,
    /// The thumbprint of the key that it works with alone (RFC 9449 section 6.1): whoever takes the
    /// token has to check the proof.
    pub jkt: Option<String>,
}

impl Issuer {
    /// What a sealed access token says, if it works: made by this issuer, or by one with the same
    /// [sealing key](Issuer::set_sealing_key), neither expired nor revoked, client and user there. Of
    /// revocations it knows those that were made here; an issuer that another one's tokens are shown
    /// to takes them until they expire. JWT access tokens are not for this: whoever takes them verifies
    /// them by the published keys (RFC 9068 section 4).
    #[must_use]
    pub fn inspect_access_token(&self, token: &str, now: i64) -> Option<AccessTokenInfo> {
        let token = self.live_access_token(token, now).ok()?;
        Some(AccessTokenInfo {
            issuer: self.issuer_url(token.authority, &token.client),
            client_id: token.client,
            subject: token.subject,
            scope: token.scope,
            issued_at: token.issued,
            expires_at: token.expires,
            jkt: token.jkt,
        })
    }
}
