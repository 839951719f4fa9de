//! The time that a test sees.

/// A clock that runs with the host's, ahead of it or behind it, or stands still. All times are Unix seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    pace: Pace,
}

/// How it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    /// As the host's clock, so many seconds ahead of it.
    Running { ahead: i64 },
    /// It stands at this time.
    Frozen { at: i64 },
}

impl Default for Pace {
    fn default() -> Self {
        Self::Running { ahead: 0 }
    }
}

impl Clock {
    /// What it shows while the host's clock shows `host`. It is
    /// never before 1970 nor after 9999.
    #[must_use]
    pub fn time(&self, host: i64) -> i64 {
        match self.pace {
            Pace::Running { ahead } => host.saturating_add(ahead).clamp(0, LATEST),
            Pace::Frozen { at } => at,
        }
    }

    /// What the host's clock shows when this one shows `time`; none if this one never will.
    pub(crate) fn host_time(&self, time: i64) -> Option<i64> {
        match self.pace {
            Pace::Running { ahead } => Some(time.saturating_sub(ahead)),
            Pace::Frozen { .. } => None,
        }
    }

    /// Whether it stands still.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        matches!(self.pace, Pace::Frozen { .. })
    }

    /// Lets it stand still at this time.
    pub fn freeze(&mut self, at: i64) {
        self.pace = Pace::Frozen { at: at.clamp(0, LATEST) };
    }

    /// Moves it so many seconds on; it stands or runs as before. Codes, tokens, polls, sessions, keys and
    /// throttles age at once.
    pub fn advance(&mut self, seconds: i64) {
        self.pace = match self.pace {
            Pace::Running { ahead } => Pace::Running { ahead: ahead.saturating_add(seconds) },
            Pace::Frozen { at } => Pace::Frozen { at: at.saturating_add(seconds).clamp(0, LATEST) },
        };
    }

    /// Sets it to this time, while the host's clock shows `host`; it stands or runs as before.
    pub fn set(&mut self, at: i64, host: i64) {
        let at = at.clamp(0, LATEST);
        self.pace = match self.pace {
            Pace::Running { .. } => Pace::Running { ahead: at.saturating_sub(host) },
            Pace::Frozen { .. } => Pace::Frozen { at },
        };
    }

    /// Lets it run on from what it shows, while the host's clock shows `host`.
    pub fn run(&mut self, host: i64) {
        self.pace = Pace::Running { ahead: self.time(host).saturating_sub(host) };
    }
}

/// The last second of the year 9999, which all date formats can still say.
pub(crate) const LATEST: i64 = 253_402_300_799;

/// What is said of a time that is none.
pub(crate) const TIME_EXPECTED: &str = "expected Unix seconds from 1970 to 9999, as a number";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_or_stands_where_it_was_put() {
        let mut clock = Clock::default();
        assert_eq!((clock.time(100), clock.is_frozen()), (100, false));
        clock.advance(20);
        assert_eq!(clock.time(101), 121);
        clock.set(1_000, 101);
        assert_eq!(clock.time(103), 1_002);
        clock.freeze(clock.time(103));
        assert_eq!((clock.time(999), clock.is_frozen()), (1_002, true));
        clock.advance(8);
        assert_eq!(clock.time(999), 1_010);
        clock.set(5, 999);
        assert_eq!(clock.time(0), 5);
        clock.run(999);
        assert_eq!((clock.time(1_000), clock.is_frozen()), (6, false));
    }

    #[test]
    fn it_never_leaves_what_dates_can_say() {
        let mut clock = Clock::default();
        clock.advance(i64::MIN);
        assert_eq!(clock.time(100), 0);
        clock.freeze(i64::MIN);
        assert_eq!(clock.time(100), 0);
        clock.advance(i64::MAX);
        assert_eq!(clock.time(100), LATEST);
        clock.set(i64::MAX, 100);
        assert_eq!(clock.time(100), LATEST);
        clock.run(i64::MIN);
        clock.advance(i64::MAX);
        let _ = clock.time(i64::MAX);
    }
}
