//! The whole of a configuration.

use serde::{Deserializer, Serialize};

use super::application::Application;
use super::authentication_context::AuthenticationContext;
#[cfg(feature = "schema")]
use super::bounds;
use super::custom_claim::CustomClaim;
use super::error::ConfigError;
use super::key::PrivateJwk;
use super::limits::Limits;
use super::plain::{objects, parts};
use super::read::{FromValue, plain_value};
use super::registration::{ClientIdMetadata, RegisteredClients, Registration};
use super::resource::Resource;
#[cfg(feature = "schema")]
use super::schema;
use super::trust::TrustedIssuer;
use super::user::User;
use super::words;
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::profile::Profile;

/// What an issuer is started with. A key that is not listed here is refused.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "Configuration of an eiam-token issuer"))]
#[non_exhaustive]
pub struct Config {
    /// Whose rules hold: `eiam` answers as the service is documented to answer; `rfc9700` as the
    /// current security recommendations demand; `fapi2` as the FAPI 2.0 Security Profile does. Default:
    /// `eiam`.
    #[serde(default, with = "words::one")]
    #[cfg_attr(feature = "schema", schemars(with = "schema::OneOf<Profile>"))]
    pub profile: Profile,
    /// Where the issuer is reached: `http://127.0.0.1:9400`, also with a path. No slash at the end. Or `request`: each
    /// request says scheme, host and port, and `allowedHosts` lists the hosts that it may say.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::BASE_URL), example = &"http://127.0.0.1:9400"))]
    pub base_url: String,
    /// The hosts under which the issuer is reached if `baseUrl` is `request`: `issuer:9400`, with `*` for any port, or
    /// without a port for the default one of http and https. One at least then; else none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = bounds::MAX_HOSTS), inner(regex(pattern = schema::HOST))))]
    pub allowed_hosts: Vec<String>,
    /// Whether the issuer believes what `Forwarded` (RFC 7239), or `X-Forwarded-Proto`, `X-Forwarded-Host` and
    /// `X-Forwarded-Port`, say of a request, if `baseUrl` is `request`. Everybody can send them, so nobody but the
    /// proxy that writes them may reach the issuer. Default: `false`.
    #[serde(default)]
    pub trust_proxy: bool,
    /// The base URL of the present request, if `base_url` is `request`.
    #[serde(skip)]
    pub(crate) present: Option<String>,
    /// The id of the instance, which stands in the paths of its applications: `idaas_…`
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::ID), example = &"idaas_example"))]
    pub instance_id: String,
    /// The applications, each an OAuth client of the same id. One at least.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub applications: Vec<Application>,
    /// What access tokens may be for (RFC 8707), beside the resource servers in the scopes of
    /// applications. Every application may ask for tokens for each of them; its scopes say what it may
    /// do there. Default: none.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// Claims that are told to every application, in places and for scopes of choice. Default: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = bounds::MAX_CUSTOM_CLAIMS)))]
    pub custom_claims: Vec<CustomClaim>,
    /// How a sign-in can count beside the usual one by a password, the weakest first. A sign-in counts
    /// as the first of these that its request asks for (`acr_values`, or the claim `acr`); the page asks
    /// for a password all the same, so this is for tests. Default: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = bounds::MAX_CONTEXTS)))]
    pub authentication_contexts: Vec<AuthenticationContext>,
    /// Other issuers, whose JWTs stand for users here, or for workloads that are clients. Default: none.
    #[serde(default)]
    pub trusted_issuers: Vec<TrustedIssuer>,
    /// Who may register a client at the instance's server (RFC 7591): `open` for everybody, or an object
    /// that says what a registration needs. Default: none, so there is no such endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "super::registration::WordOrObject", extend("examples" = ["open"])))]
    pub registration: Option<Registration>,
    /// Whether an https URL may be a client id, behind which a document describes the client
    /// (draft-ietf-oauth-client-id-metadata-document). Default: no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "ClientIdMetadata", extend("examples" = [{}])))]
    pub client_id_metadata: Option<ClientIdMetadata>,
    /// What clients may do that nobody configured: those of `registration` and `clientIdMetadata`.
    #[serde(default)]
    pub registered_clients: RegisteredClients,
    /// The people who can sign in. Default: none.
    #[serde(default)]
    pub users: Vec<User>,
    /// How id_tokens and JWT access tokens are signed. Default: `RS256`, as at the service.
    #[serde(default, with = "words::one")]
    #[cfg_attr(feature = "schema", schemars(with = "schema::Named<SigningAlgorithm>"))]
    pub signing: SigningAlgorithm,
    /// Private keys to sign with, in place of one that is made by whoever runs the issuer. The
    /// first signs; the others are only published, so that what they signed can still be verified,
    /// or so that clients know a key before it signs.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<schema::PrivateJwk>"))]
    pub keys: Vec<PrivateJwk>,
    /// What proofs of possession must have (RFC 9449).
    #[serde(default)]
    pub dpop: Dpop,
    /// How much is kept at once, and how much may be guessed in a minute.
    #[serde(default)]
    pub limits: Limits,
}

parts!(Config = Self {
        profile: Profile::Eiam,
        base_url: String::new(),
        allowed_hosts: Vec::new(),
        trust_proxy: false,
        present: None,
        instance_id: String::new(),
        applications: Vec::new(),
        resources: Vec::new(),
        custom_claims: Vec::new(),
        authentication_contexts: Vec::new(),
        trusted_issuers: Vec::new(),
        registration: None,
        client_id_metadata: None,
        registered_clients: RegisteredClients::default(),
        users: Vec::new(),
        signing: SigningAlgorithm::Rs256,
        keys: Vec::new(),
        dpop: Dpop::default(),
        limits: Limits::default(),
    };
    takes profile,
    needs base_url,
    takes allowed_hosts,
    takes trust_proxy,
    skips present,
    needs instance_id,
    needs applications,
    takes resources,
    takes custom_claims,
    takes authentication_contexts,
    takes trusted_issuers,
    takes registration,
    takes client_id_metadata,
    takes registered_clients,
    takes users,
    takes signing,
    takes keys,
    takes dpop,
    takes limits,
);
objects!(Config);

impl Config {
    /// Reads a configuration from JSON or any other format of `serde`, and says the path of the key
    /// that is wrong, and never its value. It is not yet checked for sense:
    /// [`Issuer::new`](crate::issuer::Issuer::new) does that.
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

    /// The JSON Schema of a configuration, as JSON.
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn schema() -> String {
        schema::text_of::<Self>()
    }
}

/// What proofs of possession must have (RFC 9449).
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DpopConfig"))]
#[non_exhaustive]
pub struct Dpop {
    /// A nonce of the issuer's (RFC 9449 section 8), so that none can be made beforehand. Default:
    /// `false`.
    pub nonce_required: bool,
}

parts!(Dpop = Self::default();
    takes nonce_required,
);
objects!(Dpop);
