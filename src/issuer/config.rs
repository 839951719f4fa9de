//! The configuration of an issuer.
//!
//! These structs are the only description of a configuration. `plain` reads it with them, and `serde`
//! writes it, with names in camelCase. The JSON Schema is made from them and their comments, the
//! TypeScript types from the schema, and the commented example from both. `npm run generate` writes
//! those of these files that are committed.

mod application;
mod authentication_context;
mod bounds;
mod bytes;
mod check;
mod check_claims;
mod check_profile;
mod check_registration;
mod check_resources;
mod check_trust;
pub(crate) mod claims;
mod client_key;
mod custom_claim;
mod error;
mod example;
mod expression;
mod introspects;
mod key;
mod limits;
pub(crate) mod plain;
mod read;
mod registration;
mod resource;
mod root;
#[cfg(feature = "schema")]
mod schema;
mod secrets;
mod sector;
mod subject_type;
mod trust;
mod user;
mod words;
mod write;

pub use application::{Application, AuthMethod, Consent, GrantType, Lifetimes, Pkce};
pub use authentication_context::AuthenticationContext;
pub(crate) use authentication_context::PASSWORD;
pub(crate) use bounds::{BY_REQUEST, LEAST_CACHED};
pub use claims::{ClaimValue, Claims};
#[cfg(target_arch = "wasm32")]
pub(crate) use claims::{MAX_DEPTH, NO_JSON, TOO_DEEP};
pub use client_key::{ClientKey, ClientKeys};
pub(crate) use custom_claim::is_claim_name;
pub use custom_claim::{ClaimPlace, CustomClaim};
pub use error::ConfigError;
#[cfg(target_arch = "wasm32")]
pub(crate) use example::example_json;
pub use expression::Expression;
pub(crate) use expression::Model;
pub use introspects::Introspects;
pub use key::PrivateJwk;
pub use limits::Limits;
pub(crate) use read::FromValue;
#[cfg(feature = "testing")]
pub(crate) use read::plain_value;
pub use registration::{ClientIdMetadata, RegisteredClients, Registration, StatementIssuer};
pub use resource::{AccessTokenFormat, Resource};
pub use root::{Config, Dpop};
pub use subject_type::SubjectType;
pub use trust::{FederatedCredential, TrustedIssuer};
pub use user::User;
