//! Tokens that belong to a request: what has to come, what stays, and who the user is.

use super::response::TokenSet;
use crate::client::answer::Received;
use crate::client::callback::AuthorizationResponse;
use crate::client::id_token::{self, Signature};
use crate::client::{Client, Error, Members};
use crate::http::HttpResponse;
use crate::rules::answer::{self, Asked};
use crate::secret::Secret;

/// What the response to a token request has to match.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The `nonce` of the authorization request. With one, an id_token has to come: otherwise an attacker who
    /// removes it from the response would remove this check as well.
    pub nonce: Option<&'a Secret>,
    /// The `max_age` of the authorization request, in seconds.
    pub max_age: Option<i64>,
    /// Whether an id_token has to come though there is no `nonce`: `openid` was asked for (OpenID Connect
    /// Core section 3.1.3.3).
    pub openid: bool,
    /// The refresh token that was sent, if it is the response to a refresh: it stays where no other comes
    /// (RFC 6749 section 6).
    pub refresh_token: Option<&'a str>,
    /// The tokens that were refreshed. Their id_token and claims stay where no id_token comes, and the
    /// user has to be the same (OpenID Connect Core section 12.2).
    pub former: Option<&'a TokenSet>,
    /// Whether the client proves that it has a key, so that a token may be bound to it (RFC 9449).
    pub has_proof: bool,
    /// Whether id_tokens are signed with the client's secret:
    /// [`id_token::Expected::by_secret`](crate::client::id_token::Expected::by_secret).
    pub by_secret: bool,
    /// By how many seconds the clocks may differ.
    pub tolerance: i64,
}

impl Default for Expected<'_> {
    /// Expects only tokens, and clocks that differ by a minute at most.
    fn default() -> Self {
        Self {
            nonce: None,
            max_age: None,
            openid: false,
            refresh_token: None,
            former: None,
            has_proof: false,
            by_secret: false,
            tolerance: 60,
        }
    }
}

impl<'a> Expected<'a> {
    /// The response to the request with an authorization code.
    #[must_use]
    pub fn code(authorization: &'a AuthorizationResponse) -> Self {
        let (nonce, max_age) = (authorization.nonce(), authorization.max_age());
        Self { nonce, max_age, ..Self::default() }
    }

    /// The response to the refresh of tokens.
    #[must_use]
    pub fn refresh(former: &'a TokenSet) -> Self {
        let refresh_token = former.refresh_token.as_ref().map(Secret::expose);
        Self { refresh_token, former: Some(former), ..Self::default() }
    }

    /// The response to the refresh with a token alone, of a user who is not known.
    #[must_use]
    pub fn refresh_token(refresh_token: &'a str) -> Self {
        Self { refresh_token: Some(refresh_token), ..Self::default() }
    }
}

impl Client {
    /// Reads the response to a token request, and checks it against what was asked for: the claims of an
    /// id_token, the user, and what a refresh leaves out. `now` is in Unix seconds.
    ///
    /// What is left is the signature of the id_token: see [`Unverified`].
    ///
    /// # Errors
    /// Those of [`parse_response`](super::parse_response) and [`Client::check_id_token`], and
    /// [`Malformed`](crate::client::ErrorKind::Malformed) for an id_token that has to come and does not.
    /// A new refresh token in a response that is refused is in [`Error::refresh_token`].
    ///
    /// ```
    /// use eiam_token::client::token::{self, Expected};
    /// use eiam_token::client::{Authentication, Client, Server};
    /// use eiam_token::http::HttpResponse;
    ///
    /// let client = Client::new(Server::default(), "app_x", Authentication::None)?;
    /// let first = r#"{"access_token":"AT1","token_type":"Bearer","refresh_token":"RT1"}"#;
    /// let tokens = token::parse_response(&HttpResponse::new(200, first), 0)?;
    ///
    /// let second = HttpResponse::new(200, r#"{"access_token":"AT2","token_type":"Bearer"}"#);
    /// let refreshed = client.parse_tokens(&second, &Expected::refresh(&tokens), 9)?;
    /// let refreshed = match refreshed.signature() {
    ///     None => refreshed.verified(),
    ///     Some(_) => unreachable!("no id_token came"),
    /// };
    /// assert_eq!(refreshed.refresh_token.unwrap().expose(), "RT1");
    /// # Ok::<(), eiam_token::client::Error>(())
    /// ```
    pub fn parse_tokens(
        &self,
        response: &HttpResponse,
        expected: &Expected<'_>,
        now: i64,
    ) -> Result<Unverified, Error> {
        let asked = Asked {
            id_token: expected.openid || expected.nonce.is_some(),
            refresh: expected.refresh_token.is_some() || expected.former.is_some(),
            proof: expected.has_proof,
            ..Asked::default()
        };
        let received = Received::to(response, asked);
        let fields = received.read(answer::TOKENS)?;
        let mut tokens = TokenSet::of(&fields, &received, now);
        let new_refresh_token = tokens.refresh_token.clone();
        let former = Former::of(expected.former);
        if fields.is_kept("refresh_token") {
            tokens.refresh_token = expected.refresh_token.map(Secret::from);
        }
        let mut signature = None;
        match &tokens.id_token {
            Some(id_token) => {
                let checks = id_token::Expected {
                    nonce: expected.nonce,
                    max_age: expected.max_age,
                    subject: former.subject.as_deref(),
                    access_token: Some(&tokens.access_token),
                    by_secret: expected.by_secret,
                };
                let checked = self
                    .check_id_token(id_token, &checks, now, expected.tolerance)
                    .and_then(|decoded| Ok((Signature::of(id_token, &decoded)?, decoded)));
                let (found, decoded) =
                    checked.map_err(|error| error.with_refresh_token(new_refresh_token.clone()))?;
                signature = Some(found);
                tokens.claims = Some(Members::read(&decoded.claims));
            }
            None => {
                (tokens.id_token, tokens.claims) = (former.id_token.clone(), former.claims.clone())
            }
        }
        Ok(Unverified { tokens, new_refresh_token, former, signature })
    }
}

