//! Keys and signatures (JOSE: RFC 7515, RFC 7517, RFC 7518, RFC 7519).

pub(crate) mod algorithm;
pub(crate) mod jwk;
pub(crate) mod jws;
pub(crate) mod key;
pub(crate) mod key_set;
pub(crate) mod sign;
pub(crate) mod verify;
