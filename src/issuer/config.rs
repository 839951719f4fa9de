//! What an issuer serves: applications, users, lifetimes. Read from JSON or any other `serde`
//! format, with names as in the README; whatever is wrong is refused with the path of the key.

use core::fmt;

use serde::Deserializer;

use crate::pkce;
use crate::secret::Secret;

use crate::issuer::check::redirect_uri;
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::profile::Profile;

mod bytes;
mod check;
mod claims;
mod client_key;
mod example;
mod key;
mod read;
mod write;

pub use claims::ClaimValue;
pub use client_key::{ClientKey, ClientKeys};
pub use key::PrivateJwk;
pub(crate) use read::FromValue;
#[cfg(target_arch = "wasm32")]
pub(crate) use {example::example_json, read::below};

/// The configuration of an issuer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Whose rules hold; `eiam` if not said.
    pub profile: Profile,
    /// Where the issuer is reached: an origin, and a path prefix if it has one, without a slash at
    /// the end.
    pub base_url: String,
    /// The id of the instance, `idaas_…` at the service.
    pub instance_id: String,
    /// The applications. The id of a client is the id of its application.
    pub applications: Vec<Application>,
    /// The people who can sign in.
    pub users: Vec<User>,
    /// How JWTs are signed.
    pub signing: SigningAlgorithm,
    /// The keys to sign with, where they are not made by whoever runs the issuer. The first signs;
    /// the others are only published, so that what they signed can still be verified, or so that
    /// clients know a key before it signs.
    pub keys: Vec<PrivateJwk>,
    /// What proofs of possession must have.
    pub dpop: Dpop,
    /// How much is kept at once.
    pub limits: Limits,
}

impl Config {
    /// Reads a configuration and says the path of the key that is wrong, which `serde` alone does
    /// not. It is not yet checked for sense: [`Issuer::new`](super::Issuer::new) does that.
    ///
    /// # Errors
    /// Unknown keys, missing keys and wrong types.
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
        let value: ClaimValue =
            serde_path_to_error::deserialize(deserializer).map_err(|error| {
                let path = match error.path().to_string() {
                    root if root == "." => "configuration".to_owned(),
                    path => path,
                };
                ConfigError::new(path, without_value(&error.into_inner().to_string()))
            })?;
        Self::from_value(value, "")
    }
}

/// A message of `serde` without the value that it found, which may be a secret in a wrong place.
fn without_value(message: &str) -> String {
    match message.rsplit_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => format!("expected {expected}"),
        _ => message.to_owned(),
    }
}

/// An application, which is an OAuth client of the same id.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Application {
    /// The id of the application and of its client, `app_…` at the service.
    pub application_id: String,
    /// What pages call it; the id if not said.
    pub name: String,
    /// Up to two secrets that work at the same time, so that one can be replaced.
    pub client_secrets: Vec<Secret>,
    /// The keys of its assertions, for `private_key_jwt`.
    pub jwks: ClientKeys,
    /// How it may prove that it is itself. If not said: its secret in the Basic header or in the
    /// form where it has one, and assertions by its keys where it has those.
    pub token_endpoint_auth_methods: Option<Vec<AuthMethod>>,
    /// It gets only tokens that are bound to a key (RFC 9449 section 5.2,
    /// `dpop_bound_access_tokens`).
    pub dpop_bound_access_tokens: bool,
    /// Where codes may be sent; compared exactly (RFC 9700 section 2.1), but for the port of a
    /// loopback address (RFC 8252 section 7.3).
    pub redirect_uris: Vec<String>,
    /// Where the browser may go after signing out; compared exactly.
    pub post_logout_redirect_uris: Vec<String>,
    /// Whether the browser may also be sent to its own machine: to every http and https URL of
    /// `localhost`, `127.0.0.1` and `[::1]`, with a code and after signing out. Scripts of these origins
    /// may then use the endpoints, unless `origins` says otherwise. It is for development, where ports
    /// and paths change: any program of the machine can listen there, and only PKCE keeps it from
    /// redeeming the code (RFC 8252 section 8.1). RFC 9700 section 2.1 does not allow it.
    pub any_loopback_redirect_uri: bool,
    /// The grant types that are open.
    pub grants: Vec<GrantType>,
    /// The scopes that can be asked for, those of resource servers as `api://x|read`.
    pub scopes: Vec<String>,
    /// May be used without a secret, in the flows where a secret cannot be kept.
    pub public: bool,
    /// What it must do about PKCE.
    pub pkce: Pkce,
    /// When the user is asked to agree.
    pub consent: Consent,
    /// How long what it gets lives.
    pub lifetimes: Lifetimes,
    /// The origins whose scripts may use its endpoints (CORS). If not said, those of its redirect
    /// URIs.
    pub origins: Option<Vec<String>>,
    /// Only authorization requests that were pushed are taken (RFC 9126 section 6).
    pub require_pushed_authorization_requests: bool,
    /// Nobody can use it, and what it was given does not work.
    pub disabled: bool,
}

