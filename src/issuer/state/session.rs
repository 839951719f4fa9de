//! The records of login sessions.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::context::Context;
use crate::issuer::state::collection::Record;
use crate::issuer::state::logouts::Participant;
use crate::issuer::state::shares::{Owned, Place, Rank};

/// The session of a user who is signed in in one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) subject: String,
    pub(crate) auth_time: i64,
    pub(crate) context: Context,
    /// The clients and scopes to which the user has agreed.
    pub(crate) consents: Vec<(String, String)>,
    /// The clients that are told when the session ends.
    pub(crate) participants: Vec<Participant>,
    /// The number of the user, for whom the record counts.
    pub(crate) owner: u64,
}

impl Owned for Session {
    fn place(&self) -> Place {
        Place::new(self.owner, Rank::Paid)
    }
}

impl Session {
    /// Whether the user has agreed to all these scopes for this client.
    pub(crate) fn has_consented(&self, client: &str, scope: &str) -> bool {
        scope.split(' ').all(|wanted| {
            self.consents
                .iter()
                .filter(|(other, _)| other == client)
                .any(|(_, agreed)| agreed.split(' ').any(|scope| scope == wanted))
        })
    }

    /// Whether a client is told when the session ends.
    pub(crate) fn has_participant(&self, participant: &Participant) -> bool {
        self.participants.contains(participant)
    }

    /// Remembers to tell a client when the session ends.
    pub(crate) fn add_participant(&mut self, participant: Participant) {
        if self.participants.len() < MAX_PARTICIPANTS && !self.has_participant(&participant) {
            self.participants.push(participant);
        }
    }

    /// Forgets what the user has agreed to for this client. Returns false if there was nothing.
    pub(crate) fn forget(&mut self, client: &str) -> bool {
        let before = self.consents.len();
        self.consents.retain(|(other, _)| other != client);
        self.consents.len() < before
    }

    /// Remembers that the user has agreed to these scopes for this client.
    pub(crate) fn consent(&mut self, client: &str, scope: &str) {
        if self.consents.len() < MAX_CONSENTS && !self.has_consented(client, scope) {
            self.consents.push((client.to_owned(), scope.to_owned()));
        }
    }
}

impl Record for Session {
    fn write(&self, writer: &mut Writer) {
        writer.str(&self.subject).i64(self.auth_time).u64(self.owner);
        self.context.write(writer);
        writer.u32(u32::try_from(self.consents.len()).unwrap_or(u32::MAX));
        for (client, scope) in &self.consents {
            writer.str(client).str(scope);
        }
        writer.u32(u32::try_from(self.participants.len()).unwrap_or(u32::MAX));
        for participant in &self.participants {
            participant.write(writer);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut session = Self {
            subject: reader.string()?,
            auth_time: reader.i64()?,
            owner: reader.u64()?,
            context: Context::read(reader)?,
            consents: Vec::new(),
            participants: Vec::new(),
        };
        for _ in 0..reader.u32()? {
            session.consents.push((reader.string()?, reader.string()?));
        }
        for _ in 0..reader.u32()? {
            session.participants.push(Participant::read(reader)?);
        }
        Some(session)
    }
}

/// How many agreements a session remembers. The user is asked again about any others.
const MAX_CONSENTS: usize = 64;

/// How many clients are told of the end of a session. Those beyond are not.
const MAX_PARTICIPANTS: usize = 64;
