use super::grant::Grant;
use crate::client::request::Parameter;

/// A token for the client itself, without a user (RFC 6749 section 4.4).
#[derive(Clone, Copy, Debug)]
pub struct ClientCredentials<'a> {
    /// `scope`: the scopes, separated by spaces. Those of EIAM's resource servers look like
    /// `api://x|read` and `api://x|.all` (EIAM: section 1, "Scope").
    pub scope: Option<&'a str>,
}

impl Grant for ClientCredentials<'_> {
    const GRANT_TYPE: &'static str = "client_credentials";
    const PARAMETERS: &'static [Parameter] = &[Parameter::optional("scope")];

    fn values(&self) -> Vec<&str> {
        vec![self.scope.unwrap_or_default()]
    }
}
