//! An authorization server in one struct (OAuth 2.0, OpenID Connect) without I/O. It takes a
//! request and the time, and returns the reply.
//!
//! It makes all checks and all changes in one synchronous step ([`Issuer::handle`]), so a code can
//! be redeemed only once, even if several requests present it at the same time. The holder of the
//! private key signs afterwards what the reply needs: see [`Reply`] and [`Signer`].
//!
//! Codes and tokens are sealed: they contain everything that the issuer needs, encrypted and
//! authenticated with its key. The issuer itself keeps one small record for each live sign-in.
//! [`Issuer::snapshot`] returns what must outlive the process.
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

#[cfg(feature = "testing")]
pub(crate) mod automatic;
pub(crate) mod check;
pub(crate) mod codec;
pub(crate) mod config;
pub(crate) mod directory;
pub(crate) mod documents;
pub(crate) mod driver;
pub(crate) mod editing;
pub(crate) mod endpoint;
pub(crate) mod frontend;
pub(crate) mod jose;
pub(crate) mod locate;
pub(crate) mod logouts;
pub(crate) mod pages;
pub(crate) mod profile;
pub(crate) mod sealed;
pub(crate) mod server;
pub(crate) mod state;
pub(crate) mod vault;
pub(crate) mod wire;

pub use check::access_token::AccessTokenInfo;
pub use check::client_document::DocumentRequest;
pub use config::{
    AccessTokenFormat, Application, AuthMethod, AuthenticationContext, ClaimPlace, ClaimValue,
    Claims, ClientIdMetadata, ClientKey, ClientKeys, Config, ConfigError, Consent, CustomClaim,
    Dpop, Expression, FederatedCredential, GrantType, Introspects, Lifetimes, Limits, Pkce,
    PrivateJwk, RegisteredClients, Registration, Resource, StatementIssuer, SubjectType,
    TrustedIssuer, User,
};
#[cfg(target_arch = "wasm32")]
pub(crate) use config::{FromValue, MAX_DEPTH, NO_JSON, TOO_DEEP, example_json};
pub use documents::Fetcher;
pub use driver::{
    ClaimsSource, Signer, Verifier, logout_requests, respond, respond_asking, respond_verified,
};
pub use jose::algorithm::{SigningAlgorithm, VerificationAlgorithm};
pub use jose::jwk::PublicJwk;
pub use jose::key::{KeyProblem, PublicKey};
pub use jose::verify::SignatureCheck;
pub use locate::Location;
pub use logouts::LogoutNotice;
pub use profile::Profile;
pub use server::Issuer;
pub use state::changes::Change;
pub use state::restore::RestoreError;
pub use wire::asked::{ClaimsAnswer, ClaimsContext};
pub use wire::cookies::Sessions;
#[cfg(feature = "testing")]
pub use wire::decision::Refused;
#[cfg(all(target_arch = "wasm32", not(feature = "testing")))]
pub(crate) use wire::parameters::MAX_BODY;
pub use wire::reply::{Reply, SignatureCount, SigningInput};
#[cfg(feature = "testing")]
pub use wire::rules::{Rule, rules};
