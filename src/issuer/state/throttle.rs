//! Counting wrong guesses, in windows of a minute. A right guess resets no count: otherwise an
//! attacker who knows one password could go on without end.
//!
//! Each guesser has a count of their own, which nobody else can use up. The guesses of strangers
//! are also counted for their source, for their target, and for all strangers together. The last
//! two counts lock nobody out. If one of them is exceeded, a stranger and their source still have a
//! tenth of their guesses, and at least one. A user who signed in in this browser before is not a
//! stranger.

use crate::issuer::state::expiring::{Expiring, Full};
use crate::issuer::state::shares::{Place, Rank, Share};

/// Counts wrong guesses. Counters are records of a bounded collection, so strangers cannot fill the
/// memory with them: those of the source that has most of them make room.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Throttle {
    allowance: Allowance,
    /// The counts of all open windows. A counter expires with its window.
    pub(crate) counters: Expiring<Share>,
}

/// How many wrong guesses are allowed in a minute.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// By one guesser.
    pub(crate) own: u32,
    /// By one source.
    pub(crate) source: u32,
    /// By all strangers together, before they are slowed down.
    pub(crate) total: u32,
}

/// The numbers by which a guesser is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guesser {
    /// The number of their own counter.
    pub(crate) own: u64,
    /// For whom their counters count as records: the source of a stranger, or else the user.
    pub(crate) owner: u64,
    /// What else is counted if they are a stranger; none if they signed in in this browser before.
    pub(crate) stranger: Option<Stranger>,
}

/// A guesser who has not signed in in this browser before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stranger {
    /// Whether all guesses of the source are counted together. Those of an authenticated client are
    /// not, because it asks for many people.
    pub(crate) counts_source: bool,
    /// The number of the user whose password is guessed. Guesses at user codes have no target.
    pub(crate) target: Option<u64>,
}

impl Throttle {
    /// No guesses have been made yet.
    pub(crate) fn new(allowance: Allowance) -> Self {
        Self { allowance, counters: Expiring::new(COUNTERS, 0) }
    }

    /// How many seconds the guesser has to wait; none if they may guess now.
    pub(crate) fn wait(&self, guesser: Guesser, now: i64) -> Option<i64> {
        let Allowance { own, source, total } = self.allowance;
        let Some(stranger) = guesser.stranger else {
            return self.left(OWN, guesser.own, own, now);
        };
        let at_target = own.saturating_mul(SOURCES);
        let is_attack = self.left(TOTAL, 0, total, now).is_some()
            || stranger.target.is_some_and(|id| self.left(TARGET, id, at_target, now).is_some());
        let part = |limit: u32| if is_attack { limit.div_ceil(TENTH) } else { limit };
        let by_source = || self.left(SOURCE, guesser.owner, part(source), now);
        self.left(OWN, guesser.own, part(own), now)
            .max(stranger.counts_source.then(by_source).flatten())
    }

    /// Counts a wrong guess.
    pub(crate) fn fail(&mut self, guesser: Guesser, now: i64) {
        let place = Place::new(guesser.owner, Rank::Loose);
        self.count(OWN, guesser.own, place, now);
        let Some(stranger) = guesser.stranger else {
            return;
        };
        if stranger.counts_source {
            self.count(SOURCE, guesser.owner, place, now);
        }
        if let Some(target) = stranger.target {
            self.count(TARGET, target, place, now);
        }
        self.count(TOTAL, 0, Place::kept(0), now);
    }

    /// How many seconds are left in the window of a counter that has reached its limit.
    fn left(&self, kind: u64, id: u64, limit: u32, now: i64) -> Option<i64> {
        let (window, end) = self.counters.entry(&key(kind, id))?;
        (window.count >= limit && is_open(end, now)).then(|| end.saturating_sub(now))
    }

    /// Counts a guess, and opens a window if there is none.
    fn count(&mut self, kind: u64, id: u64, place: Place, now: i64) {
        let key = key(kind, id);
        let end = self.counters.entry(&key).map_or(now, |(_, end)| end);
        if let Some(window) = self.counters.get_mut(&key, now)
            && is_open(end, now)
        {
            window.count = window.count.saturating_add(1);
            return;
        }
        let window = Share { place, count: 1 };
        // All counters except the total may go, so there is always one that makes room.
        let _: Result<(), Full> =
            self.counters.insert(key, window, now.saturating_add(SECONDS), now);
    }
}

