use crate::client::callback::AuthorizationResponse;

use super::grant::Grant;
use crate::client::request::Parameter;

/// The code of a callback (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationCode<'a>(pub &'a AuthorizationResponse);

impl Grant for AuthorizationCode<'_> {
    const GRANT_TYPE: &'static str = "authorization_code";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::required("code"),
        Parameter::required("redirect_uri"),
        Parameter::required("code_verifier"),
    ];

    fn values(&self) -> Vec<&str> {
        vec![self.0.code().expose(), self.0.redirect_uri(), self.0.code_verifier().expose()]
    }
}
