use super::grant::Grant;
use crate::client::request::Parameter;

/// A refresh token (RFC 6749 section 6). The response may contain a new one, which replaces it.
#[derive(Clone, Copy)]
pub struct RefreshToken<'a> {
    /// The token.
    pub refresh_token: &'a str,
    /// A narrower scope than the granted one; `None` for the same scope.
    pub scope: Option<&'a str>,
}

impl Grant for RefreshToken<'_> {
    const GRANT_TYPE: &'static str = "refresh_token";
    const PARAMETERS: &'static [Parameter] =
        &[Parameter::required("refresh_token"), Parameter::optional("scope")];

    fn values(&self) -> Vec<&str> {
        vec![self.refresh_token, self.scope.unwrap_or_default()]
    }
}
