//! What a test has to know about a client.

use super::shared::Shared;
use crate::client::discovery::{self, WellKnown};
use crate::client::{Authentication, Client, Error, PlainHttp, Server};
use crate::issuer::Application;
use crate::issuer::wire::authority::Authority;
use crate::testing::control_error::ControlError;

/// A client of an issuer, with everything that an application is configured with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TestClient {
    /// Its id.
    pub client_id: String,
    /// Its first secret, which everybody knows; none if it has none.
    pub client_secret: Option<String>,
    /// The endpoints of its own issuer.
    pub server: Server,
    /// What the configuration says about it.
    pub application: Application,
}

impl TestClient {
    /// The URL of its own issuer (`iss`), which clients are configured with.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.server.issuer.as_deref().unwrap_or_default()
    }

    /// This crate's client of its own issuer, which authenticates by the secret, if there is one.
    ///
    /// # Errors
    /// Those of [`Client::new`].
    pub fn connect(&self) -> Result<Client, Error> {
        let secret = self.client_secret.as_deref();
        let authentication = secret.map_or(Authentication::None, Authentication::basic);
        let http = PlainHttp::Anywhere;
        Client::allowing(http, self.server.clone(), self.client_id.clone(), authentication)
    }
}

/// A client of the configuration.
pub(super) fn of(shared: &Shared, client_id: &str) -> Result<TestClient, ControlError> {
    let application = {
        let controlled = shared.lock();
        let all = &controlled.config().applications;
        let found = all.iter().find(|one| one.application_id == client_id);
        found.cloned().ok_or_else(|| {
            let ids: Vec<_> = all.iter().map(|one| one.application_id.as_str()).collect();
            ControlError::missing(
                "client",
                format!("there is no such client: there are {}", ids.join(", ")),
            )
        })?
    };
    Ok(TestClient {
        client_id: application.application_id.clone(),
        client_secret: application.client_secrets.first().map(|secret| secret.expose().to_owned()),
        server: server(shared, Authority::Application, client_id)?,
        application,
    })
}

/// The issuer of the instance.
pub(super) fn instance(shared: &Shared) -> Result<Server, ControlError> {
    server(shared, Authority::Instance, "")
}

/// The endpoints that an issuer announces.
fn server(shared: &Shared, authority: Authority, client: &str) -> Result<Server, ControlError> {
    // The journal and the faults of the test are for the requests of those who are tested.
    let mut quiet = shared.lock().fork();
    quiet.script_mut().clear();
    quiet.hostile_mut().clear();
    let issuer = quiet.config().issuer_url(authority, client);
    let request = discovery::request(&issuer, WellKnown::OpenId).map_err(|error| unread(&error))?;
    let response = shared.answer_by(&mut quiet, &request).response;
    discovery::parse_response_allowing(PlainHttp::Anywhere, &response, &issuer)
        .map_err(|error| unread(&error))
}

fn unread(error: &Error) -> ControlError {
    ControlError::at("server", format!("its metadata cannot be read: {error}"))
}
