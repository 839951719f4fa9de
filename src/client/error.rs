use core::fmt;

use crate::json::JsonError;
use crate::text;

/// Why a request cannot be made or an answer is not what was asked for.
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
    Http {
        /// The status code.
        status: u16,
        /// The milliseconds to wait before the next try, if the answer says.
        retry_after: Option<i64>,
    },
    /// An answer that breaks the protocol.
    Malformed {
        /// The status code.
        status: u16,
        /// What is wrong, such as `$.expires_in`; `$` is the whole answer.
        path: String,
        /// Why, without the value.
        reason: String,
    },
    /// A callback that does not belong to the request, or is no callback.
    Callback {
        /// The parameter that is wrong.
        parameter: &'static str,
        /// Why, without the value.
        reason: &'static str,
    },
    /// An argument that no request can be made of.
    Argument {
        /// The argument.
        name: &'static str,
        /// Why, without the value.
        reason: String,
    },
    /// The server has no such endpoint.
    NotSupported {
        /// The endpoint's name in the server's metadata (RFC 8414 section 2).
        endpoint: &'static str,
    },
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

impl Error {
    #[cold]
    pub(crate) fn argument(name: &'static str, reason: &str) -> Self {
        Self::Argument { name, reason: reason.to_owned() }
    }

    #[cold]
    pub(super) fn malformed(status: u16, path: &str, reason: &str) -> Self {
        Self::Malformed { status, path: path.to_owned(), reason: reason.to_owned() }
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
            Self::Http { status, .. } => text::concat(&[
                "the server answered with status ",
                &text::decimal((*status).into()),
                " and no readable reason",
            ]),
            Self::Malformed { status, path, reason } => {
                let status = text::decimal((*status).into());
                text::concat(&["malformed answer with status ", &status, ": ", path, ": ", reason])
            }
            Self::Callback { parameter, reason } => {
                text::concat(&["the callback is refused: ", parameter, " ", reason])
            }
            Self::Argument { name, reason } => text::concat(&[name, ": ", reason]),
            Self::NotSupported { endpoint } => text::concat(&["the server has no ", endpoint]),
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
        !matches!(self, Self::Malformed { .. }) && matches!(self.status(), 429 | 500..=599)
    }

    /// The status code of the answer; 0 where there is none.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::OAuth(error) => error.status,
            Self::Gateway(error) => error.status,
            Self::Http { status, .. } | Self::Malformed { status, .. } => *status,
            Self::Callback { .. } | Self::Argument { .. } | Self::NotSupported { .. } => 0,
        }
    }

    /// The milliseconds to wait before the next try, if the answer says.
    #[must_use]
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::OAuth(error) => error.retry_after,
            Self::Gateway(error) => error.retry_after,
            Self::Http { retry_after, .. } => *retry_after,
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
