//! Token introspection (RFC 7662).

use core::fmt;

use crate::http::{HttpRequest, HttpResponse};
use crate::rules::{answer, request};

use super::answer::Received;
use super::request::Parts;
use super::revoke::TokenTypeHint;
use super::{Client, Error};

impl Client {
    /// Makes the request that asks whether a token is active (RFC 7662 section 2.1).
    ///
    /// # Errors
    /// Fails if the server has no introspection endpoint, and for an empty token.
    pub fn introspection_request(
        &self,
        token: &str,
        hint: Option<TokenTypeHint>,
    ) -> Result<HttpRequest, Error> {
        let hint = hint.map_or("", TokenTypeHint::name);
        let values = [("token", token), ("token_type_hint", hint)];
        self.request(request::INTROSPECTION, &values, &[]).map(Parts::into)
    }
}

/// What a server says about a token (RFC 7662 section 2.2). `Debug` does not show the members.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Introspection {
    /// `active`: whether the token is valid now. If it is not, ignore everything else.
    pub active: bool,
    /// `exp` in Unix seconds, by the server's clock.
    pub expires_at: Option<i64>,
    /// `iat` in Unix seconds, by the server's clock.
    pub issued_at: Option<i64>,
    /// `nbf` in Unix seconds, by the server's clock.
    pub not_before: Option<i64>,
    /// All members, as the text of a JSON object without duplicate names.
    pub members: String,
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection").field("active", &self.active).finish_non_exhaustive()
    }
}

/// Reads the response to [`Client::introspection_request`].
///
/// # Errors
/// Those of [`token::parse_response`](super::token::parse_response), and
/// [`Malformed`](super::ErrorKind::Malformed) if `active` is not a boolean.
pub fn parse_response(response: &HttpResponse) -> Result<Introspection, Error> {
    let fields = Received::of(response).read(answer::INTROSPECTION)?;
    Ok(Introspection {
        active: fields.flag("active"),
        expires_at: fields.seconds("exp"),
        issued_at: fields.seconds("iat"),
        not_before: fields.seconds("nbf"),
        members: fields.text.to_owned(),
    })
}
