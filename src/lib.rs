//! A client and an in-memory issuer for the token API of Alibaba Cloud IDaaS EIAM, which also work
//! with any other OAuth 2.0 or OpenID Connect server.
//!
//! The crate has two halves, each behind a feature and without I/O: time and randomness are
//! arguments, and requests and responses are values.
//!
//! * [`client`] makes PKCE pairs, authorization URLs and token requests, and reads the responses.
//! * [`issuer`] is an authorization server in one struct: [`issuer::Issuer::handle`] takes a request
//!   and the time, and gives the response.
//!
//! Beside them, [`resource`] has what a resource server tells its clients. The features `resource` and `tower` add what it
//! needs to verify their access tokens, `rustcrypto` a library for signatures, `reqwest` a client that sends its requests
//! itself, and `server` an issuer for tests that listens.
//!
//! Lifetimes are whole seconds in [`i64`] everywhere, read from the digits of the response
//! ([`seconds`]).
//!
//! # A client
//! ```
//! # #[cfg(feature = "client")] {
//! use eiam_token::pkce::Pkce;
//!
//! // Draw the bytes with `eiam_token::random::bytes()`; these are RFC 7636 appendix B's.
//! let random = [
//!     116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77,
//!     105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
//! ];
//! let pkce = Pkce::from_random(&random);
//! assert_eq!(pkce.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
//! # }
//! ```
#![forbid(unsafe_code)]

pub mod base64url;
#[cfg(feature = "client")]
pub mod client;
pub mod form;
pub mod http;
pub mod http_date;
#[cfg(feature = "issuer")]
pub mod issuer;
pub mod json;
mod octets;
pub mod pkce;
mod polling;
pub mod random;
#[cfg_attr(
    not(all(feature = "client", target_arch = "wasm32")),
    allow(dead_code, reason = "some of the rules are for WebAssembly's binding or one half alone")
)]
mod rules;
#[cfg(all(feature = "client", feature = "schema"))]
#[doc(hidden)]
pub use rules::facts;
pub mod resource;
#[cfg(all(feature = "rustcrypto", not(target_arch = "wasm32")))]
pub mod rustcrypto;
pub mod seconds;
pub mod secret;
pub mod signature;
#[cfg(feature = "testing")]
pub mod testing;
mod text;

#[cfg(target_arch = "wasm32")]
mod wasm;

/// The code of the documentation, which `cargo test --features reqwest,server,tower` compiles and runs.
#[cfg(all(
    doctest,
    feature = "issuer",
    feature = "reqwest",
    feature = "server",
    feature = "tower"
))]
#[doc = include_str!("../docs/rust.md")]
struct Documentation;
