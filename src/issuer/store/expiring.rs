//! A map whose entries leave by themselves when their time is over.

use core::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::Journal;
use super::shares::{Owned, Place, Room, Shares};

/// The owner of an entry has its share, or the map is full of entries that must not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// Entries with a time of expiry. What is due leaves at the cost of a few entries for each call, out
/// of a heap with the next time on top; an entry whose time was put off is only moved when its old
/// time comes. So memory follows the live entries. All keys are of one type: the code of another heap
/// and map would be kilobytes of wasm.
#[derive(Debug)]
pub(crate) struct Expiring<V> {
    entries: HashMap<u128, Entry<V>>,
    /// Times and keys, those of removed entries included.
    queue: BinaryHeap<Reverse<(i64, u128)>>,
    shares: Shares,
    journal: Journal,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    expires: i64,
    /// The time in the queue; the key at any other time is a leftover.
    queued: i64,
}

impl<V: Owned> Expiring<V> {
    /// `reserve`: see [`Shares`].
    pub(crate) fn new(capacity: usize, reserve: usize) -> Self {
        Self {
            entries: HashMap::new(),
            queue: BinaryHeap::new(),
            shares: Shares::new(capacity, reserve),
            journal: Journal::default(),
        }
    }

    /// What is not as it was told last.
    pub(crate) fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }

    pub(crate) fn get(&self, key: &u128, now: i64) -> Option<&V> {
        self.entries.get(key).filter(|entry| entry.expires > now).map(|entry| &entry.value)
    }

    /// An entry and its time, whether it is due or not.
    pub(crate) fn entry(&self, key: &u128) -> Option<(&V, i64)> {
        self.entries.get(key).map(|entry| (&entry.value, entry.expires))
    }

    /// The value may be changed, but not whose it is: see [`Expiring::insert`].
    pub(crate) fn get_mut(&mut self, key: &u128, now: i64) -> Option<&mut V> {
        let entry = self.entries.get_mut(key).filter(|entry| entry.expires > now)?;
        self.journal.note(*key);
        Some(&mut entry.value)
    }

    /// Puts an entry in, or in the place of the one of the same key, which may be somebody else's.
    /// Others make room for it as the shares say. If it is refused nothing has changed.
    pub(crate) fn insert(
        &mut self,
        key: u128,
        value: V,
        expires: i64,
        now: i64,
    ) -> Result<(), Full> {
        let former = self.entries.remove(&key);
        if let Some(former) = &former {
            self.leave(former.value.place());
        }
        let room = self.make_room(value.place(), now);
        match (room, former) {
            (Ok(()), _) => self.restore(key, value, expires),
            (Err(Full), Some(former)) => {
                self.shares.enter(former.value.place(), key);
                self.entries.insert(key, former);
            }
            (Err(Full), None) => {}
        }
        room
    }

    fn make_room(&mut self, place: Place, now: i64) -> Result<(), Full> {
        if self.shares.room(place) == Room::There {
            return Ok(());
        }
        self.sweep(now, usize::MAX);
        loop {
            let from = match self.shares.room(place) {
                Room::There => return Ok(()),
                Room::After(from) => from,
                Room::Full => return Err(Full),
            };
            let key = self.shares.oldest(from).ok_or(Full)?;
            if self.entries.get(&key).is_some_and(|entry| entry.value.place() == from) {
                self.remove(&key);
            }
        }
    }

    /// Puts back an entry that was let in before, whatever the capacity.
    pub(crate) fn restore(&mut self, key: u128, value: V, expires: i64) {
        self.shares.enter(value.place(), key);
        let entry = Entry { value, expires, queued: expires };
        if let Some(former) = self.entries.insert(key, entry) {
            self.shares.leave(former.value.place());
        }
        self.journal.note(key);
        self.queue(key, expires);
    }

    fn leave(&mut self, place: Place) {
        if let Some(keys) = self.shares.leave(place) {
            let entries = &self.entries;
            keys.retain(|key| entries.get(key).is_some_and(|entry| entry.value.place() == place));
        }
    }

    /// Puts the expiry off; an earlier time than the present one changes nothing.
    pub(crate) fn extend(&mut self, key: &u128, expires: i64) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.expires = entry.expires.max(expires);
            self.journal.note(*key);
        }
    }

    pub(crate) fn remove(&mut self, key: &u128) -> Option<V> {
        let entry = self.entries.remove(key)?;
        self.leave(entry.value.place());
        self.journal.note(*key);
        // The key stays in the queue. Should such leftovers outnumber the living, as they may where
        // lifetimes are long, the queue is made anew.
        if self.queue.len() > 2 * self.entries.len() + 1024 {
            let live = self.entries.iter_mut().filter(|(_, entry)| entry.expires < i64::MAX);
            self.queue = live
                .map(|(key, entry)| {
                    entry.queued = entry.expires;
                    Reverse((entry.expires, *key))
                })
                .collect();
        }
        Some(entry.value)
    }

    /// Keeps the entries that `keep` wants, whatever their time.
    pub(crate) fn retain(&mut self, keep: impl Fn(&V) -> bool) {
        // The keys stay in the queue, and leave when their time comes.
        self.entries.retain(|key, entry| {
            let stays = keep(&entry.value);
            if !stays {
                self.journal.note(*key);
                self.shares.leave(entry.value.place());
            }
            stays
        });
    }

    /// Shows every entry to `change`, which says whether it changed it, but not whose it is.
    pub(crate) fn for_each(&mut self, change: impl Fn(&mut V) -> bool) {
        for (key, entry) in &mut self.entries {
            if change(&mut entry.value) {
                self.journal.note(*key);
            }
        }
    }

    /// Drops what is due, looking at `budget` entries at most.
    pub(crate) fn sweep(&mut self, now: i64, budget: usize) {
        for _ in 0..budget {
            let Some(Reverse((time, _))) = self.queue.peek() else {
                return;
            };
            if *time > now {
                return;
            }
            let Some(Reverse((time, key))) = self.queue.pop() else {
                return;
            };
            let Some(entry) = self.entries.get_mut(&key) else {
                continue;
            };
            if entry.queued != time {
                continue;
            }
            if entry.expires <= now {
                let place = entry.value.place();
                self.entries.remove(&key);
                self.leave(place);
                self.journal.note(key);
            } else {
                let expires = entry.expires;
                entry.queued = expires;
                self.queue(key, expires);
            }
        }
    }

    /// No entry is due before this time; none if nothing ever is.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.queue.peek().map(|Reverse((time, _))| *time)
    }

    /// The keys of all entries, those that are due included.
    pub(crate) fn keys(&self) -> Vec<u128> {
        self.entries.keys().copied().collect()
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    fn queue(&mut self, key: u128, expires: i64) {
        // The end of time never comes.
        if expires < i64::MAX {
            self.queue.push(Reverse((expires, key)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::shares::Rank;
    use super::*;

    impl Owned for i32 {
        fn place(&self) -> Place {
            Place::kept(u64::try_from(*self).unwrap())
        }
    }

    impl Owned for &str {
        fn place(&self) -> Place {
            Place::new(self.len() as u64, Rank::Paid)
        }
    }

    #[test]
    fn entries_leave_when_their_time_is_over() {
        let mut map = Expiring::new(10, 0);
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
        let mut map = Expiring::new(10, 0);
        map.insert(1, 1, 100, 0).unwrap();
        map.extend(&1, 200);
        map.extend(&1, 150);
        map.sweep(199, 10);
        assert!(map.get(&1, 199).is_some());
        map.sweep(200, 10);
        assert_eq!((map.len(), map.queue.len()), (0, 0));
    }

    #[test]
    fn a_full_map_refuses_and_never_drops_what_must_not_go() {
        let mut map = Expiring::new(2, 0);
        map.insert(1, 1, 100, 0).unwrap();
        map.insert(2, 2, 50, 0).unwrap();
        assert_eq!(map.insert(3, 3, 100, 49), Err(Full));
        assert_eq!(map.insert(2, 1, 100, 49), Err(Full), "who has one gets no second");
        assert_eq!(map.get(&2, 49), Some(&2), "the former one is still there");
        assert_eq!(map.insert(2, 2, 60, 49), Ok(()));
        assert_eq!(map.insert(3, 3, 100, 60), Ok(()));
        assert!(map.get(&1, 60).is_some() && map.get(&3, 60).is_some());
    }

    #[test]
    fn what_may_go_makes_room_and_is_named_by_the_journal() {
        let mut map = Expiring::new(3, 0);
        for (key, value) in [(1, "a"), (2, "b"), (3, "cc")] {
            map.insert(key, value, 100, 0).unwrap();
        }
        map.remove(&1);
        map.insert(4, "d", 100, 0).unwrap();
        map.journal().start();
        map.insert(5, "ccc", 100, 0).unwrap();
        assert_eq!(map.journal().take(), [2, 5], "the first one was gone already");
        assert_eq!(map.len(), 3);
    }

    #[test]
    fn an_entry_that_came_again_is_not_taken_by_its_old_time() {
        let mut map = Expiring::new(2, 0);
        map.insert(1, 1, 100, 0).unwrap();
        map.remove(&1);
        map.insert(1, 1, 200, 0).unwrap();
        map.sweep(150, 10);
        assert!(map.get(&1, 150).is_some());
    }

    #[test]
    fn leftovers_of_removed_entries_do_not_pile_up() {
        let mut map = Expiring::new(usize::MAX, 0);
        map.insert(0, 1, 1_000_000, 0).unwrap();
        for key in 1..100_000 {
            map.insert(key, 1, 1_000_000 + i64::try_from(key).unwrap(), 0).unwrap();
            map.remove(&key);
        }
        assert_eq!(map.len(), 1);
        assert!(map.queue.len() <= 2048, "{}", map.queue.len());
        map.sweep(1_000_000, 10);
        assert_eq!(map.len(), 0);
    }

    #[test]
    fn the_journal_names_what_changed() {
        let mut map = Expiring::new(10, 0);
        map.insert(1, 1, 100, 0).unwrap();
        assert_eq!(map.journal().take(), [], "nobody has asked yet");
        map.journal().start();
        map.insert(2, 2, 100, 0).unwrap();
        map.extend(&1, 200);
        assert_eq!(map.journal().take(), [2, 1]);
        map.get(&1, 0).unwrap();
        *map.get_mut(&2, 0).unwrap() = 3;
        map.for_each(|value| *value == 1);
        assert_eq!(map.journal().take(), [2, 1]);
        map.retain(|value| *value == 1);
        map.sweep(200, 10);
        assert_eq!(map.journal().take(), [2, 1]);
        map.insert(3, 3, 300, 200).unwrap();
        map.remove(&3);
        map.remove(&4);
        assert_eq!(map.journal().take(), [3]);
    }

    #[test]
    fn one_call_does_a_bounded_amount_of_work() {
        let mut map = Expiring::new(usize::MAX, 0);
        for key in 0..1000 {
            map.insert(key, 1, 10, 0).unwrap();
        }
        map.sweep(10, 100);
        assert_eq!(map.len(), 900);
    }
}
