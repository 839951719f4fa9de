//! Everything that must outlive the process, as bytes: the sealing key, public keys, grants, sessions,
//! device requests, and what was guessed wrongly in the last minute.

use core::fmt;
use core::hash::Hash;

use sha2::{Digest, Sha256};

use super::bytes::{Reader, Writer};
use super::config::{Config, ConfigError};
use super::keys::Keys;
use super::parameters::Parameters;
use super::pushed::Pushed;
use super::seal::Sealer;
use super::sealed::Authority;
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
        self.store.write(&mut writer);
        let mut bytes = writer.finish();
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Continues from a snapshot, with a configuration that may have changed: what belongs to
    /// applications and users that are gone does not work any more. A fresh `seed` is needed.
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
        (|| {
            reader.array::<{ MAGIC.len() }>()?;
            issuer.sealer = Sealer::new(reader.array()?);
            issuer.keys = Keys::read(&mut reader)?;
            issuer.store.read(&mut reader)?;
            reader.is_empty().then_some(())
        })()
        .ok_or(RestoreError::Damaged)?;
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
const MAGIC: &[u8; 8] = b"EIAMTOK\x02";

impl Store {
    /// Each list behind its length, sorted, so that the same state gives the same bytes.
    fn write(&self, writer: &mut Writer) {
        let grants = sorted(self.grants(), |id| (*id, 0));
        count(writer, grants.len());
        for (id, grant, expires) in grants {
            writer.u128(*id).u32(grant.serial).bool(grant.revoked).i64(expires);
        }
        let revoked = sorted(self.revoked(), |key| *key);
        count(writer, revoked.len());
        for ((id, serial), (), expires) in revoked {
            writer.u128(*id).u32(*serial).i64(expires);
        }
        let sessions = sorted(&self.sessions, |id| (*id, 0));
        count(writer, sessions.len());
        for (id, session, expires) in sessions {
            writer.u128(*id).str(&session.subject).i64(session.auth_time).i64(expires);
            count(writer, session.consents.len());
            for (client, scope) in &session.consents {
                writer.str(client).str(scope);
            }
        }
        writer.bool(self.host_session.is_some()).u128(self.host_session.unwrap_or_default());
        let devices = sorted(&self.devices, |code| (u128::from(*code), 0));
        count(writer, devices.len());
        for (code, request, expires) in devices {
            writer.u64(*code).i64(expires);
            write_device(request, writer);
        }
        let pushed = sorted(&self.pushed, |id| (*id, 0));
        count(writer, pushed.len());
        for (id, request, expires) in pushed {
            writer.u128(*id).i64(expires).bool(request.authority == Authority::Instance);
            writer.str(&request.client).optional_str(request.hinted.as_deref());
            request.parameters.write(writer);
        }
        write_throttle(&self.passwords, writer);
        write_throttle(&self.user_codes, writer);
    }

    /// Reads what [`Store::write`] wrote. Capacities do not matter here: what was let in stays.
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        for _ in 0..reader.u64()? {
            let id = reader.u128()?;
            let grant = Grant { serial: reader.u32()?, revoked: reader.bool()? };
            self.restore_grant(id, grant, reader.i64()?);
        }
        for _ in 0..reader.u64()? {
            let key = (reader.u128()?, reader.u32()?);
            self.restore_revoked(key, reader.i64()?);
        }
        for _ in 0..reader.u64()? {
            let id = reader.u128()?;
            let mut session = Session {
                subject: reader.string()?,
                auth_time: reader.i64()?,
                consents: Vec::new(),
            };
            let expires = reader.i64()?;
            for _ in 0..reader.u64()? {
                session.consents.push((reader.string()?, reader.string()?));
            }
            self.sessions.restore(id, session, expires);
        }
        let has_host_session = reader.bool()?;
        let host_session = reader.u128()?;
        self.host_session = has_host_session.then_some(host_session);
        for _ in 0..reader.u64()? {
            let code = reader.u64()?;
            let expires = reader.i64()?;
            let request = read_device(reader)?;
            self.devices.restore(code, request, expires);
        }
        for _ in 0..reader.u64()? {
            let (id, expires) = (reader.u128()?, reader.i64()?);
            let authority =
                if reader.bool()? { Authority::Instance } else { Authority::Application };
            let pushed = Pushed {
                authority,
                client: reader.string()?,
                hinted: reader.optional_string()?,
                parameters: Parameters::from_bytes(reader)?,
            };
            self.pushed.restore(id, pushed, expires);
        }
        read_throttle(&mut self.passwords, reader)?;
        read_throttle(&mut self.user_codes, reader)
    }
}

/// All entries by their keys. One sort for all kinds: each of its own is a few kilobytes of wasm.
fn sorted<K: Copy + Eq + Hash, V>(
    entries: &Expiring<K, V>,
    key: fn(&K) -> (u128, u32),
) -> Vec<(&K, &V, i64)> {
    let entries: Vec<_> = entries.iter().collect();
    let keys = entries.iter().map(|(id, ..)| key(id));
    let mut order: Vec<_> = keys.enumerate().map(|(index, key)| (key, index)).collect();
    order.sort_unstable();
    order.into_iter().filter_map(|(_, index)| entries.get(index).copied()).collect()
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
