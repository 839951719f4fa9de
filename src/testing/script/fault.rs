//! One thing that happens to some requests.

use crate::testing::transport::Transport;

use super::answer::Answer;
use super::change::Change;
use super::matcher::Matcher;

/// How often a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// So often.
    Count(u32),
    /// Until it is removed.
    Always,
}

/// What happens to which requests, and how often. [`Fault::from_json`] makes one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Fault {
    /// Its number, which [`Script::add`](super::Script::add) gives.
    pub id: u64,
    /// Which requests it is for.
    pub matcher: Matcher,
    /// How often it happens.
    pub times: Times,
    /// How many requests that fit pass before.
    pub after: u32,
    /// What answers in place of the issuer.
    pub answer: Option<Answer>,
    /// The username of who approves the device that polls, before the issuer decides.
    pub approve: Option<String>,
    /// What is changed of the response.
    pub change: Change,
    /// What the host does to the response on its way.
    pub transport: Vec<Transport>,
    /// How often it has happened.
    pub used: u64,
}

impl Fault {
    /// How often it will still happen; none for always.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        match self.times {
            Times::Always => None,
            Times::Count(count) => Some(u64::from(count).saturating_sub(self.used)),
        }
    }

    /// Whether it will happen again.
    pub(super) fn is_left(&self) -> bool {
        self.left() != Some(0)
    }

    /// Whether it happens to this request, which fits: those before it pass, and are counted.
    pub(super) fn is_due(&mut self) -> bool {
        let is_due = self.after == 0;
        self.after = self.after.saturating_sub(1);
        is_due
    }

    /// What it does, for the journal.
    #[must_use]
    pub fn label(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.answer.as_ref().map(Answer::label));
        parts.extend(self.approve.as_ref().map(|user| format!("approve {user}")));
        parts.extend(self.change.labels());
        parts.extend(self.transport.iter().map(|fault| match fault.number() {
            0 => fault.name().to_owned(),
            number => format!("{} {number}", fault.name()),
        }));
        let mut label = format!("fault {}: {}", self.id, parts.join(", "));
        if let Some((end, _)) = label.char_indices().nth(MAX_LABEL) {
            label.truncate(end);
            label.push('…');
        }
        label
    }
}

/// How many characters of a label are shown: each request that the fault happens to has it in the journal.
const MAX_LABEL: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_label_is_never_long() {
        let fault = json!({ "merge": { "é".repeat(2_000): 1 } });
        let label = Fault::from_json(&fault).unwrap().label();
        assert!(label.starts_with("fault 0: merge é"), "{label}");
        assert_eq!(label.chars().count(), MAX_LABEL + 1);
        let short = Fault::from_json(&json!({ "drop": true })).unwrap();
        assert_eq!(short.label(), "fault 0: drop");
    }
}
