//! How records and sealed strings are encoded.

pub(crate) mod base58;
pub(crate) mod bytes;
pub(crate) mod digest;
