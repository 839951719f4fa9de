//! What resources, and what applications say of scopes and tokens, must be to make sense.

use super::application::Application;
use super::bounds::{MAX_IDENTIFIER, RESERVED_CLAIMS, RESERVED_TOKEN_CLAIMS};
use super::error::ConfigError;
use super::introspects::Introspects;
use super::key::PrivateJwk;
use super::resource::Resource;
use super::root::Config;
use crate::issuer::check::{resource_uri, scope};

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

    /// The keys that sign access tokens for resources which have an algorithm of their own: each once.
    pub fn keys_of_resources(&self) -> impl Iterator<Item = &PrivateJwk> {
        let is_named = |algorithm| {
            algorithm != self.signing
                && self.resources.iter().any(|one| one.signing == Some(algorithm))
        };
        self.keys.iter().enumerate().filter_map(move |(index, key)| {
            let algorithm = key.public_jwk().algorithm();
            let is_first = |other: &PrivateJwk| other.public_jwk().algorithm() != algorithm;
            let first = self.keys.iter().take(index).all(is_first);
            (first && is_named(algorithm)).then_some(key)
        })
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
        for (name, _) in &resource.claims.0 {
            let name = name.as_str();
            if RESERVED_CLAIMS.contains(&name) || RESERVED_TOKEN_CLAIMS.contains(&name) {
                let path = format!("{path}.claims");
                return Err(ConfigError::below(&path, name, "the issuer makes this claim itself"));
            }
        }
        let is_owner = |id: &String| self.applications.iter().any(|one| one.application_id == *id);
        if resource.application_id.as_ref().is_some_and(|id| !is_owner(id)) {
            return refuse("applicationId", "there is no such application");
        }
        Ok(())
    }
}

impl Application {
    /// Checks its scopes, and which tokens it may introspect.
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
        if let Introspects::Audiences(list) = &self.introspects
            && let Some(index) = list.iter().position(String::is_empty)
        {
            return Err(ConfigError::item(path, "introspects", index, "empty"));
        }
        Ok(())
    }
}

/// RFC 6749 section 3.3.
pub(super) fn is_scope(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    !text.is_empty() && text.bytes().all(fits)
}
