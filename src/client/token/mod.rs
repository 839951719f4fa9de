//! The token endpoint (RFC 6749 section 3.2; EIAM: GenerateToken): the grants, and the response.

mod authorization_code;
mod checked;
mod client_credentials;
mod device_code;
mod grant;
mod jwt_bearer;
mod password;
mod refresh_token;
mod response;
mod token_exchange;

pub use authorization_code::AuthorizationCode;
pub use checked::{Expected, Unverified};
pub use client_credentials::ClientCredentials;
pub use device_code::DeviceCode;
pub use grant::Grant;
pub use jwt_bearer::JwtBearer;
pub use password::Password;
pub use refresh_token::RefreshToken;
pub use response::{TokenSet, parse_response};
pub use token_exchange::{
    ACCESS_TOKEN, ID_TOKEN, JWT, REFRESH_TOKEN, TokenExchange, issued_token_type,
};

use crate::http::HttpRequest;

use super::request::Parts;
use super::{Client, Error, Extra};

impl Client {
    /// Makes the token request of a grant. All parameters are in the form, and none in the URL.
    ///
    /// # Errors
    /// Fails if the server has no token endpoint, if a required parameter is empty, and for an
    /// extra parameter that the request already has.
    pub fn token_request<G: Grant>(
        &self,
        grant: &G,
        extra: &Extra<'_>,
    ) -> Result<HttpRequest, Error> {
        self.request(grant.plan(), &grant.values(), extra).map(Parts::into)
    }
}
