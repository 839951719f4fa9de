//! What the store remembers of a grant.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::collection::Record;
use crate::issuer::state::shares::{Owned, Place};

/// The record of a grant from which tokens were made. It lives as long as the longest-lived of
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GrantRecord {
    /// How often the grant was refreshed. The refresh token with this number is the latest.
    pub(crate) serial: u32,
    /// Whether the whole grant was revoked: then none of its tokens works.
    pub(crate) revoked: bool,
    /// When the tokens of this number were first made.
    pub(crate) advanced_at: i64,
    /// How many of its access tokens were revoked singly.
    pub(crate) single_revocations: u8,
    /// All access tokens with a lower number were revoked together.
    pub(crate) revoked_below: u32,
    /// The number of the user for whom the record counts.
    pub(crate) owner: u64,
}

impl GrantRecord {
    /// The record of a grant whose first tokens are made now.
    pub(crate) fn new(owner: u64, now: i64) -> Self {
        Self {
            serial: 0,
            revoked: false,
            advanced_at: now,
            single_revocations: 0,
            revoked_below: 0,
            owner,
        }
    }
}

impl Owned for GrantRecord {
    fn place(&self) -> Place {
        Place::kept(self.owner)
    }
}

impl Record for GrantRecord {
    fn write(&self, writer: &mut Writer) {
        writer.u32(self.serial).bool(self.revoked).i64(self.advanced_at);
        writer.u8(self.single_revocations).u32(self.revoked_below).u64(self.owner);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            serial: reader.u32()?,
            revoked: reader.bool()?,
            advanced_at: reader.i64()?,
            single_revocations: reader.u8()?,
            revoked_below: reader.u32()?,
            owner: reader.u64()?,
        })
    }
}
