//! Bounds of a configuration. They are both checked and in the schema.

/// The highest `refreshTokenRetry` in seconds: clients ask again for a lost response within
/// minutes.
pub(super) const MAX_RETRY: i64 = 300;

/// How many hosts an issuer is reached under at most: each request is compared with them.
pub(super) const MAX_HOSTS: usize = 64;

/// How many secrets an application has at most: a present one, and the next one during a rotation.
pub(super) const MAX_SECRETS: usize = 2;

/// How many keys, or federated credentials, an application has at most, and how many keys a trusted
/// issuer.
pub(super) const MAX_KEYS: usize = 8;

/// What a configuration has in place of a base URL if each request says it.
pub(crate) const BY_REQUEST: &str = "request";

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
pub(super) const RESERVED_TOKEN_CLAIMS: [&str; 10] = [
    "act",
    "active",
    "authorization_details",
    "client_id",
    "cnf",
    "may_act",
    "scope",
    "token_introspection",
    "token_type",
    "username",
];

/// How many custom claims a user, an application or a resource has at most.
pub(super) const MAX_CUSTOM_CLAIMS: usize = 64;

/// The longest name of a custom claim in bytes.
pub(super) const MAX_CLAIM_NAME: usize = 128;

/// The largest fixed value of a custom claim as JSON, in bytes.
pub(super) const MAX_CLAIM_VALUE: usize = 4096;

/// How many methods a sign-in has at most (`amr`).
pub(super) const MAX_AMR: usize = 8;

/// How many authentication contexts there are at most, beside that of a password.
pub(super) const MAX_CONTEXTS: usize = 16;

/// The longest `userId` (OpenID Connect Core section 2, `sub`).
pub(super) const MAX_SUBJECT: usize = 255;

/// The least seconds for which the document of a client counts: a lower bound for what its
/// `Cache-Control` says, so that no request needs it twice.
pub(crate) const LEAST_CACHED: i64 = 60;

/// The longest identifier of a resource: it stands in each token for it.
pub(super) const MAX_IDENTIFIER: usize = 255;
