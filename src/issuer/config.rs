//! What an issuer serves: applications, users, lifetimes. Read from JSON or any other `serde`
//! format, with names as in the README; whatever is wrong is refused with the path of the key.

use core::fmt;

use serde::{Deserialize, Deserializer};

use crate::pkce;
use crate::secret::Secret;

use super::profile::Profile;

mod check;
mod claims;
mod example;
mod key;
mod write;

pub(crate) use check::is_loopback_ip;
pub use claims::ClaimValue;
pub use key::PrivateJwk;

/// The configuration of an issuer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// Whose rules hold; `eiam` if not said.
    #[serde(default, deserialize_with = "profile")]
    pub profile: Profile,
    /// Where the issuer is reached: an origin, and a path prefix if it has one, without a slash at
    /// the end.
    pub base_url: String,
    /// The id of the instance, `idaas_…` at the service.
    pub instance_id: String,
    /// The applications. The id of a client is the id of its application.
    pub applications: Vec<Application>,
    /// The people who can sign in.
    #[serde(default)]
    pub users: Vec<User>,
    /// How JWTs are signed.
    #[serde(default, deserialize_with = "signing")]
    pub signing: SigningAlgorithm,
    /// The keys to sign with, where they are not made by whoever runs the issuer. The first signs;
    /// the others are only published, so that what they signed can still be verified, or so that
    /// clients know a key before it signs.
    #[serde(default)]
    pub keys: Vec<PrivateJwk>,
    /// How much is kept at once.
    #[serde(default)]
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
    /// let text = r#"{"baseUrl":"http://127.0.0.1:9400","instanceId":"i","applications":[{"name":4242}]}"#;
    /// let error = Config::read(&mut serde_json::Deserializer::from_str(text)).unwrap_err();
    /// assert_eq!(error.path(), "applications[0].name");
    /// assert!(error.to_string().contains("expected a string") && !error.to_string().contains("4242"));
    /// ```
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, ConfigError> {
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            let path = match error.path().to_string() {
                root if root == "." => "configuration".to_owned(),
                path => path,
            };
            ConfigError::new(path, without_value(&error.into_inner().to_string()))
        })
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
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Application {
    /// The id of the application and of its client, `app_…` at the service.
    pub application_id: String,
    /// What pages call it; the id if not said.
    #[serde(default)]
    pub name: String,
    /// Up to two secrets that work at the same time, so that one can be replaced.
    #[serde(default, deserialize_with = "secrets")]
    pub client_secrets: Vec<Secret>,
    /// Where codes may be sent; compared exactly (RFC 9700 section 2.1), but for the port of a
    /// loopback address (RFC 8252 section 7.3).
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where the browser may go after signing out; compared exactly.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// The grant types that are open.
    #[serde(default = "default_grants", deserialize_with = "grants")]
    pub grants: Vec<GrantType>,
    /// The scopes that can be asked for, those of resource servers as `api://x|read`.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// May be used without a secret, in the flows where a secret cannot be kept.
    #[serde(default)]
    pub public: bool,
    /// What it must do about PKCE.
    #[serde(default)]
    pub pkce: Pkce,
    /// When the user is asked to agree.
    #[serde(default, deserialize_with = "consent")]
    pub consent: Consent,
    /// How long what it gets lives.
    #[serde(default)]
    pub lifetimes: Lifetimes,
    /// The origins whose scripts may use its endpoints (CORS). If not said, those of its redirect
    /// URIs.
    #[serde(default)]
    pub origins: Option<Vec<String>>,
    /// Only authorization requests that were pushed are taken (RFC 9126 section 6).
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
}

impl Application {
    pub(crate) fn display_name(&self) -> &str {
        if self.name.is_empty() { &self.application_id } else { &self.name }
    }

    pub(crate) fn allows(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }
}

