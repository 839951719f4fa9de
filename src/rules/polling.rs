//! What to do after each poll for the tokens of a device (RFC 8628 section 3.5).

use super::failure::{Failure, Kind};
use crate::polling::INTERVAL;
pub(crate) use crate::polling::SLOW_DOWN;

/// The state of polling for one device code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Polling {
    /// The seconds between two polls.
    pub(crate) interval: i64,
    /// Unix seconds by the client's clock.
    pub(crate) deadline: Option<i64>,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Poll again after so many seconds; whether the server asked to slow down.
    Wait(i64, bool),
    /// The user refused.
    Denied,
    /// The code has expired.
    Expired,
    /// It failed for good.
    Failed,
}

/// What the server may say while the user decides. A comparison with each in a loop is less code than a
/// `match` of them.
pub(crate) const CODES: [&str; 4] =
    ["authorization_pending", "slow_down", "access_denied", "expired_token"];
const PENDING: usize = 0;
const SLOWER: usize = 1;
const DENIED: usize = 2;

/// For an answer that does not say another.
pub(crate) const DEFAULT_INTERVAL: i64 = INTERVAL;

/// Longer than this a user should not wait for a device whose network is back.
pub(crate) const LONGEST_BACK_OFF: i64 = 60;

impl Polling {
    /// Polls after so many seconds, but after 1 at least: a server that says 0 still must not be asked in a
    /// busy loop.
    pub(crate) fn new(interval: i64, deadline: Option<i64>) -> Self {
        Self { interval: interval.max(1), deadline }
    }

    /// Decides after a refusal with this code, whose status is `status`, and which asked to wait for
    /// `retry_after` milliseconds. `now`: Unix seconds. `slow_down` adds 5 seconds to the interval for good;
    /// a server that is overloaded or broken for now is asked again, as after a poll that got no answer.
    pub(crate) fn refused(
        &mut self,
        failure: Failure,
        code: &[u8],
        status: u16,
        retry_after: Option<i64>,
        now: i64,
    ) -> Decision {
        let known = CODES.iter().position(|known| known.as_bytes() == code);
        let known = known.filter(|_| failure.kind == Kind::OAuth);
        match known {
            Some(PENDING) => {}
            Some(SLOWER) => self.interval = self.interval.saturating_add(SLOW_DOWN),
            Some(DENIED) => return Decision::Denied,
            Some(_) => return Decision::Expired,
            None if is_temporary(failure.kind, status) => self.back_off(),
            None => return Decision::Failed,
        }
        let asked = retry_after.unwrap_or(0).saturating_add(999) / 1000;
        self.wait(self.interval.max(asked), known == Some(SLOWER), now)
    }

    /// Decides after a poll that got no answer: the interval doubles for good, up to a minute (RFC 8628
    /// section 3.5 asks for exponential back-off).
    pub(crate) fn unreachable(&mut self, now: i64) -> Decision {
        self.back_off();
        self.wait(self.interval, false, now)
    }

    fn back_off(&mut self) {
        let doubled = self.interval.saturating_mul(2).min(LONGEST_BACK_OFF);
        self.interval = self.interval.max(doubled);
    }

    fn wait(&self, seconds: i64, slower: bool, now: i64) -> Decision {
        match self.deadline {
            Some(deadline) if now >= deadline => Decision::Expired,
            _ => Decision::Wait(seconds, slower),
        }
    }
}

/// Whether the same request may succeed later: the server said that it is asked too often or that the fault
/// is its own.
pub(crate) fn is_temporary(kind: Kind, status: u16) -> bool {
    kind != Kind::Malformed && matches!(status, 429 | 500..=599)
}
