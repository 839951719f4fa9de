//! An application, and how it may get tokens.

use serde::Serialize;

use crate::pkce;
use crate::secret::Secret;
use crate::signature::SignatureAlgorithm;

#[cfg(feature = "schema")]
use super::bounds;
use super::client_key::ClientKeys;
use super::custom_claim::CustomClaim;
use super::introspects::Introspects;
use super::plain::{objects, parts};
use super::resource::AccessTokenFormat;
#[cfg(feature = "schema")]
use super::schema::{self, Named, OneOf, SomeOf};
use super::secrets;
use super::subject_type::SubjectType;
use super::trust::FederatedCredential;
use super::words::{self, Word};
use crate::issuer::check::redirect_uri;
use crate::issuer::profile::Profile;

/// An application, which is an OAuth client of the same id.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ApplicationConfig"))]
#[non_exhaustive]
pub struct Application {
    /// The id of the application and of its client: `app_…`
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::ID), example = &"app_web", extend("not" = { "const": bounds::RESERVED_ID })))]
    pub application_id: String,
    /// What pages call it. Default: the id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it authenticates by. At most two, which work at the same time, so that they can be
    /// rotated. Default: none.
    #[serde(default, serialize_with = "secrets::list")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Vec<String>", length(max = bounds::MAX_SECRETS), inner(length(min = 1)))
    )]
    pub client_secrets: Vec<Secret>,
    /// The public keys of its assertions, for `private_key_jwt`: RSA, P-256, P-384, P-521 or
    /// Ed25519, eight at most. Default: none.
    #[serde(default, skip_serializing_if = "ClientKeys::is_empty")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = { "keys": [] })))]
    pub jwks: ClientKeys,
    /// Tokens of other issuers by which it authenticates (EIAM: `id-token-bearer`), eight at most. Default:
    /// none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = bounds::MAX_KEYS), extend("default" = [])))]
    pub federated_credentials: Vec<FederatedCredential>,
    /// How it may authenticate. Default: its secret in the Basic header or in the form where it has
    /// one, and assertions by its keys where it has those.
    #[serde(default, with = "words::optional_list", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "SomeOf<AuthMethod>", extend("examples" = [["client_secret_basic", "client_secret_post"]])))]
    pub token_endpoint_auth_methods: Option<Vec<AuthMethod>>,
    /// It gets only tokens that are bound to a key (RFC 9449 section 5.2). Default: `false`.
    #[serde(default)]
    pub dpop_bound_access_tokens: bool,
    /// Where codes may be sent. Compared exactly (RFC 9700 section 2.1), but for the port of a
    /// loopback address (RFC 8252 section 7.3). Default: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(inner(length(min = 1))))]
    pub redirect_uris: Vec<String>,
    /// Where the browser may go after signing out. Compared exactly. Default: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(inner(length(min = 1))))]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that a login session of its user ended (OpenID Connect Back-Channel Logout), as an
    /// https URL, or an http URL if it has a secret or is on loopback. Default: none, so it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1), example = &"https://app.example/backchannel-logout"))]
    pub backchannel_logout_uri: Option<String>,
    /// Whether it is told which session ended (`sid`). Otherwise it is told only whose session that was
    /// (`sub`), and so ends all that the user has there. Default: `true`.
    #[serde(default = "default_true")]
    pub backchannel_logout_session_required: bool,
    /// Whether every http and https URL of `localhost`, `127.0.0.1` and `[::1]` is a redirect URI
    /// as well, whatever its port and path, for codes and after signing out; scripts of these
    /// origins may then use the endpoints unless `origins` says otherwise. For development: any
    /// program of the browser's machine can listen there, and only PKCE keeps it from redeeming the
    /// code (RFC 8252 section 8.1). RFC 9700 section 2.1 does not allow it. Default: `false`.
    #[serde(default)]
    pub any_loopback_redirect_uri: bool,
    /// How it may get tokens. Default: `authorization_code` and `refresh_token`.
    #[serde(default = "default_grants", with = "words::list")]
    #[cfg_attr(feature = "schema", schemars(with = "SomeOf<GrantType>"))]
    pub grants: Vec<GrantType>,
    /// What it may ask for: scopes of OpenID Connect, and any others, such as `read` or `mcp:tools`.
    /// Those of one resource as `api://api.example.com|read`. Default: `openid`, `profile`, `email`,
    /// `phone`.
    #[serde(default = "default_scopes")]
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = schema::SCOPE))))]
    pub scopes: Vec<String>,
    /// What it gets if it does not say a scope, separated by spaces: some of its scopes. Default: none,
    /// so an authorization request without a scope is refused; a device and the password grant get
    /// `openid`, or all scopes where it has no `openid`; client_credentials gets all scopes that are
    /// not about a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1), example = &"openid"))]
    pub default_scope: Option<String>,
    /// What its access tokens are, unless a resource says otherwise: strings that say something to the
    /// issuer alone, or JWTs, which resource servers verify themselves (RFC 9068). Default: the service's,
    /// which is `opaque`, and `jwt` for client_credentials at the instance's server.
    #[serde(default, with = "words::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Named<AccessTokenFormat>", extend("examples" = ["jwt"])))]
    pub access_token_format: Option<AccessTokenFormat>,
    /// Claims that are told to it, in places and for scopes of choice. They go before those of resources
    /// and the issuer. Default: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = bounds::MAX_CUSTOM_CLAIMS)))]
    pub custom_claims: Vec<CustomClaim>,
    /// Which access tokens it may introspect (RFC 7662), beside those that it was given itself: `own`,
    /// those for the resources that it runs; or those for these audiences as well; or `all`, those of
    /// all clients. Default: `own`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "own")))]
    pub introspects: Introspects,
    /// Which access tokens it may exchange (RFC 8693), beside those that it was given itself and those that
    /// say by `may_act` that it may: `own`, those for the resources that it runs; or those for these
    /// audiences as well; or `all`, those of all clients. An id_token is for the client that it was given
    /// to. Default: `own`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "own")))]
    pub exchanges: Introspects,
    /// Who may act for those who its access tokens are about (`may_act`, RFC 8693 section 4.4): the id of an
    /// application or of a user. Nobody else can exchange such a token. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1), example = &"app_support"))]
    pub may_act: Option<String>,
    /// May be used without a secret, in the flows where a secret cannot be kept. Default: `false`.
    #[serde(default)]
    pub public: bool,
    /// How it uses PKCE (RFC 7636).
    #[serde(default)]
    pub pkce: Pkce,
    /// When the user is asked to agree: never, once for each sign-in and set of scopes, or at every
    /// request. Default: `skip`.
    #[serde(default, with = "words::one")]
    #[cfg_attr(feature = "schema", schemars(with = "OneOf<Consent>"))]
    pub consent: Consent,
    /// How long what it is given lives, in seconds up to 2^63-1.
    #[serde(default)]
    pub lifetimes: Lifetimes,
    /// The origins whose scripts may use its endpoints (CORS), such as `https://app.example`.
    /// Default: those of its redirect URIs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>", inner(length(min = 1)), extend("examples" = [["https://app.example"]])))]
    pub origins: Option<Vec<String>>,
    /// Takes authorization requests only if they were pushed (RFC 9126 section 6). Default:
    /// `false`.
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
    /// What the issuer signs its userinfo responses with, which are JWTs then (OpenID Connect Core section
    /// 5.3.2). Another algorithm than the issuer's needs a key of its own in `keys`. Default: none,
    /// they are plain JSON.
    #[serde(default, with = "words::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "OneOf<SignatureAlgorithm>", extend("examples" = ["RS256"])))]
    pub userinfo_signed_response_alg: Option<SignatureAlgorithm>,
    /// Under which `sub` it knows users: their ids, or something else for each sector, so that applications
    /// cannot compare their users (OpenID Connect Core section 8). Default: `public`.
    #[serde(default, with = "words::one")]
    #[cfg_attr(feature = "schema", schemars(with = "OneOf<SubjectType>"))]
    pub subject_type: SubjectType,
    /// The https URL whose host is its sector, if it is pairwise: applications of one sector know a user by
    /// the same `sub`. It is not fetched. Default: the host of its redirect URIs, of which there must be
    /// one only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = "^https://[^/?#]"), example = &"https://example.com/redirect-uris.json"))]
    pub sector_identifier_uri: Option<String>,
    /// The types of `authorization_details` that it may ask for (RFC 9396 section 10). Default: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(inner(length(min = 1, max = bounds::MAX_IDENTIFIER)), example = &["payment_initiation"]))]
    pub authorization_details_types: Vec<String>,
    /// Takes authorization requests only if they are signed by a key in `jwks` (RFC 9101 section 10.5).
    /// Default: `false`.
    #[serde(default)]
    pub require_signed_request_object: bool,
    /// What its request objects are signed with (RFC 9101): one algorithm, for which it has a key in
    /// `jwks`. Default: no choice, any that its keys are for; but in the profile `eiam` no request objects,
    /// unless it requires them.
    #[serde(default, with = "words::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "OneOf<SignatureAlgorithm>", extend("examples" = ["ES256"])))]
    pub request_object_signing_alg: Option<SignatureAlgorithm>,
    /// Nobody can use it, and what it was given does not work. Default: `false`.
    #[serde(default)]
    pub disabled: bool,
}

