//! The login session of a host without cookies, which has only one.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::collection::{Collection, NEVER, ONLY};
use crate::issuer::state::journal::Journal;

/// The id of the session, if somebody is signed in.
#[derive(Debug, Default)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct HostSession {
    id: Option<u128>,
    journal: Journal,
}

impl HostSession {
    /// The id of the session, if somebody is signed in.
    pub(crate) fn id(&self) -> Option<u128> {
        self.id
    }

    /// Changes which session it is.
    pub(crate) fn set(&mut self, id: Option<u128>) {
        self.id = id;
        self.journal.note(ONLY);
    }
}

impl Collection for HostSession {
    fn ids(&self) -> Vec<u128> {
        vec![ONLY]
    }

    fn write(&self, _id: u128, writer: &mut Writer) -> Option<i64> {
        writer.optional_u128(self.id);
        Some(NEVER)
    }

    fn read(&mut self, _id: u128, reader: &mut Reader<'_>) -> Option<()> {
        self.id = reader.optional_u128()?;
        Some(())
    }

    fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }
}
