use super::grant::{Grant, Plan};
use crate::rules::request;
use crate::rules::table::Table;

/// A token for the client itself, without a user (RFC 6749 section 4.4).
#[derive(Clone, Copy, Debug)]
pub struct ClientCredentials<'a> {
    /// `scope`: the scopes, separated by spaces. Those of EIAM's resource servers look like
    /// `api://x|read` and `api://x|.all` (EIAM: section 1, "Scope").
    pub scope: Option<&'a str>,
}

impl Grant for ClientCredentials<'_> {}

impl Plan for ClientCredentials<'_> {
    fn plan(&self) -> Table<'_> {
        request::CLIENT_CREDENTIALS
    }

    fn values(&self) -> Vec<(&str, &str)> {
        vec![("scope", self.scope.unwrap_or_default())]
    }
}
