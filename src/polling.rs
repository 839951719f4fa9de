//! How often a device asks for its tokens, in seconds (RFC 8628).

/// The time between two polls, unless the server says another (RFC 8628 section 3.2).
pub(crate) const INTERVAL: i64 = 5;

/// What is added to it for good whenever the server answers `slow_down` (RFC 8628 section 3.5).
pub(crate) const SLOW_DOWN: i64 = 5;
