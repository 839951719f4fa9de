//! Token revocation (RFC 7009; EIAM: RevokeToken).

use crate::http::{HttpRequest, HttpResponse};
use crate::rules::request;

use super::answer::Received;
use super::request::Parts;
use super::{Client, Error};

/// What kind of token it is. This hint only spares the server a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenTypeHint {
    /// `access_token`
    AccessToken,
    /// `refresh_token`
    RefreshToken,
}

impl TokenTypeHint {
    /// The value of `token_type_hint`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

impl Client {
    /// Makes the request that revokes an access token or a refresh token.
    ///
    /// # Errors
    /// Fails if the server has no revocation endpoint, and for an empty token.
    pub fn revocation_request(
        &self,
        token: &str,
        hint: Option<TokenTypeHint>,
    ) -> Result<HttpRequest, Error> {
        let hint = hint.map_or("", TokenTypeHint::name);
        let values = [("token", token), ("token_type_hint", hint)];
        self.request(request::REVOCATION, &values, &[]).map(Parts::into)
    }
}

/// Reads the response to [`Client::revocation_request`]. A token that the server does not know
/// counts as revoked (RFC 7009 section 2.2).
///
/// # Errors
/// Those of [`token::parse_response`](super::token::parse_response), except that any body is
/// accepted in a successful response.
pub fn parse_response(response: &HttpResponse) -> Result<(), Error> {
    Received::of(response).refused()
}
