//! The issuer as a tool for tests: [`Controlled`] is an [`Issuer`](crate::issuer::Issuer) whose time, users
//! and tokens the test steers, and which begins again in an instant.
//!
//! It has no I/O either. Whoever holds it calls its methods, or sends it requests below `/_control`, which
//! it answers itself: both are the same functions.
//!
//! ```
//! use eiam_token::issuer::{Config, Sessions};
//! use eiam_token::testing::Controlled;
//!
//! let config = Config::example("http://127.0.0.1:9400");
//! let mut issuer = Controlled::new(config, Sessions::Cookie, [7; 32])?;
//! issuer.clock_mut().freeze(1_700_000_000);
//! issuer.clock_mut().advance(20 * 60);
//! assert_eq!(issuer.time(1_800_000_000), 1_700_001_200);
//! issuer.reset();
//! assert_eq!(issuer.time(1_800_000_000), 1_800_000_000);
//! # Ok::<(), eiam_token::issuer::ConfigError>(())
//! ```
//!
//! With the feature `server`, `TestIssuer` has all of it behind a socket: `TestIssuer::start().await`.

mod access;
mod acts;
mod clock;
mod control;
mod control_error;
mod controlled;
mod facts;
mod handle;
mod hostile;
mod journal;
mod mark;
mod routed;
mod script;
#[cfg(all(feature = "server", not(target_arch = "wasm32")))]
mod server;
mod transport;

pub use crate::issuer::automatic::Automatic;
pub use acts::expire::TokenKind;
pub use acts::sign_in::{SessionToKeep, SignIn};
pub use acts::tokens::TokensFor;
pub use clock::Clock;
#[cfg(target_arch = "wasm32")]
pub(crate) use control::MAX_BODY;
pub use control::control_routes;
pub use control_error::ControlError;
pub use controlled::Controlled;
pub use facts::Facts;
pub use handle::{Answered, Handled};
pub use hostile::{Case, Hostile, Place};
pub use journal::{Decision, Entry, Filter, Journal};
pub use script::{Answer, Change, Fault, Matcher, Script, Times};
#[cfg(all(feature = "server", not(target_arch = "wasm32")))]
pub use server::{
    Faults, HostileCases, Requests, Scripted, Seed, StartError, TestClient, TestClock, TestIssuer,
    TestIssuerOptions,
};
pub use transport::Transport;
