//! Where an access token came from that was given for other tokens (RFC 8693).

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::user_grant::GrantId;
use crate::issuer::state::epochs::Epoch;

/// What an access token says of the tokens that it was given for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exchanged {
    /// The client that the token is about, if it is about no user.
    pub(crate) machine: Option<String>,
    /// Who acts (`act`, RFC 8693 section 4.1), the present one first.
    pub(crate) actors: Vec<Party>,
    /// The access tokens of this issuer that it came from, one after the other. The end of any of them
    /// ends it.
    pub(crate) sources: Vec<Source>,
}

/// Somebody whom a token names beside its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Party {
    pub(crate) subject: String,
    /// Whose name that is; none for this issuer's own users and clients.
    pub(crate) issuer: Option<String>,
    /// Whether it is a user of this issuer, whom clients may know under another name.
    pub(crate) is_user: bool,
}

impl Party {
    /// Whether both are the same, for who does not know what they are.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.subject, &self.issuer) == (&other.subject, &other.issuer)
    }
}

/// An access token from which another one came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) client: String,
    pub(crate) grant: GrantId,
    pub(crate) serial: u32,
    pub(crate) epoch: Epoch,
}

/// How many actors a token names at most, and from how many tokens it came: it has all of them in it.
pub(crate) const MAX_STEPS: usize = 8;

impl Exchanged {
    /// Writes it into a sealed string.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.optional_str(self.machine.as_deref()).u8(count(&self.actors));
        for Party { subject, issuer, is_user } in self.actors.iter().take(MAX_STEPS) {
            writer.str(subject).optional_str(issuer.as_deref()).bool(*is_user);
        }
        writer.u8(count(&self.sources));
        for Source { client, grant, serial, epoch } in self.sources.iter().take(MAX_STEPS) {
            writer.str(client).u128(*grant).u32(*serial).u64(epoch.0);
        }
    }

    /// Reads what [`Exchanged::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut exchanged = Self { machine: reader.optional_string()?, ..Self::default() };
        for _ in 0..reader.u8()? {
            exchanged.actors.push(Party {
                subject: reader.string()?,
                issuer: reader.optional_string()?,
                is_user: reader.bool()?,
            });
        }
        for _ in 0..reader.u8()? {
            exchanged.sources.push(Source {
                client: reader.string()?,
                grant: reader.u128()?,
                serial: reader.u32()?,
                epoch: Epoch(reader.u64()?),
            });
        }
        Some(exchanged)
    }
}

fn count<T>(list: &[T]) -> u8 {
    u8::try_from(list.len().min(MAX_STEPS)).unwrap_or_default()
}
