use crate::rules::request::{Identity, Method};
use crate::secret::Secret;

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

    /// The method for the rules, and the secret, which is empty for a public client.
    pub(super) fn method_and_secret(&self) -> (Method, &str) {
        match self {
            Self::None => (Method::None, ""),
            Self::Basic(secret) => (Method::Basic, secret.expose()),
            Self::BasicUnencoded(secret) => (Method::BasicUnencoded, secret.expose()),
            Self::Post(secret) => (Method::Post, secret.expose()),
        }
    }
}

/// A client that makes requests, and what they depend on at its server.
#[derive(Clone, Copy)]
pub(crate) struct ClientIdentity<'a> {
    /// Whether the server is an EIAM server whose pages are not known.
    pub(crate) lacks_portal: bool,
    /// The client's id.
    pub(crate) client_id: &'a str,
    /// How the client authenticates.
    pub(crate) method: Method,
    /// The client's secret; empty for a public client.
    pub(crate) secret: &'a str,
}

impl ClientIdentity<'_> {
    /// Checks that the client has an id that can be sent, and a secret if its method needs one.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.client_id.is_empty() {
            return Err(Error::argument("client_id", "missing, such as app_abc123"));
        }
        if self.method != Method::None && self.secret.is_empty() {
            return Err(Error::argument("client_secret", "missing"));
        }
        if self.method == Method::BasicUnencoded && self.client_id.contains(':') {
            // The colon would end the id (RFC 7617 section 2).
            return Err(Error::argument("client_id", "has a colon, and is to be sent unencoded"));
        }
        Ok(())
    }

    /// The identity as the rules take it.
    pub(super) fn of_rules(&self) -> Identity<'_> {
        Identity {
            client_id: self.client_id.as_bytes(),
            method: self.method,
            secret: self.secret.as_bytes(),
            lacks_portal: self.lacks_portal,
        }
    }
}
