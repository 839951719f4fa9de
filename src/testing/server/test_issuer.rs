//! The issuer of a test, as the test holds it.

use std::sync::Arc;

use super::client::{self, TestClient};
use super::clock::TestClock;
use super::faults::{Faults, Scripted};
use super::hostile::HostileCases;
use super::listen::Listening;
use super::requests::Requests;
use super::shared::Shared;
use crate::client::Server;
use crate::http::HttpRequest;
use crate::issuer::{RestoreError, User};
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;
use crate::testing::handle::Answered;

/// An issuer under the control of a test, which listens on a free port of `127.0.0.1`. It stops when it is dropped.
///
/// Its keys, secrets and passwords are known to everybody, so it is for tests alone.
///
/// ```
/// use eiam_token::testing::{TestIssuer, TokensFor};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let issuer = TestIssuer::start().await?;
/// let tokens = issuer.tokens(&TokensFor::client("web").user("alice").scope("openid api"))?;
/// issuer.clock().advance(std::time::Duration::from_secs(20 * 60));
/// assert!(tokens.id_token.is_some() && !issuer.is_valid(tokens.access_token.expose()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TestIssuer {
    pub(super) shared: Arc<Shared>,
    url: String,
    control_token: Option<String>,
    /// None for a fork, which listens nowhere.
    listening: Option<Listening>,
}

impl TestIssuer {
    pub(super) fn new(
        shared: Arc<Shared>,
        url: String,
        control_token: Option<String>,
        listening: Option<Listening>,
    ) -> Self {
        Self { shared, url, control_token, listening }
    }

    /// Where it is reached: its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A client: its secret, its own issuer and the endpoints of that.
    ///
    /// # Errors
    /// Fails for an id that no client of the configuration has, and says which ones there are.
    pub fn client(&self, client_id: &str) -> Result<TestClient, ControlError> {
        client::of(&self.shared, client_id)
    }

    /// The issuer of the whole instance, of which every client is one, and its endpoints.
    ///
    /// # Errors
    /// Fails if its metadata cannot be read.
    pub fn instance(&self) -> Result<Server, ControlError> {
        client::instance(&self.shared)
    }

    /// The users, each with a password.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.shared.lock().config().users.clone()
    }

    /// A user of this id or username, with a password.
    ///
    /// # Errors
    /// Fails if there is none, and says which ones there are.
    pub fn user(&self, called: &str) -> Result<User, ControlError> {
        let users = self.users();
        let found = users.iter().find(|one| one.user_id == called || one.username == called);
        found.cloned().ok_or_else(|| {
            let names: Vec<_> = users.iter().map(|one| one.username.as_str()).collect();
            let problem = format!("there is no such user: there are {}", names.join(", "));
            ControlError::missing("user", problem)
        })
    }

    /// The issuer's time.
    #[must_use]
    pub fn clock(&self) -> TestClock<'_> {
        TestClock::new(&self.shared)
    }

    /// The faults of the test. [`TestIssuer::next`] is the short way to one.
    #[must_use]
    pub fn faults(&self) -> Faults<'_> {
        Faults::new(&self.shared)
    }

    /// Says what happens to the next request at an endpoint, such as `token`, `userinfo`, `jwks` or `discovery`, in
    /// place of the issuer's answer or with it. Nothing does until one of the methods of [`Scripted`] says what.
    pub fn next(&self, endpoint: &str) -> Scripted<'_> {
        Scripted::at(&self.shared, endpoint)
    }

    /// Ways to misbehave.
    #[must_use]
    pub fn hostile(&self) -> HostileCases<'_> {
        HostileCases::new(&self.shared)
    }

    /// What came, and what became of it.
    #[must_use]
    pub fn journal(&self) -> Requests<'_> {
        Requests::new(&self.shared, self.listening.as_ref().map(|one| &one.runtime))
    }

    /// Answers a request without the network; faults of the connection are beside the response. A request for the journal
    /// as events gets JSON, because there is no connection that could go on.
    #[must_use]
    pub fn handle(&self, request: &HttpRequest) -> Answered {
        self.shared.answer(request)
    }

    /// Everything else that an issuer of a test can. While the closure runs, no request is answered, and every other
    /// method of this issuer waits, so none may be called in it.
    pub fn with<T>(&self, act: impl FnOnce(&mut Controlled) -> T) -> T {
        act(&mut self.shared.lock())
    }

    /// Goes back to the start: see [`Controlled::reset`].
    pub fn reset(&self) {
        self.shared.lock().reset();
    }

    /// Another issuer, which is as this one is now, and independent of it from now on: see [`Controlled::fork`]. It has
    /// the same URLs and listens nowhere, so it is reached by [`TestIssuer::handle`].
    #[must_use]
    pub fn fork(&self) -> Self {
        let (url, control_token) = (self.url.clone(), self.control_token.clone());
        Self::new(Arc::new(self.shared.fork()), url, control_token, None)
    }

    /// Everything that it remembers. It holds the key that seals all tokens.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        self.shared.lock().snapshot()
    }

    /// Goes on from a snapshot: see [`Controlled::load`].
    ///
    /// # Errors
    /// Fails for what is no snapshot, or one of another version.
    pub fn load(&self, snapshot: &[u8]) -> Result<(), RestoreError> {
        self.shared.lock().load(snapshot)
    }

    /// What a request below `/_control` has to bring as `Authorization: Bearer`; none if none are answered.
    #[must_use]
    pub fn control_token(&self) -> Option<&str> {
        self.control_token.as_deref()
    }

    /// Stops listening and ends every connection. When this returns, the port is free.
    pub async fn close(self) {
        if let Some(listening) = self.listening {
            listening.end().await;
        }
    }
}
