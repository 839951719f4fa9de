//! What is remembered of a sign-in that tokens came of.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::collection::Record;
use crate::issuer::state::shares::{Owned, Place};

/// A sign-in that tokens came of. It lives as long as the longest of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// Counts the tokens made; the refresh token of this number is the one that works.
    pub(crate) serial: u32,
    /// Nothing of it works any more.
    pub(crate) revoked: bool,
    /// When its tokens of this number were first made.
    pub(crate) advanced: i64,
    /// How many of its access tokens were revoked one by one.
    pub(crate) singles: u8,
    /// Access tokens of lower numbers were revoked together.
    pub(crate) ended: u32,
    /// The user.
    pub(crate) owner: u64,
}

impl Grant {
    pub(crate) fn new(owner: u64, now: i64) -> Self {
        Self { serial: 0, revoked: false, advanced: now, singles: 0, ended: 0, owner }
    }
}

impl Owned for Grant {
    fn place(&self) -> Place {
        Place::kept(self.owner)
    }
}

impl Record for Grant {
    fn write(&self, writer: &mut Writer) {
        writer.u32(self.serial).bool(self.revoked).i64(self.advanced);
        writer.u8(self.singles).u32(self.ended).u64(self.owner);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            serial: reader.u32()?,
            revoked: reader.bool()?,
            advanced: reader.i64()?,
            singles: reader.u8()?,
            ended: reader.u32()?,
            owner: reader.u64()?,
        })
    }
}
