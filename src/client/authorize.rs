//! The authorization request (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core section 3.1.2.1).

use core::fmt;

use crate::base64url;
use crate::json::{self, Limits, Number, ObjectWriter};
use crate::pkce::Pkce;
use crate::secret::Secret;
use crate::{seconds, text};

use super::authentication::ClientIdentity;
use super::request::{Carrier, Parameter, Parts, Plan};
use super::{Client, Error, Extra};

/// The parameters of an authorization request. `Debug` shows only the names of additional
/// parameters.
#[derive(Clone, Copy)]
pub struct AuthorizationParameters<'a> {
    /// The redirect URI, exactly as it is registered.
    pub redirect_uri: &'a str,
    /// `scope`: the scopes, separated by spaces. If they include `openid`, the request has a
    /// `nonce`.
    pub scope: Option<&'a str>,
    /// Additional parameters, such as `prompt` or `login_hint`.
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

/// The random octets of one request, for the PKCE verifier, `state` and `nonce`.
pub type Randomness = [u8; 64];

/// An authorization request: the URL for the browser, and what is needed to finish the request.
/// `Debug` does not show the URL's query, which contains `state` and `nonce`.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// The URL for the browser.
    pub url: String,
    /// What [`Client::parse_callback`] needs. Keep it until the browser comes back.
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

/// What must be kept during the navigation to finish one request. It contains the PKCE verifier:
/// keep it where only this client can read it, and use it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The issuer whose response is expected, if it is known.
    pub issuer: Option<String>,
    /// The client's id.
    pub client_id: String,
    /// The redirect URI, which the token request repeats.
    pub redirect_uri: String,
    /// The requested `scope`.
    pub scope: Option<String>,
    /// `state`, which the callback has to repeat.
    pub state: Secret,
    /// `nonce`, which the id_token has to repeat.
    pub nonce: Option<Secret>,
    /// The PKCE verifier.
    pub code_verifier: Secret,
    /// The requested `max_age` in seconds. If there is one, the id_token has to say when the user
    /// signed in.
    pub max_age: Option<i64>,
}

impl Client {
    /// Makes an authorization request with PKCE (`S256`), `state` and, for OpenID Connect, `nonce`.
    ///
    /// # Errors
    /// Fails if the server has no authorization endpoint, if the redirect URI is empty or has a
    /// fragment (RFC 6749 section 3.1.2), and for an extra parameter that the request already has.
    pub fn authorization_request(
        &self,
        parameters: &AuthorizationParameters<'_>,
        random: &Randomness,
    ) -> Result<AuthorizationRequest, Error> {
        let AuthorizationParameters { redirect_uri, scope, extra } = *parameters;
        let endpoint = self.server.endpoint(REQUEST.endpoint);
        let request = Draft::make(endpoint, &self.identity(), redirect_uri, scope, extra, random)?;
        let transaction = Transaction {
            issuer: self.server.issuer.clone(),
            client_id: self.client_id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            scope: scope.map(str::to_owned),
            state: request.state.into(),
            nonce: Some(request.nonce).filter(|nonce| !nonce.is_empty()).map(Secret::from),
            code_verifier: request.pkce.verifier().clone(),
            max_age: request.max_age,
        };
        Ok(AuthorizationRequest { url: request.url, transaction })
    }
}

/// A request, and what was drawn for it.
pub(crate) struct Draft {
    pub(crate) url: String,
    pub(crate) state: String,
    /// Empty for none.
    pub(crate) nonce: String,
    pub(crate) pkce: Pkce,
    pub(crate) max_age: Option<i64>,
}

impl Draft {
    pub(crate) fn make(
        endpoint: Option<&str>,
        identity: &ClientIdentity<'_>,
        redirect_uri: &str,
        scope: Option<&str>,
        extra: &Extra<'_>,
        random: &Randomness,
    ) -> Result<Self, Error> {
        if text::has(redirect_uri, b'#') {
            return Err(Error::argument("redirect_uri", "has a fragment"));
        }
        let max_age = extra.iter().find(|(name, _)| *name == "max_age");
        let max_age = max_age.map(|(_, value)| whole_seconds(value)).transpose()?;
        let scope = scope.unwrap_or_default();
        let (verifier, rest) = random.split_first_chunk::<32>().unwrap_or((&[0; 32], &[]));
        let (state, nonce) = rest.split_at(rest.len() / 2);
        let pkce = Pkce::from_random(verifier);
        let state = base64url::encode(state);
        let nonce = if asks_for_id_token(scope) { base64url::encode(nonce) } else { String::new() };
        let values = [redirect_uri, scope, &state, &nonce, pkce.challenge(), "S256"];
        let url = Parts::make(&REQUEST, endpoint, identity, &values, extra)?.url;
        Ok(Self { url, state, nonce, pkce, max_age })
    }
}

pub(crate) const REQUEST: Plan = Plan {
    endpoint: "authorization_endpoint",
    carrier: Carrier::Page,
    fixed: Some(("response_type", "code")),
    parameters: &[
        Parameter::required("redirect_uri"),
        Parameter::optional("scope"),
        Parameter::required("state"),
        Parameter::optional("nonce"),
        Parameter::required("code_challenge"),
        Parameter::required("code_challenge_method"),
    ],
};

impl Transaction {
    /// Writes it as text, to be stored until the browser comes back.
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
        if let Some(max_age) = self.max_age {
            object.integer("max_age", max_age);
        }
        object.finish()
    }

    /// Reads the text that [`Transaction::serialize`] made.
    ///
    /// # Errors
    /// Fails for text that [`Transaction::serialize`] did not make.
    pub fn deserialize(text: &str) -> Result<Self, Error> {
        let Ok(object) = json::parse_object(text, Limits::default()) else {
            return Err(not_serialized());
        };
        let optional = |name| Some(object.member(name)?.as_str()?.into_owned());
        let required = |name| optional(name).ok_or_else(not_serialized);
        let max_age = seconds::read(object.member("max_age").as_ref());
        Ok(Self {
            issuer: optional("issuer"),
            client_id: required("client_id")?,
            redirect_uri: required("redirect_uri")?,
            scope: optional("scope"),
            state: required("state")?.into(),
            nonce: optional("nonce").map(Secret::from),
            code_verifier: required("code_verifier")?.into(),
            max_age: max_age.map_err(|_| not_serialized())?,
        })
    }
}

#[cold]
fn not_serialized() -> Error {
    Error::argument("transaction", "not a serialized authorization request")
}

fn whole_seconds(max_age: &str) -> Result<i64, Error> {
    let seconds = Number::from_text(max_age).and_then(|number| seconds::whole(number).ok());
    seconds
        .filter(|seconds| *seconds >= 0)
        .ok_or_else(|| Error::argument("max_age", "not a whole number of seconds"))
}

/// Whether `openid` is one of the items of a scope (OpenID Connect Core section 3.1.2.1).
fn asks_for_id_token(scope: &str) -> bool {
    scope.as_bytes().split(|byte| *byte == b' ').any(|item| item == b"openid")
}
