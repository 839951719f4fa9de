//! How much an issuer keeps at once, and how much may be guessed.

use serde::Serialize;

use super::plain::{objects, parts};
#[cfg(feature = "schema")]
use super::schema;

/// How much is kept at once, and how much may be guessed. What costs its sender nothing never takes
/// the place of what another has paid for. Of records that may go, the oldest of whoever has most
/// makes room for a new one once all places are taken. Of records that stay, somebody gets one more
/// while they have fewer than there are places left: so nobody has more than half, and beyond that
/// the answer is `temporarily_unavailable`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "LimitsConfig", transform = schema::limits))]
#[non_exhaustive]
pub struct Limits {
    /// Live grants: sign-ins whose tokens have not all expired. They stay; shared by users.
    pub grants: usize,
    /// Tokens revoked before their time. They stay; shared by users, and by clients that have
    /// tokens for themselves. Beyond a share a revocation ends more than it was asked to.
    pub revoked_tokens: usize,
    /// Ids of assertions and proofs, which work once. They stay; shared by users and clients. Those
    /// that anybody can send have half of the places, shared by sources.
    pub used_jwt_ids: usize,
    /// Login sessions. They may go; shared by users.
    pub sessions: usize,
    /// Device requests that wait or were not yet fetched. They may go, first those of clients that
    /// did not prove who they are, shared by sources, then those of others, shared by clients. One
    /// that was approved stays; shared by users.
    pub device_requests: usize,
    /// Authorization requests that were pushed and not yet used. They may go, first those of
    /// clients that did not prove who they are, shared by sources, then those of others, shared by
    /// clients.
    pub pushed_requests: usize,
    /// Clients that registered themselves, and documents of clients. Those that anybody can register may
    /// go, shared by sources; what needed a token or a statement stays, shared by these.
    pub registered_clients: usize,
    /// Wrong passwords in a minute for one username of one source, or of one browser where that
    /// user signed in before.
    pub password_failures_per_user: u32,
    /// Wrong passwords in a minute of one source.
    pub password_failures_per_source: u32,
    /// Wrong passwords in a minute before strangers are slowed down; those from browsers where the
    /// user signed in before do not count. Strangers who are slowed down have a tenth of the two
    /// limits above. Guesses at one user are slowed down as well, after five times
    /// `passwordFailuresPerUser`.
    pub password_failures: u32,
    /// Wrong user codes in a minute of one browser, or of one user in browsers where somebody
    /// signed in before.
    pub user_code_failures_per_browser: u32,
    /// Wrong user codes in a minute of one source.
    pub user_code_failures_per_source: u32,
    /// Wrong user codes in a minute before strangers are slowed down; those from browsers where
    /// somebody signed in before do not count. Strangers who are slowed down have a tenth of the
    /// two limits above.
    pub user_code_failures: u32,
}

parts!(Limits = Self::default();
    takes grants,
    takes revoked_tokens,
    takes used_jwt_ids,
    takes sessions,
    takes device_requests,
    takes pushed_requests,
    takes registered_clients,
    takes password_failures_per_user,
    takes password_failures_per_source,
    takes password_failures,
    takes user_code_failures_per_browser,
    takes user_code_failures_per_source,
    takes user_code_failures,
);
objects!(Limits);

impl Default for Limits {
    fn default() -> Self {
        Self {
            grants: 2_000_000,
            revoked_tokens: 2_000_000,
            used_jwt_ids: 1_000_000,
            sessions: 200_000,
            device_requests: 200_000,
            pushed_requests: 10_000,
            registered_clients: 10_000,
            password_failures_per_user: 10,
            password_failures_per_source: 100,
            password_failures: 300,
            user_code_failures_per_browser: 10,
            user_code_failures_per_source: 30,
            user_code_failures: 60,
        }
    }
}
