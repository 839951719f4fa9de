//! Why the issuer of a test does not do what it is asked for.

use core::fmt;

use crate::http::HttpResponse;
use crate::issuer::ConfigError;
use crate::issuer::profile::Profile;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::response;
use crate::json::ObjectWriter;

/// Why the issuer does not do what a test asks for, by a method or below `/_control`, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ControlError {
    /// The status of the HTTP response that says it.
    pub status: u16,
    /// A stable code, such as `invalid_request`, or that of the issuer's own refusal, such as
    /// `invalid_scope`.
    pub code: &'static str,
    /// What is wrong, and what would be right.
    pub description: String,
    /// Where in what was sent it is wrong, such as `body.user`; none if it is wrong as a whole.
    pub path: Option<String>,
}

impl ControlError {
    /// Something wrong in what was sent.
    pub(crate) fn at(path: &str, problem: impl Into<String>) -> Self {
        Self {
            status: 400,
            code: "invalid_request",
            description: problem.into(),
            path: Some(path.to_owned()),
        }
    }

    /// Something wrong in a body that is this part of a configuration.
    pub(crate) fn in_body(error: &ConfigError, part: &str) -> Self {
        let below = error.path().strip_prefix(part).unwrap_or_default();
        Self::at(&format!("body{below}"), error.problem())
    }

    /// Something that is not there.
    pub(crate) fn missing(path: &str, problem: impl Into<String>) -> Self {
        Self { status: 404, code: "not_found", ..Self::at(path, problem) }
    }

    /// What the issuer refuses.
    pub(crate) fn by_issuer(refusal: &Refusal, profile: Profile) -> Self {
        Self {
            status: refusal.status(profile),
            code: refusal.code(profile),
            description: refusal.description(),
            path: None,
        }
    }

    /// The response that says it.
    pub(crate) fn response(&self) -> HttpResponse {
        let mut body = ObjectWriter::new();
        body.string("error", self.code)
            .string("error_description", &self.description)
            .optional_string("path", self.path.as_deref());
        response::json(self.status, body.finish())
    }
}

impl From<ConfigError> for ControlError {
    fn from(error: ConfigError) -> Self {
        Self::at(error.path(), error.problem())
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        f.write_str(&self.description)
    }
}

impl core::error::Error for ControlError {}
