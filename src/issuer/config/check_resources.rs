//! What resources, and what applications say of scopes and tokens, must be to make sense.

use super::application::Application;
use super::bounds::MAX_IDENTIFIER;
use super::custom_claim::ClaimPlace;
use super::error::ConfigError;
use super::introspects::Introspects;
use super::key::PrivateJwk;
use super::resource::Resource;
use super::root::Config;
use crate::issuer::check::{resource_uri, scope};
use crate::issuer::jose::algorithm::SigningAlgorithm;

impl Config {
    /// Checks all resources.
    pub(super) fn check_resources(&self) -> Result<(), ConfigError> {
        for (index, resource) in self.resources.iter().enumerate() {
            let path = format!("resources[{index}]");
            self.check_resource(&path, resource)?;
            let is_same =
                |other: &Resource| resource_uri::is_same(&other.identifier, &resource.identifier);
            if self.resources.iter().take(index).any(is_same) {
                let problem = "another resource has this identifier";
                return Err(ConfigError::below(&path, "identifier", problem));
            }
        }
        Ok(())
    }

    /// The keys that sign what has an algorithm of its own, access tokens for some resources and userinfo
    /// responses to some applications: the first key for each algorithm that is not the issuer's.
    pub fn other_signing_keys(&self) -> impl Iterator<Item = &PrivateJwk> {
        self.keys.iter().enumerate().filter_map(|(index, key)| {
            let algorithm = key.public_jwk().algorithm();
            let is_first = |other: &PrivateJwk| other.public_jwk().algorithm() != algorithm;
            let first = self.keys.iter().take(index).all(is_first);
            (first && algorithm != self.signing).then_some(key)
        })
    }

    /// Whether there is a key for this algorithm.
    fn signs_with(&self, algorithm: SigningAlgorithm) -> bool {
        algorithm == self.signing
            || self.keys.iter().any(|key| key.public_jwk().algorithm() == algorithm)
    }

    /// Checks that there is a key for what an application is to be told in signed form.
    pub(crate) fn check_signed_responses(
        &self,
        path: &str,
        application: &Application,
    ) -> Result<(), ConfigError> {
        match application.userinfo_signed_response_alg {
            Some(algorithm) if !self.signs_with(algorithm) => {
                Err(ConfigError::below(path, "userinfoSignedResponseAlg", NO_KEY))
            }
            _ => Ok(()),
        }
    }

    fn check_resource(&self, path: &str, resource: &Resource) -> Result<(), ConfigError> {
        let refuse = |key, problem| Err(ConfigError::below(path, key, problem));
        let identifier = &resource.identifier;
        if identifier.len() > MAX_IDENTIFIER || !resource_uri::is_identifier(identifier) {
            return refuse(
                "identifier",
                "an absolute URI without fragment and `|`, of 255 characters at most (RFC 8707 \
                 section 2)",
            );
        }
        for (index, scope) in resource.scopes.iter().enumerate() {
            if !is_scope(scope) || scope.contains('|') {
                let problem = "a scope is printable ASCII without space, \", \\ and, here, |";
                return Err(ConfigError::item(path, "scopes", index, problem));
            }
        }
        if resource.lifetime.is_some_and(|seconds| seconds < 1) {
            return refuse("lifetime", "at least 1 second");
        }
        ClaimPlace::AccessToken.check_names(path, &resource.claims)?;
        let is_owner = |id: &String| self.applications.iter().any(|one| one.application_id == *id);
        if resource.application_id.as_ref().is_some_and(|id| !is_owner(id)) {
            return refuse("applicationId", "there is no such application");
        }
        Ok(())
    }
}

impl Application {
    /// Checks its scopes, and which tokens it may introspect and exchange.
    pub(super) fn check_scopes(&self, path: &str) -> Result<(), ConfigError> {
        for (index, scope) in self.scopes.iter().enumerate() {
            if !is_scope(scope) {
                let problem =
                    "a scope is printable ASCII without space, \" and \\ (RFC 6749 section 3.3)";
                return Err(ConfigError::item(path, "scopes", index, problem));
            }
            if let Some((server, name)) = scope.split_once('|')
                && (server.is_empty() || name.is_empty() || name.contains('|'))
            {
                let problem = "expected `resource server|scope`";
                return Err(ConfigError::item(path, "scopes", index, problem));
            }
        }
        if let Some(default) = &self.default_scope {
            let mut items = default.split(' ').filter(|item| !item.is_empty()).peekable();
            let is_own = |item: &str| {
                item == scope::OFFLINE_ACCESS || self.scopes.iter().any(|scope| scope == item)
            };
            if items.peek().is_none() || !items.all(is_own) {
                let problem = "expected some of `scopes`, separated by spaces";
                return Err(ConfigError::below(path, "defaultScope", problem));
            }
        }
        for (index, name) in self.authorization_details_types.iter().enumerate() {
            if !(1..=MAX_IDENTIFIER).contains(&name.len()) {
                let problem = "a type has 1 to 255 bytes";
                return Err(ConfigError::item(path, "authorizationDetailsTypes", index, problem));
            }
        }
        for (key, reach) in [("introspects", &self.introspects), ("exchanges", &self.exchanges)] {
            if let Introspects::Audiences(list) = reach
                && let Some(index) = list.iter().position(String::is_empty)
            {
                return Err(ConfigError::item(path, key, index, "empty"));
            }
        }
        Ok(())
    }
}

const NO_KEY: &str = "another algorithm than the issuer's needs a key in `keys`";

/// RFC 6749 section 3.3.
pub(super) fn is_scope(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    !text.is_empty() && text.bytes().all(fits)
}
