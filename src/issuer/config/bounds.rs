//! Bounds of a configuration, as they are checked and as the schema says them.

/// A lost answer is asked for again within minutes.
pub(super) const MAX_RETRY: i64 = 300;

/// How many secrets an application has at most: one, and the one that takes its place.
pub(super) const MAX_SECRETS: usize = 2;

/// How many keys an application has at most.
pub(super) const MAX_KEYS: usize = 8;

/// In the place of an application's id it names the pages of the instance-level server.
pub(super) const RESERVED_ID: &str = "common";

/// Claims that the issuer itself makes; a user's must not replace them.
pub(super) const RESERVED_CLAIMS: [&str; 15] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "sid",
];
