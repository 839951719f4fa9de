//! Authorization codes.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::challenge::Challenge;
use crate::issuer::sealed::sealer::Seal;
use crate::issuer::sealed::user_grant::UserGrant;

/// An authorization code (RFC 6749 section 4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) user_grant: UserGrant,
    pub(crate) redirect_uri: String,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<Challenge>,
    /// The thumbprint of the key with which it must be redeemed (RFC 9449 section 10).
    pub(crate) dpop_jkt: Option<String>,
    pub(crate) expires: i64,
}

impl Seal for Code {
    const PREFIX: &'static str = "CO";

    fn write(&self, writer: &mut Writer) {
        self.user_grant.write(writer);
        writer.str(&self.redirect_uri).optional_str(self.nonce.as_deref());
        Challenge::write(self.challenge.as_ref(), writer);
        writer.optional_str(self.dpop_jkt.as_deref()).i64(self.expires);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            user_grant: UserGrant::read(reader)?,
            redirect_uri: reader.string()?,
            nonce: reader.optional_string()?,
            challenge: Challenge::read(reader)?,
            dpop_jkt: reader.optional_string()?,
            expires: reader.i64()?,
        })
    }

    #[cfg(feature = "testing")]
    fn expire(&mut self) {
        self.expires = 0;
    }
}
