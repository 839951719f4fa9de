//! Nonces for proofs of possession.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::sealer::Seal;

/// A nonce for proofs of possession (RFC 9449 section 8): when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DpopNonce(pub(crate) i64);

impl Seal for DpopNonce {
    const PREFIX: &'static str = "DN";

    fn write(&self, writer: &mut Writer) {
        writer.i64(self.0);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader.i64().map(Self)
    }
}
