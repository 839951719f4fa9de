use super::grant::{Grant, Plan};
use crate::rules::request;
use crate::rules::table::Table;

/// A refresh token (RFC 6749 section 6). The response may contain a new one, which replaces it.
#[derive(Clone, Copy)]
pub struct RefreshToken<'a> {
    /// The token.
    pub refresh_token: &'a str,
    /// A narrower scope than the granted one; `None` for the same scope.
    pub scope: Option<&'a str>,
}

impl Grant for RefreshToken<'_> {}

impl Plan for RefreshToken<'_> {
    fn plan(&self) -> Table<'_> {
        request::REFRESH_TOKEN
    }

    fn values(&self) -> Vec<(&str, &str)> {
        vec![("refresh_token", self.refresh_token), ("scope", self.scope.unwrap_or_default())]
    }
}
