use super::grant::{Grant, Plan};
use super::response::TokenSet;
use crate::client::Error;
use crate::rules::request;
use crate::rules::table::Table;

/// A token in exchange for another one (RFC 8693 section 2.1). Names of services that the new token is for are
/// extra parameters `audience`, and URIs of resources are extra parameters `resource`. The response says in its
/// member `issued_token_type` what kind of token it has: see [`issued_token_type`].
#[derive(Clone, Copy)]
pub struct TokenExchange<'a> {
    /// The token of whom the request is about.
    pub subject_token: &'a str,
    /// The kind of `subject_token`, such as [`ACCESS_TOKEN`].
    pub subject_token_type: &'a str,
    /// The token of who acts for that one, and its kind.
    pub actor: Option<(&'a str, &'a str)>,
    /// The kind of token that is wanted; `None` for what the server chooses.
    pub requested_token_type: Option<&'a str>,
    /// `scope`: the scopes, separated by spaces.
    pub scope: Option<&'a str>,
}

/// The kind of an access token (RFC 8693 section 3).
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// The kind of a refresh token.
pub const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";
/// The kind of an id_token.
pub const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
/// The kind of any other JWT.
pub const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

impl Grant for TokenExchange<'_> {}

impl Plan for TokenExchange<'_> {
    fn plan(&self) -> Table<'_> {
        request::TOKEN_EXCHANGE
    }

    fn values(&self) -> Vec<(&str, &str)> {
        let (actor_token, actor_token_type) = self.actor.unwrap_or_default();
        vec![
            ("subject_token", self.subject_token),
            ("subject_token_type", self.subject_token_type),
            ("actor_token", actor_token),
            ("actor_token_type", actor_token_type),
            ("requested_token_type", self.requested_token_type.unwrap_or_default()),
            ("scope", self.scope.unwrap_or_default()),
        ]
    }
}

/// The kind of the token that a token exchange gave (RFC 8693 section 2.2.1), such as [`ACCESS_TOKEN`]. The token
/// itself is [`TokenSet::access_token`], whatever kind it is.
///
/// # Errors
/// [`Malformed`](crate::client::ErrorKind::Malformed) if the response does not say.
pub fn issued_token_type(tokens: &TokenSet) -> Result<String, Error> {
    let found = tokens.members.text("issued_token_type").filter(|kind| !kind.is_empty());
    found.ok_or_else(|| {
        Error::malformed("$.issued_token_type", "missing, or not a text").answered(200, None)
    })
}
