//! The client's rules of the protocol, once, for native code and WebAssembly alike.
//!
//! Nothing here allocates, makes strings or words messages. A text is read in one pass and stays
//! where it is: what is found in it is a place in it ([`slot`]), and what is wrong with it is a number
//! ([`reason`]) and a place. What has to be written goes to a [`Sink`](sink::Sink). The halves around
//! it give that types and words: `client` for Rust, `pkg/src/client` for JavaScript, whose texts and
//! tables are generated from the ones here.
//!
//! Text is UTF-8 that was checked by whoever brings it. Octets that are not do no harm, but what is
//! read of them means nothing.

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
mod sha256;
pub(crate) mod sink;
pub(crate) mod slot;
pub(crate) mod split;
pub(crate) mod table;
pub(crate) mod unescaped;

#[cfg(test)]
mod tests;
