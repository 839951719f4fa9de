//! The PKCE challenge in a code and in an authorization request.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::pkce;

/// A PKCE challenge (RFC 7636 section 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) method: pkce::Method,
    pub(crate) value: String,
}

impl Challenge {
    /// Writes a challenge, or that there is none.
    pub(crate) fn write(challenge: Option<&Self>, writer: &mut Writer) {
        match challenge {
            None => {
                writer.u8(0);
            }
            Some(challenge) => {
                writer
                    .u8(match challenge.method {
                        pkce::Method::S256 => 1,
                        pkce::Method::Plain => 2,
                    })
                    .str(&challenge.value);
            }
        }
    }

    /// Reads what [`Challenge::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Option<Self>> {
        let method = match reader.u8()? {
            0 => return Some(None),
            1 => pkce::Method::S256,
            2 => pkce::Method::Plain,
            _ => return None,
        };
        let value = reader.string()?;
        Some(Some(Self { method, value }))
    }
}
