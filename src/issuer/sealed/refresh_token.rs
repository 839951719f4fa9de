//! Refresh tokens.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::sealer::Seal;
use crate::issuer::sealed::user_grant::UserGrant;

/// A refresh token (RFC 6749 section 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    pub(crate) user_grant: UserGrant,
    /// The number of the grant when the token was made. If the record of the grant has a higher
    /// number, the token has been used.
    pub(crate) serial: u32,
    pub(crate) issued: i64,
    pub(crate) expires: i64,
    /// When the last refresh token of the grant expires, however often it is refreshed.
    pub(crate) family_expires: i64,
    /// The thumbprint of the key to which it is bound, if its client is public (RFC 9449 section
    /// 5).
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

    #[cfg(feature = "testing")]
    fn expire(&mut self) {
        self.expires = 0;
    }
}
