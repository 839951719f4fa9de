//! The crate `openidconnect` as its own documentation uses it: for the tests, and for the driver.

pub mod browser;
pub mod callback;
pub mod device;
pub mod sign_in;

use std::error::Error;
use std::net::SocketAddr;

/// What a client knows about its issuer and itself.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The issuer's URL.
    pub issuer: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret; none for a public client.
    pub client_secret: Option<String>,
    /// Where the browser comes back.
    pub redirect_uri: String,
    /// What it asks for beside `openid`.
    pub scopes: Vec<String>,
}

/// Where a client refused to go on, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The step: `discovery`, `authorization`, `callback`, `token`, `id_token`, `userinfo` or `device_authorization`.
    pub at: &'static str,
    /// What the client says, with all that caused it.
    pub reason: String,
    /// Whether it would have sent a request, but nobody listens there.
    pub is_sent: bool,
}

impl Refused {
    /// What the test itself says about a step.
    pub fn new(at: &'static str, reason: impl Into<String>) -> Self {
        Self { at, reason: reason.into(), is_sent: false }
    }

    /// What a step ended with.
    pub fn at(at: &'static str) -> impl FnOnce(&dyn Error) -> Self {
        move |error| {
            let mut refused = Self::new(at, error.to_string());
            let mut cause = error.source();
            while let Some(error) = cause {
                refused.reason.push_str(": ");
                refused.reason.push_str(&error.to_string());
                // The crate keeps it in a box.
                let sent = error.downcast_ref::<Box<openidconnect::reqwest::Error>>();
                refused.is_sent |= sent.is_some_and(|error| error.is_connect());
                cause = error.source();
            }
            refused
        }
    }
}

/// What sends the client's requests, as the documentation of the crate makes it. What hostile issuers name is no host
/// that anybody looks for.
///
/// # Panics
/// Panics if the system has nothing to send requests with.
pub fn http() -> openidconnect::reqwest::Client {
    let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
    let builder = openidconnect::reqwest::Client::builder();
    let builder = builder.no_proxy().resolve("attacker.example", nobody);
    builder.redirect(openidconnect::reqwest::redirect::Policy::none()).build().unwrap()
}
