use super::grant::{Grant, Plan};
use crate::rules::request;
use crate::rules::table::Table;

/// A user's name and password (RFC 6749 section 4.3). RFC 9700 section 2.4 forbids this grant; it
/// is supported because EIAM's GenerateToken has it.
#[derive(Clone, Copy)]
pub struct Password<'a> {
    /// The user's name.
    pub username: &'a str,
    /// The user's password.
    pub password: &'a str,
    /// `scope`: the scopes, separated by spaces.
    pub scope: Option<&'a str>,
}

impl Grant for Password<'_> {}

impl Plan for Password<'_> {
    fn plan(&self) -> Table<'_> {
        request::PASSWORD
    }

    fn values(&self) -> Vec<(&str, &str)> {
        vec![
            ("username", self.username),
            ("password", self.password),
            ("scope", self.scope.unwrap_or_default()),
        ]
    }
}
