//! A storage that follows the issuer record by record, so that what is written after a request is
//! what the request changed, however much there is.

use core::fmt;

use super::config::Config;
use super::record::{Content, FORMAT, Kind, order};
use super::snapshot::RestoreError;
use super::{Issuer, Sessions};

/// A record that was made, changed or removed: see [`Issuer::changes`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Names the record: a letter and 32 hexadecimal digits.
    pub key: String,
    /// What it holds; none if the record is gone. **Some hold secrets.**
    pub value: Option<Vec<u8>>,
    /// In Unix seconds: from then on the record means nothing, and a storage may drop it. None if
    /// that time never comes.
    pub expires: Option<i64>,
}

/// Shows nothing of what the record holds.
impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("key", &self.key)
            .field("value", &self.value.as_ref().map(|_| "[redacted]"))
            .field("expires", &self.expires)
            .finish()
    }
}

impl Issuer {
    /// What changed since the last call, to be written, all or nothing, before the reply leaves. The
    /// first call gives every record, unless the issuer came of [`Issuer::resume`], whose records are
    /// written already. [`Issuer::is_changed`] says whether a reply has to wait for it: what merely
    /// expired can be written later.
    ///
    /// **The records hold the key that seals all tokens.** The private keys that sign are the driver's.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use eiam_token::http::HttpRequest;
    /// use eiam_token::issuer::{Config, Issuer, Sessions};
    ///
    /// let config = Config::example("http://127.0.0.1:9400");
    /// let mut issuer = Issuer::new(config.clone(), Sessions::Cookie, [7; 32])?;
    /// let mut storage = HashMap::new();
    /// let url = "http://127.0.0.1:9400/v2/idaas_example/app_device/oauth2/device/code";
    /// let reply = issuer.handle(&HttpRequest::post_form(url, String::new()), 1_700_000_000);
    /// for change in issuer.changes() {
    ///     match change.value {
    ///         Some(value) => storage.insert(change.key, value),
    ///         None => storage.remove(&change.key),
    ///     };
    /// }
    /// // The reply may leave. Later, perhaps on another machine:
    /// let issuer = Issuer::resume(config, Sessions::Cookie, [8; 32], storage)?;
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn changes(&mut self) -> Vec<Change> {
        self.changed.set(false);
        let mut changes = Vec::new();
        for kind in Kind::ALL {
            let mut ids = order(if self.journal(kind).is_open() {
                self.journal(kind).take()
            } else {
                self.journal(kind).start();
                self.record_ids(kind)
            });
            ids.dedup_by_key(|(id, _)| *id);
            changes.extend(ids.into_iter().map(|(id, _)| self.change(kind, id)));
        }
        changes
    }

    fn change(&self, kind: Kind, id: u128) -> Change {
        let key = write_key(kind, id);
        match self.record(kind, id) {
            Some(Content { bytes, expires }) => {
                Change { key, value: Some(bytes), expires: (expires < i64::MAX).then_some(expires) }
            }
            None => Change { key, value: None, expires: None },
        }
    }

    /// Continues from the records that [`Issuer::changes`] gave and that were not removed since, in
    /// any order; without any it is a new issuer. Everything else is as [`Issuer::restore`] has it.
    ///
    /// # Errors
    /// A configuration that makes no sense, records of an unknown version, a record that is damaged
    /// or missing.
    pub fn resume(
        config: Config,
        sessions: Sessions,
        seed: [u8; 32],
        records: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<Self, RestoreError> {
        let mut issuer = Self::new(config, sessions, seed).map_err(RestoreError::Config)?;
        let mut known = Vec::new();
        for (key, bytes) in records {
            let (kind, id) = read_key(&key).ok_or(RestoreError::Version)?;
            known.push((kind, id, bytes));
        }
        if !known.is_empty() {
            issuer.read_records(&known)?;
            for kind in Kind::ALL {
                issuer.journal(kind).start();
            }
        }
        Ok(issuer)
    }

    /// Reads all records of a state into a new issuer.
    pub(crate) fn read_records(
        &mut self,
        records: &[(Kind, u128, Vec<u8>)],
    ) -> Result<(), RestoreError> {
        let version = records.iter().find(|(kind, ..)| *kind == Kind::SealingKey);
        if version.and_then(|(.., bytes)| bytes.first()) != Some(&FORMAT) {
            return Err(RestoreError::Version);
        }
        for kind in Kind::ALL {
            let of_kind: Vec<_> = records.iter().filter(|(other, ..)| *other == kind).collect();
            // Records come in the order of their ids, but those that may have to make room come by their
            // age, which is told by the time that begins each of them.
            let by_age = kind.is_aged();
            let rank = of_kind.iter().map(|(_, id, bytes)| match bytes.first_chunk() {
                Some(time) if by_age => u64::from_be_bytes(*time).into(),
                _ => *id,
            });
            for (_, place) in order(rank) {
                if let Some((_, id, bytes)) = of_kind.get(place) {
                    self.read_record(kind, *id, bytes)
                        .ok_or_else(|| RestoreError::Record(self.change(kind, *id).key))?;
                }
            }
        }
        self.make_edits_again().map_err(RestoreError::Config)?;
        self.changed.set(false);
        Ok(())
    }

    /// Drops everything that has expired; [`Issuer::changes`] says what that was. A storage that has
    /// no requests to follow can be cleaned up so. Gives the time, in Unix seconds, before which
    /// nothing more expires; none if nothing ever does.
    pub fn sweep(&mut self, now: i64) -> Option<i64> {
        self.sweep_keys(now);
        self.store.sweep_all(now)
    }
}

/// A letter and 32 digits. Not by the library: its numbers of 128 bits are a kilobyte of wasm.
fn write_key(kind: Kind, id: u128) -> String {
    let digits = id.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
    core::iter::once(char::from(kind.letter())).chain(digits).collect()
}

fn read_key(key: &str) -> Option<(Kind, u128)> {
    let (letter, digits) = key.split_at_checked(1)?;
    let kind = Kind::from_letter(*letter.as_bytes().first()?)?;
    let id =
        digits.chars().try_fold(0, |id, digit| Some(id << 4 | u128::from(digit.to_digit(16)?)));
    Some((kind, id.filter(|_| digits.len() == 32)?))
}
