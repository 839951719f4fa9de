//! Everything that must outlive the process, as bytes: the sealing key, public keys, grants, sessions,
//! device requests, and what was guessed wrongly in the last minute.

use core::fmt;

use sha2::{Digest, Sha256};

use super::bytes::{Reader, Writer};
use super::config::{Config, ConfigError};
use super::record::{FORMAT, Kind, order};
use super::{Issuer, Sessions};

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

impl Issuer {
    /// Everything that must outlive the process. **It holds the key that seals all tokens**, so it
    /// is as secret as a private key. Of the signing keys it has the public halves: the private ones
    /// are the driver's. Its length grows with the live grants; [`Issuer::changes`] gives what changed
    /// alone.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        self.changed.set(false);
        let mut writer = Writer::default();
        writer.raw(MAGIC);
        // In order, so that the same state gives the same bytes.
        for kind in Kind::ALL {
            for (id, _) in order(self.record_ids(kind)) {
                if let Some(content) = self.record(kind, id) {
                    writer.u8(kind.letter()).u128(id).bytes(&content.bytes);
                }
            }
        }
        let mut bytes = writer.finish();
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Continues from a snapshot, with a configuration that may have changed: what belongs to
    /// applications and users that are gone does not work any more. Applications and users that were
    /// set or removed while the issuer ran are so again, whatever the configuration says of them. A
    /// fresh `seed` is needed.
    ///
    /// # Errors
    /// A configuration that makes no sense, an unknown version, damaged bytes.
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
        issuer.read_records(&records)?;
        Ok(issuer)
    }

    /// Whether [`Issuer::handle`] changed what a snapshot holds since the last
    /// [`Issuer::snapshot`] or [`Issuer::changes`]. A new issuer counts as changed: its key is kept
    /// nowhere yet.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.changed.get()
    }
}

/// Begins every snapshot; the last byte is the version.
const MAGIC: &[u8; 8] = &[b'E', b'I', b'A', b'M', b'T', b'O', b'K', FORMAT];

fn read_all(content: &[u8]) -> Option<Vec<(Kind, u128, Vec<u8>)>> {
    let mut reader = Reader::new(content);
    reader.array::<{ MAGIC.len() }>()?;
    let mut records = Vec::new();
    while !reader.is_empty() {
        let kind = Kind::from_letter(reader.u8()?)?;
        records.push((kind, reader.u128()?, reader.bytes()?.to_vec()));
    }
    Some(records)
}
