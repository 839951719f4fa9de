//! The issuer as a tool for tests, from outside: what a test steers, and that nothing else changes.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of tests fail as tests do"
)]

mod acts;
mod automatic;
mod behaviour;
mod clock;
mod control;
mod hostile;
mod journal;
#[allow(dead_code, reason = "the tests of the issuer use more of it")]
#[path = "../issuer/keys.rs"]
mod keys;
mod reset;
mod script;
mod support;
