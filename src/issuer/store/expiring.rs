//! A map whose entries leave by themselves when their time is over.

use core::hash::Hash;
use std::collections::{BTreeMap, HashMap};

/// The map is full of entries that are still valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// Entries with a time of expiry. What is due leaves at the cost of a few entries for each call, in
/// buckets by second; an entry whose time was put off is only moved when its old time comes. So the
/// cost is O(1) amortised for each insertion, and memory follows the live entries.
#[derive(Debug)]
pub(crate) struct Expiring<K, V> {
    entries: HashMap<K, Entry<V>>,
    buckets: BTreeMap<i64, Vec<K>>,
    /// How many keys are in the buckets, those of removed entries included.
    queued: usize,
    capacity: usize,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    expires: i64,
    /// The bucket that holds the key; the key in any other bucket is a leftover.
    queued: i64,
}

impl<K: Copy + Eq + Hash, V> Expiring<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { entries: HashMap::new(), buckets: BTreeMap::new(), queued: 0, capacity }
    }

    pub(crate) fn get(&self, key: &K, now: i64) -> Option<&V> {
        self.entries.get(key).filter(|entry| entry.expires > now).map(|entry| &entry.value)
    }

    pub(crate) fn get_mut(&mut self, key: &K, now: i64) -> Option<&mut V> {
        self.entries.get_mut(key).filter(|entry| entry.expires > now).map(|entry| &mut entry.value)
    }

    /// Puts an entry in. One that is valid is never dropped to make room.
    pub(crate) fn insert(&mut self, key: K, value: V, expires: i64, now: i64) -> Result<(), Full> {
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&key) {
            self.sweep(now, usize::MAX);
            if self.entries.len() >= self.capacity {
                return Err(Full);
            }
        }
        self.restore(key, value, expires);
        Ok(())
    }

    /// Puts back an entry that was let in before, whatever the capacity.
    pub(crate) fn restore(&mut self, key: K, value: V, expires: i64) {
        let entry = Entry { value, expires, queued: expires };
        self.entries.insert(key, entry);
        self.queue(key, expires);
    }

    /// Puts the expiry off; an earlier time than the present one changes nothing.
    pub(crate) fn extend(&mut self, key: &K, expires: i64) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.expires = entry.expires.max(expires);
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let entry = self.entries.remove(key)?;
        // The key stays in its bucket. Should such leftovers outnumber the living, as they may
        // where lifetimes are long, all buckets are made anew.
        if self.queued > 2 * self.entries.len() + 1024 {
            self.buckets.clear();
            self.queued = 0;
            let keys: Vec<_> = self
                .entries
                .iter_mut()
                .map(|(key, entry)| {
                    entry.queued = entry.expires;
                    (*key, entry.expires)
                })
                .collect();
            for (key, expires) in keys {
                self.queue(key, expires);
            }
        }
        Some(entry.value)
    }

    /// Drops what is due, looking at `budget` entries at most.
    pub(crate) fn sweep(&mut self, now: i64, budget: usize) {
        for _ in 0..budget {
            let Some(mut bucket) = self.buckets.first_entry().filter(|first| *first.key() <= now)
            else {
                return;
            };
            let second = *bucket.key();
            let Some(key) = bucket.get_mut().pop() else {
                bucket.remove();
                continue;
            };
            self.queued -= 1;
            let Some(entry) = self.entries.get_mut(&key) else {
                continue;
            };
            if entry.queued != second {
                continue;
            }
            if entry.expires <= now {
                self.entries.remove(&key);
            } else {
                let expires = entry.expires;
                entry.queued = expires;
                self.queue(key, expires);
            }
        }
    }

    /// All entries with their times, those that are due included.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V, i64)> {
        self.entries.iter().map(|(key, entry)| (key, &entry.value, entry.expires))
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    fn queue(&mut self, key: K, expires: i64) {
        // The end of time never comes.
        if expires < i64::MAX {
            self.buckets.entry(expires).or_default().push(key);
            self.queued += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_leave_when_their_time_is_over() {
        let mut map = Expiring::new(10);
        map.insert(1, "a", 100, 0).unwrap();
        map.insert(2, "b", i64::MAX, 0).unwrap();
        assert_eq!(map.get(&1, 99), Some(&"a"));
        assert_eq!(map.get(&1, 100), None);
        map.sweep(100, 10);
        assert_eq!(map.len(), 1);
        map.sweep(i64::MAX - 1, 10);
        assert_eq!(map.get(&2, i64::MAX - 1), Some(&"b"));
    }

    #[test]
    fn a_longer_life_is_kept_and_a_shorter_one_changes_nothing() {
        let mut map = Expiring::new(10);
        map.insert(1, (), 100, 0).unwrap();
        map.extend(&1, 200);
        map.extend(&1, 150);
        map.sweep(199, 10);
        assert!(map.get(&1, 199).is_some());
        map.sweep(200, 10);
        assert_eq!((map.len(), map.queued), (0, 0));
    }

    #[test]
    fn a_full_map_refuses_and_never_drops_what_is_valid() {
        let mut map = Expiring::new(2);
        map.insert(1, (), 100, 0).unwrap();
        map.insert(2, (), 50, 0).unwrap();
        assert_eq!(map.insert(3, (), 100, 49), Err(Full));
        assert!(map.get(&2, 49).is_some());
        assert_eq!(map.insert(2, (), 60, 49), Ok(()));
        assert_eq!(map.insert(3, (), 100, 60), Ok(()));
        assert!(map.get(&1, 60).is_some() && map.get(&3, 60).is_some());
    }

    #[test]
    fn an_entry_that_came_again_is_not_taken_by_its_old_time() {
        let mut map = Expiring::new(2);
        map.insert(1, (), 100, 0).unwrap();
        map.remove(&1);
        map.insert(1, (), 200, 0).unwrap();
        map.sweep(150, 10);
        assert!(map.get(&1, 150).is_some());
    }

    #[test]
    fn leftovers_of_removed_entries_do_not_pile_up() {
        let mut map = Expiring::new(usize::MAX);
        map.insert(0, (), 1_000_000, 0).unwrap();
        for key in 1..100_000 {
            map.insert(key, (), 1_000_000 + i64::from(key), 0).unwrap();
            map.remove(&key);
        }
        assert_eq!(map.len(), 1);
        assert!(map.queued <= 2048, "{}", map.queued);
        map.sweep(1_000_000, 10);
        assert_eq!(map.len(), 0);
    }

    #[test]
    fn one_call_does_a_bounded_amount_of_work() {
        let mut map = Expiring::new(usize::MAX);
        for key in 0..1000 {
            map.insert(key, (), 10, 0).unwrap();
        }
        map.sweep(10, 100);
        assert_eq!(map.len(), 900);
    }
}
