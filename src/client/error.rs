use core::fmt;

use crate::json::JsonError;
use crate::text;

/// Why a request cannot be made or an answer is not what was asked for.
///
/// What is known of each is in a box: an error is handed on at every `?`, and rarely looked at.
///
/// No variant and no message holds a secret, a code, a verifier or a token; a malformed answer is
/// described by where it is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The server refused, in OAuth's words (RFC 6749 sections 4.1.2.1 and 5.2).
    OAuth(Box<OAuthError>),
    /// The gateway before the server refused, in Alibaba Cloud's words.
    Gateway(Box<GatewayError>),
    /// A status without a readable reason, such as a proxy's 502 page.
    Http(Box<HttpError>),
    /// An answer that breaks the protocol.
    Malformed(Box<MalformedError>),
    /// A callback that does not belong to the request, or is no callback.
    Callback(Box<CallbackError>),
    /// An argument that no request can be made of.
    Argument(Box<ArgumentError>),
    /// The server has no such endpoint.
    NotSupported(Box<NotSupportedError>),
}

/// The members of OAuth's error answer, and what EIAM adds to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OAuthError {
    /// `error`: the code, such as `invalid_grant`.
    pub error: String,
    /// `error_description`: for developers, in the server's words.
    pub error_description: Option<String>,
    /// `error_uri`: a page about it.
    pub error_uri: Option<String>,
    /// `request_id`: what EIAM's support asks for.
    pub request_id: Option<String>,
    /// The status code; 0 where there is none, in a callback.
    pub status: u16,
    /// The milliseconds to wait before the next try, if the answer says.
    pub retry_after: Option<i64>,
}

/// The members of the error answer of Alibaba Cloud's gateway (EIAM: section 5, "Envelope").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayError {
    /// `Code`, such as `Throttling.Api`.
    pub code: String,
    /// `Message`.
    pub message: Option<String>,
    /// `RequestId`: what support asks for.
    pub request_id: Option<String>,
    /// The status code.
    pub status: u16,
    /// The milliseconds to wait before the next try, if the answer says.
    pub retry_after: Option<i64>,
}

/// A status and nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpError {
    /// The status code.
    pub status: u16,
    /// The milliseconds to wait before the next try, if the answer says.
    pub retry_after: Option<i64>,
}

/// What breaks the protocol, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalformedError {
    /// The status code.
    pub status: u16,
    /// What is wrong, such as `$.expires_in`; `$` is the whole answer.
    pub path: String,
    /// Why, without the value.
    pub reason: String,
}

/// Which parameter of a callback is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackError {
    /// The parameter that is wrong.
    pub parameter: &'static str,
    /// Why, without the value.
    pub reason: &'static str,
}

/// Which argument is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentError {
    /// The argument.
    pub name: &'static str,
    /// Why, without the value.
    pub reason: String,
}

/// Which endpoint the server does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSupportedError {
    /// The endpoint's name in the server's metadata (RFC 8414 section 2).
    pub endpoint: &'static str,
}

impl Error {
    #[cold]
    pub(crate) fn argument(name: &'static str, reason: &str) -> Self {
        Self::Argument(Box::new(ArgumentError { name, reason: reason.to_owned() }))
    }

    #[cold]
    pub(super) fn malformed(status: u16, path: &str, reason: &str) -> Self {
        let (path, reason) = (path.to_owned(), reason.to_owned());
        Self::Malformed(Box::new(MalformedError { status, path, reason }))
    }

    #[cold]
    pub(super) fn http(status: u16, retry_after: Option<i64>) -> Self {
        Self::Http(Box::new(HttpError { status, retry_after }))
    }

    #[cold]
    pub(super) fn callback(parameter: &'static str, reason: &'static str) -> Self {
        Self::Callback(Box::new(CallbackError { parameter, reason }))
    }

    #[cold]
    pub(super) fn not_supported(endpoint: &'static str) -> Self {
        Self::NotSupported(Box::new(NotSupportedError { endpoint }))
    }

    #[cold]
    pub(super) fn not_json(status: u16, error: &JsonError) -> Self {
        let path = if error.path.is_empty() { "$" } else { &error.path };
        let reason = text::concat(&["not JSON as RFC 8259 has it: ", &error.message()]);
        Self::malformed(status, path, &reason)
    }

    /// What `Display` shows.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::OAuth(e) => refusal(
                "the server",
                &e.error,
                e.error_description.as_deref(),
                e.request_id.as_deref(),
            ),
            Self::Gateway(e) => {
                refusal("the gateway", &e.code, e.message.as_deref(), e.request_id.as_deref())
            }
            Self::Http(e) => text::concat(&[
                "the server answered with status ",
                &text::decimal(e.status.into()),
                " and no readable reason",
            ]),
            Self::Malformed(e) => {
                let status = text::decimal(e.status.into());
                let before = text::concat(&["malformed answer with status ", &status, ": "]);
                text::concat(&[&before, &e.path, ": ", &e.reason])
            }
            Self::Callback(e) => {
                text::concat(&["the callback is refused: ", e.parameter, " ", e.reason])
            }
            Self::Argument(e) => text::concat(&[e.name, ": ", &e.reason]),
            Self::NotSupported(e) => text::concat(&["the server has no ", e.endpoint]),
        }
    }

    /// OAuth's error code, if the server refused in OAuth's words.
    #[must_use]
    pub fn oauth_code(&self) -> Option<&str> {
        match self {
            Self::OAuth(error) => Some(&error.error),
            _ => None,
        }
    }

    /// Whether the same request may succeed later: the server said that it is asked too often (429)
    /// or that the fault is its own (5xx).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        !matches!(self, Self::Malformed(_)) && matches!(self.status(), 429 | 500..=599)
    }

    /// The status code of the answer; 0 where there is none.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::OAuth(error) => error.status,
            Self::Gateway(error) => error.status,
            Self::Http(error) => error.status,
            Self::Malformed(error) => error.status,
            Self::Callback(_) | Self::Argument(_) | Self::NotSupported(_) => 0,
        }
    }

    /// The milliseconds to wait before the next try, if the answer says.
    #[must_use]
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::OAuth(error) => error.retry_after,
            Self::Gateway(error) => error.retry_after,
            Self::Http(error) => error.retry_after,
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for Error {}

fn refusal(who: &str, code: &str, description: Option<&str>, request_id: Option<&str>) -> String {
    let part = |before, text| match text {
        Some(text) => [before, text],
        None => ["", ""],
    };
    let [colon, description] = part(": ", description);
    let [comma, request_id] = part(", request id ", request_id);
    text::concat(&[who, " refused: ", code, colon, description, comma, request_id])
}
