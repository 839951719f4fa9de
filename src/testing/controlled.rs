//! The issuer of a test, and how it begins again.

use core::fmt;
use core::ops::{Deref, DerefMut};

use crate::issuer::automatic::Automatic;
use crate::issuer::{Config, ConfigError, Issuer, PublicJwk, RestoreError, Sessions};
use crate::testing::access::{Access, LEAST_CHARACTERS};
use crate::testing::clock::Clock;
use crate::testing::control_error::ControlError;
use crate::testing::hostile::Hostile;
use crate::testing::journal::Journal;
use crate::testing::script::Script;

/// An issuer that a test steers. It is used as the [`Issuer`] that it leads to. Its own methods of the same
/// names take the host's time, and the issuer sees the time of the [`Clock`].
///
/// An issuer that is there already becomes one by `Controlled::from(issuer)`: as it is then, it started.
#[derive(Clone)]
pub struct Controlled {
    state: State,
    /// What [`Controlled::reset`] goes back to.
    start: Box<State>,
    access: Access,
}

/// All that a test changes.
#[derive(Clone)]
struct State {
    issuer: Issuer,
    clock: Clock,
    journal: Journal,
    script: Script,
    hostile: Hostile,
}

impl Controlled {
    /// Makes a new issuer: see [`Issuer::new`].
    ///
    /// # Errors
    /// Fails for a configuration that is not valid; the error has the path of the key.
    pub fn new(config: Config, sessions: Sessions, seed: [u8; 32]) -> Result<Self, ConfigError> {
        Issuer::new(config, sessions, seed).map(Self::from)
    }

    /// Goes back to how it started: its users, applications, grants, sessions, keys, random numbers, its
    /// clock, journal, script and hostile cases. So the same requests get the same octets again.
    ///
    /// Refresh tokens, sessions and devices from before are gone. A code or an access token from before works
    /// until it expires, because it would be made again as it is.
    pub fn reset(&mut self) {
        self.state = (*self.start).clone();
    }

    /// Another issuer, which is as this one is now, and independent of it from now on. Its
    /// [`Controlled::reset`] goes back to here. Both draw the same random numbers from here on, so the same
    /// requests get the same octets from both.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            state: self.state.clone(),
            start: Box::new(self.state.clone()),
            access: self.access.clone(),
        }
    }

    /// Goes on from a snapshot of this or another issuer. What happens by itself and the keys that sign stay
    /// as they are, and so does what [`Controlled::reset`] goes back to.
    ///
    /// # Errors
    /// Those of [`Issuer::restore`].
    pub fn load(&mut self, snapshot: &[u8]) -> Result<(), RestoreError> {
        let former = &mut self.state.issuer;
        // The snapshot has what was changed since the start, and the start everything else.
        let config = self.start.issuer.config().clone();
        let sessions = former.frontend.cookies.sessions;
        let mut issuer = Issuer::restore(config, sessions, former.vault.random.bytes(), snapshot)?;
        issuer.frontend = former.frontend.clone();
        if let Some(key) = former.signing_key() {
            issuer.set_signing_key(key.clone());
        }
        for algorithm in issuer.missing_resource_algorithms() {
            if let Some(key) = former.vault.keys.signing_with(algorithm) {
                issuer.add_resource_key(key.clone());
            }
        }
        self.state.issuer = issuer;
        Ok(())
    }

    /// Who signs in and agrees without anybody.
    #[must_use]
    pub fn automatic(&self) -> &Automatic {
        &self.state.issuer.frontend.automatic
    }

    /// Changes who signs in and agrees without anybody. The issuer's checks stay: `prompt=none` without a
    /// login session is refused as ever.
    ///
    /// # Errors
    /// Fails for a user who is not there.
    pub fn set_automatic(&mut self, automatic: Automatic) -> Result<(), ControlError> {
        let user = automatic.user.as_deref();
        if user.is_some_and(|user| self.directory.find_user_called(user).is_none()) {
            let problem = "there is no user with this id or username";
            return Err(ControlError::missing("body.user", problem));
        }
        self.state.issuer.frontend.automatic = automatic;
        Ok(())
    }

    /// Answers control requests: those below `/_control` whose header field `Authorization` is `Bearer` with
    /// this token, which is compared in constant time. Where control is `exposed`, other requests there are
    /// refused with 401; otherwise they are refused as for any path that is not there.
    ///
    /// # Errors
    /// Fails for a token of less than 16 characters.
    pub fn allow_control(&mut self, token: &str, exposed: bool) -> Result<(), ConfigError> {
        if token.len() < LEAST_CHARACTERS {
            let problem = "expected at least 16 characters";
            return Err(ConfigError::new("controlToken", problem));
        }
        self.access = Access::by(token, exposed);
        Ok(())
    }

    /// Who may control it over HTTP.
    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// Its clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.state.clock
    }

    /// Its clock, to change it.
    pub fn clock_mut(&mut self) -> &mut Clock {
        &mut self.state.clock
    }

    /// What came, and what became of it.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.state.journal
    }

    /// The journal, to clear it or to keep more.
    pub fn journal_mut(&mut self) -> &mut Journal {
        &mut self.state.journal
    }

    /// The answers that the test writes.
    #[must_use]
    pub fn script(&self) -> &Script {
        &self.state.script
    }

    /// The answers that the test writes, to add some.
    pub fn script_mut(&mut self) -> &mut Script {
        &mut self.state.script
    }

    /// How the issuer misbehaves.
    #[must_use]
    pub fn hostile(&self) -> &Hostile {
        &self.state.hostile
    }

    /// How the issuer misbehaves, to let it.
    pub fn hostile_mut(&mut self) -> &mut Hostile {
        &mut self.state.hostile
    }

    /// The time that the issuer sees while the host's clock shows `host`, in Unix seconds.
    #[must_use]
    pub fn time(&self, host: i64) -> i64 {
        self.state.clock.time(host)
    }

    /// See [`Issuer::set_signing_key`]. The first key belongs to how the issuer started.
    pub fn set_signing_key(&mut self, key: PublicJwk) {
        if self.start.issuer.signing_key().is_none() {
            self.start.issuer.set_signing_key(key.clone());
        }
        self.state.issuer.set_signing_key(key);
    }

    /// See [`Issuer::add_resource_key`]. It belongs to how the issuer started.
    pub fn add_resource_key(&mut self, key: PublicJwk) {
        self.start.issuer.add_resource_key(key.clone());
        self.state.issuer.add_resource_key(key);
    }
}

/// The issuer as it is becomes how it started.
impl From<Issuer> for Controlled {
    fn from(issuer: Issuer) -> Self {
        let state = State {
            issuer,
            clock: Clock::default(),
            journal: Journal::default(),
            script: Script::default(),
            hostile: Hostile::default(),
        };
        Self { start: Box::new(state.clone()), state, access: Access::default() }
    }
}

impl Deref for Controlled {
    type Target = Issuer;

    fn deref(&self) -> &Issuer {
        &self.state.issuer
    }
}

impl DerefMut for Controlled {
    fn deref_mut(&mut self) -> &mut Issuer {
        &mut self.state.issuer
    }
}

/// Shows what the issuer shows, and no secrets.
impl fmt::Debug for Controlled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Controlled")
            .field("issuer", &self.state.issuer)
            .field("clock", &self.state.clock)
            .finish_non_exhaustive()
    }
}
