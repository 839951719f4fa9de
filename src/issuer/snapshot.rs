//! Everything that must outlive the process, as bytes: the sealing key, public keys, grants, sessions,
//! device requests, and what was guessed wrongly in the last minute.

use core::fmt;
use std::collections::BinaryHeap;

use sha2::{Digest, Sha256};

use super::bytes::{Reader, Writer};
use super::config::{Config, ConfigError};
use super::keys::Keys;
use super::parameters::Parameters;
use super::pushed::Pushed;
use super::seal::Sealer;
use super::sealed::Authority;
use super::standing::Standing;
use super::store::{Decision, DeviceRequest, Expiring, Grant, Session, Store, Throttle, Window};
use super::{Issuer, Sessions};

/// Why an issuer cannot continue from a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestoreError {
    /// The configuration makes no sense.
    Config(ConfigError),
    /// Not a snapshot, or one of a version that this release does not read.
    Version,
    /// The bytes are not those that were written.
    Damaged,
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Version => {
                f.write_str("not a snapshot, or one of a version that is not known here")
            }
            Self::Damaged => f.write_str("the snapshot is damaged"),
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
    /// are the driver's.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        self.changed.set(false);
        let mut writer = Writer::default();
        writer.raw(MAGIC).raw(self.sealer.key());
        self.keys.write(&mut writer);
        self.standing.write(&mut writer);
        self.write_changes(&mut writer);
        self.store.write(&mut writer);
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
        let mut issuer = Self::new(config, sessions, seed).map_err(RestoreError::Config)?;
        let mut reader = Reader::new(content);
        let changes = (|| {
            reader.array::<{ MAGIC.len() }>()?;
            issuer.sealer = Sealer::new(reader.array()?);
            issuer.keys = Keys::read(&mut reader)?;
            issuer.standing = Standing::read(&mut reader)?;
            let changes = issuer.read_changes(&mut reader)?;
            issuer.store.read(&mut reader)?;
            reader.is_empty().then_some(changes)
        })()
        .ok_or(RestoreError::Damaged)?;
        changes.map_err(RestoreError::Config)?;
        issuer.changed.set(false);
        Ok(issuer)
    }

    /// Whether [`Issuer::handle`] changed what a snapshot holds since the last
    /// [`Issuer::snapshot`]. A new issuer counts as changed: its key is in no snapshot yet.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.changed.get()
    }
}

/// Begins every snapshot; the last byte is the version.
const MAGIC: &[u8; 8] = b"EIAMTOK\x04";

impl Store {
    /// Each list behind its length, sorted, so that the same state gives the same bytes.
    fn write(&self, writer: &mut Writer) {
        write_sorted(&self.grants, writer, |grant, writer| {
            writer.u32(grant.serial).bool(grant.revoked).i64(grant.advanced);
            writer.u8(grant.singles).u32(grant.ended);
        });
        write_sorted(&self.revoked, writer, |(), _| {});
        write_sorted(&self.used, writer, |(), _| {});
        write_sorted(&self.sessions, writer, |session, writer| {
            writer.str(&session.subject).i64(session.auth_time);
            count(writer, session.consents.len());
            for (client, scope) in &session.consents {
                writer.str(client).str(scope);
            }
        });
        writer.optional_u128(self.host_session);
        write_sorted(&self.devices, writer, write_device);
        write_sorted(&self.pushed, writer, write_pushed);
        write_throttle(&self.passwords, writer);
        write_throttle(&self.user_codes, writer);
    }

    /// Reads what [`Store::write`] wrote.
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        read_into(&mut self.grants, reader, |reader| {
            Some(Grant {
                serial: reader.u32()?,
                revoked: reader.bool()?,
                advanced: reader.i64()?,
                singles: reader.u8()?,
                ended: reader.u32()?,
            })
        })?;
        read_into(&mut self.revoked, reader, |_| Some(()))?;
        read_into(&mut self.used, reader, |_| Some(()))?;
        read_into(&mut self.sessions, reader, |reader| {
            let mut session = Session {
                subject: reader.string()?,
                auth_time: reader.i64()?,
                consents: Vec::new(),
            };
            for _ in 0..reader.u64()? {
                session.consents.push((reader.string()?, reader.string()?));
            }
            Some(session)
        })?;
        self.host_session = reader.optional_u128()?;
        read_into(&mut self.devices, reader, read_device)?;
        read_into(&mut self.pushed, reader, read_pushed)?;
        read_throttle(&mut self.passwords, reader)?;
        read_throttle(&mut self.user_codes, reader)
    }
}

