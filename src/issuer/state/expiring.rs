//! A map whose entries expire.

use core::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::collection::{Collection, Record};
use crate::issuer::state::journal::Journal;
use crate::issuer::state::order::order;
use crate::issuer::state::shares::{Owned, Place, Room, Shares};

/// The entry was refused: its owner has used up their share, or the map is full of entries that
/// must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// Entries with a time of expiry. Each sweep removes a few entries that have expired, so the memory
/// follows the number of live entries. A heap has the next time on top. An entry whose time was
/// extended is moved only when its old time comes.
///
/// All keys have one type, and the code that does not need the values is in [`Order`], which has no
/// type parameter: each copy of it would add kilobytes to the wasm module.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Expiring<V> {
    entries: HashMap<u128, Entry<V>>,
    order: Order,
}

#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
struct Entry<V> {
    value: V,
    times: Times,
}

#[derive(Clone, Copy, Debug)]
struct Times {
    expires: i64,
    /// The time at which the key is in the queue. If the queue has the key at another time, that is
    /// left over from an entry that was removed.
    queued: i64,
}

/// When entries expire, to whom they belong, and which of them changed.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
struct Order {
    /// Times and keys, including those of removed entries.
    queue: BinaryHeap<Reverse<(i64, u128)>>,
    shares: Shares,
    journal: Journal,
}

/// The entries, without the type of their values.
trait Entries {
    /// The place and the times of an entry.
    fn look(&mut self, key: u128) -> Option<(Place, &mut Times)>;

    /// Removes an entry.
    fn drop_entry(&mut self, key: u128);
}

impl<V: Owned> Entries for HashMap<u128, Entry<V>> {
    fn look(&mut self, key: u128) -> Option<(Place, &mut Times)> {
        self.get_mut(&key).map(|entry| (entry.value.place(), &mut entry.times))
    }

    fn drop_entry(&mut self, key: u128) {
        self.remove(&key);
    }
}

impl<V: Owned> Expiring<V> {
    /// An empty map for so many entries. For `reserve` see [`Shares`].
    pub(crate) fn new(capacity: usize, reserve: usize) -> Self {
        let shares = Shares::new(capacity, reserve);
        let order = Order { queue: BinaryHeap::new(), shares, journal: Journal::default() };
        Self { entries: HashMap::new(), order }
    }

