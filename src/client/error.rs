use core::fmt;
use std::borrow::Cow;

use crate::json::JsonError;
use crate::text;

use super::address::Safety;

/// Why a request cannot be made, or a response is not a success.
///
/// An error never contains a secret, a code, a verifier or a token. For a malformed response, it
/// names the position of the problem. Its details are in a box, because an error is passed on at
/// every `?` and rarely read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Details>);

/// What kind of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server refused with an OAuth error (RFC 6749 sections 4.1.2.1 and 5.2).
    OAuth,
    /// Alibaba Cloud's gateway in front of the server refused (EIAM: section 5).
    Gateway,
    /// An error status without a readable reason, such as a proxy's 502 page.
    Http,
    /// A response that violates the protocol.
    Malformed,
    /// A callback that does not belong to the request, or that is not a callback.
    Callback,
    /// An argument that is wrong.
    Argument,
    /// The server does not have the endpoint.
    NotSupported,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    kind: ErrorKind,
    subject: Cow<'static, str>,
    reason: Cow<'static, str>,
    uri: String,
    request_id: String,
    status: u16,
    retry_after: Option<i64>,
}

impl Error {
    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What the error is about. Depending on its kind, this is the OAuth error code, such as
    /// `invalid_grant`; the gateway's `Code`, such as `Throttling.Api`; the path in the response,
    /// such as `$.expires_in`, where `$` is the whole response; the callback's parameter; the
    /// argument; or the endpoint's name in the server's metadata (RFC 8414 section 2). Empty for
    /// [`ErrorKind::Http`].
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The reason: the server's own `error_description` or the gateway's `Message`, else a text of
    /// this crate that never contains the value. It may be empty.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// `error_uri`: the http(s) URL of a page about the error (RFC 6749 section 5.2). Empty if the
    /// server sends none, or anything that is not an http(s) URL.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.0.uri
    }

    /// `request_id`, by which the service's support finds the request. Empty if the server sends
    /// none.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// The status code of the response; 0 if there is none.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// How many milliseconds to wait before the next try, if the response says so.
    #[must_use]
    pub fn retry_after(&self) -> Option<i64> {
        self.0.retry_after
    }

    /// The OAuth error code, if the server refused with one.
    #[must_use]
    pub fn oauth_code(&self) -> Option<&str> {
        (self.0.kind == ErrorKind::OAuth).then_some(&self.0.subject)
    }

    /// Whether the same request may succeed later, because the server is asked too often (429) or
    /// has a problem of its own (5xx).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.0.kind != ErrorKind::Malformed && matches!(self.0.status, 429 | 500..=599)
    }

    #[cold]
    #[inline(never)]
    pub(super) fn new(kind: ErrorKind, subject: Cow<'static, str>, reason: &'static str) -> Self {
        Self(Box::new(Details {
            kind,
            subject,
            reason: Cow::Borrowed(reason),
            uri: String::new(),
            request_id: String::new(),
            status: 0,
            retry_after: None,
        }))
    }

    #[cold]
    pub(crate) fn argument(name: &'static str, reason: &'static str) -> Self {
        Self::new(ErrorKind::Argument, name.into(), reason)
    }

    #[cold]
    pub(super) fn callback(parameter: &'static str, reason: &'static str) -> Self {
        Self::new(ErrorKind::Callback, parameter.into(), reason)
    }

    #[cold]
    pub(super) fn not_supported(endpoint: &'static str, reason: &'static str) -> Self {
        Self::new(ErrorKind::NotSupported, endpoint.into(), reason)
    }

    /// `prefix` and `name` are the path.
    #[cold]
    pub(super) fn malformed(prefix: &str, name: &str, reason: &'static str) -> Self {
        Self::new(ErrorKind::Malformed, text::concat(&[prefix, name]).into(), reason)
    }

    #[cold]
    pub(super) fn not_json(error: &JsonError) -> Self {
        let reason = text::concat(&["not JSON as RFC 8259 has it: ", &error.message()]);
        Self::malformed(&error.path, "", "").because(reason)
    }

    #[cold]
    pub(crate) fn because(mut self, reason: String) -> Self {
        self.0.reason = reason.into();
        self
    }

    /// A refusal's page, if it is one, and its number for the service's support.
    #[cold]
    pub(super) fn with(mut self, uri: &str, request_id: String) -> Self {
        // Whole or not at all: a part of it would lead elsewhere.
        if uri.len() <= LONGEST_URI && Safety::of(uri).is_some() {
            self.0.uri = uri.to_owned();
        }
        self.0.request_id = request_id;
        self
    }

    #[cold]
    pub(super) fn answered(mut self, status: u16, retry_after: Option<i64>) -> Self {
        (self.0.status, self.0.retry_after) = (status, retry_after);
        self
    }

    /// What `Display` shows.
    pub(crate) fn message(&self) -> String {
        let Details { kind, subject, reason, request_id, status, .. } = &*self.0;
        let status = text::decimal((*status).into());
        let colon = if reason.is_empty() { "" } else { ": " };
        let comma = if request_id.is_empty() { "" } else { ", request id " };
        let [before, status, between, separator] = match kind {
            ErrorKind::OAuth => ["the server refused: ", "", "", colon],
            ErrorKind::Gateway => ["the gateway refused: ", "", "", colon],
            ErrorKind::Http => {
                ["the server answered with status ", &status, " and no readable reason", ""]
            }
            ErrorKind::Malformed => ["malformed answer with status ", &status, ": ", colon],
            ErrorKind::Callback => ["the callback is refused: ", "", "", " "],
            ErrorKind::Argument => ["", "", "", colon],
            ErrorKind::NotSupported => ["the server has no ", "", "", colon],
        };
        text::concat(&[before, status, between, subject, separator, reason, comma, request_id])
    }
}

/// How many bytes an `error_uri` may have: as many as other texts of a server's.
const LONGEST_URI: usize = 1024;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for Error {}
