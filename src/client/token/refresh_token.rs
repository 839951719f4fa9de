use crate::client::Error;
use crate::form::Encoder;

use super::{Grant, required};

/// A refresh token (RFC 6749 section 6). The answer may carry another one, which replaces it.
#[derive(Clone, Copy)]
pub struct RefreshToken<'a> {
    /// The token.
    pub refresh_token: &'a str,
    /// A narrower scope than was granted; `None` for the same.
    pub scope: Option<&'a str>,
}

impl Grant for RefreshToken<'_> {
    const GRANT_TYPE: &'static str = "refresh_token";
    const PARAMETERS: &'static [&'static str] = &["refresh_token", "scope"];

    fn parameters(&self, form: &mut Encoder) -> Result<(), Error> {
        required("refresh_token", self.refresh_token)?;
        form.pair("refresh_token", self.refresh_token).optional("scope", self.scope);
        Ok(())
    }
}
