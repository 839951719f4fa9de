//! What the issuer remembers, cut into small records: a snapshot holds all of them, and a storage
//! is told of those that changed.

use std::collections::BinaryHeap;

use super::Issuer;
use super::bytes::{Reader, Writer};
use super::keys::Keys;
use super::parameters::Parameters;
use super::pushed::Pushed;
use super::seal::Sealer;
use super::sealed::Authority;
use super::store::{
    Decision, DeviceRequest, Expiring, Grant, Journal, Owned, Place, Rank, Session, Share,
};

/// What a record is about. The letter begins its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    SealingKey = b'k',
    PublicKeys = b'j',
    /// Applications and users who lost their standing.
    Ended = b'e',
    ApplicationEdits = b'a',
    UserEdits = b'u',
    Grants = b'g',
    RevokedTokens = b'r',
    UsedIds = b'i',
    Sessions = b's',
    HostSession = b'h',
    Devices = b'd',
    PushedRequests = b'p',
    PasswordFailures = b'w',
    UserCodeFailures = b'c',
}

impl Kind {
    /// All kinds, in the order in which they are read.
    pub(crate) const ALL: [Self; 14] = [
        Self::SealingKey,
        Self::PublicKeys,
        Self::Ended,
        Self::ApplicationEdits,
        Self::UserEdits,
        Self::Grants,
        Self::RevokedTokens,
        Self::UsedIds,
        Self::Sessions,
        Self::HostSession,
        Self::Devices,
        Self::PushedRequests,
        Self::PasswordFailures,
        Self::UserCodeFailures,
    ];

    pub(crate) fn from_letter(letter: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.letter() == letter)
    }

    pub(crate) fn letter(self) -> u8 {
        self as u8
    }

    /// Whether the age of its records matters.
    pub(crate) fn is_aged(self) -> bool {
        use Kind::{Devices, PasswordFailures, PushedRequests, Sessions, UserCodeFailures};
        matches!(self, Sessions | Devices | PushedRequests | PasswordFailures | UserCodeFailures)
    }
}

/// A record as it is now.
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    /// When it means nothing any more; the end of time if never.
    pub(crate) expires: i64,
}

impl Issuer {
    /// The ids of all records of a kind.
    pub(crate) fn record_ids(&self, kind: Kind) -> Vec<u128> {
        let store = &self.store;
        match kind {
            Kind::SealingKey | Kind::PublicKeys | Kind::HostSession => vec![0],
            Kind::Ended => numbers(self.standing.len()),
            Kind::ApplicationEdits => numbers(self.edits.applications.len()),
            Kind::UserEdits => numbers(self.edits.users.len()),
            Kind::Grants => store.grants.keys(),
            Kind::RevokedTokens => store.revoked.keys(),
            Kind::UsedIds => store.used.keys(),
            Kind::Sessions => store.sessions.keys(),
            Kind::Devices => store.devices.keys(),
            Kind::PushedRequests => store.pushed.keys(),
            Kind::PasswordFailures => store.passwords.counters.keys(),
            Kind::UserCodeFailures => store.user_codes.counters.keys(),
        }
    }

    /// A record; none if there is none of this id any more.
    pub(crate) fn record(&self, kind: Kind, id: u128) -> Option<Content> {
        let store = &self.store;
        let mut writer = Writer::default();
        let mut expires = i64::MAX;
        let out = &mut writer;
        match kind {
            Kind::SealingKey => {
                out.u8(FORMAT).raw(self.sealer.key());
            }
            Kind::PublicKeys => self.keys.write(out),
            Kind::Ended => self.standing.write(usize::try_from(id).ok()?, out)?,
            Kind::ApplicationEdits => {
                self.edits.applications.write(usize::try_from(id).ok()?, out)?;
            }
            Kind::UserEdits => self.edits.users.write(usize::try_from(id).ok()?, out)?,
            Kind::Grants => expires = write(&store.grants, id, out, write_grant)?,
            Kind::RevokedTokens => expires = write(&store.revoked, id, out, write_share)?,
            Kind::UsedIds => expires = write(&store.used, id, out, write_share)?,
            Kind::Sessions => expires = write(&store.sessions, id, out, write_session)?,
            Kind::HostSession => {
                out.optional_u128(store.host_session);
            }
            Kind::Devices => expires = write(&store.devices, id, out, write_device)?,
            Kind::PushedRequests => expires = write(&store.pushed, id, out, write_pushed)?,
            Kind::PasswordFailures => {
                expires = write(&store.passwords.counters, id, out, write_share)?;
            }
            Kind::UserCodeFailures => {
                expires = write(&store.user_codes.counters, id, out, write_share)?;
            }
        }
        Some(Content { bytes: writer.finish(), expires })
    }

    /// Reads what [`Issuer::record`] wrote. Capacities do not matter here: what was let in stays.
    pub(crate) fn read_record(&mut self, kind: Kind, id: u128, bytes: &[u8]) -> Option<()> {
        let store = &mut self.store;
        let mut reader = Reader::new(bytes);
        let input = &mut reader;
        match kind {
            Kind::SealingKey => {
                input.u8()?;
                self.sealer = Sealer::new(input.array()?);
            }
            Kind::PublicKeys => self.keys = Keys::read(input)?,
            Kind::Ended => self.standing.read(usize::try_from(id).ok()?, input)?,
            Kind::ApplicationEdits => {
                self.edits.applications.read(usize::try_from(id).ok()?, input)?;
            }
            Kind::UserEdits => self.edits.users.read(usize::try_from(id).ok()?, input)?,
            Kind::Grants => read(&mut store.grants, id, input, read_grant)?,
            Kind::RevokedTokens => read(&mut store.revoked, id, input, read_share)?,
            Kind::UsedIds => read(&mut store.used, id, input, read_share)?,
            Kind::Sessions => read(&mut store.sessions, id, input, read_session)?,
            Kind::HostSession => store.host_session = input.optional_u128()?,
            Kind::Devices => read(&mut store.devices, id, input, read_device)?,
            Kind::PushedRequests => read(&mut store.pushed, id, input, read_pushed)?,
            Kind::PasswordFailures => {
                read(&mut store.passwords.counters, id, input, read_share)?;
            }
            Kind::UserCodeFailures => {
                read(&mut store.user_codes.counters, id, input, read_share)?;
            }
        }
        reader.is_empty().then_some(())
    }