parts!(Application = Self::without_id();
    needs application_id,
    takes name,
    takes client_secrets,
    takes jwks,
    takes federated_credentials,
    takes token_endpoint_auth_methods,
    takes dpop_bound_access_tokens,
    takes redirect_uris,
    takes post_logout_redirect_uris,
    takes backchannel_logout_uri,
    takes backchannel_logout_session_required,
    takes any_loopback_redirect_uri,
    takes grants,
    takes scopes,
    takes default_scope,
    takes access_token_format,
    takes custom_claims,
    takes introspects,
    takes exchanges,
    takes may_act,
    takes public,
    takes pkce,
    takes consent,
    takes lifetimes,
    takes origins,
    takes require_pushed_authorization_requests,
    takes userinfo_signed_response_alg,
    takes subject_type,
    takes sector_identifier_uri,
    takes authorization_details_types,
    takes require_signed_request_object,
    takes request_object_signing_alg,
    takes disabled,
);
objects!(Application);

impl Application {
    /// A confidential application with this id and with the defaults of a configuration. It is not
    /// valid yet: it still needs a secret or a key, and a redirect URI.
    #[must_use]
    pub fn new(application_id: impl Into<String>) -> Self {
        let mut application = Self::without_id();
        application.application_id = application_id.into();
        application
    }

