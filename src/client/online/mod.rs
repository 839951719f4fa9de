//! A client that sends its requests itself, with [reqwest](https://docs.rs/reqwest).
//!
//! reqwest speaks https only with a feature of its own. Name it in your manifest:
//!
//! ```toml
//! eiam-token = { version = "*", features = ["reqwest"] }
//! reqwest = { version = "0.13", default-features = false, features = ["rustls"] }
//! ```

mod connect;
mod device;
mod error;
mod keys;
mod network;
mod options;

use core::fmt;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

pub use error::OnlineError;
pub use options::OnlineOptions;

use super::authorize::{AuthorizationParameters, AuthorizationRequest, Transaction};
use super::key_set::KeyCache;
use super::revoke::{self, TokenTypeHint};
use super::token::{
    AuthorizationCode, ClientCredentials, Expected, Grant, Password, RefreshToken, TokenSet,
};
use super::{Authentication, Client, user_info};
use crate::http::{HttpRequest, HttpResponse};
use crate::random;

/// A client of one authorization server, with what it needs to send requests: a connection pool and the server's keys.
/// It verifies the signature of each id_token. It is cheap to clone, and the clones share both. [`OnlineOptions`] make one
/// that is not like most.
///
/// ```no_run
/// use eiam_token::client::online::{OnlineClient, OnlineError};
/// use eiam_token::client::{Authentication, authorize::AuthorizationParameters};
///
/// # async fn run(callback: &str, parameters: &AuthorizationParameters<'_>) -> Result<(), OnlineError> {
/// let secret = Authentication::basic("the secret");
/// let client = OnlineClient::discover("https://as.example", "app_web", secret).await?;
/// let request = client.authorization_request(parameters)?; // open request.url
/// let tokens = client.sign_in(callback, &request.transaction).await?;
/// let tokens = client.refresh(&tokens).await?;
/// # let _ = tokens;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct OnlineClient {
    client: Arc<Client>,
    http: reqwest::Client,
    keys: Arc<Mutex<KeyCache>>,
    by_secret: bool,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl OnlineClient {
    /// Makes a client of a server that announces its endpoints (OpenID Connect Discovery, RFC 8414).
    ///
    /// # Errors
    /// Those of [`OnlineOptions::discover`].
    pub async fn discover(
        issuer: &str,
        client_id: impl Into<String>,
        authentication: Authentication,
    ) -> Result<Self, OnlineError> {
        OnlineOptions::default().discover(issuer, client_id, authentication).await
    }

    /// Does the same with a connection pool of your own, for a proxy or certificates of your own. It must not follow
    /// redirects, because credentials follow nobody elsewhere, and should have a timeout.
    ///
    /// # Errors
    /// Those of [`OnlineClient::discover`].
    pub async fn discover_with(
        http: reqwest::Client,
        issuer: &str,
        client_id: impl Into<String>,
        authentication: Authentication,
    ) -> Result<Self, OnlineError> {
        let options = OnlineOptions::default().connector(http);
        options.discover(issuer, client_id, authentication).await
    }

    /// Makes a client whose endpoints are known.
    ///
    /// # Errors
    /// Fails if the system has nothing to send requests with.
    pub fn new(client: Client) -> Result<Self, OnlineError> {
        OnlineOptions::default().connect(client)
    }

    /// Does the same with a connection pool of your own. It must not follow redirects, because credentials follow nobody
    /// elsewhere, and should have a timeout.
    #[must_use]
    pub fn with(client: Client, http: reqwest::Client) -> Self {
        Self {
            client: Arc::new(client),
            http,
            keys: Arc::new(Mutex::new(KeyCache::default())),
            by_secret: false,
            clock: Arc::new(system_time),
        }
    }

    /// Takes the time from here, in Unix seconds. Default: the system's clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// The client that makes the requests and reads the responses, for what has no method here.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a request of [`OnlineClient::client`], and gives the response, whatever its status is.
    ///
    /// # Errors
    /// Fails if no response comes within 30 seconds, or one of more than 1 MiB.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, OnlineError> {
        network::send(&self.http, request).await
    }

    /// Begins the sign-in of a user. Open its `url` in a browser, and keep its `transaction` until the browser comes back
    /// to the redirect URI.
    ///
    /// # Errors
    /// Those of [`Client::authorization_request`], and if the system has no random numbers.
    pub fn authorization_request(
        &self,
        parameters: &AuthorizationParameters<'_>,
    ) -> Result<AuthorizationRequest, OnlineError> {
        Ok(self.client.authorization_request(parameters, &random::bytes()?)?)
    }

    /// Finishes the sign-in of a user: `callback` is the URL with which the browser came back, or its query, or the body of
    /// a `form_post`.
    ///
    /// # Errors
    /// Those of [`Client::parse_callback`] and [`Client::parse_tokens`], and an id_token that nobody has signed whom the
    /// server knows. If the server's keys cannot be had, the code was not sent, so that you can try again.
    pub async fn sign_in(
        &self,
        callback: &str,
        transaction: &Transaction,
    ) -> Result<TokenSet, OnlineError> {
        let authorization = self.client.parse_callback(callback, transaction)?;
        self.tokens(&AuthorizationCode(&authorization), &Expected::code(&authorization)).await
    }

    /// Gets new tokens by the refresh token of former ones. What the server leaves out stays as it was.
    ///
    /// # Errors
    /// Fails if there is no refresh token, or the server refuses it. If
    /// [`Error::refresh_token`](super::Error::refresh_token) of a [`OnlineError::Protocol`] has a token, keep it in the
    /// place of the former one.
    pub async fn refresh(&self, former: &TokenSet) -> Result<TokenSet, OnlineError> {
        let refresh_token = former.refresh_token.as_ref().map_or("", |token| token.expose());
        let grant = RefreshToken { refresh_token, scope: None };
        self.tokens(&grant, &Expected::refresh(former)).await
    }

    /// Gets tokens of the client's own (RFC 6749 section 4.4).
    ///
    /// # Errors
    /// Fails if the server refuses, or cannot be reached.
    pub async fn client_credentials(&self, scope: Option<&str>) -> Result<TokenSet, OnlineError> {
        self.tokens(&ClientCredentials { scope }, &Expected::default()).await
    }

    /// Gets the tokens of a user by their password (RFC 6749 section 4.3), where nothing else works.
    ///
    /// # Errors
    /// Fails if the server refuses, or cannot be reached.
    pub async fn password(&self, password: &Password<'_>) -> Result<TokenSet, OnlineError> {
        self.tokens(password, &Expected::default()).await
    }

    /// Asks for the user's claims, and gives them as the text of a JSON object. If the tokens say who the user is, the
    /// claims must be of the same one.
    ///
    /// # Errors
    /// Fails if the server refuses, or cannot be reached.
    pub async fn user_info(&self, tokens: &TokenSet) -> Result<String, OnlineError> {
        let request = self.client.user_info_request(tokens.access_token.expose())?;
        let response = self.send(request).await?;
        let subject = tokens.claims.as_ref().and_then(|claims| claims.text("sub"));
        Ok(user_info::parse_response(&response, subject.as_deref())?)
    }

    /// Revokes an access token or a refresh token (RFC 7009).
    ///
    /// # Errors
    /// Fails if the server refuses, or cannot be reached.
    pub async fn revoke(
        &self,
        token: &str,
        hint: Option<TokenTypeHint>,
    ) -> Result<(), OnlineError> {
        let response = self.send(self.client.revocation_request(token, hint)?).await?;
        Ok(revoke::parse_response(&response)?)
    }

    /// Gets tokens by any grant, and verifies their id_token. If one has to come, the grant is only sent once the server's
    /// keys are there.
    ///
    /// # Errors
    /// Those of [`Client::token_request`] and [`Client::parse_tokens`], and if the server cannot be reached.
    pub async fn tokens<G: Grant>(
        &self,
        grant: &G,
        expected: &Expected<'_>,
    ) -> Result<TokenSet, OnlineError> {
        let expected = &Expected { by_secret: self.by_secret, ..*expected };
        let request = self.client.token_request(grant, &[])?;
        // A refresh of known tokens goes on without a new id_token, so it does not wait for keys.
        let asks_for_id_token = expected.openid || expected.nonce.is_some();
        let held = match asks_for_id_token && expected.former.is_none() {
            true => self.held_keys().await?,
            false => None,
        };
        let response = self.send(request).await?;
        let tokens = self.client.parse_tokens(&response, expected, self.now())?;
        self.verified(tokens, held).await
    }

    fn now(&self) -> i64 {
        (self.clock)()
    }
}

/// Shows the client alone.
impl fmt::Debug for OnlineClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnlineClient").field("client", &self.client).finish_non_exhaustive()
    }
}

fn system_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
