//! The client's rules of the protocol. Native code uses all of them, and the WebAssembly module the scan of JSON, SHA-256
//! and base64url. The others are much smaller in JavaScript, and stand in `pkg/src/client` once more; the cases in
//! `tests/vectors` hold both together.
//!
//! Nothing that the module uses allocates, and nothing here words messages. The rules read a text in one pass and do
//! not copy it: they give the places of what they find ([`slot`]), and for a failure a number
//! ([`reason`]) and a place. They write to a [`Sink`](sink::Sink). The two layers above turn this into
//! types and messages: `client` for Rust, and `pkg/src/client` for JavaScript, whose tables are generated from those
//! here.
//!
//! The caller has checked that a text is UTF-8. Other octets do no harm, but what is read from them
//! means nothing.

pub(crate) mod address;
pub(crate) mod answer;
pub(crate) mod authorization;
pub(crate) mod base64url;
pub(crate) mod callback;
pub(crate) mod challenge;
pub(crate) mod discovery;
pub(crate) mod eiam;
pub(crate) mod endpoint;
#[cfg(feature = "schema")]
pub mod facts;
pub(crate) mod failure;
pub(crate) mod form;
pub(crate) mod id_token;
pub(crate) mod integer;
pub(crate) mod json;
mod judge;
pub(crate) mod key_age;
pub(crate) mod key_set;
pub(crate) mod member;
#[cfg(any(target_arch = "wasm32", feature = "schema"))]
pub(crate) mod number;
pub(crate) mod pkce;
pub(crate) mod polling;
pub(crate) mod reason;
pub(crate) mod request;
pub(crate) mod retry_after;
#[cfg(any(target_arch = "wasm32", test))]
pub(crate) mod sha256;
pub(crate) mod sink;
pub(crate) mod slot;
pub(crate) mod split;
pub(crate) mod table;
pub(crate) mod unescaped;

#[cfg(test)]
mod tests;
