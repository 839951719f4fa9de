//! Checking a configuration.

use std::collections::HashSet;

use crate::pkce::Method;

use super::application::{Application, AuthMethod, GrantType};
use super::bounds::{MAX_HOSTS, MAX_KEYS, MAX_RETRY, MAX_SECRETS, RESERVED_ID};
use super::check_claims::check_custom;
use super::client_key::ClientKey;
use super::custom_claim::ClaimPlace;
use super::error::ConfigError;
use super::key::PrivateJwk;
use super::root::Config;
use super::user::User;
use crate::issuer::check::redirect_uri;
use crate::issuer::profile::Profile;
use crate::issuer::wire::name;

impl Config {
    /// Checks everything that types alone do not.
    ///
    /// # Errors
    /// The first thing that is wrong, with its path.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.check_names()?;
        identifier("", "instanceId", &self.instance_id)?;
        if self.applications.is_empty() {
            return Err(ConfigError::below("", "applications", "at least one is needed"));
        }
        self.check_trusted_issuers()?;
        let mut ids = HashSet::new();
        for (index, application) in self.applications.iter().enumerate() {
            let path = format!("applications[{index}]");
            application.check(&path, self.profile)?;
            self.check_signed_responses(&path, application)?;
            self.check_federated_credentials(&path, application)?;
            if !ids.insert(application.application_id.as_str()) {
                let problem = "another application has this id";
                return Err(ConfigError::below(&path, "applicationId", problem));
            }
        }
        let (mut ids, mut names) = (HashSet::new(), HashSet::new());
        for (index, user) in self.users.iter().enumerate() {
            let path = format!("users[{index}]");
            user.check(&path)?;
            for (set, key, value) in [
                (&mut ids, "userId", user.user_id.as_str()),
                (&mut names, "username", user.username.as_str()),
            ] {
                if !set.insert(value) {
                    return Err(ConfigError::below(&path, key, "another user has the same"));
                }
            }
        }
        self.check_keys()?;
        self.check_profile()?;
        self.check_resources()?;
        self.check_claims()?;
        self.check_registration()
    }

    /// Checks where the issuer is reached.
    fn check_names(&self) -> Result<(), ConfigError> {
        let refuse = |key, problem| Err(ConfigError::below("", key, problem));
        let hosts = &self.allowed_hosts;
        if !self.is_named_by_request() {
            let problem = "only of use if `baseUrl` is `request`";
            return match (hosts.is_empty(), self.trust_proxy) {
                (false, _) => refuse("allowedHosts", problem),
                (_, true) => refuse("trustProxy", problem),
                _ => base_url(&self.base_url).or_else(|problem| refuse("baseUrl", problem)),
            };
        }
        if hosts.is_empty() {
            return refuse(
                "allowedHosts",
                "at least one is needed, because `baseUrl` is `request`",
            );
        }
        if hosts.len() > MAX_HOSTS {
            return refuse("allowedHosts", "64 at most");
        }
        for (index, host) in hosts.iter().enumerate() {
            let problem = if !name::is_entry(host) {
                "a host in lower case, without scheme and path: issuer:9400, localhost:*, as.example"
            } else if hosts.iter().take(index).any(|other| other == host) {
                "it is there twice"
            } else {
                continue;
            };
            return Err(ConfigError::item("", "allowedHosts", index, problem));
        }
        Ok(())
    }

    fn check_keys(&self) -> Result<(), ConfigError> {
        let mut ids = HashSet::new();
        for (index, key) in self.keys.iter().map(PrivateJwk::public_jwk).enumerate() {
            if index == 0 && key.algorithm() != self.signing {
                let mut problem =
                    format!("the first key signs, and is not one for {}", self.signing.name());
                if self.signing.takes(key.key()) {
                    problem
                        .push_str(": an RSA key says in `alg` what it is for, or it is for RS256");
                }
                return Err(ConfigError::item("", "keys", index, &problem));
            }
            if !ids.insert(key.kid()) {
                return Err(ConfigError::item("", "keys", index, "another key has the same id"));
            }
        }
        Ok(())
    }
}

impl Application {
    /// Checks everything that types alone do not; `path` is where it stands.
    pub(crate) fn check(&self, path: &str, profile: Profile) -> Result<(), ConfigError> {
        self.check_profile(path, profile)?;
        self.check_itself(path, profile)
    }

