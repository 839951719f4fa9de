//! Which proofs were used (RFC 9449 section 11.1).

use super::bounded::{Bounded, hash_of};

/// Remembers proofs. When it is full, none is accepted until some are over.
#[derive(Clone, Debug)]
pub(super) struct Replays(Bounded<()>);

impl Replays {
    pub(super) fn new(most: usize) -> Self {
        Self(Bounded::new(most))
    }

    /// Remembers the proof with this `jti` by this key until nobody accepts it any more. Returns whether it was not
    /// there before.
    pub(super) fn use_once(&mut self, jkt: &str, id: &str, now: i64, until: i64) -> bool {
        let name = hash_of(&[jkt, " ", id]);
        if self.0.has(&name, now) || !self.0.has_room(now) {
            return false;
        }
        self.0.set(name, (), now, until);
        true
    }
}
