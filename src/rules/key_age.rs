//! How long a server's keys are believed, and when they are fetched again.

/// The most seconds for which keys are believed, unless the application sets another number. A key that the
/// server withdraws is therefore not believed for longer.
pub(crate) const LONGEST_AGE: i64 = 600;

/// The least seconds between two fetches because of an unknown key or a wrong signature, so that a stranger's
/// id_tokens cannot make the client ask without end.
const COOL_DOWN: i64 = 60;

/// For how many seconds keys may be kept, by the fields `Cache-Control` (RFC 9111 section 5.2.2) and `Age`
/// (section 5.1, here `since`) of their answer, which are empty if they are missing. It is `longest` at most, and
/// also if the answer does not say.
pub(crate) fn age(cache_control: &str, since: &str, longest: i64) -> i64 {
    let mut age = longest;
    for directive in cache_control.split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim_ascii().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return 0,
            // RFC 9111 section 4.2.1: what is no number of seconds is stale.
            "max-age" => {
                let left =
                    seconds(value.trim_ascii().trim_matches('"')) - seconds(since.trim_ascii());
                age = left.clamp(0, longest);
            }
            _ => {}
        }
    }
    age
}

/// The seconds of a directive; 0 for text that is no number. A number that an i64 cannot hold becomes the
/// greatest (RFC 9111 section 1.2.2).
fn seconds(digits: &str) -> i64 {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if is_number { digits.parse().unwrap_or(i64::MAX) } else { 0 }
}

/// When keys were fetched, and for how long they are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fetched {
    /// When they were fetched, in Unix seconds.
    at: i64,
    /// For how many seconds they are believed.
    age: i64,
    /// When keys were last fetched although the former ones were still believed, because none of those had made
    /// a signature; in Unix seconds.
    refused_at: Option<i64>,
}

impl Fetched {
    /// Keys that were fetched now, in place of others if there were some.
    pub(crate) fn after(before: Option<Self>, now: i64, age: i64) -> Self {
        let refused_at = before.and_then(|before| before.asked_again(now).refused_at);
        Self { at: now, age, refused_at }
    }

    /// The same keys, after an attempt to fetch others that failed.
    pub(crate) fn asked_again(self, now: i64) -> Self {
        let refused_at = if self.is_fresh(now) { Some(now) } else { self.refused_at };
        Self { refused_at, ..self }
    }

    /// Whether they are still believed. In the second in which they were fetched, they always are.
    pub(crate) fn is_fresh(self, now: i64) -> bool {
        let since = now.saturating_sub(self.at);
        // After the clock was set back, nobody knows how old they are, so they are not believed.
        since == 0 || (0..self.age).contains(&since)
    }

    /// Whether they may be fetched again because a key is not known or a signature is wrong.
    pub(crate) fn may_be_fetched_again(self, now: i64) -> bool {
        let is_long_ago = |then: i64| now.saturating_sub(then).saturating_abs() >= COOL_DOWN;
        now != self.at && self.refused_at.is_none_or(is_long_ago)
    }
}
