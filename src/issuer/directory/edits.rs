//! Which applications and users were set or removed while the issuer ran. Snapshots contain these
//! edits. After a restart they take precedence over the configuration.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::config::ClaimValue;
use crate::issuer::state::collection::{Collection, NEVER};
use crate::issuer::state::journal::Journal;

/// The edited ids, and the value to which each was set. An id that was removed has no value. The
/// position in the list is the id of the record.
#[derive(Default)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Edits {
    /// The values have the form of a configuration, and a restart reads them like one.
    edits: Vec<(String, Option<ClaimValue>)>,
    journal: Journal,
}

impl Edits {
    /// Notes the value to which an id was set; none if it was removed.
    pub(crate) fn note(&mut self, id: &str, value: Option<ClaimValue>) {
        let place = self.edits.iter().position(|(known, _)| known == id);
        self.journal.note(place.unwrap_or(self.edits.len()) as u128);
        match place.and_then(|place| self.edits.get_mut(place)) {
            Some((_, former)) => *former = value,
            None => self.edits.push((id.to_owned(), value)),
        }
    }

    /// All ids that were edited.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.edits.iter().map(|(id, _)| id.as_str())
    }

    /// All values that were set.
    pub(crate) fn values(&self) -> impl Iterator<Item = &ClaimValue> {
        self.edits.iter().filter_map(|(_, value)| value.as_ref())
    }
}

impl Collection for Edits {
    /// The records are numbered from 0 on.
    fn ids(&self) -> Vec<u128> {
        (0..self.edits.len() as u128).collect()
    }

    fn write(&self, id: u128, writer: &mut Writer) -> Option<i64> {
        let (id, value) = self.edits.get(usize::try_from(id).ok()?)?;
        writer.str(id).bool(value.is_some());
        if let Some(value) = value {
            value.write(writer);
        }
        Some(NEVER)
    }

    fn read(&mut self, id: u128, reader: &mut Reader<'_>) -> Option<()> {
        let name = reader.string()?;
        let value = if reader.bool()? { Some(ClaimValue::read(reader)?) } else { None };
        (id == self.edits.len() as u128).then(|| self.edits.push((name, value)))
    }

    fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }
}
