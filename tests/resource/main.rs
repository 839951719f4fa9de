//! A resource server from outside: access tokens and requests in, what they say or refusals out. The issuers are tables
//! of answers, or the crate's own.
#![cfg(all(
    feature = "tower",
    feature = "rustcrypto",
    feature = "issuer",
    not(target_arch = "wasm32")
))]
#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of tests fail as tests do"
)]

mod issuers;
mod jwts;
#[allow(dead_code, reason = "the issuer's tests use the rest")]
#[path = "../issuer/keys.rs"]
mod keys;
mod layer;
mod opaque;
mod own_issuer;
mod proofs;
mod requests;
mod signatures;
mod support;
