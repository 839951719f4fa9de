//! The two kinds of issuer.

use crate::issuer::codec::bytes::{Reader, Writer};

/// Which of the two issuers speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authority {
    /// The issuer of one application.
    Application,
    /// The issuer of the instance, every application a client of it.
    Instance,
}

impl Authority {
    pub(crate) fn write(self, writer: &mut Writer) {
        writer.bool(self == Self::Instance);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(if reader.bool()? { Self::Instance } else { Self::Application })
    }
}
