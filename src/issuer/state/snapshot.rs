//! Snapshots: the bytes of everything that must outlive the process. They contain all collections
//! of `collections.rs`.

use sha2::{Digest, Sha256};

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::config::Config;
use crate::issuer::server::Issuer;
use crate::issuer::state::collection::FORMAT;
use crate::issuer::state::collections::{self, LETTERS, Listed};
use crate::issuer::state::order::order;
use crate::issuer::state::restore::{RestoreError, StoredRecord, read_records};
use crate::issuer::wire::cookies::Sessions;

impl Issuer {
    /// Everything that must outlive the process. **It holds the key that seals all tokens**, so it
    /// is as secret as a private key. Of the signing keys it has the public halves: the private
    /// ones are the driver's. Its length grows with the live grants; [`Issuer::changes`] gives what
    /// changed alone.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        self.store.settle();
        let mut writer = Writer::default();
        writer.raw(MAGIC);
        let all = collections::all(&self.directory, &self.vault, &self.store);
        for Listed { letter, collection, .. } in all {
            // The records are sorted, so that the same state gives the same bytes.
            for (id, _) in order(collection.ids()) {
                let mut record = Writer::default();
                if collection.write(id, &mut record).is_some() {
                    writer.u8(letter).u128(id).bytes(&record.finish());
                }
            }
        }
        let mut bytes = writer.finish();
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Continues from a snapshot, with a configuration that may have changed: what belongs to
    /// applications and users that are gone does not work any more. Applications and users that
    /// were set or removed while the issuer ran are so again, whatever the configuration says of
    /// them. A fresh `seed` is needed.
    ///
    /// # Errors
    /// Fails for a configuration that is not valid, for a snapshot of an unknown version, and for
    /// damaged bytes.
    pub fn restore(
        config: Config,
        sessions: Sessions,
        seed: [u8; 32],
        snapshot: &[u8],
    ) -> Result<Self, RestoreError> {
        if !snapshot.starts_with(MAGIC) {
            return Err(RestoreError::Version);
        }
        let (content, checksum) = snapshot.split_last_chunk::<32>().ok_or(RestoreError::Damaged)?;
        if Sha256::digest(content).as_slice() != checksum.as_slice() {
            return Err(RestoreError::Damaged);
        }
        let records = read_all(content).ok_or(RestoreError::Damaged)?;
        let mut issuer = Self::new(config, sessions, seed).map_err(RestoreError::Config)?;
        let Self { directory, vault, store, .. } = &mut issuer;
        read_records(directory, vault, store, &records)?;
        Ok(issuer)
    }

    /// Whether [`Issuer::handle`] changed what a snapshot holds since the last
    /// [`Issuer::snapshot`] or [`Issuer::changes`]. A new issuer counts as changed: its key is kept
    /// nowhere yet.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.store.is_changed()
    }
}

/// The first bytes of every snapshot. The last of them is the version.
const MAGIC: &[u8; 8] = &[b'E', b'I', b'A', b'M', b'T', b'O', b'K', FORMAT];

/// Reads the records of a snapshot whose checksum is right.
fn read_all(content: &[u8]) -> Option<Vec<StoredRecord>> {
    let mut reader = Reader::new(content);
    reader.array::<{ MAGIC.len() }>()?;
    let mut records = Vec::new();
    while !reader.is_empty() {
        let letter = Some(reader.u8()?).filter(|letter| LETTERS.contains(letter))?;
        records.push(StoredRecord { letter, id: reader.u128()?, bytes: reader.bytes()?.to_vec() });
    }
    Some(records)
}
