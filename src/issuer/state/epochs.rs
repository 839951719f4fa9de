//! When applications and users were disabled or removed. That permanently ends the codes and tokens
//! that were made for them before.

use std::collections::HashMap;

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::collection::{Collection, NEVER};
use crate::issuer::state::journal::Journal;

/// A number that grows whenever an application or a user is disabled or removed, or all of their
/// tokens of one kind end. A code or token from an epoch before the end of its client or its user
/// does not work any more, even if they are enabled or added again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Epoch(pub(crate) u64);

impl Epoch {
    /// The id of a JWT that was made in this epoch, for JWTs that say nothing else of it.
    pub(crate) fn mark(self, mut id: String) -> String {
        if self.0 > 0 {
            id.push('.');
            id.push_str(&self.0.to_string());
        }
        id
    }

    /// The epoch of a JWT with this id.
    pub(crate) fn of_marked(id: &str) -> Self {
        Self(id.split_once('.').and_then(|(_, number)| number.parse().ok()).unwrap_or_default())
    }
}

/// For each application and user: the epoch in which their tokens last ended.
#[derive(Debug, Default)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Epochs {
    present: Epoch,
    /// In the order in which their tokens first ended. The position is the id of the record.
    ended: Vec<Ended>,
    /// Positions, by the name that [`Whose::name`] gives.
    places: HashMap<String, usize>,
    journal: Journal,
}

/// The last end of one kind of tokens.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
struct Ended {
    whose: Whose,
    id: String,
    /// Tokens from earlier epochs do not work any more.
    epoch: Epoch,
}

/// Whose tokens ended, and which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// All codes and tokens of an application.
    Application = 0,
    /// All codes and tokens of a user.
    User = 1,
    /// The access tokens that an application has for itself.
    Machine = 2,
    /// The access tokens of a user whose grant has no record, such as those of the implicit flow.
    Unrecorded = 3,
}

impl Whose {
    const ALL: [Self; 4] = [Self::Application, Self::User, Self::Machine, Self::Unrecorded];

    /// A name for this id that differs from those of the other kinds.
    fn name(self, id: &str) -> String {
        let mut name = String::with_capacity(id.len() + 1);
        name.push(char::from(self as u8));
        name.push_str(id);
        name
    }
}

impl Epochs {
    /// The present epoch, for codes and tokens that are made now.
    pub(crate) fn present(&self) -> Epoch {
        self.present
    }

    /// Ends everything of this kind that was made until now.
    pub(crate) fn end(&mut self, whose: Whose, id: &str) {
        let epoch = Epoch(self.present.0.saturating_add(1));
        self.present = epoch;
        if let Some(place) = self.place(whose, id) {
            if let Some(ended) = self.ended.get_mut(place) {
                ended.epoch = epoch;
            }
            self.journal.note(place as u128);
        } else {
            self.journal.note(self.ended.len() as u128);
            self.add(Ended { whose, id: id.to_owned(), epoch });
        }
    }

    fn place(&self, whose: Whose, id: &str) -> Option<usize> {
        // In most issuers nothing ever ended, and then there is no need to build a name.
        if self.ended.is_empty() {
            return None;
        }
        self.places.get(&whose.name(id)).copied()
    }

    fn add(&mut self, ended: Ended) {
        self.places.insert(ended.whose.name(&ended.id), self.ended.len());
        self.ended.push(ended);
    }

    /// Whether nothing of this kind has ended since this epoch.
    pub(crate) fn stands(&self, whose: Whose, id: &str, epoch: Epoch) -> bool {
        let ended = self.place(whose, id).and_then(|place| self.ended.get(place));
        ended.is_none_or(|ended| ended.epoch <= epoch)
    }
}

impl Collection for Epochs {
    /// The records are numbered from 0 on.
    fn ids(&self) -> Vec<u128> {
        (0..self.ended.len() as u128).collect()
    }

    fn write(&self, id: u128, writer: &mut Writer) -> Option<i64> {
        let ended = self.ended.get(usize::try_from(id).ok()?)?;
        writer.u8(ended.whose as u8).str(&ended.id).u64(ended.epoch.0);
        Some(NEVER)
    }

    fn read(&mut self, id: u128, reader: &mut Reader<'_>) -> Option<()> {
        let whose = reader.u8()?;
        let whose = Whose::ALL.into_iter().find(|known| *known as u8 == whose)?;
        let ended = Ended { whose, id: reader.string()?, epoch: Epoch(reader.u64()?) };
        self.present = self.present.max(ended.epoch);
        (id == self.ended.len() as u128).then(|| self.add(ended))
    }

    fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }
}
