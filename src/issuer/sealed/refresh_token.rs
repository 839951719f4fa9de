//! Refresh tokens.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::sealer::Seal;
use crate::issuer::sealed::user_grant::UserGrant;

/// A refresh token (RFC 6749 section 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    pub(crate) user_grant: UserGrant,
    /// The grant's serial number when this was made; a lower one than the store's was used already.
    pub(crate) serial: u32,
    pub(crate) issued: i64,
    pub(crate) expires: i64,
    /// When the last one of the sign-in expires, however often it is refreshed.
    pub(crate) family_expires: i64,
    /// The thumbprint of the key of a public client (RFC 9449 section 5).
    pub(crate) jkt: Option<String>,
}

impl Seal for RefreshToken {
    const PREFIX: &'static str = "RT";

    fn write(&self, writer: &mut Writer) {
        self.user_grant.write(writer);
        writer
            .u32(self.serial)
            .i64(self.issued)
            .i64(self.expires)
            .i64(self.family_expires)
            .optional_str(self.jkt.as_deref());
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            user_grant: UserGrant::read(reader)?,
            serial: reader.u32()?,
            issued: reader.i64()?,
            expires: reader.i64()?,
            family_expires: reader.i64()?,
            jkt: reader.optional_string()?,
        })
    }
}
