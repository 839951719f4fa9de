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
mod control;
mod events;
mod first;
mod golden;
#[allow(dead_code, reason = "the tests of the issuer use more of it")]
#[path = "../issuer/keys.rs"]
mod keys;
mod online;
mod raw;
mod signatures;
mod start;

/// The first test of the documentation is one of these.
#[test]
fn the_documentation_has_the_first_test() {
    let page = include_str!("../../docs/rust.md");
    assert!(page.contains(&format!("```rust\n{}```\n", include_str!("first.rs"))));
}
