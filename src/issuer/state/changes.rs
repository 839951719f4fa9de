//! A storage that follows the issuer record by record, so that what is written after a request is
//! what the request changed, however much there is.

use core::fmt;

use crate::issuer::codec::bytes::Writer;
use crate::issuer::config::Config;
use crate::issuer::server::Issuer;
use crate::issuer::state::collection::{Collection, NEVER};
use crate::issuer::state::collections::{self, Listed};
use crate::issuer::state::restore::{
    RestoreError, StoredRecord, order, read_key, read_records, write_key,
};
use crate::issuer::wire::cookies::Sessions;

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
        let Self { directory, vault, store, .. } = self;
        store.settle();
        let mut changes = Vec::new();
        for Listed { letter, collection, .. } in collections::all_mut(directory, vault, store) {
            let mut ids = order(if collection.journal().is_open() {
                collection.journal().take()
            } else {
                collection.journal().start();
                collection.ids()
            });
            ids.dedup_by_key(|(id, _)| *id);
            changes.extend(ids.into_iter().map(|(id, _)| change(letter, collection, id)));
        }
        changes
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
            let (letter, id) = read_key(&key).ok_or(RestoreError::Version)?;
            known.push(StoredRecord { letter, id, bytes });
        }
        if !known.is_empty() {
            let Self { directory, vault, store, .. } = &mut issuer;
            read_records(directory, vault, store, &known)?;
            for Listed { collection, .. } in collections::all_mut(directory, vault, store) {
                collection.journal().start();
            }
        }
        Ok(issuer)
    }

    /// Drops everything that has expired; [`Issuer::changes`] says what that was. A storage that has
    /// no requests to follow can be cleaned up so. Gives the time, in Unix seconds, before which
    /// nothing more expires; none if nothing ever does.
    pub fn sweep(&mut self, now: i64) -> Option<i64> {
        self.drop_expired_keys(now);
        let Self { directory, vault, store, .. } = self;
        collections::all_mut(directory, vault, store)
            .into_iter()
            .filter_map(|Listed { collection, .. }| {
                collection.sweep(now, usize::MAX);
                collection.next_due()
            })
            .min()
    }
}

/// What a storage is told of a record.
fn change(letter: u8, collection: &dyn Collection, id: u128) -> Change {
    let key = write_key(letter, id);
    let mut writer = Writer::default();
    match collection.write(id, &mut writer) {
        Some(expires) => {
            let value = Some(writer.finish());
            Change { key, value, expires: (expires < NEVER).then_some(expires) }
        }
        None => Change { key, value: None, expires: None },
    }
}
