//! The authorization request (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core section 3.1.2.1).

use core::fmt;

use crate::json::{self, Limits, ObjectWriter};
use crate::rules::table::Table;
use crate::rules::unescaped::Unescaped;
use crate::rules::{authorization, integer, request};
use crate::seconds;
use crate::secret::Secret;
use crate::text;

use super::request::Parts;
use super::{Client, Error, Extra};

/// The parameters of an authorization request. `Debug` shows neither the user that it is about nor the
/// values of additional parameters.
///
/// ```
/// use eiam_token::client::authorize::AuthorizationParameters;
/// let parameters = AuthorizationParameters {
///     redirect_uri: "https://app.example/cb",
///     scope: Some("openid profile"),
///     prompt: Some("login"),
///     ..AuthorizationParameters::default()
/// };
/// # let _ = parameters;
/// ```
#[derive(Clone, Copy, Default)]
pub struct AuthorizationParameters<'a> {
    /// The redirect URI, exactly as it is registered.
    pub redirect_uri: &'a str,
    /// `scope`: the scopes, separated by spaces. If they include `openid`, the request has a
    /// `nonce`.
    pub scope: Option<&'a str>,
    /// `prompt`: what the user is asked for, such as `login`, `consent`, `select_account`, or `none`
    /// (OpenID Connect Core section 3.1.2.1, as are the others unless they say so).
    pub prompt: Option<&'a str>,
    /// `login_hint`: who is about to sign in, such as an e-mail address.
    pub login_hint: Option<&'a str>,
    /// `max_age`: how many seconds ago the user may have signed in. The id_token then has to say when it
    /// was, which is checked.
    pub max_age: Option<i64>,
    /// `response_mode`: how the callback comes, such as `form_post` or `fragment`.
    pub response_mode: Option<&'a str>,
    /// `ui_locales`: the languages of the pages, separated by spaces, the preferred one first.
    pub ui_locales: Option<&'a str>,
    /// `acr_values`: how the user should have signed in, separated by spaces, the preferred one first.
    pub acr_values: Option<&'a str>,
    /// `claims`: the claims that are asked for, a JSON object (section 5.5).
    pub claims: Option<&'a str>,
    /// `display`: how the pages are shown, such as `popup` or `touch`.
    pub display: Option<&'a str>,
    /// `resource`: what the tokens are for, a URI each (RFC 8707 section 2.1).
    pub resource: &'a [&'a str],
    /// Additional parameters.
    pub extra: &'a Extra<'a>,
}

impl fmt::Debug for AuthorizationParameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.extra.iter().map(|(name, _)| name).collect();
        f.debug_struct("AuthorizationParameters")
            .field("redirect_uri", &self.redirect_uri)
            .field("scope", &self.scope)
            .field("prompt", &self.prompt)
            .field("max_age", &self.max_age)
            .field("response_mode", &self.response_mode)
            .field("ui_locales", &self.ui_locales)
            .field("acr_values", &self.acr_values)
            .field("display", &self.display)
            .field("resource", &self.resource)
            .field("extra", &names)
            .finish_non_exhaustive()
    }
}

/// The random octets of one request, for the PKCE verifier, `state` and `nonce`.
pub type Randomness = [u8; authorization::RANDOMNESS];

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
    /// Fails if the server has no authorization endpoint or takes pushed requests alone
    /// ([`Client::pushed_authorization_request`]), if the redirect URI is empty or has a
    /// fragment (RFC 6749 section 3.1.2), for a negative `max_age`, and for an extra parameter that the
    /// request already has.
    pub fn authorization_request(
        &self,
        parameters: &AuthorizationParameters<'_>,
        random: &Randomness,
    ) -> Result<AuthorizationRequest, Error> {
        self.check_takes_unpushed()?;
        let (parts, transaction) =
            self.authorization_parts(request::AUTHORIZATION, parameters, random)?;
        Ok(AuthorizationRequest { url: parts.url, transaction })
    }

    /// Checks that the server takes requests that the browser brings.
    pub(super) fn check_takes_unpushed(&self) -> Result<(), Error> {
        match self.server.requires_pushed_requests {
            false => Ok(()),
            true => {
                let reason = "it takes pushed requests alone (RFC 9126 section 5)";
                Err(Error::not_supported_because("authorization_endpoint", reason))
            }
        }
    }

    /// The request of a plan whose parameters are those of an authorization request.
    pub(super) fn authorization_parts(
        &self,
        plan: Table<'_>,
        parameters: &AuthorizationParameters<'_>,
        random: &Randomness,
    ) -> Result<(Parts, Transaction), Error> {
        let AuthorizationParameters { redirect_uri, scope, max_age, extra, .. } = *parameters;
        let expected_max_age = parameters.expected_max_age()?;
        let mut drawn = Vec::new();
        let asked = scope.unwrap_or_default().as_bytes();
        authorization::draw(random, redirect_uri.as_bytes(), asked, b"", &mut drawn)
            .map_err(|failure| Error::of(failure, &drawn))?;
        let drawn = Secret::from(String::from_utf8_lossy(&drawn).into_owned());
        let mut drawn = drawn.expose().split('\0');
        let [state, nonce, verifier, challenge] =
            [(); 4].map(|()| drawn.next().unwrap_or_default());
        let seconds = max_age.map(text::signed);
        let optional = [
            ("scope", scope),
            ("nonce", Some(nonce)),
            ("prompt", parameters.prompt),
            ("login_hint", parameters.login_hint),
            ("max_age", seconds.as_deref()),
            ("response_mode", parameters.response_mode),
            ("ui_locales", parameters.ui_locales),
            ("acr_values", parameters.acr_values),
            ("claims", parameters.claims),
            ("display", parameters.display),
        ];
        let mut values = vec![
            ("redirect_uri", redirect_uri),
            ("state", state),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ];
        values.extend(optional.map(|(name, value)| (name, value.unwrap_or_default())));
        let resources = parameters.resource.iter().map(|uri| ("resource", *uri));
        let extra: Vec<_> = resources.chain(extra.iter().copied()).collect();
        let parts = self.request(plan, &values, &extra)?;
        let transaction = Transaction {
            issuer: self.server.issuer.clone(),
            client_id: self.client_id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            scope: scope.map(str::to_owned),
            state: state.into(),
            nonce: Some(nonce).filter(|nonce| !nonce.is_empty()).map(Secret::from),
            code_verifier: verifier.into(),
            max_age: expected_max_age,
        };
        Ok((parts, transaction))
    }
}

impl AuthorizationParameters<'_> {
    /// The seconds of `max_age`, wherever it is.
    fn expected_max_age(&self) -> Result<Option<i64>, Error> {
        let among_extra = self.extra.iter().find(|(name, _)| *name == "max_age");
        let written = among_extra.map(|(_, value)| {
            let seconds = integer::seconds(Unescaped::plain(value.as_bytes()), false);
            seconds.map_or(-1, |seconds| seconds as i64)
        });
        match self.max_age.or(written) {
            Some(negative) if negative < 0 => {
                Err(Error::argument("max_age", "not a whole number of seconds"))
            }
            max_age => Ok(max_age),
        }
    }
}

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
