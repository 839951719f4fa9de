use crate::client::Error;
#[cfg(doc)]
use crate::client::ErrorKind;
use crate::client::answer::{Field, Kind, Member, Received};
use crate::http::HttpResponse;
use crate::seconds;
use crate::secret::Secret;

/// The tokens of a successful response (RFC 6749 section 5.1; EIAM: section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenSet {
    /// `access_token`
    pub access_token: Secret,
    /// `token_type` as the server wrote it, usually `Bearer`.
    pub token_type: String,
    /// `refresh_token`
    pub refresh_token: Option<Secret>,
    /// `id_token`, which has not been checked.
    pub id_token: Option<Secret>,
    /// `scope`; `None` if the granted scope is the requested one.
    pub scope: Option<String>,
    /// `expires_in` in seconds; `None` means unknown, not unlimited.
    pub expires_in: Option<i64>,
    /// `expires_at` in Unix seconds, by the server's clock; `None` means unknown.
    pub expires_at: Option<i64>,
    /// When the response came, in Unix seconds by the client's clock.
    pub received_at: i64,
    /// By how many seconds the server's clock is ahead of the client's, according to `expires_at`
    /// and `expires_in`, else to the header field `Date`. It is inexact by the time that the
    /// response took.
    pub clock_skew: Option<i64>,
}

impl TokenSet {
    /// When the access token expires, in Unix seconds by the client's clock. The lifetime counts
    /// from receipt, because `expires_at` is by the server's clock and is used only if `expires_in`
    /// is missing. `None` means unknown.
    #[must_use]
    pub fn deadline(&self) -> Option<i64> {
        seconds::local_deadline(self.received_at, self.expires_in, self.expires_at)
    }
}

/// Reads the response to any token request. `received_at` is in Unix seconds.
///
/// # Errors
/// [`OAuth`](ErrorKind::OAuth) and [`Gateway`](ErrorKind::Gateway) if the server refused, whatever
/// the status; [`Http`](ErrorKind::Http) for an error status without a reason;
/// [`Malformed`](ErrorKind::Malformed), which names the member, for anything else that is not a
/// token response.
///
/// ```
/// use eiam_token::{client::token, http::HttpResponse};
/// let body = r#"{"token_type":"Bearer","access_token":"ATx","expires_in":9007199254740993}"#;
/// let tokens = token::parse_response(&HttpResponse::new(200, body), 0)?;
/// assert_eq!(tokens.expires_in, Some(9_007_199_254_740_993));
/// # Ok::<(), eiam_token::client::Error>(())
/// ```
pub fn parse_response(response: &HttpResponse, received_at: i64) -> Result<TokenSet, Error> {
    let received = Received::of(response);
    let mut fields = received.read(&ANSWER)?;
    let lifetimes = Lifetimes::of(&fields, &received, received_at);
    let [access_token, token_type, refresh_token, id_token, scope, expires_in, expires_at] =
        &mut fields;
    Ok(TokenSet {
        access_token: access_token.take_text().into(),
        token_type: token_type.take_text(),
        refresh_token: refresh_token.take_optional().map(Secret::from),
        id_token: id_token.take_optional().map(Secret::from),
        scope: scope.take_optional(),
        expires_in: expires_in.seconds(),
        expires_at: expires_at.seconds(),
        received_at,
        clock_skew: lifetimes.clock_skew,
    })
}

/// The members of a token answer.
pub(crate) const ANSWER: [Member; 7] = [
    Member::required("access_token", Kind::Token),
    Member::required("token_type", Kind::Text),
    Member::optional("refresh_token", Kind::Token),
    Member::optional("id_token", Kind::Token),
    Member::optional("scope", Kind::Text),
    Member::optional("expires_in", Kind::Seconds),
    Member::optional("expires_at", Kind::Seconds),
];

/// What follows from the times in an answer.
pub(crate) struct Lifetimes {
    #[cfg_attr(not(target_arch = "wasm32"), expect(dead_code, reason = "TokenSet has a method"))]
    pub(crate) deadline: Option<i64>,
    pub(crate) clock_skew: Option<i64>,
}

impl Lifetimes {
    pub(crate) fn of(fields: &[Field<'_>; 7], received: &Received<'_>, received_at: i64) -> Self {
        let [.., expires_in, expires_at] = fields;
        let (expires_in, expires_at) = (expires_in.seconds(), expires_at.seconds());
        let server_time = match (expires_at, expires_in) {
            (Some(end), Some(lifetime)) => Some(end.saturating_sub(lifetime)),
            _ => received.server_time,
        };
        Self {
            deadline: seconds::local_deadline(received_at, expires_in, expires_at),
            clock_skew: server_time.map(|time| time.saturating_sub(received_at)),
        }
    }
}
