//! Which records changed since a storage was told last.

use core::mem;

/// Names records that were made, changed or removed. Nothing is written down until somebody asks
/// for changes, or it would grow for ever where nobody does.
#[derive(Debug, Default)]
pub(crate) struct Journal(Option<Vec<u128>>);

impl Journal {
    /// Writes down from now on.
    pub(crate) fn start(&mut self) {
        self.0.get_or_insert_default();
    }

    /// Whether it writes down.
    pub(crate) fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Writes down that a record is not as it was told last.
    pub(crate) fn note(&mut self, id: u128) {
        if let Some(ids) = &mut self.0
            && ids.last() != Some(&id)
        {
            ids.push(id);
        }
    }

    /// What was written down, and begins a new page.
    pub(crate) fn take(&mut self) -> Vec<u128> {
        self.0.as_mut().map(mem::take).unwrap_or_default()
    }
}
