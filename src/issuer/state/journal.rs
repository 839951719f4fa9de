//! Which records changed since a storage was last told.

use core::mem;

/// Notes which records were added, changed or removed. It notes nothing until somebody first asks
/// for changes: where nobody ever asks, it would grow without end.
#[derive(Debug, Default)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Journal(Option<Vec<u128>>);

impl Journal {
    /// Notes changes from now on.
    pub(crate) fn start(&mut self) {
        self.0.get_or_insert_default();
    }

    /// Whether it notes changes.
    pub(crate) fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Notes that a record changed.
    pub(crate) fn note(&mut self, id: u128) {
        if let Some(ids) = &mut self.0
            && ids.last() != Some(&id)
        {
            ids.push(id);
        }
    }

    /// Takes what was noted. Further changes are noted anew.
    pub(crate) fn take(&mut self) -> Vec<u128> {
        self.0.as_mut().map(mem::take).unwrap_or_default()
    }
}
