//! Pushed authorization requests (RFC 9126).

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::state::collection::Record;
use crate::issuer::state::shares::{Owned, Place};
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::parameters::Parameters;

/// An authorization request that was pushed and has not been used yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PushedRequest {
    pub(crate) authority: Authority,
    pub(crate) client: String,
    pub(crate) parameters: Parameters,
    /// The user of its id_token_hint. The hint was verified when the request was pushed.
    pub(crate) hinted: Option<String>,
    pub(crate) place: Place,
}

impl Owned for PushedRequest {
    fn place(&self) -> Place {
        self.place
    }
}

impl Record for PushedRequest {
    fn write(&self, writer: &mut Writer) {
        self.authority.write(writer);
        writer.str(&self.client).optional_str(self.hinted.as_deref());
        self.place.write(writer);
        self.parameters.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            authority: Authority::read(reader)?,
            client: reader.string()?,
            hinted: reader.optional_string()?,
            place: Place::read(reader)?,
            parameters: Parameters::from_bytes(reader)?,
        })
    }
}
