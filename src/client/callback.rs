//! The authorization response (RFC 6749 section 4.1.2, RFC 9207).

use core::cell::Cell;

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
        match parameters.single("state") {
            None => parameters.wrong("state", "is missing"),
            Some(state) if !transaction.state.matches(state) => {
                parameters.wrong("state", "belongs to another request");
            }
            Some(_) => {}
        }
        match (parameters.single("iss"), &self.server.issuer) {
            (Some(iss), Some(issuer)) if iss != issuer => {
                parameters.wrong("iss", "is another issuer than the one that was asked");
            }
            (None, _) if self.server.iss_in_callback => parameters.wrong("iss", "is missing"),
            _ => {}
        }
        let refusal = parameters.single("error");
        let description = parameters.single("error_description");
        let uri = parameters.single("error_uri");
        let code = parameters.single("code");
        if refusal.is_none() && code.is_none_or(str::is_empty) {
            parameters.wrong("code", if code.is_none() { "is missing" } else { "is empty" });
        }
        parameters.check()?;
        match refusal {
            Some(error) => Err(Error::OAuth(Box::new(OAuthError {
                error: printable(error),
                error_description: description.map(printable),
                error_uri: uri.map(printable),
                ..OAuthError::default()
            }))),
            None => Ok(AuthorizationResponse {
                code: code.unwrap_or_default().into(),
                redirect_uri: transaction.redirect_uri.clone(),
                code_verifier: transaction.code_verifier.clone(),
                nonce: transaction.nonce.clone(),
            }),
        }
    }
}

/// The parameters of a callback; what is wrong with them first is kept until
/// [`Parameters::check`] asks.
struct Parameters {
    pairs: Vec<(String, String)>,
    fault: Cell<Option<(&'static str, &'static str)>>,
}

impl Parameters {
    fn read(callback: &str) -> Result<Self, Error> {
        let (before, fragment) = match text::split_once(callback, b'#') {
            Some((before, fragment)) => (before, Some(fragment)),
            None => (callback, None),
        };
        let mut pairs = form::parse(query(before), Limits::default());
        // A page's own query may precede and its `#section` may follow: the answer is where `state`
        // is, all of it.
        let in_query = pairs.as_ref().is_ok_and(|pairs| has_state(pairs));
        if let Some(fragment) = fragment.filter(|_| !in_query) {
            pairs = form::parse(fragment, Limits::default());
        }
        match pairs {
            Ok(pairs) => Ok(Self { pairs, fault: Cell::new(None) }),
            Err(_) => Err(Error::callback("the whole text", "is not form-encoded or too long")),
        }
    }

    /// The value of a parameter that must not be there twice.
    fn single(&self, name: &'static str) -> Option<&str> {
        let mut values = self.pairs.iter().filter(|(key, _)| key == name);
        let value = values.next().map(|(_, value)| value.as_str());
        if values.next().is_some() {
            self.wrong(name, "is there twice");
        }
        value
    }

    #[cold]
    fn wrong(&self, parameter: &'static str, reason: &'static str) {
        self.fault.set(self.fault.get().or(Some((parameter, reason))));
    }

    fn check(&self) -> Result<(), Error> {
        match self.fault.get() {
            None => Ok(()),
            Some((parameter, reason)) => Err(Error::callback(parameter, reason)),
        }
    }
}

fn has_state(pairs: &[(String, String)]) -> bool {
    pairs.iter().any(|(name, _)| name == "state")
}

/// The query of a URL or path; a text that begins with a parameter is a query or a form itself, and
/// may have `?` and `://` in its values.
fn query(text: &str) -> &str {
    match text.bytes().find(|byte| b"=&?:/".contains(byte)) {
        Some(b'?' | b':' | b'/') => text::split_once(text, b'?').map_or("", |(_, query)| query),
        _ => text,
    }
}
