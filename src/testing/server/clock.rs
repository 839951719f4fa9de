//! The time of an issuer that a test steers.

use core::time::Duration;

use super::shared::{self, Shared};

/// The time of an issuer. Everything that it gives out ages by it at once: codes, tokens, polls, sessions, keys and
/// throttles. Nothing else in the process follows it.
#[derive(Clone, Copy, Debug)]
pub struct TestClock<'a> {
    shared: &'a Shared,
}

impl<'a> TestClock<'a> {
    pub(super) fn new(shared: &'a Shared) -> Self {
        Self { shared }
    }

    /// What it shows, in Unix seconds.
    #[must_use]
    pub fn now(self) -> i64 {
        self.shared.lock().time(shared::now())
    }

    /// Stops it where it is: time passes only by [`TestClock::advance`] and [`TestClock::set`].
    pub fn freeze(self) {
        let mut controlled = self.shared.lock();
        let now = controlled.time(shared::now());
        controlled.clock_mut().freeze(now);
    }

    /// Lets it go on from where it stands.
    pub fn run(self) {
        self.shared.lock().clock_mut().run(shared::now());
    }

    /// Lets time pass at once, in whole seconds, whether it stands or runs.
    pub fn advance(self, time: Duration) {
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        self.shared.lock().clock_mut().advance(seconds);
    }

    /// Sets it to this time in Unix seconds, also back; it stands or runs as before.
    pub fn set(self, at: i64) {
        self.shared.lock().clock_mut().set(at, shared::now());
    }
}
