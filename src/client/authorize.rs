//! The authorization request (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core section 3.1.2.1).

use core::fmt;

use crate::base64url;
use crate::form::Encoder;
use crate::json::{self, Limits, ObjectWriter, Value};
use crate::pkce::Pkce;
use crate::secret::Secret;
use crate::text;

use super::{Client, Error, Extra};

/// What to ask the authorization endpoint for. `Debug` shows only the names of further parameters.
#[derive(Clone, Copy)]
pub struct AuthorizationParameters<'a> {
    /// Where the answer is to go, exactly as registered.
    pub redirect_uri: &'a str,
    /// `scope`, its items separated by spaces; with `openid` in it the request has a `nonce`.
    pub scope: Option<&'a str>,
    /// Further parameters, such as `prompt` or `login_hint`.
    pub extra: &'a Extra<'a>,
}

impl fmt::Debug for AuthorizationParameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.extra.iter().map(|(name, _)| name).collect();
        f.debug_struct("AuthorizationParameters")
            .field("redirect_uri", &self.redirect_uri)
            .field("scope", &self.scope)
            .field("extra", &names)
            .finish()
    }
}

/// Random octets for one request: PKCE verifier, `state` and `nonce`.
pub type Randomness = [u8; 64];

/// A request that was made: the URL to go to, and what finishes it. `Debug` does not show the URL's
/// query, which has `state` and `nonce`.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// The URL for the browser.
    pub url: String,
    /// What [`Client::parse_callback`] needs, to be kept until the browser comes back.
    pub transaction: Transaction,
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("url", &self.url.split('?').next().unwrap_or_default())
            .field("transaction", &self.transaction)
            .finish()
    }
}

/// What must be kept across the navigation to finish one request. It holds the PKCE verifier: keep
/// it where only the same client can read it, and use it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The issuer whose answer is expected, if it is known.
    pub issuer: Option<String>,
    /// The client's id.
    pub client_id: String,
    /// The redirect URI, which the token request repeats.
    pub redirect_uri: String,
    /// `scope` as asked for.
    pub scope: Option<String>,
    /// `state`, which the callback must repeat.
    pub state: Secret,
    /// `nonce`, which the id_token must repeat.
    pub nonce: Option<Secret>,
    /// The PKCE verifier.
    pub code_verifier: Secret,
}

impl Client {
    /// Makes an authorization request with PKCE (`S256`), `state` and, for OpenID Connect, `nonce`.
    /// It is synchronous, so that a click can open a pop-up with it.
    ///
    /// # Errors
    /// A server without authorization endpoint, a redirect URI that is empty or has a fragment
    /// (RFC 6749 section 3.1.2), and an extra parameter that the request has already.
    pub fn authorization_request(
        &self,
        parameters: &AuthorizationParameters<'_>,
        random: &Randomness,
    ) -> Result<AuthorizationRequest, Error> {
        let endpoint = self.server.required("authorization_endpoint")?;
        let AuthorizationParameters { redirect_uri, scope, extra } = *parameters;
        if redirect_uri.is_empty() {
            return Err(Error::argument("redirect_uri", "empty"));
        }
        if text::has(redirect_uri, b'#') {
            return Err(Error::argument("redirect_uri", "has a fragment"));
        }
        let is_openid = scope.is_some_and(asks_for_id_token);
        let (verifier, rest) = random.split_first_chunk::<32>().unwrap_or((&[0; 32], &[]));
        let (state, nonce) = rest.split_at(rest.len() / 2);
        let pkce = Pkce::from_random(verifier);
        let transaction = Transaction {
            issuer: self.server.issuer.clone(),
            client_id: self.client_id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            scope: scope.map(str::to_owned),
            state: base64url::encode(state).into(),
            nonce: is_openid.then(|| base64url::encode(nonce).into()),
            code_verifier: pkce.verifier().clone(),
        };
        let mut query = Encoder::after(with_query(endpoint));
        query
            .pair("response_type", "code")
            .pair("client_id", &self.client_id)
            .pair("redirect_uri", redirect_uri)
            .optional("scope", scope)
            .pair("state", transaction.state.expose())
            .optional("nonce", transaction.nonce.as_ref().map(Secret::expose))
            .pair("code_challenge", pkce.challenge())
            .pair("code_challenge_method", "S256");
        add_extra(&mut query, extra, &[&OWN_PARAMETERS])?;
        Ok(AuthorizationRequest { url: query.finish(), transaction })
    }
}

impl Transaction {
    /// As text, to be stored until the browser comes back.
    #[must_use]
    pub fn serialize(&self) -> String {
        let mut object = ObjectWriter::new();
        object
            .optional_string("issuer", self.issuer.as_deref())
            .string("client_id", &self.client_id)
            .string("redirect_uri", &self.redirect_uri)
            .optional_string("scope", self.scope.as_deref())
            .string("state", self.state.expose())
            .optional_string("nonce", self.nonce.as_ref().map(Secret::expose))
            .string("code_verifier", self.code_verifier.expose());
        object.finish()
    }

    /// From the text that [`Transaction::serialize`] made.
    ///
    /// # Errors
    /// Text that it did not make.
    pub fn deserialize(text: &str) -> Result<Self, Error> {
        let object = match json::parse(text, Limits::default()) {
            Ok(Value::Object(object)) => object,
            _ => return Err(not_serialized()),
        };
        let member = |name| object.member(name).and_then(Value::as_str);
        let (Some(client_id), Some(redirect_uri), Some(state), Some(code_verifier)) =
            (member("client_id"), member("redirect_uri"), member("state"), member("code_verifier"))
        else {
            return Err(not_serialized());
        };
        Ok(Self {
            issuer: member("issuer").map(str::to_owned),
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            scope: member("scope").map(str::to_owned),
            state: state.into(),
            nonce: member("nonce").map(Secret::from),
            code_verifier: code_verifier.into(),
        })
    }
}

#[cold]
fn not_serialized() -> Error {
    Error::argument("transaction", "not a serialized authorization request")
}

/// Adds parameters that a request does not set itself.
pub(super) fn add_extra(
    form: &mut Encoder,
    extra: &Extra<'_>,
    own: &[&[&str]],
) -> Result<(), Error> {
    for (index, (name, value)) in extra.iter().enumerate() {
        let earlier = extra.iter().take(index).any(|(other, _)| other == name);
        if earlier || own.iter().any(|names| names.contains(name)) {
            return Err(Error::argument(
                "extra",
                &text::concat(&[name, " is in the request already"]),
            ));
        }
        form.pair(name, value);
    }
    Ok(())
}

const OWN_PARAMETERS: [&str; 8] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
];

/// The endpoint with what is needed before a parameter; it may have a query of its own
/// (RFC 6749 section 3.1).
fn with_query(endpoint: &str) -> String {
    let endpoint = text::split_once(endpoint, b'#').map_or(endpoint, |(before, _)| before);
    text::concat(&[endpoint, if text::has(endpoint, b'?') { "" } else { "?" }])
}

/// Whether `openid` is one of the items of a scope (OpenID Connect Core section 3.1.2.1).
fn asks_for_id_token(scope: &str) -> bool {
    scope.as_bytes().split(|byte| *byte == b' ').any(|item| item == b"openid")
}
