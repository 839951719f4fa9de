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
    applications: HashMap<String, usize>,
    users: HashMap<String, usize>,
    journal: Journal,
}

/// An application or a user who lost their standing.
#[derive(Debug)]
struct Ended {
    is_user: bool,
    id: String,
    /// What was made before it does not work any more.
    epoch: Epoch,
}

impl Standing {
    /// The present epoch, for what is made now.
    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Ends what was made for an application until now.
    pub(crate) fn end_application(&mut self, id: &str) {
        self.end(false, id);
    }

    /// Ends what was made for a user until now.
    pub(crate) fn end_user(&mut self, id: &str) {
        self.end(true, id);
    }

    fn end(&mut self, is_user: bool, id: &str) {
        let epoch = Epoch(self.epoch.0.saturating_add(1));
        self.epoch = epoch;
        let places = if is_user { &self.users } else { &self.applications };
        if let Some(place) = places.get(id).copied() {
            if let Some(ended) = self.ended.get_mut(place) {
                ended.epoch = epoch;
            }
            self.journal.note(place as u128);
        } else {
            self.journal.note(self.ended.len() as u128);
            self.add(Ended { is_user, id: id.to_owned(), epoch });
        }
    }

    fn add(&mut self, ended: Ended) {
        let places = if ended.is_user { &mut self.users } else { &mut self.applications };
        places.insert(ended.id.clone(), self.ended.len());
        self.ended.push(ended);
    }

    fn stands(&self, places: &HashMap<String, usize>, id: &str, epoch: Epoch) -> bool {
        let ended = places.get(id).and_then(|place| self.ended.get(*place));
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
        writer.bool(ended.is_user).str(&ended.id).u32(ended.epoch.0);
        Some(())
    }

    /// Reads what [`Standing::write`] wrote, in the order of the numbers.
    pub(crate) fn read(&mut self, place: usize, reader: &mut Reader<'_>) -> Option<()> {
        let ended =
            Ended { is_user: reader.bool()?, id: reader.string()?, epoch: Epoch(reader.u32()?) };
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
        if !standing.stands(&standing.applications, client, epoch) {
            return Err(Refusal::EndedWithApplication);
        }
        let Some(subject) = subject else {
            return Ok(());
        };
        self.known_user(subject)?;
        if !standing.stands(&standing.users, subject, epoch) {
            return Err(Refusal::EndedWithUser);
        }
        Ok(())
    }
}