impl Application {
    /// A confidential application of this id as a configuration has it that says no more. It is not
    /// yet one that makes sense: a secret or a key is missing, and a redirect URI.
    #[must_use]
    pub fn new(application_id: impl Into<String>) -> Self {
        Self {
            application_id: application_id.into(),
            name: String::new(),
            client_secrets: Vec::new(),
            jwks: ClientKeys::default(),
            token_endpoint_auth_methods: None,
            dpop_bound_access_tokens: false,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            any_loopback_redirect_uri: false,
            grants: default_grants(),
            scopes: default_scopes(),
            public: false,
            pkce: Pkce::default(),
            consent: Consent::default(),
            lifetimes: Lifetimes::default(),
            origins: None,
            require_pushed_authorization_requests: false,
            disabled: false,
        }
    }

    pub(crate) fn display_name(&self) -> &str {
        if self.name.is_empty() { &self.application_id } else { &self.name }
    }

    /// Whether the answer to an authorization request may be sent there.
    pub(crate) fn may_redirect_to(&self, uri: &str) -> bool {
        redirect_uri::is_registered(uri, &self.redirect_uris) || self.is_any_loopback(uri)
    }

    /// Whether the browser may go there after signing out. Compared exactly, without the freedom that
    /// loopback ports have elsewhere.
    pub(crate) fn may_leave_to(&self, uri: &str) -> bool {
        self.post_logout_redirect_uris.iter().any(|known| known == uri) || self.is_any_loopback(uri)
    }

    /// Whether this is on the machine of the browser, and that is enough.
    pub(crate) fn is_any_loopback(&self, uri: &str) -> bool {
        self.any_loopback_redirect_uri && redirect_uri::is_loopback(uri)
    }

    pub(crate) fn allows(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }

    /// Whether it may authenticate so.
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

    /// Whether it has something to authenticate by.
    pub(crate) fn is_confidential(&self) -> bool {
        !self.client_secrets.is_empty() || !self.jwks.keys.is_empty()
    }
}

/// A person who can sign in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct User {
    /// The subject of tokens (`sub`), `user_…` at the service.
    pub user_id: String,
    /// What is typed to sign in.
    pub username: String,
    /// What else is typed to sign in.
    pub password: Secret,
    /// What tokens and the userinfo endpoint say about the person, as far as scopes allow.
    pub claims: Claims,
    /// Cannot sign in, and what came of earlier sign-ins does not work.
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

/// Claims about a user, in the order of the configuration.
#[derive(Clone, Default, PartialEq)]
pub struct Claims(pub Vec<(String, ClaimValue)>);

/// Shows names only.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// What an application must do about PKCE (RFC 7636).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pkce {
    /// An authorization request without a challenge is refused. Always so for public clients.
    pub required: bool,
    /// The methods that may be used.
    pub methods: Vec<pkce::Method>,
}

