//! How often a device polls for its tokens, in seconds (RFC 8628).

/// The time between two polls, unless the server sets another (RFC 8628 section 3.2).
pub(crate) const INTERVAL: i64 = 5;

/// How much each `slow_down` permanently adds to that time (RFC 8628 section 3.5).
pub(crate) const SLOW_DOWN: i64 = 5;
