//! An authorization server in one struct (OAuth 2.0, OpenID Connect), without I/O: a request and the
//! time go in, the answer comes out.
//!
//! All checks and all changes are made in one synchronous step ([`Issuer::handle`]), so a code can
//! be redeemed once however many requests come at the same time. What an answer needs signed is
//! signed afterwards, by whoever holds the private key: see [`Reply`] and [`Signer`].
//!
//! Codes and tokens are sealed: the issuer finds in them all that it needs and keeps one small
//! record for each live sign-in. [`Issuer::snapshot`] gives what must outlive the process.
//!
//! ```
//! use eiam_token::http::HttpRequest;
//! use eiam_token::issuer::{Config, Issuer, Sessions};
//!
//! let config = Config::example("http://127.0.0.1:9400");
//! let mut issuer = Issuer::new(config, Sessions::Cookie, [7; 32])?;
//! let request = HttpRequest::get(
//!     "http://127.0.0.1:9400/v2/idaas_example/app_web/oidc/.well-known/openid-configuration",
//! );
//! let response = issuer.handle(&request, 1_700_000_000).complete(&[])?;
//! assert_eq!(response.status, 200);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod check;
mod codec;
mod config;
mod directory;
mod driver;
mod editing;
mod endpoint;
mod frontend;
mod jose;
mod locate;
mod pages;
mod profile;
mod sealed;
mod server;
mod state;
mod vault;
mod wire;

pub use check::access_token::AccessTokenInfo;
pub use config::{
    Application, AuthMethod, ClaimValue, Claims, ClientKey, ClientKeys, Config, ConfigError,
    Consent, Dpop, GrantType, Lifetimes, Limits, Pkce, PrivateJwk, User,
};
#[cfg(target_arch = "wasm32")]
pub(crate) use config::{FromValue, example_json, plain_value};
pub use driver::{Signer, Verifier, respond, respond_verified};
pub use jose::algorithm::{SigningAlgorithm, VerificationAlgorithm};
pub use jose::jwk::PublicJwk;
pub use jose::key::{KeyProblem, PublicKey};
pub use jose::verify::SignatureCheck;
pub use locate::Location;
pub use profile::Profile;
pub use server::Issuer;
pub use state::changes::Change;
pub use state::restore::RestoreError;
pub use wire::cookies::Sessions;
pub use wire::reply::{Reply, SignatureCount};
