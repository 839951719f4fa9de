//! The authorization response (RFC 6749 section 4.1.2, RFC 9207).

use crate::form::{self, Limits};
use crate::secret::Secret;
use crate::text;

use super::answer::printable;
use super::authorize::Transaction;
use super::{Client, Error, OAuthError};

/// A code that belongs to the request that was made; only [`Client::parse_callback`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationResponse {
    code: Secret,
    redirect_uri: String,
    code_verifier: Secret,
    nonce: Option<Secret>,
}

impl AuthorizationResponse {
    /// What the facade took apart to cross the boundary, put together again.
    #[cfg(target_arch = "wasm32")]
    pub(crate) fn from_parts(code: String, redirect_uri: String, code_verifier: String) -> Self {
        let (code, code_verifier) = (code.into(), code_verifier.into());
        Self { code, redirect_uri, code_verifier, nonce: None }
    }

    /// The code, to be redeemed once and soon.
    #[must_use]
    pub fn code(&self) -> &Secret {
        &self.code
    }

    /// The redirect URI of the request.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The PKCE verifier of the request.
    #[must_use]
    pub fn code_verifier(&self) -> &Secret {
        &self.code_verifier
    }

    /// What the id_token must repeat as `nonce`.
    #[must_use]
    pub fn nonce(&self) -> Option<&Secret> {
        self.nonce.as_ref()
    }
}

impl Client {
    /// Reads the answer that came to the redirect URI: a URL with query or fragment, a query, a
    /// fragment, or the body of a `form_post`.
    ///
    /// # Errors
    /// [`Error::OAuth`] if the server refused; [`Error::Callback`] for a parameter that is there
    /// twice, a `state` that is missing or another, an `iss` that is another or is missing though
    /// the server announces it, and an answer without code. `state` and `iss` are checked before
    /// anything else is believed, the error included (RFC 9207 section 2.4).
    pub fn parse_callback(
        &self,
        callback: &str,
        transaction: &Transaction,
    ) -> Result<AuthorizationResponse, Error> {
        if transaction.client_id != self.client_id || transaction.issuer != self.server.issuer {
            return Err(Error::argument("transaction", "belongs to another client or issuer"));
        }
        let parameters = Parameters::read(callback)?;
        match parameters.only("state")? {
            None => return Err(wrong("state", "is missing")),
            Some(state) if !transaction.state.matches(state) => {
                return Err(wrong("state", "belongs to another request"));
            }
            Some(_) => {}
        }
        self.check_issuer(parameters.only("iss")?)?;
        if let Some(error) = parameters.only("error")? {
            return Err(Error::OAuth(Box::new(OAuthError {
                error: printable(error),
                error_description: parameters.only("error_description")?.map(printable),
                error_uri: parameters.only("error_uri")?.map(printable),
                ..OAuthError::default()
            })));
        }
        match parameters.only("code")? {
            None => Err(wrong("code", "is missing")),
            Some("") => Err(wrong("code", "is empty")),
            Some(code) => Ok(AuthorizationResponse {
                code: code.into(),
                redirect_uri: transaction.redirect_uri.clone(),
                code_verifier: transaction.code_verifier.clone(),
                nonce: transaction.nonce.clone(),
            }),
        }
    }

    fn check_issuer(&self, iss: Option<&str>) -> Result<(), Error> {
        match (iss, &self.server.issuer) {
            (Some(iss), Some(issuer)) if iss != issuer => {
                Err(wrong("iss", "is another issuer than the one that was asked"))
            }
            (None, _) if self.server.iss_in_callback => Err(wrong("iss", "is missing")),
            _ => Ok(()),
        }
    }
}

struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn read(callback: &str) -> Result<Self, Error> {
        let parse = |text: &str| {
            form::parse(text, Limits::default())
                .map(Self)
                .map_err(|_| wrong("the whole text", "is not form-encoded or too long"))
        };
        let (before, fragment) = match text::split_once(callback, b'#') {
            Some((before, fragment)) => (before, Some(fragment)),
            None => (callback, None),
        };
        let from_query = parse(query(before));
        match fragment {
            // A page's own query may precede and its `#section` may follow: the answer is where
            // `state` is, all of it.
            Some(fragment) if !from_query.as_ref().is_ok_and(Self::have_state) => parse(fragment),
            _ => from_query,
        }
    }

    fn have_state(&self) -> bool {
        self.0.iter().any(|(name, _)| name == "state")
    }

    fn only(&self, name: &'static str) -> Result<Option<&str>, Error> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(wrong(name, "is there twice")),
            (value, None) => Ok(value.map(|(_, value)| value.as_str())),
        }
    }
}

/// The query of a URL or path; a text that begins with a parameter is a query or a form itself, and
/// may have `?` and `://` in its values.
fn query(text: &str) -> &str {
    match text.bytes().find(|byte| b"=&?:/".contains(byte)) {
        Some(b'?' | b':' | b'/') => text::split_once(text, b'?').map_or("", |(_, query)| query),
        _ => text,
    }
}

fn wrong(parameter: &'static str, reason: &'static str) -> Error {
    Error::callback(parameter, reason)
}
