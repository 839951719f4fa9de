//! Who has how many records of a bounded collection, and whose records make room.
//!
//! A record that cost its sender nothing never takes the place of one for which another sender had
//! to prove who they are. When all places are taken, records that may go make room: the oldest
//! record of the owner who has most of them goes. A record that must stay is added only while its
//! owner has fewer of them than there are free places for such records. So one owner alone has at
//! most half of the places, and somebody new finds one.
//!
//! Where both kinds occur, some places are reserved for records that cost nothing, so that they are
//! not shut out either.

use core::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::collection::Record;

/// To whom a record belongs, and whether it may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of a user, a client or a source, as `Vault::number_of` makes it.
    pub(crate) owner: u64,
    pub(crate) rank: Rank,
}

/// What a record is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    /// It cost its sender nothing, and nothing has been made of it yet. It is the first to go.
    Loose = 0,
    /// Its sender proved who they are. It may make room for records of this rank and of higher
    /// ones.
    Paid = 1,
    /// It cost its sender nothing, but must stay. All such records together get half of the places.
    Lent = 2,
    /// It must stay.
    Kept = 3,
}

/// A record of a bounded collection.
pub(crate) trait Owned {
    /// To whom it belongs, and whether it may go.
    fn place(&self) -> Place;
}

/// A record that contains only its place, and a number if it needs one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) place: Place,
    pub(crate) count: u32,
}

impl Share {
    /// A record at this place, with the number 0.
    pub(crate) fn of(place: Place) -> Self {
        Self { place, count: 0 }
    }
}

impl Owned for Share {
    fn place(&self) -> Place {
        self.place
    }
}

impl Record for Share {
    fn write(&self, writer: &mut Writer) {
        self.place.write(writer);
        writer.u32(self.count);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { place: Place::read(reader)?, count: reader.u32()? })
    }
}

impl Place {
    /// A place of this owner and rank.
    pub(crate) fn new(owner: u64, rank: Rank) -> Self {
        Self { owner, rank }
    }

    /// A place of this owner for a record that must stay.
    pub(crate) fn kept(owner: u64) -> Self {
        Self { owner, rank: Rank::Kept }
    }

    /// Writes the place into a record.
    pub(crate) fn write(self, writer: &mut Writer) {
        writer.u64(self.owner).u8(self.rank as u8);
    }

    /// Reads what [`Place::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let owner = reader.u64()?;
        let rank = reader.u8()?;
        let ranks = [Rank::Loose, Rank::Paid, Rank::Lent, Rank::Kept];
        Some(Self::new(owner, ranks.into_iter().find(|known| *known as u8 == rank)?))
    }

    /// The owner and the rank as one key.
    fn holder(self) -> u128 {
        (self.rank as u128) << 64 | u128::from(self.owner)
    }
}

/// Whether a record can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// There is a free place.
    There,
    /// There is, once the oldest record of this owner and rank has gone.
    After(Place),
    /// There is not, and no record has to make room for it.
    Full,
}

/// Counts the records of each owner.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Shares {
    capacity: usize,
    /// How many of the places are reserved for loose records.
    reserve: usize,
    totals: [usize; 4],
    holders: HashMap<u128, Holder>,
    /// For each rank that may go: who has how many records, with the biggest holder on top. The
    /// counts are negative, so that the biggest comes first. Entries can be out of date, and are
    /// dropped when they reach the top.
    biggest: [BinaryHeap<Reverse<(i64, u128)>>; 2],
    /// How many records were ever added.
    clock: u64,
}

/// An owner who has records of one rank.
#[derive(Debug, Default)]
#[cfg_attr(feature = "testing", derive(Clone))]
struct Holder {
    count: usize,
    /// When the last one was added, by the clock of [`Shares`].
    reached: u64,
    /// The keys of the records, if they may go, with the oldest first. Some of these records may
    /// have gone already.
    #[expect(
        clippy::box_collection,
        reason = "most holders have records that stay, and for them this takes one word"
    )]
    keys: Option<Box<VecDeque<u128>>>,
}

impl Shares {
    /// Counts for a collection with so many places, of which `reserve` are for loose records.
    pub(crate) fn new(capacity: usize, reserve: usize) -> Self {
        Self {
            capacity,
            reserve,
            totals: [0; 4],
            holders: HashMap::new(),
            biggest: [const { BinaryHeap::new() }; 2],
            clock: 0,
        }
    }