    /// What is not as it was told last, of a kind.
    pub(crate) fn journal(&mut self, kind: Kind) -> &mut Journal {
        let store = &mut self.store;
        match kind {
            Kind::SealingKey => &mut self.sealer_journal,
            Kind::PublicKeys => self.keys.journal(),
            Kind::Ended => self.standing.journal(),
            Kind::ApplicationEdits => self.edits.applications.journal(),
            Kind::UserEdits => self.edits.users.journal(),
            Kind::Grants => store.grants.journal(),
            Kind::RevokedTokens => store.revoked.journal(),
            Kind::UsedIds => store.used.journal(),
            Kind::Sessions => store.sessions.journal(),
            Kind::HostSession => &mut store.host_session_journal,
            Kind::Devices => store.devices.journal(),
            Kind::PushedRequests => store.pushed.journal(),
            Kind::PasswordFailures => store.passwords.counters.journal(),
            Kind::UserCodeFailures => store.user_codes.counters.journal(),
        }
    }
}

/// Begins the record of the sealing key, which no state is without: the version of all records. A
/// change of any of them raises it.
pub(crate) const FORMAT: u8 = 6;

/// Ids in order, with their places. One sort for all, and by a heap: the library's other sorts are
/// kilobytes of wasm each.
pub(crate) fn order(ids: impl IntoIterator<Item = u128>) -> Vec<(u128, usize)> {
    ids.into_iter().zip(0..).collect::<BinaryHeap<_>>().into_sorted_vec()
}

fn numbers(count: usize) -> Vec<u128> {
    (0..count as u128).collect()
}

fn write<V: Owned>(
    entries: &Expiring<V>,
    id: u128,
    writer: &mut Writer,
    write: fn(&V, &mut Writer),
) -> Option<i64> {
    let (value, expires) = entries.entry(&id)?;
    writer.i64(expires);
    write(value, writer);
    Some(expires)
}

fn read<V: Owned>(
    entries: &mut Expiring<V>,
    id: u128,
    reader: &mut Reader<'_>,
    read: fn(&mut Reader<'_>) -> Option<V>,
) -> Option<()> {
    let expires = reader.i64()?;
    entries.restore(id, read(reader)?, expires);
    Some(())
}

fn write_grant(grant: &Grant, writer: &mut Writer) {
    writer.u32(grant.serial).bool(grant.revoked).i64(grant.advanced);
    writer.u8(grant.singles).u32(grant.ended).u64(grant.owner);
}

fn read_grant(reader: &mut Reader<'_>) -> Option<Grant> {
    Some(Grant {
        serial: reader.u32()?,
        revoked: reader.bool()?,
        advanced: reader.i64()?,
        singles: reader.u8()?,
        ended: reader.u32()?,
        owner: reader.u64()?,
    })
}

fn write_session(session: &Session, writer: &mut Writer) {
    writer.str(&session.subject).i64(session.auth_time).u64(session.owner);
    writer.u32(u32::try_from(session.consents.len()).unwrap_or(u32::MAX));
    for (client, scope) in &session.consents {
        writer.str(client).str(scope);
    }
}

fn read_session(reader: &mut Reader<'_>) -> Option<Session> {
    let mut session = Session {
        subject: reader.string()?,
        auth_time: reader.i64()?,
        owner: reader.u64()?,
        consents: Vec::new(),
    };
    for _ in 0..reader.u32()? {
        session.consents.push((reader.string()?, reader.string()?));
    }
    Some(session)
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
    write_place(request.place, writer);
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
    let place = read_place(reader)?;
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
        place,
    })
}

fn write_pushed(pushed: &Pushed, writer: &mut Writer) {
    writer
        .bool(pushed.authority == Authority::Instance)
        .str(&pushed.client)
        .optional_str(pushed.hinted.as_deref());
    write_place(pushed.place, writer);
    pushed.parameters.write(writer);
}

fn read_pushed(reader: &mut Reader<'_>) -> Option<Pushed> {
    Some(Pushed {
        authority: if reader.bool()? { Authority::Instance } else { Authority::Application },
        client: reader.string()?,
        hinted: reader.optional_string()?,
        place: read_place(reader)?,
        parameters: Parameters::from_bytes(reader)?,
    })
}

fn write_share(share: &Share, writer: &mut Writer) {
    write_place(share.place, writer);
    writer.u32(share.count);
}

fn read_share(reader: &mut Reader<'_>) -> Option<Share> {
    Some(Share { place: read_place(reader)?, count: reader.u32()? })
}

fn write_place(place: Place, writer: &mut Writer) {
    writer.u64(place.owner).u8(place.rank as u8);
}

fn read_place(reader: &mut Reader<'_>) -> Option<Place> {
    let owner = reader.u64()?;
    let rank = reader.u8()?;
    let ranks = [Rank::Loose, Rank::Paid, Rank::Lent, Rank::Kept];
    Some(Place::new(owner, ranks.into_iter().find(|known| *known as u8 == rank)?))
}
