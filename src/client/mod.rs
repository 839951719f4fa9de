//! The client half: it makes the requests to an authorization server and reads the responses.
//!
//! A [`Client`] turns parameters into an [`HttpRequest`](crate::http::HttpRequest). Send it with
//! the HTTP library of your choice, and pass the [`HttpResponse`](crate::http::HttpResponse) to the
//! matching `parse` function. With the feature `reqwest`, the module `online` sends it itself.
//!
//! | to do | request | answer |
//! |---|---|---|
//! | sign a user in | [`Client::authorization_request`], then [`Client::parse_callback`] | |
//! | sign the request | [`Client::request_object`], then [`Client::signed_authorization_request`] | |
//! | leave the request at the server first | [`Client::pushed_authorization_request`] | [`Client::parse_pushed_authorization`] |
//! | get tokens | [`Client::token_request`] with one of the [`token`] grants | [`token::parse_response`] |
//! | sign in on a device | [`Client::device_authorization_request`] | [`Client::parse_device_authorization`], [`device::Polling`] |
//! | read the user's claims | [`Client::user_info_request`] | [`user_info::parse_response`] |
//! | check an id_token | [`Client::key_set_request`] | [`key_set::parse_response`], [`Client::check_id_token`] |
//! | revoke a token | [`Client::revocation_request`] | [`revoke::parse_response`] |
//! | ask about a token | [`Client::introspection_request`] | [`introspect::parse_response`] |
//! | sign a user out | [`Client::logout_url`] | |
//! | learn the endpoints | [`discovery::request`] | [`discovery::parse_response`] |
//! | prove a key to which tokens are bound | [`dpop::Proof`] | [`dpop::demanded_nonce`] |
//! | check what else the server has signed | | [`Client::check_signed`] |
//! | register | [`registration::request`] | [`registration::parse_response`] |
//! | authenticate by a key | [`Client::client_assertion`] | |
//!
//! ```
//! use eiam_token::client::{Authentication, Client, Server, token::ClientCredentials};
//!
//! let server = Server {
//!     token_endpoint: Some("https://as.example/oauth2/token".into()),
//!     ..Server::default()
//! };
//! let client = Client::new(server, "app_machine", Authentication::post("CSsecret"))?;
//! let request = client.token_request(&ClientCredentials { scope: Some("api://x|read") }, &[])?;
//! assert_eq!(
//!     String::from_utf8_lossy(&request.body),
//!     "grant_type=client_credentials&scope=api%3A%2F%2Fx%7Cread\
//!      &client_id=app_machine&client_secret=CSsecret",
//! );
//! # Ok::<(), eiam_token::client::Error>(())
//! ```

mod answer;
pub mod assertion;
mod authentication;
pub mod authorize;
pub mod callback;
pub mod device;
pub mod discovery;
pub mod dpop;
mod error;
pub mod id_token;
pub mod introspect;
mod jws;
pub mod key_set;
pub mod logout;
mod members;
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
pub mod online;
pub mod pushed;
pub mod registration;
mod request;
pub mod request_object;
pub mod revoke;
mod server;
pub mod signed;
pub mod token;
pub mod user_info;

pub use crate::rules::endpoint::PlainHttp;
pub use authentication::Authentication;
pub use error::{Error, ErrorKind};
pub use members::Members;
pub use request::Extra;
pub use server::{EiamServer, Server, UnusableEndpoint};

use crate::rules::table::Table;
use authentication::ClientIdentity;
use request::Parts;

/// A client of one authorization server.
#[derive(Clone, Debug)]
pub struct Client {
    server: Server,
    client_id: String,
    authentication: Authentication,
    http: PlainHttp,
}

impl Client {
    /// Makes a client with this id. At EIAM, it is the application's id.
    ///
    /// # Errors
    /// Fails for an empty client id or secret, for an id with a colon if it is sent unencoded, for
    /// an endpoint that is not an http(s) URL, and for one that is an http URL although the issuer
    /// is an https URL (RFC 8414 section 2).
    pub fn new(
        server: Server,
        client_id: impl Into<String>,
        authentication: Authentication,
    ) -> Result<Self, Error> {
        Self::allowing(PlainHttp::default(), server, client_id, authentication)
    }

    /// Does the same as [`Client::new`], and also says where plain http is accepted.
    ///
    /// # Errors
    /// Those of [`Client::new`].
    pub fn allowing(
        http: PlainHttp,
        server: Server,
        client_id: impl Into<String>,
        authentication: Authentication,
    ) -> Result<Self, Error> {
        let client = Self { server, client_id: client_id.into(), authentication, http };
        client.identity().check()?;
        client.server.check(http).map(|()| client)
    }

    /// The server's endpoints.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The client's id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
}

impl Client {
    fn identity(&self) -> ClientIdentity<'_> {
        let (method, secret) = self.authentication.method_and_secret();
        let lacks_portal = self.server.lacks_portal();
        ClientIdentity { lacks_portal, client_id: &self.client_id, method, secret }
    }

    fn request(
        &self,
        plan: Table<'_>,
        values: &[(&str, &str)],
        extra: &Extra<'_>,
    ) -> Result<Parts, Error> {
        let (_, endpoint) = plan.into_iter().next().unwrap_or_default();
        let is_it = |unusable: &&UnusableEndpoint| unusable.name.as_bytes() == endpoint;
        if let Some(unusable) = self.server.unusable.iter().find(is_it) {
            return Err(Error::argument(unusable.name, unusable.reason));
        }
        let url = core::str::from_utf8(endpoint).ok().and_then(|name| self.server.endpoint(name));
        Parts::make(plan, url.unwrap_or_default(), &self.identity(), values, extra)
    }
}
