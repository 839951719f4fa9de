//! Changes of the state for a storage, record by record. A request writes only the records that it
//! changed, whatever the total size.

use core::fmt;

use crate::issuer::codec::bytes::Writer;
use crate::issuer::config::Config;
use crate::issuer::server::Issuer;
use crate::issuer::state::collection::{Collection, NEVER};
use crate::issuer::state::collections::{self, Listed};
use crate::issuer::state::order::order;
use crate::issuer::state::restore::{
    RestoreError, StoredRecord, read_key, read_records, write_key,
};
use crate::issuer::wire::cookies::Sessions;

/// A record that was added, changed or removed: see [`Issuer::changes`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The key of the record: a letter and 32 hexadecimal digits.
    pub key: String,
    /// The value; `None` if the record was removed. **Some values contain secrets.**
    pub value: Option<Vec<u8>>,
    /// When the record expires, in Unix seconds. From then on a storage may remove it. `None` if it
    /// never expires.
    pub expires: Option<i64>,
}

/// Shows nothing of the content of the record, which may be secret.
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
    /// Returns what changed since the last call. Write either all of it or nothing, before the
    /// reply is sent. The first call returns every record, unless the issuer was made by
    /// [`Issuer::resume`], whose records are already stored. [`Issuer::is_changed`] says whether a
    /// reply has to wait: records that have merely expired can be written later.
    ///
    /// **The records contain the key that seals all tokens.** The driver keeps the private signing
    /// keys.
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

    /// Continues from the records that [`Issuer::changes`] returned and that were not removed
    /// since, in any order. Without records, it makes a new issuer. Everything else is as with
    /// [`Issuer::restore`].
    ///
    /// # Errors
    /// Fails for a configuration that is not valid, for records of an unknown version, and if a
    /// record is damaged or missing.
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

    /// Removes everything that has expired; [`Issuer::changes`] then returns those records. This
    /// cleans up a storage while there are no requests. Returns when the next record expires, in
    /// Unix seconds; `None` if none does.
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

/// The change of one record, as a storage is told of it.
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
