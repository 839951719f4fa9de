//! The authorization response (RFC 6749 section 4.1.2, RFC 9207).

use core::cell::Cell;

use crate::form::{self, Limits};
use crate::secret::{Secret, constant_time_eq};
use crate::text;

use super::answer::printable;
use super::authentication::ClientIdentity;
use super::authorize::Transaction;
use super::{Client, Error, ErrorKind};

/// An authorization code that belongs to its request. Only [`Client::parse_callback`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationResponse {
    code: Secret,
    redirect_uri: String,
    code_verifier: Secret,
    nonce: Option<Secret>,
    max_age: Option<i64>,
}

impl AuthorizationResponse {
    /// The code. It can be redeemed once, and expires soon.
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

    /// The `nonce` that the id_token has to repeat.
    #[must_use]
    pub fn nonce(&self) -> Option<&Secret> {
        self.nonce.as_ref()
    }

    /// The `max_age` of the request, in seconds.
    #[must_use]
    pub fn max_age(&self) -> Option<i64> {
        self.max_age
    }
}

impl Client {
    /// Reads the authorization response that came to the redirect URI: a URL with a query or a
    /// fragment, only the query or the fragment, or the body of a `form_post`.
    ///
    /// # Errors
    /// [`OAuth`](ErrorKind::OAuth) if the server refused the request.
    /// [`Callback`](ErrorKind::Callback) for a parameter that occurs twice, a `state` that is
    /// missing or different, an `iss` that is different, or missing although the server announces
    /// it, and a response without a code. `state` and `iss` are checked before anything else,
    /// including the server's error (RFC 9207 section 2.4).
    pub fn parse_callback(
        &self,
        callback: &str,
        transaction: &Transaction,
    ) -> Result<AuthorizationResponse, Error> {
        if transaction.client_id != self.client_id || transaction.issuer != self.server.issuer {
            return Err(Error::argument("transaction", "belongs to another client or issuer"));
        }
        let code = read_code(&self.identity(), transaction.state.expose(), callback)?;
        Ok(AuthorizationResponse {
            code: code.into(),
            redirect_uri: transaction.redirect_uri.clone(),
            code_verifier: transaction.code_verifier.clone(),
            nonce: transaction.nonce.clone(),
            max_age: transaction.max_age,
        })
    }
}

/// The code of a callback that belongs to the request with this `state`.
pub(crate) fn read_code(
    identity: &ClientIdentity<'_>,
    sent: &str,
    callback: &str,
) -> Result<String, Error> {
    let parameters = Parameters::read(callback)?;
    let [state, iss, refusal, description, uri, code] =
        ["state", "iss", "error", "error_description", "error_uri", "code"]
            .map(|name| parameters.single(name));
    match state {
        None => parameters.wrong("state", "is missing"),
        Some(state) if !constant_time_eq(sent.as_bytes(), state.as_bytes()) => {
            parameters.wrong("state", "belongs to another request");
        }
        Some(_) => {}
    }
    match iss {
        None if identity.iss_in_callback => parameters.wrong("iss", "is missing"),
        Some(iss) if identity.issuer.is_some_and(|issuer| iss != issuer) => {
            parameters.wrong("iss", "is another issuer than the one that was asked");
        }
        _ => {}
    }
    if refusal.is_none() && code.is_none_or(str::is_empty) {
        parameters.wrong("code", if code.is_none() { "is missing" } else { "is empty" });
    }
    if let Some((parameter, reason)) = parameters.fault.get() {
        return Err(Error::callback(parameter, reason));
    }
    let Some(refusal) = refusal else { return Ok(code.unwrap_or_default().to_owned()) };
    let error = Error::new(ErrorKind::OAuth, printable(refusal).into(), "")
        .because(printable(description.unwrap_or_default()));
    Err(error.with(uri.unwrap_or_default(), String::new()))
}

/// The parameters of a callback; what is wrong with them first is kept.
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