    /// Whether one more record can be added.
    pub(crate) fn room(&mut self, place: Place) -> Room {
        let held = self.held(place);
        let [loose, paid, lent, kept] = self.totals;
        let open = self.capacity.saturating_sub(self.reserve);
        let left = match place.rank {
            Rank::Lent => open.div_ceil(2).saturating_sub(lent),
            Rank::Kept => open.saturating_sub(lent + kept),
            // Records of these ranks can make room for each other, so their number has no limit of
            // its own.
            Rank::Loose | Rank::Paid => usize::MAX,
        };
        if held >= left {
            return Room::Full;
        }
        let is_loose = place.rank == Rank::Loose;
        let fits = is_loose || paid + lent + kept < open;
        if fits && loose + paid + lent + kept < self.capacity {
            return Room::There;
        }
        for rank in [Rank::Loose, Rank::Paid] {
            let goes = if rank == Rank::Loose { fits } else { !is_loose };
            let Some((owner, most)) = self.biggest(rank).filter(|_| goes) else {
                continue;
            };
            if rank != place.rank || most > held + 1 {
                return Room::After(Place { owner, rank });
            }
            // Nobody has clearly more records, so the owner of the new record makes room for it.
            if held > 0 {
                return Room::After(place);
            }
            // Everybody has one record. Only loose records go then: one that was paid for stays.
            if rank == Rank::Loose {
                return Room::After(Place { owner, rank });
            }
        }
        Room::Full
    }

    /// The key of the oldest record of an owner and rank. Each key is returned once, and its record
    /// may have gone already.
    pub(crate) fn oldest(&mut self, place: Place) -> Option<u128> {
        self.holders.get_mut(&place.holder())?.keys.as_mut()?.pop_front()
    }

    /// Counts a record that was added.
    pub(crate) fn enter(&mut self, place: Place, key: u128) {
        self.clock += 1;
        let clock = self.clock;
        let holder = self.holders.entry(place.holder()).or_default();
        holder.count += 1;
        holder.reached = clock;
        if let Some(total) = self.totals.get_mut(place.rank as usize) {
            *total += 1;
        }
        let Some(biggest) = self.biggest.get_mut(place.rank as usize) else {
            return;
        };
        holder.keys.get_or_insert_default().push_back(key);
        biggest.push(entry(holder, place.owner));
        // If there are too many entries out of date, the heap is built anew.
        if biggest.len() > 2 * self.holders.len() + 1024 {
            *biggest = self
                .holders
                .iter()
                .filter(|(id, _)| *id >> 64 == place.rank as u128)
                .map(|(id, holder)| entry(holder, low(*id)))
                .collect();
        }
    }

    /// Counts a record that has gone. Returns the keys of the owner and rank if most of their
    /// records may have gone, so that the caller can drop those.
    pub(crate) fn leave(&mut self, place: Place) -> Option<&mut VecDeque<u128>> {
        if let Some(total) = self.totals.get_mut(place.rank as usize) {
            *total = total.saturating_sub(1);
        }
        let id = place.holder();
        let holder = self.holders.get_mut(&id)?;
        holder.count = holder.count.saturating_sub(1);
        if holder.count == 0 {
            self.holders.remove(&id);
            return None;
        }
        let many = 2 * holder.count + 16;
        let keys = self.holders.get_mut(&id)?.keys.as_mut()?;
        (keys.len() > many).then_some(keys)
    }

    /// How many records there are.
    pub(crate) fn total(&self) -> usize {
        self.totals.iter().sum()
    }

    /// How many records the owner has at this rank.
    fn held(&self, place: Place) -> usize {
        self.holders.get(&place.holder()).map_or(0, |holder| holder.count)
    }

    /// The owner who has most records of a rank, and how many. Among equals it is the one whose
    /// last record was added first.
    fn biggest(&mut self, rank: Rank) -> Option<(u64, usize)> {
        let biggest = self.biggest.get_mut(rank as usize)?;
        loop {
            let Reverse((count, id)) = *biggest.peek()?;
            let owner = low(id);
            let holder = self.holders.get(&Place { owner, rank }.holder());
            let now = holder.map(|holder| entry(holder, owner));
            if let Some(holder) = holder
                && now == Some(Reverse((count, id)))
            {
                return Some((owner, holder.count));
            }
            biggest.pop();
            // An owner who has fewer records now gets a new entry. One who has more has another
            // entry already.
            if let Some(now) = now.filter(|Reverse((now, _))| *now > count) {
                biggest.push(now);
            }
        }
    }
}

