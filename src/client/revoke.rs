//! Revoking a token (RFC 7009; EIAM: RevokeToken).

use crate::http::{HttpRequest, HttpResponse};

use super::answer::Received;
use super::request::{Carrier, Parameter, Parts, Plan};
use super::{Client, Error};

/// What kind of token it is; a hint that only saves the server a search.
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
        let hint = hint.map_or("", TokenTypeHint::name);
        self.request(&REQUEST, &[token, hint], &[]).map(Parts::into)
    }
}

pub(crate) const REQUEST: Plan = about_token("revocation_endpoint");

/// A request about one token: its revocation or its introspection.
pub(super) const fn about_token(endpoint: &'static str) -> Plan {
    Plan { endpoint, carrier: Carrier::Form, fixed: None, parameters: &ABOUT_TOKEN }
}

const ABOUT_TOKEN: [Parameter; 2] =
    [Parameter::required("token"), Parameter::optional("token_type_hint")];

/// Reads the answer to [`Client::revocation_request`]. A token that the server does not know counts
/// as revoked (RFC 7009 section 2.2).
///
/// # Errors
/// As [`token::parse_response`](super::token::parse_response), but any successful body will do.
pub fn parse_response(response: &HttpResponse) -> Result<(), Error> {
    Received::of(response).refused()
}
