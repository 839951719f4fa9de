//! Device codes.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::sealer::Seal;
use crate::issuer::wire::authority::Authority;

/// A device code (RFC 8628 section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceCode {
    pub(crate) authority: Authority,
    pub(crate) client: String,
    pub(crate) id: u128,
    pub(crate) user_code: u64,
    pub(crate) expires: i64,
}

impl Seal for DeviceCode {
    const PREFIX: &'static str = "DC";

    fn write(&self, writer: &mut Writer) {
        self.authority.write(writer);
        writer.str(&self.client).u128(self.id).u64(self.user_code).i64(self.expires);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            authority: Authority::read(reader)?,
            client: reader.string()?,
            id: reader.u128()?,
            user_code: reader.u64()?,
            expires: reader.i64()?,
        })
    }

    #[cfg(feature = "testing")]
    fn expire(&mut self) {
        self.expires = 0;
    }
}
