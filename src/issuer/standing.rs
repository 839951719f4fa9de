//! Whether applications and users are in good standing: there, not disabled, and not disabled or
//! removed since something was made for them.

use std::collections::HashMap;

use super::Issuer;
use super::bytes::{Reader, Writer};
use super::refusal::Refusal;
use super::sealed::Epoch;
use super::store::Journal;

/// When applications and users last lost their standing.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    epoch: Epoch,
    /// In the order in which they first lost it; the place names the record.
    ended: Vec<Ended>,
    /// Places by the name that [`Whose::name`] gives.
    places: HashMap<String, usize>,
    journal: Journal,
}

/// Something that ended.
#[derive(Debug)]
struct Ended {
    whose: Whose,
    id: String,
    /// What was made before it does not work any more.
    epoch: Epoch,
}

/// Of whom something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// All that was made for an application.
    Application = 0,
    /// All that was made for a user.
    User = 1,
    /// The tokens that an application has for itself.
    Machine = 2,
    /// The access tokens of a user that have no grant on record, as those of the implicit flow.
    Unrecorded = 3,
}

impl Whose {
    const ALL: [Self; 4] = [Self::Application, Self::User, Self::Machine, Self::Unrecorded];

    /// A name for an id that no other has.
    fn name(self, id: &str) -> String {
        let mut name = String::with_capacity(id.len() + 1);
        name.push(char::from(self as u8));
        name.push_str(id);
        name
    }
}

impl Standing {
    /// The present epoch, for what is made now.
    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Ends what was made until now.
    pub(crate) fn end(&mut self, whose: Whose, id: &str) {
        let epoch = Epoch(self.epoch.0.saturating_add(1));
        self.epoch = epoch;
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
        // Most issuers never lose anybody.
        if self.ended.is_empty() {
            return None;
        }
        self.places.get(&whose.name(id)).copied()
    }

    fn add(&mut self, ended: Ended) {
        self.places.insert(ended.whose.name(&ended.id), self.ended.len());
        self.ended.push(ended);
    }

    fn stands(&self, whose: Whose, id: &str, epoch: Epoch) -> bool {
        let ended = self.place(whose, id).and_then(|place| self.ended.get(place));
        ended.is_none_or(|ended| ended.epoch <= epoch)
    }

    /// What is not as it was told last.
    pub(crate) fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// How many records there are, numbered from 0 on.
    pub(crate) fn len(&self) -> usize {
        self.ended.len()
    }

    pub(crate) fn write(&self, place: usize, writer: &mut Writer) -> Option<()> {
        let ended = self.ended.get(place)?;
        writer.u8(ended.whose as u8).str(&ended.id).u64(ended.epoch.0);
        Some(())
    }

    /// Reads what [`Standing::write`] wrote, in the order of the numbers.
    pub(crate) fn read(&mut self, place: usize, reader: &mut Reader<'_>) -> Option<()> {
        let whose = reader.u8()?;
        let whose = Whose::ALL.into_iter().find(|known| *known as u8 == whose)?;
        let ended = Ended { whose, id: reader.string()?, epoch: Epoch(reader.u64()?) };
        self.epoch = self.epoch.max(ended.epoch);
        (place == self.ended.len()).then(|| self.add(ended))
    }
}

impl Issuer {
    /// Whether what was made in this epoch for a client, and for a user if there is one, still
    /// works.
    pub(crate) fn stands(&self, client: &str, subject: Option<&str>, epoch: Epoch) -> bool {
        self.check_standing(client, subject, epoch).is_ok()
    }

    /// The same, and why it does not.
    pub(crate) fn check_standing(
        &self,
        client: &str,
        subject: Option<&str>,
        epoch: Epoch,
    ) -> Result<(), Refusal> {
        let standing = &self.standing;
        self.known_application(client)?;
        if !standing.stands(Whose::Application, client, epoch) {
            return Err(Refusal::EndedWithApplication);
        }
        let Some(subject) = subject else {
            return Ok(());
        };
        self.known_user(subject)?;
        if !standing.stands(Whose::User, subject, epoch) {
            return Err(Refusal::EndedWithUser);
        }
        Ok(())
    }

    /// Whether an access token without a grant on record is not one of those that ended together.
    pub(crate) fn stands_alone(&self, client: &str, subject: Option<&str>, epoch: Epoch) -> bool {
        match subject {
            Some(subject) => self.standing.stands(Whose::Unrecorded, subject, epoch),
            None => self.standing.stands(Whose::Machine, client, epoch),
        }
    }
}