/// The entry of a holder in [`Shares::biggest`].
fn entry(holder: &Holder, owner: u64) -> Reverse<(i64, u128)> {
    let count = i64::try_from(holder.count).unwrap_or(i64::MAX);
    Reverse((-count, u128::from(holder.reached) << 64 | u128::from(owner)))
}

/// The owner in a key or an entry.
fn low(id: u128) -> u64 {
    u64::try_from(id & u128::from(u64::MAX)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loose(owner: u64) -> Place {
        Place::new(owner, Rank::Loose)
    }

    fn paid(owner: u64) -> Place {
        Place::new(owner, Rank::Paid)
    }

    fn filled(capacity: usize, places: &[Place]) -> Shares {
        let mut shares = Shares::new(capacity, 0);
        for (key, place) in (0..).zip(places) {
            shares.enter(*place, key);
        }
        shares
    }

    #[test]
    fn the_oldest_of_the_biggest_holder_makes_room() {
        let mut shares = filled(5, &[loose(1), loose(2), loose(2), loose(2), loose(1)]);
        assert_eq!(shares.room(loose(3)), Room::After(loose(2)));
        assert_eq!(shares.oldest(loose(2)), Some(1));
        shares.leave(loose(2));
        shares.enter(loose(3), 5);
        // Two have two now: who is as big as they makes room for themselves.
        assert_eq!(shares.room(loose(1)), Room::After(loose(1)));
        assert_eq!(shares.room(loose(4)), Room::After(loose(2)));
    }

    #[test]
    fn what_cost_nothing_makes_room_for_what_was_paid_and_never_the_other_way_round() {
        let mut shares = filled(3, &[paid(1), paid(1), loose(2)]);
        assert_eq!(shares.room(paid(1)), Room::After(loose(2)));
        assert_eq!(shares.room(loose(3)), Room::After(loose(2)));
        shares.leave(loose(2));
        shares.enter(paid(1), 3);
        assert_eq!(shares.room(loose(3)), Room::Full);
        assert_eq!(shares.room(paid(3)), Room::After(paid(1)));
        assert_eq!(shares.room(Place::kept(3)), Room::After(paid(1)));
    }

    #[test]
    fn where_everybody_has_one_what_was_paid_stays_and_what_was_not_goes_by_age() {
        let mut shares = filled(2, &[paid(2), paid(1)]);
        assert_eq!(shares.room(paid(3)), Room::Full);
        assert_eq!(shares.room(paid(1)), Room::After(paid(1)));
        let mut shares = filled(2, &[loose(2), loose(1)]);
        assert_eq!(shares.room(loose(3)), Room::After(loose(2)));
    }

    #[test]
    fn what_must_not_go_leaves_room_for_somebody_new() {
        let mut shares = Shares::new(12, 0);
        let mut fill = |place| {
            let mut count = 0;
            while shares.room(place) == Room::There {
                shares.enter(place, 0);
                count += 1;
            }
            count
        };
        assert_eq!(fill(Place::new(7, Rank::Lent)), 3);
        assert_eq!(fill(Place::kept(1)), 5);
        assert_eq!(fill(Place::kept(2)), 2);
        assert_eq!(fill(Place::kept(3)), 1);
        assert_eq!(fill(Place::new(8, Rank::Lent)), 1, "the last place");
    }

    #[test]
    fn what_was_paid_leaves_the_reserve_to_what_was_not() {
        let mut shares = Shares::new(4, 1);
        for key in 0..3 {
            assert_eq!(shares.room(paid(1)), Room::There);
            shares.enter(paid(1), key);
        }
        assert_eq!(shares.room(paid(1)), Room::After(paid(1)));
        assert_eq!(shares.room(paid(2)), Room::After(paid(1)));
        assert_eq!(shares.room(loose(3)), Room::There);
        shares.enter(loose(3), 3);
        assert_eq!(shares.room(loose(4)), Room::After(loose(3)));
        assert_eq!(shares.room(paid(2)), Room::After(paid(1)));
        assert_eq!(shares.room(Place::kept(2)), Room::After(paid(1)));
    }

    #[test]
    fn leftovers_do_not_pile_up() {
        let mut shares = Shares::new(100_000, 0);
        shares.enter(loose(1), 0);
        for key in 1..50_000 {
            shares.enter(loose(1), key);
            if let Some(keys) = shares.leave(loose(1)) {
                keys.retain(|other| *other == 0);
            }
        }
        assert!(shares.biggest[0].len() < 2048, "{}", shares.biggest[0].len());
        let holder = shares.holders.values().next().unwrap();
        assert!(holder.count == 1 && holder.keys.as_ref().unwrap().len() < 32);
    }
}
