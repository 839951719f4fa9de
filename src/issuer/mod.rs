//! An authorization server in one struct (OAuth 2.0, OpenID Connect), without I/O: a request and the
//! time go in, the answer comes out.

mod base58;
mod bytes;
mod config;
mod profile;
mod random;
mod reply;
mod sign;

pub use config::{
    Application, ClaimValue, Claims, Config, ConfigError, Consent, GrantType, Lifetimes, Limits,
    Pkce, SigningAlgorithm, User,
};
pub use profile::Profile;
pub use reply::{Reply, SignatureCount};
pub use sign::{PublicJwk, Signer, respond};

use crate::http::{HttpRequest, HttpResponse};

/// Where login sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sessions {
    /// A cookie: `HttpOnly; SameSite=Lax`, and `Secure` on https.
    Cookie,
    /// In a service worker `Set-Cookie` is dropped and `Cookie` never seen, so one login session
    /// belongs to the host.
    Host,
}

/// The authorization server.
pub struct Issuer {
    config: Config,
    keys: Vec<PublicJwk>,
}

impl Issuer {
    /// A new issuer. `seed` starts its own generator of random numbers: nothing is drawn later.
    ///
    /// # Errors
    /// A configuration that makes no sense.
    pub fn new(config: Config, _sessions: Sessions, _seed: [u8; 32]) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            config,
            keys: Vec::new(),
        })
    }

    /// Answers a request. `now` is in Unix seconds.
    pub fn handle(&mut self, _request: &HttpRequest, _now: i64) -> Reply {
        Reply::new(HttpResponse::new(404, "{}"))
    }

    /// Publishes a key; the last one published signs.
    pub fn set_signing_key(&mut self, key: PublicJwk) {
        self.keys.push(key);
    }

    pub(crate) fn has_signing_key(&self) -> bool {
        !self.keys.is_empty()
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Everything that must outlive the process.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        Vec::new()
    }

    /// Continues from a snapshot.
    ///
    /// # Errors
    /// A configuration that makes no sense, an unknown version, damaged bytes.
    pub fn restore(
        config: Config,
        sessions: Sessions,
        seed: [u8; 32],
        _snapshot: &[u8],
    ) -> Result<Self, RestoreError> {
        Self::new(config, sessions, seed).map_err(RestoreError::Config)
    }

    /// Whether something changed since the last [`Issuer::snapshot`].
    #[must_use]
    pub fn is_changed(&self) -> bool {
        false
    }
}

/// Why an issuer cannot continue from a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestoreError {
    /// The configuration makes no sense.
    Config(ConfigError),
    /// The snapshot is of a version that this release does not read.
    Version,
    /// The bytes are not those that were written.
    Damaged,
}

impl core::fmt::Display for RestoreError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Version => f.write_str("the snapshot has a version that is not known here"),
            Self::Damaged => f.write_str("the snapshot is damaged"),
        }
    }
}

impl core::error::Error for RestoreError {}