    /// One with all defaults, which is a function of its own so that the wasm module has it once.
    #[inline(never)]
    fn without_id() -> Self {
        Self {
            application_id: String::new(),
            name: String::new(),
            client_secrets: Vec::new(),
            jwks: ClientKeys::default(),
            federated_credentials: Vec::new(),
            token_endpoint_auth_methods: None,
            dpop_bound_access_tokens: false,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            backchannel_logout_session_required: default_true(),
            any_loopback_redirect_uri: false,
            grants: default_grants(),
            scopes: default_scopes(),
            default_scope: None,
            access_token_format: None,
            custom_claims: Vec::new(),
            introspects: Introspects::default(),
            exchanges: Introspects::default(),
            may_act: None,
            public: false,
            pkce: Pkce::default(),
            consent: Consent::default(),
            lifetimes: Lifetimes::default(),
            origins: None,
            require_pushed_authorization_requests: false,
            userinfo_signed_response_alg: None,
            subject_type: SubjectType::default(),
            sector_identifier_uri: None,
            authorization_details_types: Vec::new(),
            require_signed_request_object: false,
            request_object_signing_alg: None,
            disabled: false,
        }
    }

    /// The name that pages show: its name, or else its id.
    pub(crate) fn display_name(&self) -> &str {
        if self.name.is_empty() { &self.application_id } else { &self.name }
    }

