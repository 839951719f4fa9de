//! The issuer of a test behind a server of its own.

mod act;
mod body;
mod client;
mod clock;
mod config;
mod error;
mod events;
mod exchange;
mod faults;
mod host;
mod hostile;
mod keys;
mod listen;
mod options;
mod requests;
mod seed;
mod shared;
mod socket;
mod test_issuer;
mod visit;
mod way;

pub use client::TestClient;
pub use clock::TestClock;
pub use error::StartError;
pub use faults::{Faults, Scripted};
pub use hostile::HostileCases;
pub use options::TestIssuerOptions;
pub use requests::Requests;
pub use seed::Seed;
pub use test_issuer::TestIssuer;
