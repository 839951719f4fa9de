//! What came to the issuer of a test, and what became of it.

mod entry;
mod filter;
mod mask;
pub(crate) mod routes;
mod text;
pub(crate) mod why;

use std::collections::VecDeque;
use std::sync::Arc;

pub use entry::{Decision, Entry};
pub use filter::Filter;

/// The latest requests, each with what was decided about it and by which rule. Secrets are masked before they come
/// here, so it can be shown and stored.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The oldest first. They are shared with the journals of forks.
    entries: VecDeque<Arc<Entry>>,
    limit: usize,
    /// How many octets the entries have.
    octets: usize,
    /// How many entries there have been.
    count: u64,
}

impl Default for Journal {
    fn default() -> Self {
        Self { entries: VecDeque::new(), limit: Self::DEFAULT_LIMIT, octets: 0, count: 0 }
    }
}

impl Journal {
    /// How many entries a journal keeps if nothing else is said.
    pub const DEFAULT_LIMIT: usize = 1_000;

    /// How many entries a journal keeps at most.
    pub const MAX_LIMIT: usize = 100_000;

    /// How many octets the texts of its entries have at most: requests say how long some are.
    pub const MAX_OCTETS: usize = 32 * 1024 * 1024;

    /// How many entries it keeps.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Keeps so many entries from now on, [`Journal::MAX_LIMIT`] at most, and drops the oldest of those that are too
    /// many.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit.min(Self::MAX_LIMIT);
        self.make_room(0, 0);
    }

    /// Adds an entry, numbers it, and drops the oldest if there are too many.
    pub(crate) fn add(&mut self, mut entry: Entry) {
        self.count = self.count.saturating_add(1);
        entry.sequence = self.count;
        if self.limit > 0 {
            let octets = entry.octets();
            self.make_room(1, octets);
            self.octets = self.octets.saturating_add(octets);
            self.entries.push_back(Arc::new(entry));
        }
    }

    /// Drops the oldest entries until there is room for so many with so many octets.
    fn make_room(&mut self, places: usize, octets: usize) {
        let most = self.limit.saturating_sub(places);
        let most_octets = Self::MAX_OCTETS.saturating_sub(octets);
        while self.entries.len() > most || self.octets > most_octets {
            let Some(oldest) = self.entries.pop_front() else {
                return;
            };
            self.octets = self.octets.saturating_sub(oldest.octets());
        }
    }

    /// The number of the latest entry, whether it is kept or not; 0 if there has been none. With it as
    /// [`Filter::after`] only what comes later is found.
    #[must_use]
    pub fn latest(&self) -> u64 {
        self.count
    }

    /// Those entries that a filter lets through, the oldest first.
    pub fn find<'a>(&'a self, filter: &'a Filter) -> impl DoubleEndedIterator<Item = &'a Entry> {
        self.entries.iter().map(AsRef::as_ref).filter(|entry| filter.matches(entry))
    }

    /// The latest entry that a filter lets through.
    #[must_use]
    pub fn last<'a>(&'a self, filter: &'a Filter) -> Option<&'a Entry> {
        self.find(filter).next_back()
    }

    /// Drops all entries. The numbers go on.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.octets = 0;
    }

    /// The entries that a filter lets through as text, a line each.
    #[must_use]
    pub fn to_text(&self, filter: &Filter) -> String {
        let lines = self.find(filter).map(|entry| entry.to_text() + "\n");
        lines.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpRequest;
    use crate::testing::facts::Facts;

    fn entry(client: &str) -> Entry {
        let facts = Facts { client: Some(client.to_owned()), ..Facts::default() };
        Entry::of(&facts, &HttpRequest::get("/"), 0)
    }

    fn clients(journal: &Journal) -> Vec<(u64, String)> {
        let all = Filter::default();
        let client = |entry: &Entry| (entry.sequence, entry.client.clone().unwrap());
        journal.find(&all).map(client).collect()
    }

    #[test]
    fn it_keeps_the_latest() {
        let mut journal = Journal::default();
        journal.set_limit(2);
        for client in ["a", "b", "c"] {
            journal.add(entry(client));
        }
        assert_eq!(clients(&journal), [(2, "b".to_owned()), (3, "c".to_owned())]);
        journal.set_limit(1);
        assert_eq!(clients(&journal), [(3, "c".to_owned())]);
        journal.set_limit(0);
        journal.add(entry("d"));
        assert_eq!(clients(&journal), []);
        journal.set_limit(usize::MAX);
        assert_eq!(journal.limit(), Journal::MAX_LIMIT);
        journal.add(entry("e"));
        assert_eq!(clients(&journal), [(5, "e".to_owned())]);
    }

    #[test]
    fn long_entries_leave_room_for_no_more_octets_than_there_are() {
        let long = "x".repeat(1024 * 1024);
        let mut journal = Journal::default();
        for _ in 0..40 {
            journal.add(entry(&long));
        }
        let kept = journal.find(&Filter::default()).count();
        assert!((30..32).contains(&kept), "{kept}");
        assert_eq!(journal.last(&Filter::default()).unwrap().sequence, 40);
        journal.add(entry("short"));
        assert_eq!(journal.find(&Filter::default()).count(), kept + 1);
        journal.clear();
        assert_eq!(journal.octets, 0);
        journal.add(entry(&"x".repeat(Journal::MAX_OCTETS + 1)));
        journal.add(entry("short"));
        assert_eq!(clients(&journal), [(43, "short".to_owned())]);
    }

    #[test]
    fn what_is_cleared_is_not_counted_again() {
        let mut journal = Journal::default();
        journal.add(entry("a"));
        let mut fork = journal.clone();
        journal.clear();
        journal.add(entry("b"));
        assert_eq!(clients(&journal), [(2, "b".to_owned())]);
        fork.add(entry("c"));
        assert_eq!(clients(&fork), [(1, "a".to_owned()), (2, "c".to_owned())]);
        assert_eq!((journal.latest(), fork.latest()), (2, 2));
    }

    #[test]
    fn the_latest_of_a_kind_is_found() {
        let mut journal = Journal::default();
        for client in ["a", "b", "a", "c"] {
            journal.add(entry(client));
        }
        let of_a = Filter { client: Some("a".to_owned()), ..Filter::default() };
        assert_eq!(journal.last(&of_a).map(|entry| entry.sequence), Some(3));
        let later = Filter { after: 3, ..of_a };
        assert_eq!(journal.last(&later), None);
    }
}
