//! Tests of the issuer against other people's clients in Rust: see `tests/`.
