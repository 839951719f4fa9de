#[cfg(doc)]
use crate::client::ErrorKind;
use crate::client::answer::{Fields, Received};
use crate::client::{Error, Members};
use crate::http::HttpResponse;
use crate::rules::answer;
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
    /// `id_token`
    pub id_token: Option<Secret>,
    /// The claims of the id_token, that is, the user; `None` if it was not checked. [`parse_response`]
    /// checks none: that [`Client::parse_tokens`](crate::client::Client::parse_tokens) does.
    pub claims: Option<Members>,
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
    /// The names of members that cannot be read and therefore count as missing: only `expires_at`, which no
    /// standard has, and which some servers send as a date.
    pub unread: Vec<&'static str>,
    /// All members of the response, including those that no standard names.
    pub members: Members,
}

impl TokenSet {
    /// When the access token expires, in Unix seconds by the client's clock. The lifetime counts
    /// from receipt, because `expires_at` is by the server's clock and is used only if `expires_in`
    /// is missing. `None` means unknown.
    #[must_use]
    pub fn deadline(&self) -> Option<i64> {
        seconds::local_deadline(self.received_at, self.expires_in, self.expires_at)
    }

    pub(super) fn of(fields: &Fields<'_>, received: &Received<'_>, received_at: i64) -> Self {
        let unread = ["expires_at"].into_iter().filter(|name| fields.unread(name).is_some());
        Self {
            access_token: fields.required("access_token").into(),
            token_type: fields.required("token_type"),
            refresh_token: fields.text("refresh_token").map(Secret::from),
            id_token: fields.text("id_token").map(Secret::from),
            claims: None,
            scope: fields.text("scope"),
            expires_in: fields.seconds("expires_in"),
            expires_at: fields.seconds("expires_at"),
            received_at,
            clock_skew: fields.clock_skew(received_at, received.server_time),
            unread: unread.collect(),
            members: Members::read(fields.text),
        }
    }
}

/// Reads the response to any token request. `received_at` is in Unix seconds. It does not check an
/// id_token, and knows nothing of the request: [`Client::parse_tokens`](crate::client::Client::parse_tokens)
/// does.
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
    let fields = received.read(answer::TOKENS)?;
    Ok(TokenSet::of(&fields, &received, received_at))
}
