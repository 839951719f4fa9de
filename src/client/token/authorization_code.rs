use super::grant::{Grant, Plan};
use crate::client::callback::AuthorizationResponse;
use crate::rules::request;
use crate::rules::table::Table;

/// The code of a callback (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationCode<'a>(pub &'a AuthorizationResponse);

impl Grant for AuthorizationCode<'_> {}

impl Plan for AuthorizationCode<'_> {
    fn plan(&self) -> Table<'_> {
        request::AUTHORIZATION_CODE
    }

    fn values(&self) -> Vec<(&str, &str)> {
        vec![
            ("code", self.0.code().expose()),
            ("redirect_uri", self.0.redirect_uri()),
            ("code_verifier", self.0.code_verifier().expose()),
        ]
    }
}