    /// Whether the response to an authorization request may be sent to this URI.
    pub(crate) fn may_redirect_to(&self, uri: &str) -> bool {
        redirect_uri::is_registered(uri, &self.redirect_uris) || self.is_any_loopback(uri)
    }

    /// Whether the browser may go to this URI after signing out. It must be exactly a registered
    /// URI, also in the port of a loopback address.
    pub(crate) fn may_leave_to(&self, uri: &str) -> bool {
        self.post_logout_redirect_uris.iter().any(|known| known == uri) || self.is_any_loopback(uri)
    }

    /// Whether the URI is on the machine of the browser, and the application allows all such URIs.
    pub(crate) fn is_any_loopback(&self, uri: &str) -> bool {
        self.any_loopback_redirect_uri && redirect_uri::is_loopback(uri)
    }

    /// Whether it has opened this grant.
    pub(crate) fn allows(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }

    /// Whether it may authenticate by this method.
    pub(crate) fn authenticates_by(&self, method: AuthMethod) -> bool {
        match (&self.token_endpoint_auth_methods, method) {
            (Some(methods), method) => methods.contains(&method),
            (None, AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost) => {
                !self.client_secrets.is_empty()
            }
            (None, AuthMethod::ClientSecretJwt) => false,
            (None, AuthMethod::PrivateKeyJwt) => !self.jwks.keys.is_empty(),
        }
    }

    /// Whether it has something to authenticate with.
    pub(crate) fn is_confidential(&self) -> bool {
        !self.client_secrets.is_empty()
            || !self.jwks.keys.is_empty()
            || !self.federated_credentials.is_empty()
    }
}

/// How an application uses PKCE (RFC 7636).
#[derive(Clone, Debug, Serialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "PkceConfig"))]
#[non_exhaustive]
pub struct Pkce {
    /// Whether a request needs a challenge. Default: `true`. Always so for public clients.
    pub required: bool,
    /// How challenges may be made. Default: `S256`.
    #[serde(with = "words::list")]
    #[cfg_attr(feature = "schema", schemars(with = "SomeOf<pkce::Method>", length(min = 1)))]
    pub methods: Vec<pkce::Method>,
}

parts!(Pkce = Self::default();
    takes required,
    takes methods,
);
objects!(Pkce);

impl Default for Pkce {
    fn default() -> Self {
        Self { required: true, methods: vec![pkce::Method::S256] }
    }
}

/// How long what an application is given lives, in seconds up to 2^63-1. The defaults are those of
/// the service's management API.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "LifetimesConfig", transform = schema::lifetimes))]
#[non_exhaustive]
pub struct Lifetimes {
    /// Of an authorization code. Default: 60.
    pub code: i64,
    /// Of an access token. Default: 1200.
    pub access_token: i64,
    /// Of an id_token. Default: 300.
    pub id_token: i64,
    /// Of a refresh token that is not used; each use gives a new one that lives as long. Default:
    /// 86400.
    pub refresh_token: i64,
    /// Of all refresh tokens of one sign-in together, from the first on. Default: no limit. The
    /// service has one number, and whether a use begins it anew is not documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "i64", example = 2_592_000))]
    pub refresh_token_absolute: Option<i64>,
    /// After its use a refresh token gives tokens of the same generation for so long, for a client
    /// that lost the answer; 300 at most. What it gives then is worth no more than the answer that
    /// was lost, but a thief has this time too. Default: 0, not at all.
    pub refresh_token_retry: i64,
    /// Of a device code and its user code. Default: 1200.
    pub device_code: i64,
}