    /// The same but for [what a profile demands](Self::check_profile) of how clients authenticate.
    pub(crate) fn check_itself(&self, path: &str, profile: Profile) -> Result<(), ConfigError> {
        let application = self;
        let refuse = |key, problem| Err(ConfigError::below(path, key, problem));
        let refuse_item = |key, index, problem| Err(ConfigError::item(path, key, index, problem));
        identifier(path, "applicationId", &application.application_id)?;
        if application.application_id == RESERVED_ID {
            return refuse(
                "applicationId",
                "the pages of the instance-level server have this path",
            );
        }
        if application.client_secrets.len() > MAX_SECRETS {
            return refuse("clientSecrets", "two at most");
        }
        for (index, secret) in application.client_secrets.iter().enumerate() {
            if secret.expose().is_empty() {
                return refuse_item("clientSecrets", index, "empty");
            }
        }
        let confidential_only = application.allows(GrantType::ClientCredentials)
            || application.allows(GrantType::TokenExchange);
        if !application.is_confidential() && (!application.public || confidential_only) {
            return refuse(
                "clientSecrets",
                "at least one is needed, or a key in `jwks`, unless `public` is true and \
                 client_credentials and token-exchange are closed",
            );
        }
        check_authentication(path, application)?;
        check_request_objects(path, application)?;
        for (index, uri) in application.redirect_uris.iter().enumerate() {
            redirect_uri::check(uri, profile)
                .or_else(|problem| refuse_item("redirectUris", index, problem))?;
        }
        for (index, uri) in application.post_logout_redirect_uris.iter().enumerate() {
            redirect_uri::check(uri, profile)
                .or_else(|problem| refuse_item("postLogoutRedirectUris", index, problem))?;
        }
        if let Some(uri) = &application.backchannel_logout_uri {
            check_backchannel_uri(uri, application, profile)
                .or_else(|problem| refuse("backchannelLogoutUri", problem))?;
        }
        let redirects = application.allows(GrantType::AuthorizationCode)
            || application.allows(GrantType::Implicit);
        if redirects
            && application.redirect_uris.is_empty()
            && !application.any_loopback_redirect_uri
        {
            return refuse(
                "redirectUris",
                "authorization_code or implicit is open, so at least one is needed",
            );
        }
        for (index, origin) in application.origins.iter().flatten().enumerate() {
            if !redirect_uri::is_origin(origin) {
                return refuse_item(
                    "origins",
                    index,
                    "an origin as browsers write it: https://app.example, without slash and path",
                );
            }
        }
        application.check_scopes(path)?;
        application.check_sector(path)?;
        let usual = &ClaimPlace::OF_USERS;
        let scopes = Some(&*application.scopes);
        check_custom(path, &application.custom_claims, usual, scopes)?;
        if application.may_act.as_ref().is_some_and(String::is_empty) {
            return refuse("mayAct", "empty");
        }
        if application.pkce.methods.is_empty() {
            return refuse("pkce.methods", "at least one is needed");
        }
        if !profile.plain_challenge_allowed() && !application.pkce.methods.contains(&Method::S256) {
            return refuse("pkce.methods", "this profile knows S256 only");
        }
        let lifetimes = &application.lifetimes;
        for (key, seconds) in [
            ("lifetimes.code", lifetimes.code),
            ("lifetimes.accessToken", lifetimes.access_token),
            ("lifetimes.idToken", lifetimes.id_token),
            ("lifetimes.refreshToken", lifetimes.refresh_token),
            ("lifetimes.deviceCode", lifetimes.device_code),
            ("lifetimes.refreshTokenAbsolute", lifetimes.refresh_token_absolute.unwrap_or(1)),
        ] {
            if seconds < 1 {
                return refuse(key, "at least 1 second");
            }
        }
        if !(0..=MAX_RETRY).contains(&lifetimes.refresh_token_retry) {
            return refuse("lifetimes.refreshTokenRetry", "0 to 300 seconds");
        }
        Ok(())
    }
}

