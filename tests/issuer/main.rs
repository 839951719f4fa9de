//! The issuer from outside: requests in, answers out. One file for each endpoint or concern, tests
//! named after the section of the specification, or the fact of the service, that they check.
#![cfg(all(feature = "issuer", not(target_arch = "wasm32")))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of tests fail as tests do"
)]

mod authorization;
mod authorization_code;
mod client_authentication;
mod client_credentials;
mod configuration;
mod device;
mod flows;
mod introspection;
mod keys;
mod lifetimes;
mod limits;
mod logout;
mod metadata;
mod pages;
mod parameters;
mod password;
mod refresh_token;
mod revocation;
mod robustness;
mod routing;
mod signatures;
mod signing;
mod snapshot;
mod support;
mod userinfo;
