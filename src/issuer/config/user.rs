//! A user.

use serde::{Deserialize, Serialize};

use super::claims::{ClaimValue, Claims};
#[cfg(feature = "schema")]
use super::schema;
use super::secrets;
use crate::secret::Secret;

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
    #[cfg_attr(feature = "schema", schemars(with = "schema::Claims"))]
    pub claims: Claims,
    /// Cannot sign in, and what came of earlier sign-ins does not work. Default: `false`.
    #[serde(default)]
    pub disabled: bool,
}

impl User {
    /// Whether a claim of this name has exactly this text.
    pub(crate) fn has_claim(&self, name: &str, text: &str) -> bool {
        let is_it = |value: &ClaimValue| matches!(value, ClaimValue::String(one) if one == text);
        self.claims.0.iter().any(|(other, value)| other == name && is_it(value))
    }

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
