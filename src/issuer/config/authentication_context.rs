//! How a sign-in counts.

use serde::Serialize;

#[cfg(feature = "schema")]
use super::bounds;
use super::plain::{objects, parts};
#[cfg(feature = "schema")]
use super::schema;

/// An authentication context that a sign-in can have (OpenID Connect Core section 2, `acr`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "AuthenticationContext"))]
#[non_exhaustive]
pub struct AuthenticationContext {
    /// Its name, which requests and tokens have in `acr_values` and `acr`: printable ASCII without
    /// spaces, 255 characters at most.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::NAME), example = &"urn:example:mfa"))]
    pub acr: String,
    /// By what somebody signs in (`amr`, RFC 8176). Default: `pwd`.
    #[serde(default = "default_amr")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = bounds::MAX_AMR), inner(regex(pattern = schema::NAME)), extend("examples" = [["pwd", "otp"]])))]
    pub amr: Vec<String>,
}

parts!(AuthenticationContext = Self::new("");
    needs acr,
    takes amr,
);
objects!(AuthenticationContext);

impl AuthenticationContext {
    /// A context of this name, by a password.
    #[must_use]
    pub fn new(acr: impl Into<String>) -> Self {
        Self { acr: acr.into(), amr: default_amr() }
    }
}

/// The authentication methods of a sign-in by a password (`amr`, RFC 8176 section 2).
pub(crate) const PASSWORD: [&str; 1] = ["pwd"];

fn default_amr() -> Vec<String> {
    PASSWORD.map(str::to_owned).to_vec()
}
