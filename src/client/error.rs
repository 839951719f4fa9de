use core::fmt;
use std::borrow::Cow;

use crate::json::JsonError;
use crate::rules::failure::{Failure, Kind};
use crate::rules::polling;
use crate::rules::reason::Reason;
use crate::secret::Secret;
use crate::text;

use super::members::Members;

/// Why a request cannot be made, or a response is not a success.
///
/// What an error shows never contains a secret, a code, a verifier or a token. For a malformed response,
/// it names the position of the problem. Its details are in a box, because an error is passed on at
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

impl From<Kind> for ErrorKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::OAuth => Self::OAuth,
            Kind::Gateway => Self::Gateway,
            Kind::Http => Self::Http,
            Kind::Malformed => Self::Malformed,
            Kind::Callback => Self::Callback,
            Kind::Argument => Self::Argument,
            Kind::NotSupported => Self::NotSupported,
        }
    }
}

/// What an [`Error`] has: see its methods.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    failure: Failure,
    subject: Cow<'static, str>,
    reason: Cow<'static, str>,
    uri: String,
    request_id: String,
    status: u16,
    retry_after: Option<i64>,
    members: Option<Members>,
    refresh_token: Option<Secret>,
}

impl Error {
    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.failure.kind.into()
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

    /// The whole object with which the server answered, in which you find members such as `suberror` or
    /// `claims`; `None` if the response was no object. `Debug` does not show it, because anything may be in it.
    #[must_use]
    pub fn members(&self) -> Option<&Members> {
        self.0.members.as_ref()
    }

    /// The new refresh token of a response to a refresh that was refused for something else in it. The
    /// one that was sent may be spent: keep this one in its place.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.0.refresh_token.as_ref()
    }

    /// The OAuth error code, if the server refused with one.
    #[must_use]
    pub fn oauth_code(&self) -> Option<&str> {
        (self.kind() == ErrorKind::OAuth).then_some(&self.0.subject)
    }

    /// Whether the same request may succeed later, because the server is asked too often (429) or
    /// has a problem of its own (5xx).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        polling::is_temporary(self.0.failure.kind, self.0.status)
    }

    /// The failure of the rules from which the error was made.
    pub(super) fn failure(&self) -> Failure {
        self.0.failure
    }

    /// The error of a failure of the rules; `words` are those that they wrote: see [`Kind`].
    #[cold]
    #[inline(never)]
    pub(crate) fn of(failure: Failure, words: &[u8]) -> Self {
        // Words are cut out of text at ASCII characters, so that they are text.
        let words = String::from_utf8_lossy(words);
        let mut words = words.split('\0').map(str::to_owned);
        let mut next = || words.next().unwrap_or_default();
        let mut error = Self::new(failure, next().into(), failure.reason.text().into());
        let details = &mut *error.0;
        match failure.kind {
            Kind::OAuth | Kind::Gateway => {
                details.reason = next().into();
                details.uri = next();
                details.request_id = next();
            }
            Kind::Malformed => {
                let (line, column, path) = (next(), next(), next());
                if !line.is_empty() {
                    let whole = match details.subject.starts_with('$') {
                        true => NOT_JSON,
                        false => "",
                    };
                    let (inside, path) = if path.len() > 1 { (", in ", &*path) } else { ("", "") };
                    let parts = [
                        whole,
                        &details.reason,
                        " at line ",
                        &line,
                        " column ",
                        &column,
                        inside,
                        path,
                    ];
                    details.reason = text::concat(&parts).into();
                }
            }
            // An additional parameter is named by the second word.
            Kind::Argument => {
                let name = next();
                if !name.is_empty() {
                    let is_odd = |c: char| if c.is_control() { '\u{fffd}' } else { c };
                    let name: String = name.chars().map(is_odd).take(LONGEST_NAME).collect();
                    details.reason = text::concat(&[&name, " ", &details.reason]).into();
                }
            }
            Kind::Http | Kind::Callback | Kind::NotSupported => {}
        }
        error
    }

    fn new(failure: Failure, subject: Cow<'static, str>, reason: Cow<'static, str>) -> Self {
        Self(Box::new(Details {
            failure,
            subject,
            reason,
            uri: String::new(),
            request_id: String::new(),
            status: 0,
            retry_after: None,
            members: None,
            refresh_token: None,
        }))
    }

    /// The error of an argument that is wrong.
    #[cold]
    pub(crate) fn argument(name: &'static str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(plain(Kind::Argument), name.into(), reason.into())
    }

    /// The error of an endpoint that the server does not have.
    #[cold]
    pub(crate) fn not_supported(endpoint: &'static str) -> Self {
        Self::not_supported_because(endpoint, "")
    }

    /// The error of an endpoint that cannot be used in this way.
    #[cold]
    pub(super) fn not_supported_because(endpoint: &'static str, reason: &'static str) -> Self {
        Self::new(plain(Kind::NotSupported), endpoint.into(), reason.into())
    }

    /// The error of a response that breaks the protocol at `path`.
    #[cold]
    pub(crate) fn malformed(path: &str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(plain(Kind::Malformed), path.to_owned().into(), reason.into())
    }

    /// The error of a response that is no UTF-8, and therefore no JSON.
    #[cold]
    pub(super) fn not_utf8(error: &JsonError) -> Self {
        let reason = text::concat(&[NOT_JSON, &error.message()]);
        Self::malformed(&error.path, reason)
    }

    /// Adds the status of the response, and the milliseconds after which it wants to be asked again.
    #[cold]
    pub(crate) fn answered(mut self, status: u16, retry_after: Option<i64>) -> Self {
        (self.0.status, self.0.retry_after) = (status, retry_after);
        self
    }

    /// Adds the whole object of the response.
    #[cold]
    pub(super) fn with_members(mut self, members: Option<Members>) -> Self {
        self.0.members = members;
        self
    }

    /// Adds the new refresh token of the response.
    #[cold]
    pub(super) fn with_refresh_token(mut self, refresh_token: Option<Secret>) -> Self {
        self.0.refresh_token = refresh_token;
        self
    }
}

/// The beginning of a reason that says why a text is not JSON.
const NOT_JSON: &str = "not JSON as RFC 8259 has it: ";

/// The most characters of a parameter's name that are shown.
const LONGEST_NAME: usize = 64;

/// A failure whose reason is not one of the rules' but a text of its own.
fn plain(kind: Kind) -> Failure {
    Failure { kind, reason: Reason::None }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { subject, reason, request_id, status, .. } = &*self.0;
        match self.kind() {
            ErrorKind::OAuth => write!(f, "the server refused: {subject}")?,
            ErrorKind::Gateway => write!(f, "the gateway refused: {subject}")?,
            ErrorKind::Http => {
                write!(f, "the server answered with status {status} and no readable reason")?;
            }
            ErrorKind::Malformed => write!(f, "malformed answer with status {status}: {subject}")?,
            ErrorKind::Callback => write!(f, "the callback is refused: {subject}")?,
            ErrorKind::Argument => f.write_str(subject)?,
            ErrorKind::NotSupported => write!(f, "the server has no {subject}")?,
        }
        match self.kind() {
            ErrorKind::Http => {}
            ErrorKind::Callback => write!(f, " {reason}")?,
            _ if reason.is_empty() => {}
            _ => write!(f, ": {reason}")?,
        }
        match request_id.is_empty() {
            true => Ok(()),
            false => write!(f, ", request id {request_id}"),
        }
    }
}

impl core::error::Error for Error {}
