//! Clients that nobody configured: which may register themselves (RFC 7591), which are known by a
//! document at the URL that is their id, and what both may do.

use serde::Serialize;

use super::application::{Consent, GrantType, Lifetimes};
#[cfg(feature = "schema")]
use super::bounds;
use super::claims::ClaimValue;
use super::client_key::ClientKeys;
use super::plain::{FromPlain, Problem, deserialized, objects, parts, read_members};
use super::resource::AccessTokenFormat;
#[cfg(feature = "schema")]
use super::schema::{self, OneOf, SomeOf};
use super::secrets;
use super::words;
use crate::secret::Secret;

/// The word for a registration that is open to everybody, in place of an object.
const OPEN: &str = "open";

/// Who may register a client at the instance's server (RFC 7591). `open` is an object without keys:
/// everybody may.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "RegistrationConfig"))]
#[non_exhaustive]
pub struct Registration {
    /// What a request has to bring as `Authorization: Bearer` (RFC 7591 section 3): 20 to 512 characters
    /// of ASCII each, without spaces. Default: none, so nothing is asked for.
    #[serde(serialize_with = "secrets::list")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Vec<String>", inner(regex(pattern = schema::INITIAL_TOKEN)))
    )]
    pub initial_access_tokens: Vec<Secret>,
    /// Whose software statements count (RFC 7591 section 2.3). Default: none.
    pub software_statement_issuers: Vec<StatementIssuer>,
    /// Whether every registration needs a software statement. Default: `false`.
    pub software_statement_required: bool,
    /// How long a registration lives, in seconds up to 2^63-1. An update begins it anew. Default: no
    /// limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "i64", range(min = 1), example = 7_776_000))]
    pub lifetime: Option<i64>,
}

parts!(Registration = Self::default();
    takes initial_access_tokens,
    takes software_statement_issuers,
    takes software_statement_required,
    takes lifetime,
);

/// An object, or the word for one without members.
impl FromPlain for Registration {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        let mut read = Self::default();
        match &value {
            ClaimValue::String(word) if word == OPEN => Ok(read),
            _ => read_members(value, &mut read).map(|()| read),
        }
    }
}

deserialized!(Registration);

/// Somebody who vouches for software by signed statements (RFC 7591 section 2.3).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "StatementIssuerConfig"))]
#[non_exhaustive]
pub struct StatementIssuer {
    /// The `iss` of its statements.
    #[cfg_attr(feature = "schema", schemars(length(min = 1), example = &"https://vendor.example.com"))]
    pub issuer: String,
    /// The public keys that sign them: RSA, P-256, P-384, P-521 or Ed25519, eight at most.
    pub jwks: ClientKeys,
}

parts!(StatementIssuer = Self::new("", ClientKeys::default());
    needs issuer,
    needs jwks,
);
objects!(StatementIssuer);

impl StatementIssuer {
    /// Somebody of this name with these keys.
    #[must_use]
    pub fn new(issuer: impl Into<String>, jwks: ClientKeys) -> Self {
        Self { issuer: issuer.into(), jwks }
    }
}

/// Whether an https URL may be a client id, behind which a document describes the client
/// (draft-ietf-oauth-client-id-metadata-document). The host of the issuer has to fetch it.
#[derive(Clone, Debug, Serialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ClientIdMetadataConfig"))]
#[non_exhaustive]
pub struct ClientIdMetadata {
    /// The hosts whose documents count, in lower case and without port. Default: no
    /// host is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>", inner(length(min = 1)), extend("examples" = [["client.example.com"]])))]
    pub hosts: Option<Vec<String>>,
    /// Whether documents may be on the issuer's own machine: at `localhost`, `127.0.0.1` or `[::1]`, also
    /// without TLS. For tests only: a client id could make the issuer fetch from servers of this machine
    /// that nobody else reaches. Default: `false`.
    pub allow_loopback: bool,
    /// How many seconds a document counts at most before it is fetched again, 60 at least. What its
    /// `Cache-Control` says counts if that is less. Default: 86400.
    #[cfg_attr(feature = "schema", schemars(range(min = bounds::LEAST_CACHED)))]
    pub longest_cached: i64,
}

parts!(ClientIdMetadata = Self::default();
    takes hosts,
    takes allow_loopback,
    takes longest_cached,
);
objects!(ClientIdMetadata);

impl Default for ClientIdMetadata {
    fn default() -> Self {
        Self { hosts: None, allow_loopback: false, longest_cached: 86400 }
    }
}

/// What clients may do that nobody configured: those that registered themselves, and those that a
/// document describes. They are clients of the instance's server only, and public unless they have a
/// secret or keys of their own; they always use PKCE with S256.
#[derive(Clone, Debug, Serialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "RegisteredClientsConfig"))]
#[non_exhaustive]
pub struct RegisteredClients {
    /// The grants that they may register: `authorization_code`, `refresh_token`, `client_credentials` and that
    /// of devices, because by the others a client gets tokens about users who were not asked. Default:
    /// `authorization_code` and `refresh_token`.
    #[serde(with = "words::list")]
    #[cfg_attr(feature = "schema", schemars(with = "SomeOf<GrantType>", length(min = 1)))]
    pub grants: Vec<GrantType>,
    /// The scopes that they may ask for. Default: those of all `resources`, and `openid`, `profile`,
    /// `email`, `phone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>", inner(regex(pattern = schema::SCOPE)), extend("examples" = [["openid", "mcp:tools"]])))]
    pub scopes: Option<Vec<String>>,
    /// What they get if neither a request nor their registration says a scope, separated by spaces.
    /// Default: none, so such a request is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1), example = &"openid"))]
    pub default_scope: Option<String>,
    /// When the user is asked to agree. Default: `once`, because nobody agreed for everybody.
    #[serde(with = "words::one")]
    #[cfg_attr(feature = "schema", schemars(with = "OneOf<Consent>"))]
    pub consent: Consent,
    /// What their access tokens are, unless a resource says otherwise. Default: the service's, as for
    /// an application.
    #[serde(with = "words::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "OneOf<AccessTokenFormat>", extend("examples" = ["jwt"])))]
    pub access_token_format: Option<AccessTokenFormat>,
    /// How long what they are given lives, in seconds up to 2^63-1.
    pub lifetimes: Lifetimes,
}

parts!(RegisteredClients = Self::default();
    takes grants,
    takes scopes,
    takes default_scope,
    takes consent,
    takes access_token_format,
    takes lifetimes,
);
objects!(RegisteredClients);

impl Default for RegisteredClients {
    fn default() -> Self {
        Self {
            grants: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            scopes: None,
            default_scope: None,
            consent: Consent::Once,
            access_token_format: None,
            lifetimes: Lifetimes::default(),
        }
    }
}

/// The schema of a registration, with the word that stands for one without keys.
#[cfg(feature = "schema")]
pub(super) struct WordOrObject;

#[cfg(feature = "schema")]
impl schemars::JsonSchema for WordOrObject {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "WordOrObject".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let object = generator.subschema_for::<Registration>();
        schemars::json_schema!({ "anyOf": [{ "enum": [OPEN] }, object] })
    }
}
