//! What the exports hold: an issuer, or in the module for tests one that a test steers. Both are used in
//! the same way; what differs is here.

#[cfg(not(feature = "testing"))]
mod plain;
#[cfg(feature = "testing")]
mod steered;

#[cfg(not(feature = "testing"))]
pub(super) use plain::{Held, Reply, Response, complete, hold, keep, to_plain, to_web};
#[cfg(feature = "testing")]
pub(super) use steered::{Held, Reply, Response, complete, hold, keep, to_plain, to_web};