/// What is known of the user before a refresh.
#[derive(Clone, Debug, Default)]
struct Former {
    id_token: Option<Secret>,
    claims: Option<Members>,
    subject: Option<String>,
}

impl Former {
    fn of(tokens: Option<&TokenSet>) -> Self {
        let Some(tokens) = tokens else { return Self::default() };
        let TokenSet { id_token, claims, .. } = tokens;
        let subject = claims.as_ref().and_then(|claims| claims.text("sub"));
        Self { id_token: id_token.clone(), claims: claims.clone(), subject }
    }
}

/// Tokens whose id_token has a signature that is still to be verified, if one came.
///
/// Have the keys at hand before a code is spent, so that none is lost where they cannot be had: see
/// [`KeyCache`](crate::client::key_set::KeyCache). A refresh of known tokens goes on without them
/// ([`Unverified::without_keys`]).
#[derive(Clone, Debug)]
#[must_use]
pub struct Unverified {
    tokens: TokenSet,
    new_refresh_token: Option<Secret>,
    former: Former,
    signature: Option<Signature>,
}

impl Unverified {
    /// What has to be verified; `None` if no id_token came.
    #[must_use]
    pub fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }

    /// The new refresh token, if one came. Store it before you do anything else, whatever becomes of the rest.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.new_refresh_token.as_ref()
    }

    /// The tokens, once you have verified the signature, or if no id_token came. A TLS connection to the token
    /// endpoint may replace the verification (OpenID Connect Core section 3.1.3.7).
    #[must_use]
    pub fn verified(self) -> TokenSet {
        self.tokens
    }

    /// The tokens if the server's keys cannot be had, or none of those that are there made the signature and newer
    /// ones cannot be had. After a refresh of a known user, only the new id_token is
    /// left out and the former one stays, because the new refresh token must not be lost, and the claims that
    /// were checked name the same user.
    ///
    /// # Errors
    /// Fails if an id_token came and no user is known from before, because nothing then proves who the user is.
    /// The new refresh token is in the error.
    pub fn without_keys(mut self) -> Result<TokenSet, Error> {
        match (&self.signature, &self.former.subject) {
            (Some(_), None) => Err(self.wrong("cannot be verified without the server's keys")),
            (Some(_), Some(_)) => {
                let Former { id_token, claims, .. } = core::mem::take(&mut self.former);
                (self.tokens.id_token, self.tokens.claims) = (id_token, claims);
                Ok(self.tokens)
            }
            (None, _) => Ok(self.tokens),
        }
    }

    /// The error of a signature that no key of the server has made. The new refresh token is in it: discard that
    /// only when the user signs in again.
    #[must_use]
    pub fn refused(self) -> Error {
        self.wrong("not made by the server's key")
    }

    /// The error of a signature, with the new refresh token.
    fn wrong(&self, reason: &'static str) -> Error {
        let error = Error::malformed("id_token.signature", reason).answered(200, None);
        error.with_refresh_token(self.new_refresh_token.clone())
    }
}
