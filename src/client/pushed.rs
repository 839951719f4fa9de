//! Pushed authorization requests (PAR, RFC 9126): the client leaves the request at the server before the browser
//! comes.
//!
//! ```
//! use eiam_token::client::authorize::AuthorizationParameters;
//! use eiam_token::client::{Authentication, Client, Server};
//! use eiam_token::http::HttpResponse;
//!
//! let server = Server {
//!     authorization_endpoint: Some("https://as.example/authorize".into()),
//!     pushed_authorization_request_endpoint: Some("https://as.example/par".into()),
//!     requires_pushed_requests: true,
//!     ..Server::default()
//! };
//! let client = Client::new(server, "app_spa", Authentication::None)?;
//! let parameters = AuthorizationParameters {
//!     redirect_uri: "https://app.example/cb",
//!     ..AuthorizationParameters::default()
//! };
//! let pushed = client.pushed_authorization_request(&parameters, &[7; 64])?;
//! assert_eq!(pushed.request.url, "https://as.example/par");
//!
//! let answer = HttpResponse::new(201, r#"{"request_uri":"urn:x","expires_in":60}"#);
//! let request = client.parse_pushed_authorization(pushed.transaction, &answer)?;
//! assert_eq!(request.url, "https://as.example/authorize?client_id=app_spa&request_uri=urn%3Ax");
//! # Ok::<(), eiam_token::client::Error>(())
//! ```

use crate::http::{HttpRequest, HttpResponse};
use crate::rules::answer;
use crate::rules::request::{AUTHORIZATION, CLIENT, Method, PUSHED, PUSHED_PAGE};
use crate::rules::table::Table;

use super::answer::Received;
use super::authorize::{AuthorizationParameters, AuthorizationRequest, Randomness, Transaction};
use super::{Client, Error};

/// A request that leaves an authorization request at the server.
#[derive(Clone, Debug)]
pub struct PushedRequest {
    /// What is sent to the server. A client that authenticates by an assertion adds it.
    pub request: HttpRequest,
    /// What [`Client::parse_pushed_authorization`] needs.
    pub transaction: Transaction,
}

impl Client {
    /// Makes the request that pushes an authorization request (RFC 9126 section 2.1), whose parameters are those
    /// of [`Client::authorization_request`]. It authenticates the client as token requests do.
    ///
    /// # Errors
    /// Fails if the server has no endpoint for pushed requests, and where [`Client::authorization_request`] does
    /// for its parameters.
    pub fn pushed_authorization_request(
        &self,
        parameters: &AuthorizationParameters<'_>,
        random: &Randomness,
    ) -> Result<PushedRequest, Error> {
        let plan = self.pushed_plan(AUTHORIZATION);
        let (parts, transaction) =
            self.authorization_parts(Table::new(&plan), parameters, random)?;
        Ok(PushedRequest { request: parts.into(), transaction })
    }

    /// The plan of a request that pushes the parameters of this one. The client's id belongs to them. It is there already
    /// if it does not go in a header field.
    pub(super) fn pushed_plan(&self, pushed: Table<'static>) -> Vec<u8> {
        let (method, _) = self.authentication.method_and_secret();
        let has_id = matches!(method, Method::None | Method::Post);
        let mut plan = Vec::new();
        for (letter, name) in PUSHED.chain(pushed.skip(1)) {
            if letter != CLIENT || !has_id {
                plan.extend([letter, b'0' + name.len() as u8]);
                plan.extend(name);
            }
        }
        plan
    }

    /// Reads the response to [`Client::pushed_authorization_request`] (RFC 9126 section 2.2).
    ///
    /// # Errors
    /// Those of [`token::parse_response`](super::token::parse_response), and fails if the server has no
    /// authorization endpoint.
    pub fn parse_pushed_authorization(
        &self,
        transaction: Transaction,
        response: &HttpResponse,
    ) -> Result<AuthorizationRequest, Error> {
        let fields = Received::of(response).read(answer::PUSHED)?;
        let request_uri = fields.required("request_uri");
        let url = self.request(PUSHED_PAGE, &[("request_uri", &request_uri)], &[])?.url;
        Ok(AuthorizationRequest { url, transaction })
    }
}
