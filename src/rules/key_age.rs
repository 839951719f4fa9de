//! How long a server's keys are believed, and when they are fetched again.

/// How many seconds keys are believed unless somebody says otherwise: a key that the server takes back is
/// not believed for longer.
pub(crate) const LONGEST_AGE: i64 = 600;

/// A key that is not known and a signature that is wrong make the keys be fetched again, but not more often,
/// in seconds: a stranger must not make the client ask without end.
pub(crate) const COOL_DOWN: i64 = 60;

/// For how many seconds keys may be kept that came with this `Cache-Control` (RFC 9111 section 5.2.2; empty
/// for none), `longest` at most.
pub(crate) fn age(cache_control: &str, longest: i64) -> i64 {
    let mut age = longest;
    for directive in cache_control.split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim_ascii().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return 0,
            // RFC 9111 section 4.2.1: what is no number of seconds is stale.
            "max-age" => age = seconds(value.trim_ascii().trim_matches('"')).min(longest),
            _ => {}
        }
    }
    age
}

/// The seconds of a directive: more than int64 has is as good as endless (RFC 9111 section 1.2.2).
fn seconds(digits: &str) -> i64 {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if is_number { digits.parse().unwrap_or(i64::MAX) } else { 0 }
}

/// What keys that were fetched at a moment are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fetched {
    /// Unix seconds.
    pub(crate) at: i64,
    /// For how many seconds they are believed.
    pub(crate) age: i64,
}

impl Fetched {
    /// Whether they are believed: those that were just fetched always are.
    pub(crate) fn is_fresh(self, now: i64) -> bool {
        let since = now.saturating_sub(self.at);
        // A clock that was set back says nothing about how old they are.
        since == 0 || (0..self.age).contains(&since)
    }

    /// Whether they may be fetched again because a key is not known or a signature is wrong.
    pub(crate) fn may_be_fetched_again(self, now: i64) -> bool {
        now.saturating_sub(self.at).saturating_abs() >= COOL_DOWN
    }
}
