//! Clients that are still to be told that a login session ended (OpenID Connect Back-Channel Logout). They
//! are kept only until the driver takes them, which it does after each step, so they are not stored.

use std::collections::VecDeque;

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::wire::authority::Authority;

/// A client that has an id_token of a login session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Participant {
    pub(crate) authority: Authority,
    /// The base URL that its id_token says, if each request says it.
    pub(crate) base: Option<String>,
    pub(crate) client: String,
    /// The session that its id_token names: this one, or one before it that the same user had in the same
    /// browser.
    pub(crate) session: u128,
}

impl Participant {
    /// Writes it into the record of its session.
    pub(crate) fn write(&self, writer: &mut Writer) {
        self.authority.write(writer);
        writer.optional_str(self.base.as_deref()).str(&self.client).u128(self.session);
    }

    /// Reads what [`Participant::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            authority: Authority::read(reader)?,
            base: reader.optional_string()?,
            client: reader.string()?,
            session: reader.u128()?,
        })
    }
}

/// A client whose session with a user ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) participant: Participant,
    pub(crate) subject: String,
}

/// Those who are still to be told, the first first.
#[derive(Debug, Default)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Logouts(VecDeque<Ended>);

impl Logouts {
    /// Adds the clients of a session of this user that ended. If nobody takes them, the oldest are forgotten.
    pub(crate) fn add(&mut self, subject: &str, participants: Vec<Participant>) {
        for participant in participants {
            if self.0.len() >= MOST {
                self.0.pop_front();
            }
            self.0.push_back(Ended { participant, subject: subject.to_owned() });
        }
    }

    /// Whether nobody is to be told.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes all of them.
    pub(crate) fn take(&mut self) -> VecDeque<Ended> {
        core::mem::take(&mut self.0)
    }
}

/// How many are kept for a driver that does not take them.
const MOST: usize = 4096;
