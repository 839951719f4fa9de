//! Asking for a stronger or a more recent sign-in, at a resource server (RFC 9470).
//!
//! A resource server that is not content with how the user of an access token signed in answers 401 with
//! this challenge. The client then sends an authorization request with its `acr_values` and `max_age`, and
//! tries again with the token that it gets.
//!
//! ```
//! use eiam_token::step_up::StepUp;
//!
//! let challenge = StepUp::new().acr_values(["urn:example:mfa"]).max_age(300).challenge()?;
//! assert_eq!(
//!     challenge,
//!     "Bearer error=\"insufficient_user_authentication\", \
//!      error_description=\"The user has to sign in again, in another way or more recently\", \
//!      acr_values=\"urn:example:mfa\", max_age=\"300\"",
//! );
//! # Ok::<(), eiam_token::step_up::StepUpError>(())
//! ```

use core::fmt;

/// What a resource server asks for (RFC 9470 section 3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepUp {
    dpop: bool,
    realm: Option<String>,
    description: Option<String>,
    acr_values: Vec<String>,
    max_age: Option<u64>,
}

impl StepUp {
    /// Asks for nothing in particular yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The authentication contexts that will do, the preferred one first.
    #[must_use]
    pub fn acr_values<S: Into<String>>(mut self, values: impl IntoIterator<Item = S>) -> Self {
        self.acr_values = values.into_iter().map(Into::into).collect();
        self
    }

    /// How many seconds ago the user may have signed in.
    #[must_use]
    pub fn max_age(mut self, seconds: u64) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// What is protected (RFC 9110 section 11.5).
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    /// What a developer is told, in place of the usual sentence.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Asks for a token that is bound to a key (RFC 9449 section 7.1).
    #[must_use]
    pub fn dpop(mut self) -> Self {
        self.dpop = true;
        self
    }

    /// The value of the header field `WWW-Authenticate`, for an answer with the status 401.
    ///
    /// # Errors
    /// Fails for a text that the field cannot have: RFC 6750 section 3 allows printable ASCII without `"`
    /// and `\`, and a context has no spaces either.
    pub fn challenge(&self) -> Result<String, StepUpError> {
        let mut field = String::from(if self.dpop { "DPoP " } else { "Bearer " });
        if let Some(realm) = &self.realm {
            parameter(&mut field, "realm", plain("realm", realm)?);
        }
        parameter(&mut field, "error", "insufficient_user_authentication");
        let description = self.description.as_deref().unwrap_or(DESCRIPTION);
        parameter(&mut field, "error_description", plain("error_description", description)?);
        if !self.acr_values.is_empty() {
            for acr in &self.acr_values {
                if acr.is_empty() || acr.contains(' ') {
                    return Err(StepUpError("acr_values"));
                }
            }
            let values = self.acr_values.join(" ");
            parameter(&mut field, "acr_values", plain("acr_values", &values)?);
        }
        if let Some(seconds) = self.max_age {
            parameter(&mut field, "max_age", &seconds.to_string());
        }
        Ok(field)
    }
}

/// A parameter of a challenge cannot have this value. It names the parameter alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepUpError(&'static str);

impl StepUpError {
    /// The parameter: `realm`, `error_description` or `acr_values`.
    #[must_use]
    pub fn parameter(&self) -> &'static str {
        self.0
    }
}

impl fmt::Display for StepUpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spaces = if self.0 == "acr_values" { ", and no spaces in a context" } else { "" };
        write!(f, "{}: expected printable ASCII without \" and \\{spaces}", self.0)
    }
}

impl core::error::Error for StepUpError {}

fn parameter(field: &mut String, name: &str, value: &str) {
    if field.ends_with('"') {
        field.push_str(", ");
    }
    for part in [name, "=\"", value, "\""] {
        field.push_str(part);
    }
}

/// A text that needs no escape in quotes.
fn plain<'a>(name: &'static str, text: &'a str) -> Result<&'a str, StepUpError> {
    let fits = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if text.bytes().all(fits) { Ok(text) } else { Err(StepUpError(name)) }
}

const DESCRIPTION: &str = "The user has to sign in again, in another way or more recently";
