//! A memory that is never larger than its limit.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

/// What stands for a secret that is not to be kept.
pub(super) type Hash = [u8; 32];

/// The hash of texts, one after another.
pub(super) fn hash_of(texts: &[&str]) -> Hash {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// Values until a time in Unix seconds, and no more than so many.
#[derive(Clone, Debug)]
pub(super) struct Bounded<T> {
    entries: BTreeMap<Hash, Entry<T>>,
    /// The same by their ends.
    ends: BTreeSet<(i64, Hash)>,
    most: usize,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    value: T,
    since: i64,
    until: i64,
}

impl<T> Bounded<T> {
    pub(super) fn new(most: usize) -> Self {
        Self { entries: BTreeMap::new(), ends: BTreeSet::new(), most }
    }

    /// The value, if its time is not over. After the clock was set back to before it came, nobody knows.
    pub(super) fn get(&self, key: &Hash, now: i64) -> Option<&T> {
        let entry = self.entries.get(key)?;
        (entry.since..entry.until).contains(&now).then_some(&entry.value)
    }

    /// Whether something is there that is not over, however the clock was set since.
    pub(super) fn has(&self, key: &Hash, now: i64) -> bool {
        self.entries.get(key).is_some_and(|entry| now < entry.until)
    }

    /// Adds a value. If there is no room, the one that ends first makes room.
    pub(super) fn set(&mut self, key: Hash, value: T, now: i64, until: i64) {
        if self.most == 0 {
            return;
        }
        self.remove(&key);
        self.sweep(now);
        if self.entries.len() >= self.most
            && let Some((_, first)) = self.ends.first().copied()
        {
            self.remove(&first);
        }
        self.ends.insert((until, key));
        self.entries.insert(key, Entry { value, since: now, until });
    }

    /// Whether there is room without taking it from somebody whose time is not over.
    pub(super) fn has_room(&mut self, now: i64) -> bool {
        self.sweep(now);
        self.entries.len() < self.most
    }

    fn remove(&mut self, key: &Hash) {
        if let Some(entry) = self.entries.remove(key) {
            self.ends.remove(&(entry.until, *key));
        }
    }

    /// Drops what is over.
    fn sweep(&mut self, now: i64) {
        while let Some((until, key)) = self.ends.first().copied()
            && until <= now
        {
            self.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Hash {
        hash_of(&[text])
    }

    #[test]
    fn values_end_and_make_room() {
        let mut memory = Bounded::new(2);
        memory.set(key("a"), 1, 0, 10);
        memory.set(key("b"), 2, 0, 5);
        assert_eq!((memory.get(&key("a"), 9), memory.get(&key("a"), 10)), (Some(&1), None));
        assert!(!memory.has_room(4) && memory.has_room(5));
        memory.set(key("c"), 3, 5, 20);
        // Nobody's time is over, so the one that ends first goes.
        memory.set(key("d"), 4, 6, 30);
        assert_eq!(memory.get(&key("a"), 6), None);
        assert_eq!((memory.get(&key("c"), 6), memory.get(&key("d"), 6)), (Some(&3), Some(&4)));
        // The same again takes no place.
        memory.set(key("d"), 5, 7, 31);
        assert_eq!((memory.get(&key("c"), 7), memory.get(&key("d"), 7)), (Some(&3), Some(&5)));
        assert_eq!(memory.ends.len(), memory.entries.len());
    }

    #[test]
    fn a_clock_that_was_set_back_prolongs_nothing() {
        let mut memory = Bounded::new(1);
        memory.set(key("a"), 1, 100, 110);
        assert_eq!(memory.get(&key("a"), 99), None);
        assert!(memory.has(&key("a"), 99));
    }

    #[test]
    fn without_places_nothing_is_kept() {
        let mut memory = Bounded::new(0);
        memory.set(key("a"), 1, 0, 10);
        assert!(!memory.has(&key("a"), 1) && !memory.has_room(1));
    }
}
