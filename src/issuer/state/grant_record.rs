//! What is remembered of a sign-in that tokens came of.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::collection::Record;
use crate::issuer::state::shares::{Owned, Place};

/// A sign-in that tokens came of. It lives as long as the longest of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GrantRecord {
    /// Counts the tokens made; the refresh token of this number is the one that works.
    pub(crate) serial: u32,
    /// Nothing of it works any more.
    pub(crate) revoked: bool,
    /// When its tokens of this number were first made.
    pub(crate) advanced_at: i64,
    /// How many of its access tokens were revoked one by one.
    pub(crate) single_revocations: u8,
    /// Access tokens of lower numbers were revoked together.
    pub(crate) revoked_below: u32,
    /// The user.
    pub(crate) owner: u64,
}

impl GrantRecord {
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
