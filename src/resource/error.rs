//! Why something cannot be said or set.

use core::fmt;

/// Something cannot be said so: the parameter, and what it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceError(pub(super) &'static str, pub(super) &'static str);

impl ResourceError {
    /// The parameter that is wrong.
    #[must_use]
    pub fn parameter(&self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ResourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0, self.1)
    }
}

impl core::error::Error for ResourceError {}

/// What a URL has to be.
pub(super) const NO_URL: &str = "expected an https URL without fragment, or http on loopback";

/// What a parameter of a challenge has to be.
pub(super) const NO_TEXT: &str = "expected printable ASCII without quotation marks and backslashes";
