use super::grant::{Grant, Plan};
use crate::rules::request;
use crate::rules::table::Table;

/// Tokens for an assertion that somebody has signed whom the server trusts (RFC 7523 section 2.1).
#[derive(Clone, Copy)]
pub struct JwtBearer<'a> {
    /// The assertion, a JWT.
    pub assertion: &'a str,
    /// `scope`: the scopes, separated by spaces.
    pub scope: Option<&'a str>,
}

impl Grant for JwtBearer<'_> {}

impl Plan for JwtBearer<'_> {
    fn plan(&self) -> Table<'_> {
        request::JWT_BEARER
    }

    fn values(&self) -> Vec<(&str, &str)> {
        vec![("assertion", self.assertion), ("scope", self.scope.unwrap_or_default())]
    }
}
