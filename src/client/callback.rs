//! The authorization response (RFC 6749 section 4.1.2, RFC 9207).

use crate::rules::callback::{self as rules, Expected};
use crate::rules::failure::{Failure, Kind};
use crate::rules::reason::Reason;
use crate::secret::Secret;

use super::authorize::Transaction;
use super::{Client, Error};

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

/// The `state` of an authorization response, by which an application finds the [`Transaction`] that it
/// answers; `None` for text that is no such response, because neither its query nor its fragment has a `state`
/// with `code` or `error`. If both have, it is that of the query. This function checks nothing;
/// [`Client::parse_callback`] does.
///
/// ```
/// use eiam_token::client::callback;
/// let state = callback::state("https://app.example/cb?code=c&state=s");
/// assert_eq!(state.as_deref(), Some("s"));
/// assert_eq!(callback::state("https://app.example/cb?state=s"), None);
/// ```
#[must_use]
pub fn state(callback: &str) -> Option<String> {
    let mut values = Vec::new();
    let state = rules::state(callback.as_bytes(), &mut values)?;
    String::from_utf8(state.to_vec()).ok()
}

impl Client {
    /// Reads the authorization response that came to the redirect URI: a URL with a query or a
    /// fragment, only the query or the fragment, or the body of a `form_post`. Parameters that it does
    /// not need do not matter, whatever they are. The query may be the redirect URI's own: if it does not
    /// have the `state` of the request and the fragment has a `state`, the fragment is the response.
    ///
    /// # Errors
    /// [`OAuth`](super::ErrorKind::OAuth) if the server refused the request.
    /// [`Callback`](super::ErrorKind::Callback) for a parameter that occurs twice, a `state` that is
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
        let expected = Expected {
            state: transaction.state.expose().as_bytes(),
            issuer: self.server.issuer.as_deref().unwrap_or_default().as_bytes(),
            has_iss: self.server.iss_in_callback,
        };
        let (mut values, mut code) = (Vec::new(), Vec::new());
        rules::read(callback.as_bytes(), &expected, &mut values, &mut code)
            .map_err(|failure| Error::of(failure, &code))?;
        let Ok(code) = String::from_utf8(code) else {
            let failure = Failure { kind: Kind::Callback, reason: Reason::IsNotEncoded };
            return Err(Error::of(failure, b"code"));
        };
        Ok(AuthorizationResponse {
            code: code.into(),
            redirect_uri: transaction.redirect_uri.clone(),
            code_verifier: transaction.code_verifier.clone(),
            nonce: transaction.nonce.clone(),
            max_age: transaction.max_age,
        })
    }
}
