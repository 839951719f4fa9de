//! What an issuer serves: applications, users, lifetimes.
//!
//! These structs are the one description of a configuration. `serde` reads and writes it by them, with
//! names in camelCase; the JSON Schema is made of them and of these comments, the TypeScript types of
//! the schema, and the commented example of both. `npm run generate` writes what is committed of that.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::secret::Secret;

use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::profile::Profile;

mod application;
mod bytes;
mod check;
mod claims;
mod client_key;
mod example;
mod key;
mod limits;
mod plain;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod secrets;
mod words;
mod write;

pub use application::{Application, AuthMethod, Consent, GrantType, Lifetimes, Pkce};
pub use claims::{ClaimValue, Claims};
pub use client_key::{ClientKey, ClientKeys};
#[cfg(target_arch = "wasm32")]
pub(crate) use example::example_json;
pub use key::PrivateJwk;
pub use limits::Limits;
pub(crate) use read::{FromValue, plain_value};

/// What an issuer is started with. A key that is not listed here is refused.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "Configuration of an eiam-token issuer"))]
#[non_exhaustive]
pub struct Config {
    /// Whose rules hold: `eiam` answers as the service is documented to answer; `rfc9700` as the
    /// current security recommendations demand. Default: `eiam`.
    #[serde(default, with = "words::one")]
    #[cfg_attr(feature = "schema", schemars(with = "schema::OneOf<Profile>"))]
    pub profile: Profile,
    /// Where the issuer is reached: `http://127.0.0.1:9400`, also with a path. No slash at the end.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::BASE_URL), example = &"http://127.0.0.1:9400"))]
    pub base_url: String,
    /// The id of the instance, which stands in the paths of its applications: `idaas_…`
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::ID), example = &"idaas_example"))]
    pub instance_id: String,
    /// The applications, each an OAuth client of the same id. One at least.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub applications: Vec<Application>,
    /// The people who can sign in. Default: none.
    #[serde(default)]
    pub users: Vec<User>,
    /// How id_tokens and JWT access tokens are signed. Default: `RS256`, as at the service.
    #[serde(default, with = "words::one")]
    #[cfg_attr(feature = "schema", schemars(with = "schema::OneOf<SigningAlgorithm>"))]
    pub signing: SigningAlgorithm,
    /// Private keys to sign with, in place of one that is made by whoever runs the issuer. The first
    /// signs; the others are only published, so that what they signed can still be verified, or so
    /// that clients know a key before it signs.
    #[serde(default)]
    pub keys: Vec<PrivateJwk>,
    /// What proofs of possession must have (RFC 9449).
    #[serde(default)]
    pub dpop: Dpop,
    /// How much is kept at once, and how much may be guessed in a minute.
    #[serde(default)]
    pub limits: Limits,
}

impl Config {
    /// Reads a configuration from JSON or any other format of `serde`, and says the path of the key
    /// that is wrong, and never its value. It is not yet checked for sense:
    /// [`Issuer::new`](super::Issuer::new) does that.
    ///
    /// # Errors
    /// Unknown keys, missing keys, wrong types, and names that an object has twice.
    ///
    /// ```
    /// use eiam_token::issuer::Config;
    /// let text = r#"{"baseUrl":"http://127.0.0.1:9400","instanceId":"i","applications":[
    ///     {"applicationId":"a","name":4242}]}"#;
    /// let error = Config::read(&mut serde_json::Deserializer::from_str(text)).unwrap_err();
    /// assert_eq!(error.path(), "applications[0].name");
    /// assert!(error.to_string().contains("expected a string") && !error.to_string().contains("4242"));
    /// ```
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, ConfigError> {
        Self::from_value(plain_value(deserializer, "")?, "")
    }
}

/// Somebody who can sign in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "UserConfig"))]
#[non_exhaustive]
pub struct User {
    /// `user_…`, the `sub` of the user's tokens.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::ID), example = &"user_alice"))]
    pub user_id: String,
    /// What is typed to sign in.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub username: String,
    /// What else is typed to sign in.
    #[serde(serialize_with = "secrets::one")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1)))]
    pub password: Secret,
    /// What userinfo and id_tokens say, as far as the scopes allow. Default: nothing.
    #[serde(default)]
    pub claims: Claims,
    /// Cannot sign in, and what came of earlier sign-ins does not work. Default: `false`.
    #[serde(default)]
    pub disabled: bool,
}

impl User {
    /// A user without claims.
    #[must_use]
    pub fn new(
        user_id: impl Into<String>,
        username: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            username: username.into(),
            password: password.into(),
            claims: Claims::default(),
            disabled: false,
        }
    }
}

/// What proofs of possession must have (RFC 9449).
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DpopConfig"))]
#[non_exhaustive]
pub struct Dpop {
    /// A nonce of the issuer's (RFC 9449 section 8), so that none can be made beforehand. Default:
    /// `false`.
    pub nonce_required: bool,
}

/// What is wrong with a configuration, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    path: String,
    problem: String,
}

impl ConfigError {
    pub(crate) fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }

    /// What is wrong with a key of what stands at `path`.
    #[cold]
    #[inline(never)]
    fn below(path: &str, key: &str, problem: &str) -> Self {
        Self::new(plain::join(path, key), problem)
    }

    /// What is wrong with an item of a list below `path`.
    #[cold]
    #[inline(never)]
    fn item(path: &str, list: &str, index: usize, problem: &str) -> Self {
        Self::below(path, &format!("{list}[{index}]"), problem)
    }

    /// The key that is wrong, such as `applications[0].redirectUris[1]`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it and what would be right.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

impl core::error::Error for ConfigError {}
