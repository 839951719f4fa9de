//! Bounds of a configuration. They are both checked and in the schema.

/// The highest `refreshTokenRetry` in seconds: clients ask again for a lost response within
/// minutes.
pub(super) const MAX_RETRY: i64 = 300;

/// How many secrets an application has at most: a present one, and the next one during a rotation.
pub(super) const MAX_SECRETS: usize = 2;

/// How many keys an application has at most.
pub(super) const MAX_KEYS: usize = 8;

/// No application may have this id, because it stands for the instance-level server in the paths of
/// pages.
pub(super) const RESERVED_ID: &str = "common";

/// Claims that the issuer itself makes. Those of a user must not replace them.
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

/// Claims of access tokens that the issuer itself makes (RFC 9068 section 2.2, RFC 7662 section 2.2), beside
/// [`RESERVED_CLAIMS`]: a resource's must not replace them.
pub(super) const RESERVED_TOKEN_CLAIMS: [&str; 7] =
    ["active", "client_id", "cnf", "scope", "token_introspection", "token_type", "username"];

/// The least seconds for which the document of a client counts: a lower bound for what its
/// `Cache-Control` says, so that no request needs it twice.
pub(crate) const LEAST_CACHED: i64 = 60;

/// The longest identifier of a resource: it stands in each token for it.
pub(super) const MAX_IDENTIFIER: usize = 255;