/// A person who can sign in.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct User {
    /// The subject of tokens (`sub`), `user_…` at the service.
    pub user_id: String,
    /// What is typed to sign in.
    pub username: String,
    /// What else is typed to sign in.
    #[serde(deserialize_with = "secret")]
    pub password: Secret,
    /// What tokens and the userinfo endpoint say about the person, as far as scopes allow.
    #[serde(default)]
    pub claims: Claims,
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
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Pkce {
    /// An authorization request without a challenge is refused. Always so for public clients.
    pub required: bool,
    /// The methods that may be used.
    #[serde(deserialize_with = "methods")]
    pub methods: Vec<pkce::Method>,
}

impl Default for Pkce {
    fn default() -> Self {
        Self { required: true, methods: vec![pkce::Method::S256] }
    }
}

/// Lifetimes in seconds, up to [`i64::MAX`]. The defaults are those of the service's management API.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Lifetimes {
    /// Of an authorization code.
    pub code: i64,
    /// Of an access token.
    pub access_token: i64,
    /// Of an id_token.
    pub id_token: i64,
    /// Of a refresh token that is not used; each use gives a new one.
    pub refresh_token: i64,
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
            device_code: 1200,
        }
    }
}

/// How much is kept at once. When one is full, new requests get `temporarily_unavailable`; nothing
/// that is still valid is ever dropped.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Limits {
    /// Live grants: sign-ins whose tokens have not all expired.
    pub grants: usize,
    /// Tokens revoked before their time.
    pub revoked_tokens: usize,
    /// Login sessions.
    pub sessions: usize,
    /// Device requests that wait or were not yet fetched.
    pub device_requests: usize,
    /// Authorization requests that were pushed and not yet used.
    pub pushed_requests: usize,
    /// Wrong passwords for one username in a minute.
    pub password_failures_per_user: u32,
    /// Wrong passwords in a minute, all together.
    pub password_failures: u32,
    /// Wrong user codes in a minute, all together.
    pub user_code_failures: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            grants: 2_000_000,
            revoked_tokens: 2_000_000,
            sessions: 200_000,
            device_requests: 200_000,
            pushed_requests: 10_000,
            password_failures_per_user: 10,
            password_failures: 300,
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

/// How JWTs are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3).
    /// EIAM: the only one that the service has.
    #[default]
    Rs256,
    /// ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4).
    Es256,
    /// Ed25519 (RFC 8037 section 3.1).
    EdDsa,
}

impl SigningAlgorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// The algorithm of this name in `alg`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The name in `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
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

/// Reads a word that `parse` knows.
fn word<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    parse: fn(&str) -> Option<T>,
    expected: &str,
) -> Result<T, D::Error> {
    let name = String::deserialize(deserializer)?;
    parse(&name).ok_or_else(|| unknown(expected))
}

fn unknown<E: serde::de::Error>(expected: &str) -> E {
    E::custom(format_args!("unknown value, expected {expected}"))
}

fn profile<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Profile, D::Error> {
    word(deserializer, Profile::from_name, "\"eiam\" or \"rfc9700\"")
}

fn signing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SigningAlgorithm, D::Error> {
    word(deserializer, SigningAlgorithm::from_name, "\"RS256\", \"ES256\" or \"EdDSA\"")
}

fn consent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Consent, D::Error> {
    let parse = |name: &str| {
        [Consent::Skip, Consent::Once, Consent::Always]
            .into_iter()
            .find(|consent| consent.name() == name)
    };
    word(deserializer, parse, "\"skip\", \"once\" or \"always\"")
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::from)
}

fn secrets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Secret>, D::Error> {
    let secrets = Vec::<String>::deserialize(deserializer)?;
    Ok(secrets.into_iter().map(Secret::from).collect())
}

fn grants<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<GrantType>, D::Error> {
    Vec::<String>::deserialize(deserializer)?
        .iter()
        .map(|name| {
            let names = GrantType::ALL.map(GrantType::name).join(", ");
            GrantType::from_name(name).ok_or_else(|| unknown(&format!("some of {names}")))
        })
        .collect()
}

fn methods<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<pkce::Method>, D::Error> {
    Vec::<String>::deserialize(deserializer)?
        .iter()
        .map(|name| {
            pkce::Method::from_name(name).ok_or_else(|| unknown("some of \"S256\", \"plain\""))
        })
        .collect()
}
