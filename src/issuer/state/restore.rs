//! Reading back the records of a former run.

use crate::issuer::check::registered_client;
use crate::issuer::codec::bytes::Reader;
use crate::issuer::config::ConfigError;
use crate::issuer::directory::Directory;
use crate::issuer::state::collection::FORMAT;
use crate::issuer::state::collections::{self, LETTERS, Listed};
use crate::issuer::state::order::order;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use core::fmt;

/// Why an issuer cannot continue from a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestoreError {
    /// The configuration makes no sense.
    Config(ConfigError),
    /// No state of an issuer, or one of a version that this release does not read.
    Version,
    /// The bytes are not those that were written.
    Damaged,
    /// The record of this key is not as it was written, or one before it is missing.
    Record(String),
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Version => {
                f.write_str("no state of an issuer, or one of a version that is not known here")
            }
            Self::Damaged => f.write_str("the snapshot is damaged"),
            Self::Record(key) => {
                write!(f, "the record {key} is damaged, or one before it is missing")
            }
        }
    }
}

impl core::error::Error for RestoreError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Config(error) => Some(error),
            _ => None,
        }
    }
}

/// A record as it was stored.
pub(crate) struct StoredRecord {
    /// The letter of its collection.
    pub(crate) letter: u8,
    /// Its id in the collection.
    pub(crate) id: u128,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

/// Reads all records of a state into a new issuer.
pub(crate) fn read_records(
    directory: &mut Directory,
    vault: &mut Vault,
    store: &mut Store,
    records: &[StoredRecord],
) -> Result<(), RestoreError> {
    let all = collections::all_mut(directory, vault, store);
    // The first collection has one record, which every state has. It begins with the version of all
    // records.
    let version = records.iter().find(|record| Some(&record.letter) == LETTERS.first());
    if version.and_then(|record| record.bytes.first()) != Some(&FORMAT) {
        return Err(RestoreError::Version);
    }
    for Listed { letter, is_aged, collection } in all {
        let own: Vec<_> = records.iter().filter(|record| record.letter == letter).collect();
        // Records are read in the order of their ids. Records that may have to make room are read
        // by age, so that the oldest still goes first. Each of those begins with its time of
        // expiry, which shows its age.
        let rank = own.iter().map(|record| match record.bytes.first_chunk() {
            Some(time) if is_aged => u64::from_be_bytes(*time).into(),
            _ => record.id,
        });
        for (_, place) in order(rank) {
            let Some(StoredRecord { id, bytes, .. }) = own.get(place) else {
                continue;
            };
            let mut reader = Reader::new(bytes);
            let read = collection.read(*id, &mut reader).filter(|()| reader.is_empty());
            read.ok_or_else(|| RestoreError::Record(write_key(letter, *id)))?;
        }
    }
    directory.reapply_edits().map_err(RestoreError::Config)?;
    registered_client::apply_all(directory);
    store.settle();
    Ok(())
}

/// The key of a record: a letter and 32 hexadecimal digits. Formatting 128-bit numbers with the
/// standard library would add a kilobyte to the wasm module.
pub(crate) fn write_key(letter: u8, id: u128) -> String {
    let digits = id.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
    core::iter::once(char::from(letter)).chain(digits).collect()
}

/// Reads what [`write_key`] wrote; none if no collection has such a key.
pub(crate) fn read_key(key: &str) -> Option<(u8, u128)> {
    let (letter, digits) = key.split_at_checked(1)?;
    let letter = *letter.as_bytes().first().filter(|letter| LETTERS.contains(letter))?;
    let id =
        digits.chars().try_fold(0, |id, digit| Some(id << 4 | u128::from(digit.to_digit(16)?)));
    Some((letter, id.filter(|_| digits.len() == 32)?))
}
