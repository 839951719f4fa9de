//! Whether applications and users are in good standing: there, not disabled, and not disabled or
//! removed since something was made for them.

use std::collections::HashMap;

use super::Issuer;
use super::bytes::{Reader, Writer};
use super::sealed::Epoch;
use super::snapshot::order;

/// When applications and users last lost their standing.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    epoch: Epoch,
    applications: HashMap<String, Epoch>,
    users: HashMap<String, Epoch>,
}

impl Standing {
    /// The present epoch, for what is made now.
    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Ends what was made for an application until now.
    pub(crate) fn end_application(&mut self, id: &str) {
        let epoch = self.next();
        self.applications.insert(id.to_owned(), epoch);
    }

    /// Ends what was made for a user until now.
    pub(crate) fn end_user(&mut self, id: &str) {
        let epoch = self.next();
        self.users.insert(id.to_owned(), epoch);
    }

    fn next(&mut self) -> Epoch {
        self.epoch = Epoch(self.epoch.0.saturating_add(1));
        self.epoch
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.u32(self.epoch.0);
        for map in [&self.applications, &self.users] {
            let ids: Vec<_> = map.iter().collect();
            writer.u32(u32::try_from(ids.len()).unwrap_or(u32::MAX));
            // No two were ended in one epoch.
            for (_, index) in order(ids.iter().map(|(_, epoch)| epoch.0.into()).collect()) {
                if let Some((id, epoch)) = ids.get(index) {
                    writer.u32(epoch.0).str(id);
                }
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut this = Self { epoch: Epoch(reader.u32()?), ..Self::default() };
        for map in [&mut this.applications, &mut this.users] {
            for _ in 0..reader.u32()? {
                let epoch = Epoch(reader.u32()?);
                map.insert(reader.string()?, epoch);
            }
        }
        Some(this)
    }
}

impl Issuer {
    /// Whether what was made in this epoch for a client, and for a user if there is one, still
    /// works.
    pub(crate) fn stands(&self, client: &str, subject: Option<&str>, epoch: Epoch) -> bool {
        let since = |map: &HashMap<String, Epoch>, id: &str| {
            map.get(id).is_none_or(|ended| *ended <= epoch)
        };
        self.application(client).is_some()
            && since(&self.standing.applications, client)
            && subject.is_none_or(|subject| {
                self.user(subject).is_some() && since(&self.standing.users, subject)
            })
    }
}
