use crate::base64url;
use crate::form::{self, Encoder};
use crate::http::HttpRequest;
use crate::secret::Secret;
use crate::text;

use super::Error;

/// How the client authenticates at the server's endpoints (RFC 6749 section 2.3). Secrets go into a
/// header or the form, never into the URL.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Authentication {
    /// A public client: `client_id` in the form and no secret.
    None,
    /// `client_secret_basic`: id and secret form-encoded first, as RFC 6749 section 2.3.1 has it.
    Basic(Secret),
    /// `client_secret_basic` without the encoding, for servers that do not decode; Alibaba Cloud's
    /// own SDK does so (EIAM: cloud-idaas-core).
    BasicUnencoded(Secret),
    /// `client_secret_post`: id and secret in the form.
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

    pub(super) fn check(&self, client_id: &str) -> Result<(), Error> {
        match self {
            Self::BasicUnencoded(_) if text::has(client_id, b':') => {
                // It would end the id (RFC 7617 section 2).
                Err(Error::argument("client_id", "has a colon, and is to be sent unencoded"))
            }
            Self::Basic(secret) | Self::BasicUnencoded(secret) | Self::Post(secret)
                if secret.expose().is_empty() =>
            {
                Err(Error::argument("client_secret", "empty"))
            }
            _ => Ok(()),
        }
    }

    /// Makes the `POST` of a form that authenticates the client.
    pub(super) fn post_form(&self, url: &str, client_id: &str, mut form: Encoder) -> HttpRequest {
        let credentials = match self {
            Self::None => {
                form.pair("client_id", client_id);
                None
            }
            Self::Post(secret) => {
                form.pair("client_id", client_id).pair("client_secret", secret.expose());
                None
            }
            Self::Basic(secret) => {
                Some(basic(&form::encode(client_id), &form::encode(secret.expose())))
            }
            Self::BasicUnencoded(secret) => Some(basic(client_id, secret.expose())),
        };
        let mut request = HttpRequest::post_form(url, form.finish());
        request.headers.push("accept", "application/json");
        if let Some(credentials) = credentials {
            request.headers.push("authorization", credentials);
        }
        request
    }
}

/// The credentials of a header (RFC 7617 section 2); what they are made of is wiped.
fn basic(client_id: &str, secret: &str) -> String {
    let pair = Secret::from(text::concat(&[client_id, ":", secret]));
    let encoded = Secret::from(base64url::encode(pair.expose().as_bytes()));
    let padded = Secret::from(base64url::to_padded_base64(encoded.expose()));
    text::concat(&["Basic ", padded.expose()])
}
