use crate::client::{Error, answer};
use crate::http::HttpResponse;
use crate::seconds;
use crate::secret::Secret;

/// The tokens of a successful answer (RFC 6749 section 5.1; EIAM: section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenSet {
    /// `access_token`
    pub access_token: Secret,
    /// `token_type`, as the server wrote it; `Bearer` in all that is known.
    pub token_type: String,
    /// `refresh_token`
    pub refresh_token: Option<Secret>,
    /// `id_token`, not validated.
    pub id_token: Option<Secret>,
    /// `scope`, if the answer has it; without it the scope is the one that was asked for.
    pub scope: Option<String>,
    /// `expires_in`, seconds; `None` is unknown, not unlimited.
    pub expires_in: Option<i64>,
    /// `expires_at`, Unix seconds by the server's clock; `None` is unknown.
    pub expires_at: Option<i64>,
    /// When the answer came, Unix seconds by the client's clock.
    pub received_at: i64,
}

impl TokenSet {
    /// When the access token expires, Unix seconds by the client's clock: counted from receipt,
    /// because the server's `expires_at` is by another clock and serves only where `expires_in` is
    /// missing. `None` is unknown.
    #[must_use]
    pub fn deadline(&self) -> Option<i64> {
        match self.expires_in {
            Some(lifetime) => Some(seconds::deadline(self.received_at, lifetime)),
            None => self.expires_at,
        }
    }
}

/// Reads the answer to any of the token requests. `received_at`: Unix seconds.
///
/// # Errors
/// [`Error::OAuth`] and [`Error::Gateway`] for a refusal, whatever its status; [`Error::Http`] for
/// a status without reason; [`Error::Malformed`], naming the member, for anything else that is not
/// a token answer.
///
/// ```
/// use eiam_token::{client::token, http::HttpResponse};
/// let body = r#"{"token_type":"Bearer","access_token":"ATx","expires_in":9007199254740993}"#;
/// let tokens = token::parse_response(&HttpResponse::new(200, body), 0)?;
/// assert_eq!(tokens.expires_in, Some(9_007_199_254_740_993));
/// # Ok::<(), eiam_token::client::Error>(())
/// ```
pub fn parse_response(response: &HttpResponse, received_at: i64) -> Result<TokenSet, Error> {
    let answer = answer::success(response)?;
    let tokens = TokenSet {
        access_token: answer.required_token("access_token").into(),
        token_type: answer.required("token_type").to_owned(),
        refresh_token: answer.optional_token("refresh_token").map(Secret::from),
        id_token: answer.optional_token("id_token").map(Secret::from),
        scope: answer.optional("scope").map(str::to_owned),
        expires_in: answer.seconds("expires_in"),
        expires_at: answer.seconds("expires_at"),
        received_at,
    };
    answer.check().map(|()| tokens)
}
