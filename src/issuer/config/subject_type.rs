//! Under which ids clients know users.

use super::words::{self, Word};

/// Under which `sub` an application knows users (OpenID Connect Core section 8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubjectType {
    /// Their ids, the same for all.
    #[default]
    Public,
    /// Something else for each sector, so that applications cannot compare their users.
    Pairwise,
}

impl SubjectType {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Public, Self::Pairwise];

    /// The name in metadata.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Pairwise => "pairwise",
        }
    }
}

words::words!(SubjectType);
