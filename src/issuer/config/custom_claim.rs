//! Claims by configuration: what is told, where, and for which scope.

use serde::Serialize;

use super::bounds::{MAX_CLAIM_NAME, RESERVED_CLAIMS, RESERVED_TOKEN_CLAIMS};
use super::claims::{ClaimValue, Claims};
use super::error::{ConfigError, join};
use super::expression::Expression;
use super::plain::{objects, parts};
#[cfg(feature = "schema")]
use super::schema::{self, SomeOf};
use super::words::{self, Word};

/// A claim that is told in some places, perhaps only for a scope. Its value is fixed, or made of the
/// user and the application.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "CustomClaim"))]
#[non_exhaustive]
pub struct CustomClaim {
    /// The name of the claim: none that the issuer makes itself.
    #[cfg_attr(feature = "schema", schemars(with = "schema::CustomClaimName", example = &"groups"))]
    pub name: String,
    /// The value, if it is the same for everybody. Either this or `expression` is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "schema::AnyValue", extend("examples" = [["admins"]])))]
    pub value: Option<ClaimValue>,
    /// How the value is made, as at EIAM: `user.FIELD`, where the fields are `userId`, `username`,
    /// `status`, `displayName` and those of the user's `attributes` and `claims`;
    /// `application.applicationId` and `application.name`; a text in double quotes;
    /// `ArrayMap(array, __item.FIELD)`; and `ObjectToJsonString(value)`. Where a field is missing, the
    /// claim is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1, max = super::expression::MAX_LENGTH), example = &"ArrayMap(user.groups, __item.groupId)"))]
    pub expression: Option<Expression>,
    /// Where it is told. Default: the places of other claims, which are `id_token` and `userinfo`, and for a
    /// resource `access_token`.
    #[serde(
        default,
        rename = "in",
        with = "words::optional_list",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "schema", schemars(with = "SomeOf<ClaimPlace>", length(min = 1), extend("examples" = [["id_token", "access_token"]])))]
    pub places: Option<Vec<ClaimPlace>>,
    /// The scope for which it is told. Default: none, so it is told for every scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = schema::SCOPE), example = &"groups"))]
    pub scope: Option<String>,
}

parts!(CustomClaim = Self { name: String::new(), value: None, expression: None, places: None, scope: None };
    needs name,
    takes value,
    takes expression,
    takes places as "in",
    takes scope,
);
objects!(CustomClaim);

impl CustomClaim {
    /// A claim that is the same for everybody.
    #[must_use]
    pub fn fixed(name: impl Into<String>, value: ClaimValue) -> Self {
        Self { name: name.into(), value: Some(value), expression: None, places: None, scope: None }
    }

    /// A claim that an expression makes.
    #[must_use]
    pub fn of_expression(name: impl Into<String>, expression: Expression) -> Self {
        Self {
            name: name.into(),
            value: None,
            expression: Some(expression),
            places: None,
            scope: None,
        }
    }

    /// Whether it is told in a place, where it is usually told in some.
    pub(crate) fn is_in(&self, place: ClaimPlace, usual: &[ClaimPlace]) -> bool {
        self.places.as_deref().unwrap_or(usual).contains(&place)
    }
}

/// Where claims are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimPlace {
    /// In id_tokens (OpenID Connect Core section 2).
    IdToken,
    /// At the userinfo endpoint (OpenID Connect Core section 5.3).
    Userinfo,
    /// In access tokens that are JWTs (RFC 9068), and at introspection (RFC 7662).
    AccessToken,
}

impl ClaimPlace {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::IdToken, Self::Userinfo, Self::AccessToken];

    /// The name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::IdToken => "id_token",
            Self::Userinfo => "userinfo",
            Self::AccessToken => "access_token",
        }
    }

    /// Whether the issuer itself makes the claim of this name here.
    pub(crate) fn has_own(self, name: &str) -> bool {
        RESERVED_CLAIMS.contains(&name)
            || (self == Self::AccessToken && RESERVED_TOKEN_CLAIMS.contains(&name))
    }

    /// Checks that the `claims` of the object at `path`, which are told here, are none that the issuer itself makes.
    pub(super) fn check_names(self, path: &str, claims: &Claims) -> Result<(), ConfigError> {
        match claims.0.iter().find(|(name, _)| self.has_own(name)) {
            Some((name, _)) => Err(ConfigError::below(&join(path, "claims"), name, Self::OWN)),
            None => Ok(()),
        }
    }

    /// What is wrong with a claim that the issuer itself makes.
    pub(super) const OWN: &'static str = "the issuer makes this claim itself";

    /// Where claims of users and applications are told if they do not say it.
    pub(crate) const OF_USERS: [Self; 2] = [Self::IdToken, Self::Userinfo];

    /// Where claims of resources are told if they do not say it.
    pub(crate) const OF_RESOURCES: [Self; 1] = [Self::AccessToken];
}

words::words!(ClaimPlace);

#[cfg(feature = "schema")]
impl schema::Title for ClaimPlace {
    const TITLE: &'static str = "ClaimPlace";
    const DESCRIPTION: &'static str =
        "Where a claim is told. `access_token` means JWTs (RFC 9068) and introspection (RFC 7662).";
}

/// Whether a text can be the name of a claim: a request lists names with spaces between them (OpenID
/// Connect Core section 5.5).
pub(crate) fn is_claim_name(name: &str) -> bool {
    (1..=MAX_CLAIM_NAME).contains(&name.len()) && !name.contains(|one: char| one <= ' ')
}
