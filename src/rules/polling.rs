//! What to do after each poll for the tokens of a device (RFC 8628 section 3.5).

use super::failure::{Failure, Kind};
use crate::polling::INTERVAL;
pub(crate) use crate::polling::SLOW_DOWN;

/// The state of polling for one device code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Polling {
    /// The seconds between two polls.
    pub(crate) interval: i64,
    /// When the code expires, in Unix seconds by the client's clock; `None` if that is unknown.
    pub(crate) deadline: Option<i64>,
}

/// What to do after a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Poll again after this number of seconds. The flag says whether the server asked to slow down.
    Wait(i64, bool),
    /// The user refused.
    Denied,
    /// The code has expired.
    Expired,
    /// It failed for good.
    Failed,
}

/// The codes with which a server answers polls (RFC 8628 section 3.5).
const CODES: [&str; 4] = ["authorization_pending", "slow_down", "access_denied", "expired_token"];
const PENDING: usize = 0;
const SLOWER: usize = 1;
const DENIED: usize = 2;

/// The seconds between two polls, if the answer with the device code does not say another number.
pub(crate) const DEFAULT_INTERVAL: i64 = INTERVAL;

/// The most seconds to which lost polls extend the interval. A user should not wait longer than this for a
/// device whose network is back.
pub(crate) const LONGEST_BACK_OFF: i64 = 60;

impl Polling {
    /// Begins with this interval, but with at least one second: even a server that says 0 must not be asked in
    /// a busy loop.
    pub(crate) fn new(interval: i64, deadline: Option<i64>) -> Self {
        Self { interval: interval.max(1), deadline }
    }

    /// Decides after a refusal with this code and status, which asks to wait for `retry_after` milliseconds.
    /// `now` is in Unix seconds. `slow_down` adds 5 seconds to the interval for good. A server that is
    /// temporarily overloaded or broken is asked again, as after a poll without an answer.
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

    /// Decides after a poll without an answer. The interval doubles for good, up to a minute (RFC 8628 section
    /// 3.5 suggests an exponential back-off). `now` is in Unix seconds.
    pub(crate) fn unreachable(&mut self, now: i64) -> Decision {
        self.back_off();
        self.wait(self.interval, false, now)
    }

    /// Doubles the interval, unless it is longer than a back-off may make it.
    fn back_off(&mut self) {
        let doubled = self.interval.saturating_mul(2).min(LONGEST_BACK_OFF);
        self.interval = self.interval.max(doubled);
    }

    /// Waits, unless the code has expired.
    fn wait(&self, seconds: i64, slower: bool, now: i64) -> Decision {
        match self.deadline {
            Some(deadline) if now >= deadline => Decision::Expired,
            _ => Decision::Wait(seconds, slower),
        }
    }
}

/// Whether the same request may succeed later, because the server is asked too often (429) or has a problem of
/// its own (5xx).
pub(crate) fn is_temporary(kind: Kind, status: u16) -> bool {
    kind != Kind::Malformed && matches!(status, 429 | 500..=599)
}
