//! Signing a user in, without a page.

use crate::http::HttpRequest;
use crate::issuer::check::{authentication, session};
use crate::issuer::sealed::context::WantedContext;
use crate::issuer::sealed::cookie::SessionCookie;
use crate::issuer::wire::asked::Asked;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::cookies;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::route::{self, Endpoint};
use crate::issuer::{Issuer, Sessions};
use crate::testing::acts::whom;
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

/// Whom to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignIn {
    /// The user, by id or username.
    pub user: String,
    /// The authentication context that is asked for (`acr`), if the user has none of their own.
    pub acr: Option<String>,
}

/// The cookie of a login session, as a browser keeps it. It is `HttpOnly` and `SameSite=Lax`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionToKeep {
    /// The id of the user.
    pub user: String,
    /// The cookie's name.
    pub name: String,
    /// Its value, which is a secret.
    pub value: String,
    /// Its path.
    pub path: String,
    /// Whether it is sent over https only.
    pub secure: bool,
}

/// Does not show the value.
impl core::fmt::Debug for SessionToKeep {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SessionToKeep")
            .field("user", &self.user)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Controlled {
    /// Begins a login session, and gives the cookie for a browser. Where sessions are the host's, the user
    /// is signed in there, and there is no cookie.
    ///
    /// # Errors
    /// Fails for a user who is not there or disabled, and if there is no room for the session.
    pub fn sign_in(
        &mut self,
        sign_in: &SignIn,
        host: i64,
    ) -> Result<Option<SessionToKeep>, ControlError> {
        let now = self.time(host);
        let Issuer { directory, vault, store, frontend } = &mut **self;
        let cookies = &frontend.cookies;
        let config = directory.config();
        let user = whom::user(directory, &sign_in.user)?;
        let values = sign_in.acr.clone().unwrap_or_default();
        let wanted = WantedContext { values, essential: false };
        let context = authentication::of_sign_in(config, user, &wanted);
        // A browser without cookies.
        let request = HttpRequest::get(config.base());
        let exchange = Exchange {
            request: &request,
            path: "",
            query: "",
            verified: &[],
            asked: Asked::Nobody,
            now,
            profile: config.profile,
            endpoint: Endpoint::Login,
            authority: Authority::Instance,
            application: None,
        };
        let id = &user.user_id;
        let begun = session::begin(directory, vault, store, cookies, &exchange, id, context)
            .map_err(|refusal| ControlError::by_issuer(&refusal, config.profile))?;
        if cookies.sessions == Sessions::Host {
            return Ok(None);
        }
        let secure = config.is_https();
        let path = match route::base_path(config) {
            _ if secure => "/",
            "" => "/",
            path => path,
        };
        Ok(Some(SessionToKeep {
            user: user.user_id.clone(),
            name: cookies.name(config, cookies::SESSION),
            path: path.to_owned(),
            secure,
            value: vault.seal(&SessionCookie(begun.id)),
        }))
    }
}
