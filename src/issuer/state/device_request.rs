//! Requests of devices (RFC 8628).

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::context::Context;
use crate::issuer::state::collection::Record;
use crate::issuer::state::shares::{Owned, Place};
use crate::issuer::wire::authority::Authority;

/// The request of a device, which polls until its user has decided (RFC 8628 section 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceRequest {
    pub(crate) id: u128,
    pub(crate) authority: Authority,
    pub(crate) client: String,
    pub(crate) scope: String,
    /// The resources that it names (RFC 8707).
    pub(crate) resources: Vec<String>,
    /// What it asks for in detail (RFC 9396).
    pub(crate) details: Vec<String>,
    /// Seconds between two polls; grows with each poll that comes too early.
    pub(crate) interval: i64,
    /// When the device last polled.
    pub(crate) polled: Option<i64>,
    pub(crate) decision: Decision,
    /// For whom the record counts: for the client until a user approves the request, and then for
    /// that user. An approved request does not make room for others.
    pub(crate) place: Place,
}

impl Owned for DeviceRequest {
    fn place(&self) -> Place {
        self.place
    }
}

/// What the user decided about a device request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Pending,
    Denied,
    Approved { subject: String, auth_time: i64, context: Context },
}

impl Record for DeviceRequest {
    fn write(&self, writer: &mut Writer) {
        writer.u128(self.id);
        self.authority.write(writer);
        writer.str(&self.client).str(&self.scope).strs(&self.resources).strs(&self.details);
        writer.i64(self.interval).optional_i64(self.polled);
        self.place.write(writer);
        match &self.decision {
            Decision::Pending => {
                writer.u8(0);
            }
            Decision::Denied => {
                writer.u8(1);
            }
            Decision::Approved { subject, auth_time, context } => {
                writer.u8(2).str(subject).i64(*auth_time);
                context.write(writer);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let id = reader.u128()?;
        let authority = Authority::read(reader)?;
        let client = reader.string()?;
        let scope = reader.string()?;
        let resources = reader.strings()?;
        let details = reader.strings()?;
        let interval = reader.i64()?;
        let polled = reader.optional_i64()?;
        let place = Place::read(reader)?;
        let decision = match reader.u8()? {
            0 => Decision::Pending,
            1 => Decision::Denied,
            2 => Decision::Approved {
                subject: reader.string()?,
                auth_time: reader.i64()?,
                context: Context::read(reader)?,
            },
            _ => return None,
        };
        Some(Self {
            id,
            authority,
            client,
            scope,
            resources,
            details,
            interval,
            polled,
            decision,
            place,
        })
    }
}
