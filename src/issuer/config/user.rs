//! A user.

use serde::Serialize;

#[cfg(feature = "schema")]
use super::bounds;
use super::claims::{ClaimValue, Claims};
use super::custom_claim::CustomClaim;
use super::plain::{objects, parts};
#[cfg(feature = "schema")]
use super::schema;
use super::secrets;
use crate::secret::Secret;

/// Somebody who can sign in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "UserConfig"))]
#[non_exhaustive]
pub struct User {
    /// `user_…`, or whatever else of 255 ASCII characters at most: the `sub` of the user's tokens.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::NAME), example = &"user_alice"))]
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
    /// Claims that are told in places and for scopes of choice. They go before those of applications,
    /// resources and the issuer. Default: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = bounds::MAX_CUSTOM_CLAIMS)))]
    pub custom_claims: Vec<CustomClaim>,
    /// What is told to nobody by itself, for expressions: `user.FIELD`, before the field of this name in
    /// `claims`. Default: nothing.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "schema::AnyObject", extend("examples" = [{ "groups": [{ "groupId": "group_1", "groupName": "Admins" }] }])))]
    pub attributes: Claims,
    /// How the user's sign-ins count (`acr`), whatever the request asks for. Default: the one that
    /// the request asks for, if `authenticationContexts` has it, or else that of a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = schema::NAME), example = &"urn:example:mfa"))]
    pub acr: Option<String>,
    /// By what the user signs in (`amr`, RFC 8176). Default: those that belong to the `acr`, or else
    /// `pwd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>", length(min = 1, max = bounds::MAX_AMR), inner(regex(pattern = schema::NAME)), extend("examples" = [["pwd", "otp"]])))]
    pub amr: Option<Vec<String>>,
    /// Cannot sign in, and what came of earlier sign-ins does not work. Default: `false`.
    #[serde(default)]
    pub disabled: bool,
}

parts!(User = Self::new("", "", "");
    needs user_id,
    needs username,
    needs password,
    takes claims,
    takes custom_claims,
    takes attributes,
    takes acr,
    takes amr,
    takes disabled,
);
objects!(User);

impl User {
    /// Whether a claim of this name has exactly this text.
    pub(crate) fn has_claim(&self, name: &str, text: &str) -> bool {
        matches!(self.claims.get(name), Some(ClaimValue::String(one)) if one == text)
    }

    /// Whether this is an address that people type to say who they are: their email or phone number.
    pub(crate) fn has_address(&self, text: &str) -> bool {
        ["email", "phone_number"].iter().any(|name| {
            let value = self.claims.get(name);
            matches!(value, Some(ClaimValue::String(address)) if address.eq_ignore_ascii_case(text))
        })
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
            custom_claims: Vec::new(),
            attributes: Claims::default(),
            acr: None,
            amr: None,
            disabled: false,
        }
    }
}
