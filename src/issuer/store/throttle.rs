//! Counting failed guesses: of each name and in total, in windows of a minute. A success resets
//! nothing, or an attacker with one good guess could go on for ever.

use super::Journal;

/// Counts failures. Names share a fixed number of counters, so that strangers cannot make it grow
/// and a name that does not exist is counted like one that does.
#[derive(Debug)]
pub(crate) struct Throttle {
    per_name: u32,
    in_total: u32,
    total: Window,
    names: Vec<Window>,
    journal: Journal,
}

/// Failures since `start`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: i64,
    pub(crate) failures: u32,
}

impl Throttle {
    pub(crate) fn new(per_name: u32, in_total: u32) -> Self {
        Self {
            per_name,
            in_total,
            total: Window::default(),
            names: vec![Window::default(); COUNTERS],
            journal: Journal::default(),
        }
    }

    /// What is not as it was told last.
    pub(crate) fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// Seconds to wait before the next guess is looked at; none if it may be made now.
    pub(crate) fn wait(&self, name: u64, now: i64) -> Option<i64> {
        let total = self.total.wait(self.in_total, now);
        let name = self.names.get(slot(name)).and_then(|window| window.wait(self.per_name, now));
        total.max(name)
    }

    /// Counts a wrong guess.
    pub(crate) fn fail(&mut self, name: u64, now: i64) {
        self.total.fail(now);
        self.journal.note(0);
        if let Some(window) = self.names.get_mut(slot(name)) {
            window.fail(now);
            self.journal.note(slot(name) as u128 + 1);
        }
    }

    /// The numbers of the counters that count something; the total is number 0.
    pub(crate) fn numbers(&self) -> Vec<u128> {
        (0..)
            .zip(self.windows())
            .filter(|(_, window)| window.failures > 0)
            .map(|(n, _)| n)
            .collect()
    }

    /// A counter of [`Throttle::numbers`].
    pub(crate) fn window(&self, number: u128) -> Option<Window> {
        self.windows().nth(usize::try_from(number).ok()?).copied()
    }

    /// Sets a counter of [`Throttle::numbers`].
    pub(crate) fn set_window(&mut self, number: u128, window: Window) -> Option<()> {
        let mut windows = core::iter::once(&mut self.total).chain(&mut self.names);
        *windows.nth(usize::try_from(number).ok()?)? = window;
        Some(())
    }

    fn windows(&self) -> impl Iterator<Item = &Window> {
        core::iter::once(&self.total).chain(&self.names)
    }
}

impl Window {
    /// When it counts nothing any more.
    pub(crate) fn end(self) -> i64 {
        self.start.saturating_add(SECONDS)
    }

    fn is_open(&self, now: i64) -> bool {
        // A clock that was set back must not lock anybody out for longer than a window.
        (self.start..self.end()).contains(&now)
    }

    fn wait(&self, limit: u32, now: i64) -> Option<i64> {
        (self.failures >= limit && self.is_open(now)).then(|| self.end().saturating_sub(now))
    }

    fn fail(&mut self, now: i64) {
        if !self.is_open(now) {
            *self = Self { start: now, failures: 0 };
        }
        self.failures = self.failures.saturating_add(1);
    }
}

fn slot(name: u64) -> usize {
    usize::try_from(name % COUNTERS as u64).unwrap_or(0)
}

/// The length of a window.
const SECONDS: i64 = 60;

/// How many counters the names share.
const COUNTERS: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_for_one_name_end_and_come_back_after_a_minute() {
        let mut throttle = Throttle::new(3, 100);
        for _ in 0..3 {
            assert_eq!(throttle.wait(7, 1000), None);
            throttle.fail(7, 1000);
        }
        assert_eq!(throttle.wait(7, 1010), Some(50));
        assert_eq!(throttle.wait(8, 1010), None);
        assert_eq!(throttle.wait(7, 1060), None);
    }

    #[test]
    fn guesses_in_total_end_too() {
        let mut throttle = Throttle::new(100, 3);
        for name in 0..3 {
            throttle.fail(name, 0);
        }
        assert_eq!(throttle.wait(99, 0), Some(60));
    }

    #[test]
    fn windows_can_be_carried_over() {
        let mut throttle = Throttle::new(1, 100);
        throttle.fail(7, 0);
        let mut other = Throttle::new(1, 100);
        for number in throttle.numbers() {
            other.set_window(number, throttle.window(number).unwrap()).unwrap();
        }
        assert_eq!(other.set_window(COUNTERS as u128 + 1, Window::default()), None);
        assert_eq!(other.wait(7, 0), Some(60));
        assert_eq!(other.wait(8, 0), None);
    }
}
