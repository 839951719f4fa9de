//! The values of cookies.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::sealer::Seal;

/// The cookie that identifies a browser, also before anybody signs in there, and remembers who did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BrowserCookie {
    pub(crate) id: u128,
    /// The last few users who signed in here, the latest last, by the number of
    /// `guess::username_number`.
    pub(crate) known: Vec<u64>,
}

impl Seal for BrowserCookie {
    const PREFIX: &'static str = "BR";

    fn write(&self, writer: &mut Writer) {
        writer.u128(self.id);
        for known in &self.known {
            writer.u64(*known);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let id = reader.u128()?;
        let known = core::iter::from_fn(|| reader.u64()).collect();
        Some(Self { id, known })
    }
}

/// The cookie of a login session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionCookie(pub(crate) u128);

impl Seal for SessionCookie {
    const PREFIX: &'static str = "SE";

    fn write(&self, writer: &mut Writer) {
        writer.u128(self.0);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader.u128().map(Self)
    }
}
