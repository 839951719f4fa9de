//! How an issuer is started.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::net::TcpListener;
use std::sync::Arc;

use super::error::StartError;
use super::keys::{self, Keys};
use super::listen::{self, Listening};
use super::seed::Seed;
use super::shared::{Shared, Source};
use super::test_issuer::TestIssuer;
use super::{config, shared};
use crate::issuer::automatic::Automatic;
use crate::issuer::{ClaimsSource, Config, ConfigError, Sessions};
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;
use crate::{base64url, random};

/// How an issuer is started. What is not said has a default, and nothing has to be said.
///
/// ```
/// use eiam_token::testing::TestIssuer;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let issuer = TestIssuer::options()
///     .configure(|config| config.applications[0].name = "Shop".to_owned())
///     .clock(1_700_000_000)
///     .seed("repeat this run")
///     .start()
///     .await?;
/// assert_eq!(issuer.clock().now(), 1_700_000_000);
/// # Ok::<(), eiam_token::testing::StartError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub struct TestIssuerOptions {
    config: Option<Config>,
    changes: Vec<Change>,
    address: IpAddr,
    port: u16,
    clock: Option<i64>,
    seed: Option<Seed>,
    automatic: Automatic,
    claims: Option<Source>,
    control: bool,
}

impl TestIssuer {
    /// Starts an issuer with the default options: see [`TestIssuerOptions`].
    ///
    /// # Errors
    /// Those of [`TestIssuerOptions::start`].
    pub async fn start() -> Result<Self, StartError> {
        Self::options().start().await
    }

    /// How another issuer than the default one is started.
    pub fn options() -> TestIssuerOptions {
        TestIssuerOptions::default()
    }
}

/// Changes a configuration.
type Change = Box<dyn FnOnce(&mut Config) + Send>;

impl Default for TestIssuerOptions {
    fn default() -> Self {
        Self {
            config: None,
            changes: Vec::new(),
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            clock: None,
            seed: None,
            automatic: Automatic::default(),
            claims: None,
            control: false,
        }
    }
}

impl TestIssuerOptions {
    /// A configuration of your own. If its `base_url` is empty, it is where the issuer listens. Default: the clients
    /// `web` (confidential), `spa` and `device` (public) and `machine`, and the users `alice` and `bob`, whose passwords
    /// are `alice-password` and `bob-password`.
    pub fn config(mut self, config: Config) -> Self {
        self.config = Some(config);
        self
    }

