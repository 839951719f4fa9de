//! What a resource server tells its clients: the metadata by which they find their authorization
//! server (RFC 9728), and why a request is refused (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470 section 3).
//!
//! With the feature `resource` it also verifies their access tokens, without I/O: a `ResourceServer` begins a
//! `Verification`, which says what has to be sent and which signature has to be verified. With the feature `tower` there
//! is a layer that does it all.
//!
//! ```
//! use eiam_token::resource::{Challenge, ProtectedResource};
//!
//! let mut mcp = ProtectedResource::new("https://mcp.example.com/mcp", "https://as.example.com")?;
//! mcp.scopes = vec!["mcp:tools".to_owned()];
//! assert_eq!(
//!     mcp.metadata_url(),
//!     "https://mcp.example.com/.well-known/oauth-protected-resource/mcp",
//! );
//! let header = Challenge { resource_metadata: Some(mcp.metadata_url()), ..Challenge::default() };
//! assert_eq!(
//!     header.to_header()?,
//!     "Bearer resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"",
//! );
//! # Ok::<(), eiam_token::resource::ResourceError>(())
//! ```

#[cfg(feature = "resource")]
mod access_token;
#[cfg(feature = "resource")]
mod bounded;
#[cfg(feature = "resource")]
mod call;
mod challenge;
mod error;
#[cfg(feature = "resource")]
mod issuer;
#[cfg(feature = "resource")]
mod jwt;
mod metadata;
#[cfg(feature = "resource")]
mod needs;
#[cfg(feature = "resource")]
mod nonces;
#[cfg(feature = "resource")]
mod proof;
#[cfg(feature = "resource")]
mod proof_key;
#[cfg(feature = "resource")]
mod refusal;
#[cfg(feature = "resource")]
mod replays;
#[cfg(feature = "resource")]
mod server;
#[cfg(feature = "resource")]
mod target;
#[cfg(all(feature = "tower", not(target_arch = "wasm32")))]
pub mod tower;
mod url;
#[cfg(feature = "resource")]
mod verification;

pub use challenge::{Challenge, ChallengeError, Scheme};
pub use error::ResourceError;
pub use metadata::ProtectedResource;

#[cfg(feature = "resource")]
pub use {
    access_token::AccessToken,
    call::Call,
    issuer::{Introspector, TrustedIssuer},
    needs::Needs,
    nonces::DpopNonces,
    refusal::{Failure, Refusal},
    replays::ProofUse,
    server::{Dpop, ResourceServer},
    verification::{Check, Step, Verification},
};
