//! The client through its public interface: what it sends, byte for byte, and what it makes of
//! answers, good and bad.
#![cfg(all(feature = "client", not(target_arch = "wasm32")))]
#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

mod assertion;
mod authorization_request;
mod callback;
mod device;
mod discovery;
mod dpop;
mod eiam;
mod endpoints;
mod header_fields;
mod id_token;
mod introspection;
mod key_set;
mod lifetimes;
mod logout;
mod properties;
mod pushed;
mod redaction;
mod refusals;
mod registration;
mod request_object;
mod signed;
mod support;
mod token_answers;
mod token_flows;
mod token_requests;
mod user_info_and_revocation;