    /// Changes the configuration before the issuer starts. Its `base_url` is where the issuer will be reached.
    pub fn configure(mut self, change: impl FnOnce(&mut Config) + Send + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// The port. Default: 0, so the system chooses a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The address to listen on. Others than this machine can reach one that is not loopback, and sign in with passwords
    /// and keys that everybody knows. Default: `127.0.0.1`.
    pub fn address(mut self, address: impl Into<IpAddr>) -> Self {
        self.address = address.into();
        self
    }

    /// The time at which the clock stands still until it is told otherwise, in Unix seconds. Default: it goes with the
    /// system's.
    pub fn clock(mut self, at: i64) -> Self {
        self.clock = Some(at);
        self
    }

    /// What all random numbers follow from. Default: random.
    pub fn seed(mut self, seed: impl Into<Seed>) -> Self {
        self.seed = Some(seed.into());
        self
    }

    /// The user who signs in, by id or username, wherever the sign-in page would be shown. Default: nobody.
    pub fn auto_sign_in(mut self, user: impl Into<String>) -> Self {
        self.automatic.user = Some(user.into());
        self
    }

    /// Whether users agree wherever they are asked. Default: no.
    pub fn auto_consent(mut self, is_given: bool) -> Self {
        self.automatic.consent = is_given;
        self
    }

    /// Everything that happens at the pages without anybody, in place of what was said before. Default: nothing.
    pub fn automatic(mut self, automatic: Automatic) -> Self {
        self.automatic = automatic;
        self
    }

    /// Who is asked which claims there are, beside those of the configuration and before them: see
    /// [`respond_asking`](crate::issuer::respond_asking). It must not use the issuer, which waits for it. Default:
    /// nobody.
    ///
    /// ```
    /// use eiam_token::issuer::{ClaimValue, Claims, ClaimsContext};
    /// use eiam_token::testing::TestIssuer;
    ///
    /// let options = TestIssuer::options().claims(|context: &ClaimsContext| {
    ///     let tenant = match context.subject.as_deref() {
    ///         Some("alice") => ClaimValue::String("acme".to_owned()),
    ///         _ => return Err("there is no tenant".to_owned()),
    ///     };
    ///     Ok(Claims(vec![("tenant".to_owned(), tenant)]))
    /// });
    /// # let _ = options;
    /// ```
    pub fn claims(mut self, source: impl ClaimsSource + Send + Sync + 'static) -> Self {
        self.claims = Some(Arc::new(source));
        self
    }

    /// Whether requests below `/_control` are answered that bring [`TestIssuer::control_token`], for tests in other
    /// languages. `GET /_control/journal` with `Accept: text/event-stream` is answered by events that go on as long as
    /// the issuer and the connection, for 16 listeners at most. Default: no.
    pub fn control(mut self, is_allowed: bool) -> Self {
        self.control = is_allowed;
        self
    }

    /// Starts the issuer. When this returns, it listens; it stops when the [`TestIssuer`] is dropped. It has a thread of
    /// its own, so it answers whatever the test does meanwhile, and under every runtime.
    ///
    /// # Errors
    /// Fails for a configuration that is not valid, and for an address or a port at which nobody can listen.
    pub async fn start(self) -> Result<TestIssuer, StartError> {
        let wanted = SocketAddr::new(self.address, self.port);
        let listener =
            TcpListener::bind(wanted).map_err(|error| StartError::Listen(wanted, error))?;
        let address = listener.local_addr().map_err(|error| StartError::Listen(wanted, error))?;
        let control_token = match self.control {
            true => Some(base64url::encode(&random::bytes::<24>()?)),
            false => None,
        };
        let claims = self.claims.clone();
        let (controlled, keys) = self.make(&listen::url_of(address), control_token.as_deref())?;
        let url = controlled.config().base().to_owned();
        let shared = Arc::new(Shared::new(controlled, Arc::new(keys), claims));
        let listening = Listening::begin(listener, Arc::clone(&shared)).await;
        let listening = listening.map_err(StartError::Thread)?;
        Ok(TestIssuer::new(shared, url, control_token, Some(listening)))
    }

    /// Makes the issuer that is reached there.
    fn make(
        self,
        url: &str,
        control_token: Option<&str>,
    ) -> Result<(Controlled, Keys), StartError> {
        let mut config = self.config.unwrap_or_else(|| config::usual(url));
        if config.base_url.is_empty() {
            url.clone_into(&mut config.base_url);
        }
        for change in self.changes {
            change(&mut config);
        }
        let seed = match self.seed {
            Some(seed) => seed,
            None => Seed::random()?,
        };
        keys::complete(&mut config, &seed);
        config.check()?;
        let keys = Keys::of(&config).map_err(|place| {
            ConfigError::new(format!("keys[{place}]"), "this key cannot sign: its parts do not fit")
        })?;
        let mut controlled = Controlled::new(config, Sessions::Cookie, seed.octets())?;
        if let Some(token) = control_token {
            controlled.allow_control(token, true)?;
        }
        if let Some(at) = self.clock {
            controlled.clock_mut().freeze(at);
        }
        let refused =
            |refused: ControlError| ConfigError::new("automatic.user", refused.description);
        controlled.set_automatic(self.automatic).map_err(refused)?;
        shared::set_keys(&mut controlled, &keys);
        // To begin again is to begin here.
        Ok((controlled.fork(), keys))
    }
}

/// Does not show the seed.
impl fmt::Debug for TestIssuerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestIssuerOptions")
            .field("config", &self.config)
            .field("address", &self.address)
            .field("port", &self.port)
            .field("clock", &self.clock)
            .field("automatic", &self.automatic)
            .field("control", &self.control)
            .finish_non_exhaustive()
    }
}
