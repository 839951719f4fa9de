//! Resources: what access tokens are for (RFC 8707), and what those for one of them are like.

use serde::Serialize;

#[cfg(feature = "schema")]
use super::bounds;
use super::claims::Claims;
use super::custom_claim::CustomClaim;
use super::plain::{objects, parts};
#[cfg(feature = "schema")]
use super::schema::{self, Named};
use super::words::{self, Word};
use crate::issuer::jose::algorithm::SigningAlgorithm;

/// A resource server, or a part of one, that access tokens may be for (RFC 8707 section 2).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ResourceConfig"))]
#[non_exhaustive]
pub struct Resource {
    /// Its name in the parameter `resource` and in `aud`: an absolute URI without a fragment, of 255
    /// characters at most, such as `https://api.example.com` or `api://api.example.com`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::RESOURCE), length(max = bounds::MAX_IDENTIFIER), example = &"https://api.example.com"))]
    pub identifier: String,
    /// The scopes that mean something to it. A token for other resources only does not have them, and
    /// `identifier|scope` is another spelling of each. A scope that no resource lists is one for all
    /// resources. Default: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = schema::PLAIN_SCOPE))))]
    pub scopes: Vec<String>,
    /// What access tokens for it are. Default: the application's format.
    #[serde(default, with = "words::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Named<AccessTokenFormat>", extend("examples" = ["jwt"])))]
    pub access_token_format: Option<AccessTokenFormat>,
    /// How long access tokens for it live, in seconds up to 2^63-1. A token for several resources lives
    /// as long as the shortest. Default: the application's lifetime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "i64", range(min = 1), example = 600))]
    pub lifetime: Option<i64>,
    /// How JWT access tokens for it are signed. For another algorithm than the issuer's a key of its own
    /// is needed: the first in `keys` for that algorithm, or else one that is made by whoever runs the
    /// issuer, anew at each start. Default: the issuer's algorithm.
    #[serde(default, with = "words::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Named<SigningAlgorithm>", extend("examples" = ["RS256"])))]
    pub signing: Option<SigningAlgorithm>,
    /// What access tokens for it say besides: in JWTs, and at introspection. Default: nothing.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "schema::TokenClaims"))]
    pub claims: Claims,
    /// Claims that are told in places and for scopes of choice when an access token is for this
    /// resource. They go before its `claims`. Default: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = bounds::MAX_CUSTOM_CLAIMS)))]
    pub custom_claims: Vec<CustomClaim>,
    /// The application that runs it, which may introspect every token for it. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = schema::ID), example = &"app_web"))]
    pub application_id: Option<String>,
}

parts!(Resource = Self::new("");
    needs identifier,
    takes scopes,
    takes access_token_format,
    takes lifetime,
    takes signing,
    takes claims,
    takes custom_claims,
    takes application_id,
);
objects!(Resource);

impl Resource {
    /// A resource of this identifier as a configuration has it that says no more.
    #[must_use]
    pub fn new(identifier: impl Into<String>) -> Self {
        Self {
            identifier: identifier.into(),
            scopes: Vec::new(),
            access_token_format: None,
            lifetime: None,
            signing: None,
            claims: Claims::default(),
            custom_claims: Vec::new(),
            application_id: None,
        }
    }

    /// Whether this application runs it.
    pub(crate) fn is_run_by(&self, application: &str) -> bool {
        self.application_id.as_deref() == Some(application)
    }
}

/// What an access token is to those who get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessTokenFormat {
    /// A string that says something to the issuer alone.
    Opaque,
    /// A JWT, which resource servers verify themselves (RFC 9068).
    Jwt,
}

impl AccessTokenFormat {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Opaque, Self::Jwt];

    /// The name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Opaque => "opaque",
            Self::Jwt => "jwt",
        }
    }
}

words::words!(AccessTokenFormat);

#[cfg(feature = "schema")]
impl schema::Title for AccessTokenFormat {
    const TITLE: &'static str = "AccessTokenFormat";
    const DESCRIPTION: &'static str = "What an access token is: a string that says something to the issuer alone, or a JWT (RFC 9068).";
}
