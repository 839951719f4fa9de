//! The content of the hidden field of a form.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::authorization_request::AuthorizationRequest;
use crate::issuer::sealed::sealer::Seal;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::language::Language;

/// What a form is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An authorization request.
    Authorize(Box<AuthorizationRequest>),
    /// The request of a device, whose user code somebody typed.
    Device(WaitingDevice),
    /// Signing out, and where the browser goes afterwards.
    Logout {
        /// A URI that the application has registered.
        redirect_uri: Option<String>,
        /// The parameter `state` of the request, which is sent to that URI.
        state: Option<String>,
    },
}

/// Names the request of a device that waits for its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WaitingDevice {
    /// The request's own id: a user code may name another request later.
    pub(crate) id: u128,
    pub(crate) user_code: u64,
}

/// A request that waits for the user of one browser. It is kept in a hidden field of the form, so
/// the issuer stores nothing for users who never come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transaction {
    pub(crate) authority: Authority,
    /// The client; none if a person signs out and no client is named.
    pub(crate) client: Option<String>,
    /// The number in the browser's cookie when the form was made; 0 where there are no cookies.
    pub(crate) browser: u128,
    /// The login session that the form asks about; none while nobody is signed in.
    pub(crate) session: Option<u128>,
    pub(crate) expires: i64,
    /// The language of the pages.
    pub(crate) language: Language,
    pub(crate) purpose: Purpose,
}

impl Seal for Transaction {
    const PREFIX: &'static str = "TX";

    fn write(&self, writer: &mut Writer) {
        self.authority.write(writer);
        writer
            .optional_str(self.client.as_deref())
            .u128(self.browser)
            .optional_u128(self.session)
            .i64(self.expires);
        self.language.write(writer);
        match &self.purpose {
            Purpose::Authorize(request) => {
                writer.u8(0);
                request.write(writer);
            }
            Purpose::Device(WaitingDevice { id, user_code }) => {
                writer.u8(1).u128(*id).u64(*user_code);
            }
            Purpose::Logout { redirect_uri, state } => {
                writer.u8(2).optional_str(redirect_uri.as_deref()).optional_str(state.as_deref());
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let authority = Authority::read(reader)?;
        let client = reader.optional_string()?;
        let browser = reader.u128()?;
        let session = reader.optional_u128()?;
        let expires = reader.i64()?;
        let language = Language::read(reader)?;
        let purpose = match reader.u8()? {
            0 => Purpose::Authorize(Box::new(AuthorizationRequest::read(reader)?)),
            1 => Purpose::Device(WaitingDevice { id: reader.u128()?, user_code: reader.u64()? }),
            2 => Purpose::Logout {
                redirect_uri: reader.optional_string()?,
                state: reader.optional_string()?,
            },
            _ => return None,
        };
        Some(Self { authority, client, browser, session, expires, language, purpose })
    }
}
