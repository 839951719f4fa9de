use super::grant::Grant;
use crate::client::request::Parameter;

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

impl Grant for Password<'_> {
    const GRANT_TYPE: &'static str = "password";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::required("username"),
        Parameter::required("password"),
        Parameter::optional("scope"),
    ];

    fn values(&self) -> Vec<&str> {
        vec![self.username, self.password, self.scope.unwrap_or_default()]
    }
}
