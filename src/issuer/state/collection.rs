//! What all stored collections have in common. A snapshot contains the records of all of them, and
//! a storage is told which records changed.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::journal::Journal;

/// A collection of records of one kind. Each record has an id.
pub(crate) trait Collection {
    /// The ids of all records.
    fn ids(&self) -> Vec<u128>;

    /// Writes a record, and returns the time from which on it has no meaning, which is [`NEVER`] in
    /// most collections. Returns none if there is no record with this id.
    fn write(&self, id: u128, writer: &mut Writer) -> Option<i64>;

    /// Reads what [`Collection::write`] wrote. It ignores the capacity, because a record that was
    /// once added must stay.
    fn read(&mut self, id: u128, reader: &mut Reader<'_>) -> Option<()>;

    /// The journal, which names the records that changed since a storage was last told.
    fn journal(&mut self) -> &mut Journal;

    /// Drops records that have expired. It looks at `budget` records at most.
    fn sweep(&mut self, _now: i64, _budget: usize) {}

    /// A time before which no record expires; none if no record ever does.
    fn next_due(&self) -> Option<i64> {
        None
    }
}

/// A record of a collection whose records expire.
pub(crate) trait Record: Sized {
    /// Writes the record.
    fn write(&self, writer: &mut Writer);

    /// Reads what [`Record::write`] wrote.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

/// The time of expiry of a record that never expires.
pub(crate) const NEVER: i64 = i64::MAX;

/// The id of the record in a collection that has only one.
pub(crate) const ONLY: u128 = 0;

/// Begins the record of the sealing key, which no state is without: the version of all records. A
/// change of any of them raises it.
pub(crate) const FORMAT: u8 = 8;