/// Checks that an application has the secrets and keys with which it authenticates.
fn check_authentication(path: &str, application: &Application) -> Result<(), ConfigError> {
    let keys = &application.jwks.keys;
    check_client_keys(path, keys)?;
    let secrets = &application.client_secrets;
    let Some(methods) = &application.token_endpoint_auth_methods else {
        return Ok(());
    };
    let refuse = |problem| Err(ConfigError::below(path, "tokenEndpointAuthMethods", problem));
    if methods.is_empty() && !application.public && application.federated_credentials.is_empty() {
        return refuse("at least one is needed, unless `public` is true");
    }
    for method in methods {
        let problem = match method {
            AuthMethod::PrivateKeyJwt if keys.is_empty() => "private_key_jwt needs a key in `jwks`",
            AuthMethod::PrivateKeyJwt => continue,
            _ if secrets.is_empty() => "it has no client secret",
            // RFC 7518 section 3.2.
            AuthMethod::ClientSecretJwt
                if secrets.iter().any(|secret| secret.expose().len() < 32) =>
            {
                "client_secret_jwt needs secrets of 32 bytes at least"
            }
            _ => continue,
        };
        return refuse(problem);
    }
    Ok(())
}

/// Checks that an application has the keys by which its requests are signed.
fn check_request_objects(path: &str, application: &Application) -> Result<(), ConfigError> {
    let keys = &application.jwks.keys;
    if application.require_signed_request_object && keys.is_empty() {
        let problem = "a key in `jwks` is needed, which signs them";
        return Err(ConfigError::below(path, "requireSignedRequestObject", problem));
    }
    let fits = |algorithm| keys.iter().any(|key| key.signs_by(algorithm));
    let algorithm = application.request_object_signing_alg.filter(|_| !keys.is_empty());
    if algorithm.is_some_and(|algorithm| !fits(algorithm)) {
        let problem = "no key in `jwks` is for it";
        return Err(ConfigError::below(path, "requestObjectSigningAlg", problem));
    }
    Ok(())
}

/// Checks keys with which JWTs of others are verified; `path` is where their `jwks` is.
pub(super) fn check_client_keys(path: &str, keys: &[ClientKey]) -> Result<(), ConfigError> {
    if keys.len() > MAX_KEYS {
        return Err(ConfigError::below(path, "jwks.keys", "eight at most"));
    }
    for (index, key) in keys.iter().enumerate() {
        let same = |other: &ClientKey| other.kid.is_some() && other.kid == key.kid;
        if keys.iter().take(index).any(same) {
            let problem = "another key has the same kid";
            return Err(ConfigError::item(path, "jwks.keys", index, problem));
        }
    }
    Ok(())
}

impl User {
    /// Checks everything that types alone do not; `path` is where it stands.
    pub(crate) fn check(&self, path: &str) -> Result<(), ConfigError> {
        check_user(path, self)
    }
}

fn check_user(path: &str, user: &User) -> Result<(), ConfigError> {
    user.check_claims(path)?;
    for (key, text) in [("username", user.username.as_str()), ("password", user.password.expose())]
    {
        if text.is_empty() {
            return Err(ConfigError::below(path, key, "empty"));
        }
    }
    ClaimPlace::IdToken.check_names(path, &user.claims)
}

/// Checks an id. It has only plain characters, because paths and tokens contain it.
pub(super) fn identifier(path: &str, key: &str, id: &str) -> Result<(), ConfigError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if (1..=128).contains(&id.len()) && id.bytes().all(plain) && !id.starts_with('.') {
        Ok(())
    } else {
        Err(ConfigError::below(
            path,
            key,
            "an id has 1 to 128 of A-Z a-z 0-9 _ - . and does not begin with a dot",
        ))
    }
}

fn base_url(url: &str) -> Result<(), &'static str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or("expected http:// or https://")?;
    let slash = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(slash).unwrap_or((rest, ""));
    if host.is_empty() || host.contains('@') {
        return Err("expected a host and no user");
    }
    redirect_uri::check_authority(host)?;
    if path.ends_with('/') {
        return Err("no slash at the end, please");
    }
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}?#;,'".contains(&byte);
    if !url.bytes().all(plain) {
        return Err("an origin and a path, without query, fragment or characters to be escaped");
    }
    Ok(())
}

/// OpenID Connect Back-Channel Logout section 2.2.
fn check_backchannel_uri(
    uri: &str,
    application: &Application,
    profile: Profile,
) -> Result<(), &'static str> {
    redirect_uri::check(uri, profile)?;
    if uri.starts_with("https://") {
        return Ok(());
    }
    if !uri.starts_with("http://") {
        return Err("expected https, or http on loopback");
    }
    if !application.is_confidential() && !redirect_uri::is_loopback(uri) {
        return Err("without TLS only on loopback, or for an application that has a secret");
    }
    Ok(())
}