impl Default for Pkce {
    fn default() -> Self {
        Self { required: true, methods: vec![pkce::Method::S256] }
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

/// What proofs of possession must have (RFC 9449).
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Dpop {
    /// A nonce of the issuer's (RFC 9449 section 8), so that none can be made beforehand.
    pub nonce_required: bool,
}

/// Lifetimes in seconds, up to [`i64::MAX`]. The defaults are those of the service's management API.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Lifetimes {
    /// Of an authorization code.
    pub code: i64,
    /// Of an access token.
    pub access_token: i64,
    /// Of an id_token.
    pub id_token: i64,
    /// Of a refresh token that is not used; each use gives a new one that lives as long.
    pub refresh_token: i64,
    /// Of all refresh tokens of one sign-in together, from the first on; no limit if not said. The
    /// service has one number, and whether a use begins it anew is not documented.
    pub refresh_token_absolute: Option<i64>,
    /// After its use a refresh token still gives tokens of the same generation for so long, for a
    /// client that lost the answer; 0 for not at all. What it gives then is worth no more than the
    /// answer that was lost, but a thief has this time too.
    pub refresh_token_retry: i64,
    /// Of a device code and its user code.
    pub device_code: i64,
}

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

/// How much is kept at once, and how much may be guessed. What costs its sender nothing never takes the
/// place of what another has paid for. Of records that **may go**, the oldest of whoever has most makes
/// room for a new one once all places are taken. Of records that **stay**, somebody gets one more while
/// they have fewer than there are places left: so nobody has more than half, and beyond that the answer
/// is `temporarily_unavailable`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Live grants: sign-ins whose tokens have not all expired. They stay; shared by users.
    pub grants: usize,
    /// Tokens revoked before their time. They stay; shared by users, and by clients that have tokens for
    /// themselves. Beyond a share a revocation ends more than it was asked to.
    pub revoked_tokens: usize,
    /// Ids of assertions and proofs, which work once. They stay; shared by users and clients. Those that
    /// anybody can send have half of the places, shared by sources.
    pub used_jwt_ids: usize,
    /// Login sessions. They may go; shared by users.
    pub sessions: usize,
    /// Device requests that wait or were not yet fetched. They may go, first those of clients that did
    /// not prove who they are, shared by sources, then those of others, shared by clients. One that was
    /// approved stays; shared by users.
    pub device_requests: usize,
    /// Authorization requests that were pushed and not yet used. They may go, first those of clients
    /// that did not prove who they are, shared by sources, then those of others, shared by clients.
    pub pushed_requests: usize,
    /// Wrong passwords in a minute for one username of one source, or of one browser where that user
    /// signed in before.
    pub password_failures_per_user: u32,
    /// Wrong passwords in a minute of one source.
    pub password_failures_per_source: u32,
    /// Wrong passwords in a minute before strangers are slowed down; those from browsers where the user
    /// signed in before do not count. Strangers who are slowed down have a tenth of the two limits above.
    /// Guesses at one user are slowed down as well, after five times `password_failures_per_user`.
    pub password_failures: u32,
    /// Wrong user codes in a minute of one browser, or of one user in browsers where somebody signed in
    /// before.
    pub user_code_failures_per_browser: u32,
    /// Wrong user codes in a minute of one source.
    pub user_code_failures_per_source: u32,
    /// Wrong user codes in a minute before strangers are slowed down; those from browsers where somebody
    /// signed in before do not count. Strangers who are slowed down have a tenth of the two limits above.
    pub user_code_failures: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            grants: 2_000_000,
            revoked_tokens: 2_000_000,
            used_jwt_ids: 1_000_000,
            sessions: 200_000,
            device_requests: 200_000,
            pushed_requests: 10_000,
            password_failures_per_user: 10,
            password_failures_per_source: 100,
            password_failures: 300,
            user_code_failures_per_browser: 10,
            user_code_failures_per_source: 30,
            user_code_failures: 60,
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
    /// RFC 6749 section 4.2, OpenID Connect Core section 3.2: tokens from the authorization endpoint.
    Implicit,
}

impl GrantType {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::AuthorizationCode,
        Self::RefreshToken,
        Self::DeviceCode,
        Self::ClientCredentials,
        Self::Password,
        Self::Implicit,
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
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Skip, Self::Once, Self::Always].into_iter().find(|consent| consent.name() == name)
    }

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

fn default_grants() -> Vec<GrantType> {
    vec![GrantType::AuthorizationCode, GrantType::RefreshToken]
}

fn default_scopes() -> Vec<String> {
    ["openid", "profile", "email", "phone"].map(str::to_owned).to_vec()
}