/// Writes all entries by their keys, so that the same state gives the same bytes.
fn write_sorted<V>(entries: &Expiring<V>, writer: &mut Writer, write: fn(&V, &mut Writer)) {
    let entries: Vec<_> = entries.iter().collect();
    let order = order(entries.iter().map(|(key, ..)| *key).collect());
    count(writer, order.len());
    for (key, index) in order {
        if let Some((_, value, expires)) = entries.get(index) {
            writer.u128(key).i64(*expires);
            write(value, writer);
        }
    }
}

/// Keys in order, with their places. One sort for all kinds, and by a heap: the library's other
/// sorts are kilobytes of wasm each.
pub(crate) fn order(keys: Vec<u128>) -> Vec<(u128, usize)> {
    keys.into_iter().zip(0..).collect::<BinaryHeap<_>>().into_sorted_vec()
}

/// Reads what [`write_sorted`] wrote. Capacities do not matter here: what was let in stays.
fn read_into<V>(
    entries: &mut Expiring<V>,
    reader: &mut Reader<'_>,
    read: fn(&mut Reader<'_>) -> Option<V>,
) -> Option<()> {
    for _ in 0..reader.u64()? {
        let (key, expires) = (reader.u128()?, reader.i64()?);
        entries.restore(key, read(reader)?, expires);
    }
    Some(())
}

fn count(writer: &mut Writer, length: usize) {
    writer.u64(u64::try_from(length).unwrap_or(u64::MAX));
}

fn write_device(request: &DeviceRequest, writer: &mut Writer) {
    writer
        .u128(request.id)
        .bool(request.authority == Authority::Instance)
        .str(&request.client)
        .str(&request.scope)
        .i64(request.interval)
        .bool(request.polled.is_some())
        .i64(request.polled.unwrap_or_default());
    match &request.decision {
        Decision::Pending => {
            writer.u8(0);
        }
        Decision::Denied => {
            writer.u8(1);
        }
        Decision::Approved { subject, auth_time } => {
            writer.u8(2).str(subject).i64(*auth_time);
        }
    }
}

fn read_device(reader: &mut Reader<'_>) -> Option<DeviceRequest> {
    let id = reader.u128()?;
    let authority = if reader.bool()? { Authority::Instance } else { Authority::Application };
    let client = reader.string()?;
    let scope = reader.string()?;
    let interval = reader.i64()?;
    let has_polled = reader.bool()?;
    let polled = reader.i64()?;
    let decision = match reader.u8()? {
        0 => Decision::Pending,
        1 => Decision::Denied,
        2 => Decision::Approved { subject: reader.string()?, auth_time: reader.i64()? },
        _ => return None,
    };
    Some(DeviceRequest {
        id,
        authority,
        client,
        scope,
        interval,
        polled: has_polled.then_some(polled),
        decision,
    })
}

fn write_pushed(pushed: &Pushed, writer: &mut Writer) {
    writer
        .bool(pushed.authority == Authority::Instance)
        .str(&pushed.client)
        .optional_str(pushed.hinted.as_deref());
    pushed.parameters.write(writer);
}

fn read_pushed(reader: &mut Reader<'_>) -> Option<Pushed> {
    Some(Pushed {
        authority: if reader.bool()? { Authority::Instance } else { Authority::Application },
        client: reader.string()?,
        hinted: reader.optional_string()?,
        parameters: Parameters::from_bytes(reader)?,
    })
}

fn write_throttle(throttle: &Throttle, writer: &mut Writer) {
    let windows: Vec<_> = throttle.windows().collect();
    count(writer, windows.len());
    for (number, window) in windows {
        writer.u32(number).i64(window.start).u32(window.failures);
    }
}

fn read_throttle(throttle: &mut Throttle, reader: &mut Reader<'_>) -> Option<()> {
    for _ in 0..reader.u64()? {
        let number = reader.u32()?;
        let window = Window { start: reader.i64()?, failures: reader.u32()? };
        throttle.set_window(number, window);
    }
    Some(())
}
