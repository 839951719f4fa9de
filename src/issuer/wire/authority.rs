//! The two kinds of issuer.

use crate::issuer::codec::bytes::{Reader, Writer};

/// Which of the two issuers a request or a token belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Authority {
    /// The issuer of one application.
    #[default]
    Application,
    /// The issuer of the instance. Every application is a client of it.
    Instance,
}

impl Authority {
    /// Writes it into a record or a sealed string.
    pub(crate) fn write(self, writer: &mut Writer) {
        writer.bool(self == Self::Instance);
    }

    /// Reads what [`Authority::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(if reader.bool()? { Self::Instance } else { Self::Application })
    }
}
