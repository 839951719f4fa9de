//! The issuer of a test behind a server of its own, and the client that sends its requests itself.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of tests fail as tests do"
)]

mod acts;
mod connection;
mod online;
mod raw;
mod start;
