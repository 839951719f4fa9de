use crate::client::Error;
use crate::client::callback::AuthorizationResponse;
use crate::form::Encoder;

use super::Grant;

/// The code of a callback (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationCode<'a>(pub &'a AuthorizationResponse);

impl Grant for AuthorizationCode<'_> {
    const GRANT_TYPE: &'static str = "authorization_code";
    const PARAMETERS: &'static [&'static str] = &["code", "redirect_uri", "code_verifier"];

    fn parameters(&self, form: &mut Encoder) -> Result<(), Error> {
        form.pair("code", self.0.code().expose())
            .pair("redirect_uri", self.0.redirect_uri())
            .pair("code_verifier", self.0.code_verifier().expose());
        Ok(())
    }
}