parts!(Lifetimes = Self::default();
    takes code,
    takes access_token,
    takes id_token,
    takes refresh_token,
    takes refresh_token_absolute,
    takes refresh_token_retry,
    takes device_code,
);
objects!(Lifetimes);

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            code: 60,
            access_token: 1200,
            id_token: 300,
            refresh_token: 86400,
            refresh_token_absolute: None,
            refresh_token_retry: 0,
            device_code: 1200,
        }
    }
}

/// How a client proves that it is itself (OpenID Connect Core section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthMethod {
    /// Its secret in a Basic header (RFC 6749 section 2.3.1).
    ClientSecretBasic,
    /// Its secret as a parameter (RFC 6749 section 2.3.1).
    ClientSecretPost,
    /// An assertion with an HMAC by its secret (RFC 7523).
    ClientSecretJwt,
    /// An assertion that its private key signed (RFC 7523).
    PrivateKeyJwt,
}

impl AuthMethod {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::ClientSecretJwt,
        Self::PrivateKeyJwt,
    ];

    /// The method of this name in metadata.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// The name in metadata.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }
}

/// A way to get tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantType {
    /// RFC 6749 section 4.1.
    AuthorizationCode,
    /// RFC 8628.
    DeviceCode,
    /// RFC 6749 section 6.
    RefreshToken,
    /// RFC 6749 section 4.4.
    ClientCredentials,
    /// RFC 6749 section 4.3.
    Password,
    /// RFC 6749 section 4.2, OpenID Connect Core section 3.2: tokens from the authorization
    /// endpoint.
    Implicit,
    /// RFC 8693.
    TokenExchange,
    /// RFC 7523 section 2.1.
    JwtBearer,
}

impl GrantType {
    /// Whether the grant exists in this profile.
    pub(crate) fn exists_in(self, profile: Profile) -> bool {
        match self {
            Self::Password => profile.password_grant_allowed(),
            Self::Implicit => profile.implicit_grant_allowed(),
            _ => true,
        }
    }

    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::AuthorizationCode,
        Self::RefreshToken,
        Self::DeviceCode,
        Self::ClientCredentials,
        Self::Password,
        Self::Implicit,
        Self::TokenExchange,
        Self::JwtBearer,
    ];

    /// The grant of this name in `grant_type`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.name() == name)
    }

    /// The name in `grant_type`; that of the implicit grant is only in configurations and metadata.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
            Self::Implicit => "implicit",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
            Self::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
        }
    }
}

/// When the user is asked to agree to what an application asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Consent {
    /// Never, unless the request says `prompt=consent`: the administrator agreed for everybody.
    #[default]
    Skip,
    /// Once for each login session and set of scopes.
    Once,
    /// At every authorization request.
    Always,
}

impl Consent {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Skip, Self::Once, Self::Always];

    /// The name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Once => "once",
            Self::Always => "always",
        }
    }
}

words::words!(AuthMethod, Consent, GrantType);

fn default_true() -> bool {
    true
}

fn default_grants() -> Vec<GrantType> {
    vec![GrantType::AuthorizationCode, GrantType::RefreshToken]
}

fn default_scopes() -> Vec<String> {
    ["openid", "profile", "email", "phone"].map(str::to_owned).to_vec()
}

#[cfg(feature = "schema")]
impl schema::Title for GrantType {
    const TITLE: &'static str = "GrantType";
    const DESCRIPTION: &'static str = "A grant that an application may use. `implicit`, tokens from the authorization endpoint, is in profile `eiam` only.";
}

#[cfg(feature = "schema")]
impl schema::Title for AuthMethod {
    const TITLE: &'static str = "AuthMethod";
    const DESCRIPTION: &'static str =
        "How a client proves that it is itself (OpenID Connect Core section 9).";
}
