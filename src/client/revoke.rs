//! Revoking a token (RFC 7009; EIAM: RevokeToken).

use crate::form::Encoder;
use crate::http::{HttpRequest, HttpResponse};

use super::{Client, Error, answer};

/// What kind of token is revoked; a hint that only saves the server a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenTypeHint {
    /// `access_token`
    AccessToken,
    /// `refresh_token`
    RefreshToken,
}

impl TokenTypeHint {
    /// The hint's name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl Client {
    /// Makes the request that revokes an access or refresh token.
    ///
    /// # Errors
    /// A server without revocation endpoint, and an empty token.
    pub fn revocation_request(
        &self,
        token: &str,
        hint: Option<TokenTypeHint>,
    ) -> Result<HttpRequest, Error> {
        let url = self.server.required("revocation_endpoint")?;
        if token.is_empty() {
            return Err(Error::argument("token", "empty"));
        }
        let mut form = Encoder::new();
        form.pair("token", token).optional("token_type_hint", hint.map(TokenTypeHint::name));
        Ok(self.authentication.post_form(url, &self.client_id, form))
    }
}

/// Reads the answer to [`Client::revocation_request`]. A token that the server does not know counts
/// as revoked (RFC 7009 section 2.2).
///
/// # Errors
/// As [`token::parse_response`](super::token::parse_response), but any successful body will do.
pub fn parse_response(response: &HttpResponse) -> Result<(), Error> {
    answer::refused(response)
}
