//! How long a server's keys are believed, and when they are fetched again.

/// The most seconds for which keys are believed, unless the application sets another number. A key that the
/// server withdraws is therefore not believed for longer.
pub(crate) const LONGEST_AGE: i64 = 600;

/// The least seconds between two fetches because of an unknown key or a wrong signature, so that a stranger's
/// id_tokens cannot make the client ask without end.
const COOL_DOWN: i64 = 60;

/// For how many seconds keys may be kept, by the fields `Cache-Control` (RFC 9111 section 5.2.2) and `Age`
/// (section 5.1, here `since`) of their answer, which are empty if they are missing. It is `longest` at most, and
/// also if the answer does not say. The twin of `lifetimeOf` in `pkg/src/client/key-set.ts`; both run
/// `tests/vectors/key-age.json`.
pub(crate) fn age(cache_control: &str, since: &str, longest: i64) -> i64 {
    let mut max_age = None;
    for directive in directives(cache_control) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim_ascii().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return 0,
            // RFC 9111 section 4.2.1: of several, the first one counts, and what is no number of seconds is stale.
            "max-age" => {
                max_age.get_or_insert_with(|| seconds(unquoted(value.trim_ascii())).unwrap_or(0));
            }
            _ => {}
        }
    }
    let Some(max_age) = max_age else { return longest };
    // RFC 9111 section 5.1: of several, the first one counts, and what is no number of seconds does not.
    let mut ages = since.split(',').map(str::trim_ascii).filter(|age| !age.is_empty());
    (max_age - ages.next().and_then(seconds).unwrap_or(0)).clamp(0, longest)
}

/// The directives of a field. A comma between quotes separates none (RFC 9110 section 5.6.4).
fn directives(field: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    field.split(move |character| {
        let was_escaped = core::mem::take(&mut is_escaped);
        match character {
            _ if was_escaped => {}
            '\\' => is_escaped = is_quoted,
            '"' => is_quoted = !is_quoted,
            ',' => return !is_quoted,
            _ => {}
        }
        false
    })
}

/// What is between the quotes of a value, or the value itself.
fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

/// The seconds of a text; `None` if it is no number. A number that an i64 cannot hold becomes the greatest
/// (RFC 9111 section 1.2.2).
fn seconds(digits: &str) -> Option<i64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(i64::MAX))
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
