//! What every stored collection can do, whatever it holds: a snapshot asks all of them for their records,
//! and a storage is told of the records that changed.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::journal::Journal;

/// Records of one kind, each with an id.
pub(crate) trait Collection {
    /// The ids of all records.
    fn ids(&self) -> Vec<u128>;

    /// Writes a record, and gives the time from which on it means nothing, which is [`NEVER`] for most.
    /// None if there is none of this id.
    fn write(&self, id: u128, writer: &mut Writer) -> Option<i64>;

    /// Reads what [`Collection::write`] wrote. Capacities do not matter here: a record that was let in
    /// stays.
    fn read(&mut self, id: u128, reader: &mut Reader<'_>) -> Option<()>;

    /// Names the records that are not as they were told last.
    fn journal(&mut self) -> &mut Journal;

    /// Drops records that are due, looking at `budget` of them at most.
    fn sweep(&mut self, _now: i64, _budget: usize) {}

    /// No record is due before this time; none if nothing ever is.
    fn next_due(&self) -> Option<i64> {
        None
    }
}

/// A record that a collection with times of expiry can hold.
pub(crate) trait Record: Sized {
    /// Writes the record.
    fn write(&self, writer: &mut Writer);

    /// Reads what [`Record::write`] wrote.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

/// The end of a record that never expires.
pub(crate) const NEVER: i64 = i64::MAX;

/// The id of the one record of a collection that has no more.
pub(crate) const ONLY: u128 = 0;

/// Begins the record of the sealing key, which no state is without: the version of all records. A
/// change of any of them raises it.
pub(crate) const FORMAT: u8 = 6;
