//! The token endpoint (RFC 6749 section 3.2; EIAM: GenerateToken): one file a grant, and the answer.

mod authorization_code;
mod client_credentials;
mod device_code;
mod password;
mod refresh_token;
mod response;

pub use authorization_code::AuthorizationCode;
pub use client_credentials::ClientCredentials;
pub use device_code::DeviceCode;
pub use password::Password;
pub use refresh_token::RefreshToken;
pub use response::{TokenSet, parse_response};

use crate::form::Encoder;
use crate::http::HttpRequest;

use super::authorize::add_extra;
use super::{Client, Error, Extra};

/// One of the ways to ask for tokens.
pub trait Grant {
    /// `grant_type` on the wire.
    const GRANT_TYPE: &'static str;

    /// The names of the parameters that [`Grant::parameters`] may add.
    const PARAMETERS: &'static [&'static str];

    /// Adds the grant's parameters, in the order of the service's documentation.
    ///
    /// # Errors
    /// A parameter that no request can be made of.
    fn parameters(&self, form: &mut Encoder) -> Result<(), Error>;
}

impl Client {
    /// Makes the token request of a grant. Everything goes into the form, nothing into the URL.
    ///
    /// # Errors
    /// A server without token endpoint, a parameter that is wrong, and an extra parameter that the
    /// request has already.
    pub fn token_request<G: Grant>(
        &self,
        grant: &G,
        extra: &Extra<'_>,
    ) -> Result<HttpRequest, Error> {
        self.post_to_token_endpoint(form(grant)?, G::PARAMETERS, extra)
    }

    pub(crate) fn post_to_token_endpoint(
        &self,
        mut form: Encoder,
        parameters: &[&str],
        extra: &Extra<'_>,
    ) -> Result<HttpRequest, Error> {
        let url = self.server.required("token_endpoint")?;
        add_extra(&mut form, extra, &[parameters, &CLIENT_PARAMETERS])?;
        Ok(self.authentication.post_form(url, &self.client_id, form))
    }
}

/// The part of a token request that the grant decides.
pub(crate) fn form<G: Grant>(grant: &G) -> Result<Encoder, Error> {
    let mut form = Encoder::new();
    form.pair("grant_type", G::GRANT_TYPE);
    grant.parameters(&mut form)?;
    Ok(form)
}

const CLIENT_PARAMETERS: [&str; 3] = ["grant_type", "client_id", "client_secret"];

fn required(name: &'static str, value: &str) -> Result<(), Error> {
    if value.is_empty() { Err(Error::argument(name, "empty")) } else { Ok(()) }
}
