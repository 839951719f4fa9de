//! What an issuer serves: applications, users, lifetimes.
//!
//! These structs are the one description of a configuration. `serde` reads and writes it by them, with
//! names in camelCase; the JSON Schema is made of them and of these comments, the TypeScript types of
//! the schema, and the commented example of both. `npm run generate` writes what is committed of that.

mod application;
mod bounds;
mod bytes;
mod check;
mod claims;
mod client_key;
mod error;
mod example;
mod key;
mod limits;
mod plain;
mod read;
mod root;
#[cfg(feature = "schema")]
mod schema;
mod secrets;
mod user;
mod words;
mod write;

pub use application::{Application, AuthMethod, Consent, GrantType, Lifetimes, Pkce};
pub use claims::{ClaimValue, Claims};
pub use client_key::{ClientKey, ClientKeys};
pub use error::ConfigError;
#[cfg(target_arch = "wasm32")]
pub(crate) use example::example_json;
pub use key::PrivateJwk;
pub use limits::Limits;
pub(crate) use read::FromValue;
#[cfg(target_arch = "wasm32")]
pub(crate) use read::plain_value;
pub use root::{Config, Dpop};
pub use user::User;
