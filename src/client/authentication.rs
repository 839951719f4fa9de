use crate::base64url;
use crate::form::Encoder;
use crate::secret::Secret;
use crate::{form, text};

use super::error::Error;

/// How the client authenticates at the server's endpoints (RFC 6749 section 2.3). Secrets are sent
/// in a header field or in the form, never in the URL.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Authentication {
    /// A public client, which sends `client_id` in the form and no secret. A client that
    /// authenticates by an [`assertion`](super::assertion) uses this as well.
    None,
    /// `client_secret_basic`, with id and secret form-encoded as RFC 6749 section 2.3.1 requires.
    Basic(Secret),
    /// `client_secret_basic` without that encoding, for servers that do not decode. Alibaba Cloud's
    /// own SDK does so (EIAM: cloud-idaas-core).
    BasicUnencoded(Secret),
    /// `client_secret_post`, with id and secret in the form.
    Post(Secret),
}

impl Authentication {
    /// `client_secret_basic`.
    #[must_use]
    pub fn basic(secret: &str) -> Self {
        Self::Basic(secret.into())
    }

    /// `client_secret_post`.
    #[must_use]
    pub fn post(secret: &str) -> Self {
        Self::Post(secret.into())
    }

    pub(super) fn method_and_secret(&self) -> (Method, &str) {
        match self {
            Self::None => (Method::None, ""),
            Self::Basic(secret) => (Method::Basic, secret.expose()),
            Self::BasicUnencoded(secret) => (Method::BasicUnencoded, secret.expose()),
            Self::Post(secret) => (Method::Post, secret.expose()),
        }
    }
}

/// A way to authenticate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    None,
    Basic,
    BasicUnencoded,
    Post,
}

/// Who asks, and whom.
#[derive(Clone, Copy)]
pub(crate) struct ClientIdentity<'a> {
    /// The server's issuer, if it is known.
    pub(crate) issuer: Option<&'a str>,
    /// Whether callbacks must name the issuer.
    pub(crate) iss_in_callback: bool,
    /// Whether the server is one of EIAM's, and its pages are not known.
    pub(crate) lacks_portal: bool,
    pub(crate) client_id: &'a str,
    pub(crate) method: Method,
    pub(crate) secret: &'a str,
}

impl ClientIdentity<'_> {
    /// Whether a client can be like that.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.client_id.is_empty() {
            return Err(Error::argument("client_id", "missing, such as app_abc123"));
        }
        if self.method != Method::None && self.secret.is_empty() {
            return Err(Error::argument("client_secret", "missing"));
        }
        if self.method == Method::BasicUnencoded && text::has(self.client_id, b':') {
            // It would end the id (RFC 7617 section 2).
            return Err(Error::argument("client_id", "has a colon, and is to be sent unencoded"));
        }
        Ok(())
    }

    /// Adds to a form what authenticates the client; gives the value of the field `Authorization`,
    /// empty for none.
    pub(super) fn authenticate(&self, form: &mut Encoder) -> String {
        match self.method {
            Method::None | Method::Post => {
                form.pair("client_id", self.client_id);
                if self.method == Method::Post {
                    form.pair("client_secret", self.secret);
                }
                String::new()
            }
            Method::Basic => {
                let secret = Secret::from(form::encode(self.secret));
                basic(&form::encode(self.client_id), secret.expose())
            }
            Method::BasicUnencoded => basic(self.client_id, self.secret),
        }
    }
}

/// The credentials of a header (RFC 7617 section 2); what they are made of is wiped.
fn basic(client_id: &str, secret: &str) -> String {
    let pair = Secret::from(text::concat(&[client_id, ":", secret]));
    let encoded = Secret::from(base64url::encode(pair.expose().as_bytes()));
    let padded = Secret::from(base64url::to_padded_base64(encoded.expose()));
    text::concat(&["Basic ", padded.expose()])
}
