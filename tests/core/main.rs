//! Properties of the shared core, against other people's arithmetic and readers.
#![cfg(not(target_arch = "wasm32"))]
#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

use proptest::prelude::ProptestConfig;

mod base64url;
mod form;
mod imports;
mod json;
mod json_test_suite;
mod pkce;
mod seconds;

/// So many cases a property, and no files written beside the sources.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
