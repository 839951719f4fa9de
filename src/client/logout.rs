//! Logout at the server (OpenID Connect RP-Initiated Logout section 2).

use core::fmt;

use crate::rules::request;

use super::{Client, Error, Extra};

/// The parameters of a logout. `Debug` does not show the id_token.
#[derive(Clone, Copy, Default)]
pub struct LogoutParameters<'a> {
    /// `id_token_hint`: an id_token of the session to end, which may have expired.
    pub id_token: Option<&'a str>,
    /// `post_logout_redirect_uri`: where the browser goes afterwards, exactly one of the registered
    /// URIs.
    pub post_logout_redirect_uri: Option<&'a str>,
    /// `state`, which the server adds to that URI.
    pub state: Option<&'a str>,
    /// Additional parameters, such as `ui_locales`.
    pub extra: &'a Extra<'a>,
}

impl fmt::Debug for LogoutParameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutParameters")
            .field("post_logout_redirect_uri", &self.post_logout_redirect_uri)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The URL at which the browser signs the user out at the server.
    ///
    /// # Errors
    /// Fails if the server has no end-session endpoint, and for an extra parameter that the URL
    /// already has.
    pub fn logout_url(&self, parameters: &LogoutParameters<'_>) -> Result<String, Error> {
        let LogoutParameters { id_token, post_logout_redirect_uri, state, extra } = *parameters;
        let values = [
            ("id_token_hint", id_token),
            ("post_logout_redirect_uri", post_logout_redirect_uri),
            ("state", state),
        ];
        let values = values.map(|(name, value)| (name, value.unwrap_or_default()));
        self.request(request::LOGOUT, &values, extra).map(|parts| parts.url)
    }
}