    /// All values, even those that have expired.
    #[cfg(feature = "testing")]
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.values().map(|entry| &entry.value)
    }

    /// Whether there is no entry, not even an expired one.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of an entry that has not expired.
    pub(crate) fn get(&self, key: &u128, now: i64) -> Option<&V> {
        let entry = self.entries.get(key).filter(|entry| entry.times.expires > now)?;
        Some(&entry.value)
    }

    /// An entry and its time of expiry, even if it has expired.
    pub(crate) fn entry(&self, key: &u128) -> Option<(&V, i64)> {
        self.entries.get(key).map(|entry| (&entry.value, entry.times.expires))
    }

    /// The value of an entry that has not expired. The caller may change it, but not its place,
    /// which only [`Expiring::insert`] can change.
    pub(crate) fn get_mut(&mut self, key: &u128, now: i64) -> Option<&mut V> {
        let entry = self.entries.get_mut(key).filter(|entry| entry.times.expires > now)?;
        self.order.journal.note(*key);
        Some(&mut entry.value)
    }

    /// Adds an entry, or replaces the one with the same key, which may belong to another owner.
    /// Other entries make room for it as [`Shares`] decides. If the entry is refused, nothing has
    /// changed.
    pub(crate) fn insert(
        &mut self,
        key: u128,
        value: V,
        expires: i64,
        now: i64,
    ) -> Result<(), Full> {
        self.order.make_room(&mut self.entries, key, value.place(), now)?;
        self.restore(key, value, expires);
        Ok(())
    }

    /// Adds an entry that was in the map before, even if it exceeds the capacity.
    pub(crate) fn restore(&mut self, key: u128, value: V, expires: i64) {
        self.order.enter(&mut self.entries, key, value.place(), expires);
        self.entries.insert(key, Entry { value, times: Times { expires, queued: expires } });
    }

    /// Extends the time of expiry. An earlier time than the present one changes nothing.
    pub(crate) fn extend(&mut self, key: &u128, expires: i64) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.times.expires = entry.times.expires.max(expires);
            self.order.journal.note(*key);
        }
    }

    /// Removes an entry. Returns whether there was one.
    pub(crate) fn remove(&mut self, key: &u128) -> bool {
        self.order.remove(&mut self.entries, *key)
    }

    /// Removes an entry and returns its value.
    pub(crate) fn take(&mut self, key: &u128) -> Option<V> {
        let value = self.entries.remove(key)?.value;
        self.order.removed(&mut self.entries, *key, value.place());
        Some(value)
    }

    /// Removes the entries for which `keep` returns false, even if they have expired.
    pub(crate) fn retain(&mut self, keep: impl Fn(&V) -> bool) {
        let entries = self.entries.iter().filter(|(_, entry)| !keep(&entry.value));
        let keys: Vec<u128> = entries.map(|(key, _)| *key).collect();
        for key in keys {
            self.remove(&key);
        }
    }

    /// Removes the entries for which `wanted` returns true, even if they have expired, and returns their values
    /// in the order of their keys.
    pub(crate) fn take_where(&mut self, wanted: impl Fn(&V) -> bool) -> Vec<V> {
        let entries = self.entries.iter().filter(|(_, entry)| wanted(&entry.value));
        let keys = order(entries.map(|(key, _)| *key));
        keys.iter().filter_map(|(key, _)| self.take(key)).collect()
    }

    /// Passes every value to `change`, which returns whether it changed the value. It must not
    /// change the place.
    pub(crate) fn for_each(&mut self, change: impl Fn(&mut V) -> bool) {
        for (key, entry) in &mut self.entries {
            if change(&mut entry.value) {
                self.order.journal.note(*key);
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

impl<V: Owned + Record> Collection for Expiring<V> {
    /// The keys of all entries, including expired ones.
    fn ids(&self) -> Vec<u128> {
        self.entries.keys().copied().collect()
    }

    fn write(&self, id: u128, writer: &mut Writer) -> Option<i64> {
        let (value, expires) = self.entry(&id)?;
        writer.i64(expires);
        value.write(writer);
        Some(expires)
    }

    fn read(&mut self, id: u128, reader: &mut Reader<'_>) -> Option<()> {
        let expires = reader.i64()?;
        self.restore(id, V::read(reader)?, expires);
        Some(())
    }

    fn journal(&mut self) -> &mut Journal {
        &mut self.order.journal
    }

    fn sweep(&mut self, now: i64, budget: usize) {
        self.order.sweep(&mut self.entries, now, budget);
    }

    fn next_due(&self) -> Option<i64> {
        self.order.queue.peek().map(|Reverse((time, _))| *time)
    }
}

impl Order {
    /// Makes room for an entry. If there is one with the same key, its place becomes free first.
    fn make_room(
        &mut self,
        entries: &mut dyn Entries,
        key: u128,
        place: Place,
        now: i64,
    ) -> Result<(), Full> {
        if entries.look(key).is_some_and(|(_, times)| times.expires <= now) {
            self.remove(entries, key);
        }
        let former = entries.look(key).map(|(place, _)| place);
        if let Some(former) = former {
            self.leave(entries, former);
        }
        let room = self.find_room(entries, key, place, now);
        if let Some(former) = former {
            self.shares.enter(former, key);
        }
        room
    }

    /// Makes room for an entry whose key is not counted.
    fn find_room(
        &mut self,
        entries: &mut dyn Entries,
        key: u128,
        place: Place,
        now: i64,
    ) -> Result<(), Full> {
        if self.shares.room(place) == Room::There {
            return Ok(());
        }
        self.sweep(entries, now, usize::MAX);
        loop {
            let from = match self.shares.room(place) {
                Room::There => return Ok(()),
                Room::After(from) => from,
                Room::Full => return Err(Full),
            };
            let oldest = self.shares.oldest(from).ok_or(Full)?;
            if oldest != key && entries.look(oldest).is_some_and(|(place, _)| place == from) {
                self.remove(entries, oldest);
            }
        }
    }

    /// Counts a new entry, and no longer counts the one with the same key.
    fn enter(&mut self, entries: &mut dyn Entries, key: u128, place: Place, expires: i64) {
        if let Some((former, _)) = entries.look(key) {
            self.leave(entries, former);
        }
        self.shares.enter(place, key);
        self.journal.note(key);
        self.queue(key, expires);
    }

    /// Removes an entry. Returns whether there was one.
    fn remove(&mut self, entries: &mut dyn Entries, key: u128) -> bool {
        let Some((place, _)) = entries.look(key) else {
            return false;
        };
        entries.drop_entry(key);
        self.removed(entries, key, place);
        true
    }

    /// Notes that an entry was removed.
    fn removed(&mut self, entries: &mut dyn Entries, key: u128, place: Place) {
        self.leave(entries, place);
        self.journal.note(key);
        // The key stays in the queue. With long lifetimes there may be more keys of removed entries
        // than live ones. Then the queue is built anew.
        if self.queue.len() > 2 * self.shares.total() + 1024 {
            self.queue.retain(|Reverse((time, key))| {
                entries.look(*key).is_some_and(|(_, times)| times.queued == *time)
            });
        }
    }

    /// No longer counts an entry at this place.
    fn leave(&mut self, entries: &mut dyn Entries, place: Place) {
        if let Some(keys) = self.shares.leave(place) {
            keys.retain(|key| entries.look(*key).is_some_and(|(other, _)| other == place));
        }
    }

    /// Removes entries that have expired. It looks at `budget` entries of the queue at most.
    fn sweep(&mut self, entries: &mut dyn Entries, now: i64, budget: usize) {
        for _ in 0..budget {
            let Some(Reverse((time, key))) = self.queue.peek().copied() else {
                return;
            };
            if time > now {
                return;
            }
            self.queue.pop();
            let Some((_, times)) = entries.look(key) else {
                continue;
            };
            if times.queued != time {
                continue;
            }
            let expires = times.expires;
            times.queued = expires;
            if expires <= now {
                self.remove(entries, key);
            } else {
                self.queue(key, expires);
            }
        }
    }

    /// Adds a key to the queue.
    fn queue(&mut self, key: u128, expires: i64) {
        // An entry with the latest possible time never expires.
        if expires < i64::MAX {
            self.queue.push(Reverse((expires, key)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::state::shares::Rank;

    impl Owned for i32 {
        fn place(&self) -> Place {
            Place::kept(u64::try_from(*self).unwrap())
        }
    }

    impl Record for i32 {
        fn write(&self, writer: &mut Writer) {
            writer.i64((*self).into());
        }

        fn read(reader: &mut Reader<'_>) -> Option<Self> {
            reader.i64()?.try_into().ok()
        }
    }

    impl Record for &str {
        fn write(&self, writer: &mut Writer) {
            writer.str(self);
        }

        fn read(_reader: &mut Reader<'_>) -> Option<Self> {
            Some("")
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
        assert_eq!((map.len(), map.order.queue.len()), (0, 0));
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
        assert!(map.order.queue.len() <= 2048, "{}", map.order.queue.len());
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