/// Whether a window with this end is open. If the clock was set back, nobody may be locked out for
/// longer than one window.
fn is_open(end: i64, now: i64) -> bool {
    (end.saturating_sub(SECONDS)..end).contains(&now)
}

/// The key of a counter.
fn key(kind: u64, id: u64) -> u128 {
    u128::from(kind) << 64 | u128::from(id)
}

const TOTAL: u64 = 0;
const OWN: u64 = 1;
const SOURCE: u64 = 2;
const TARGET: u64 = 3;

/// The length of a window in seconds.
const SECONDS: i64 = 60;

/// How many strangers may use up their guesses at one target before all are slowed down.
const SOURCES: u32 = 5;

/// Strangers who are slowed down have this fraction of their guesses.
const TENTH: u32 = 10;

/// How many counters there are at most.
const COUNTERS: usize = 65_536;

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance { own: 3, source: 10, total: 40 };

    /// Somebody at a source who guesses at a target.
    fn stranger(source: u64, target: u64) -> Guesser {
        let stranger = Stranger { counts_source: true, target: Some(target) };
        Guesser { own: source * 1_000_000 + target, owner: source, stranger: Some(stranger) }
    }

    /// How many guesses are looked at.
    fn guesses(throttle: &mut Throttle, guesser: Guesser, now: i64) -> u32 {
        let mut count = 0;
        while throttle.wait(guesser, now).is_none() {
            throttle.fail(guesser, now);
            count += 1;
        }
        count
    }

    #[test]
    fn guesses_end_and_come_back_after_a_minute() {
        let mut throttle = Throttle::new(ALLOWANCE);
        assert_eq!(guesses(&mut throttle, stranger(1, 1), 1000), 3);
        assert_eq!(throttle.wait(stranger(1, 1), 1010), Some(50));
        assert_eq!(throttle.wait(stranger(1, 2), 1010), None);
        assert_eq!(throttle.wait(stranger(2, 1), 1010), None);
        assert_eq!(throttle.wait(stranger(1, 1), 1060), None);
        assert_eq!(throttle.wait(stranger(1, 1), 0), None, "the clock was set back");
    }

    #[test]
    fn a_source_has_so_many_in_all() {
        let mut throttle = Throttle::new(ALLOWANCE);
        let all: u32 = (0..9).map(|target| guesses(&mut throttle, stranger(1, target), 0)).sum();
        assert_eq!(all, 10);
        assert_eq!(guesses(&mut throttle, stranger(2, 1), 0), 3);
    }

    #[test]
    fn many_sources_slow_strangers_down_and_shut_nobody_out() {
        let mut throttle = Throttle::new(ALLOWANCE);
        let all: u32 = (1..=100).map(|source| guesses(&mut throttle, stranger(source, 7), 0)).sum();
        // Five have all of theirs, the others one.
        assert_eq!(all, 5 * 3 + 95);
        assert_eq!(throttle.wait(stranger(101, 7), 0), None);
        let known = Guesser { own: 7, owner: 7, stranger: None };
        assert_eq!(guesses(&mut throttle, known, 0), 3);
    }

    #[test]
    fn many_targets_slow_strangers_down_too() {
        let mut throttle = Throttle::new(ALLOWANCE);
        let mut all = 0;
        for source in 1..=100 {
            for target in 1..=100 {
                all += guesses(&mut throttle, stranger(source, source * 100 + target), 0);
            }
        }
        assert_eq!(all, 40 + 96, "one for each source once there were forty");
    }

    #[test]
    fn counters_are_bounded_and_a_flood_resets_its_own() {
        let allowance = Allowance { own: 3, source: u32::MAX, total: u32::MAX };
        let mut throttle = Throttle::new(allowance);
        assert_eq!(guesses(&mut throttle, stranger(1, 1), 0), 3);
        for target in 0..100_000 {
            throttle.fail(stranger(2, target), 0);
        }
        assert_eq!(throttle.counters.len(), COUNTERS);
        assert!(throttle.wait(stranger(1, 1), 0).is_some());
    }
}
