//! What the issuer is told about other issuers must make sense.

use super::application::Application;
use super::bounds::MAX_KEYS;
use super::check::{check_client_keys, identifier};
use super::error::ConfigError;
use super::root::Config;
use super::trust::{FederatedCredential, TrustedIssuer};

impl Config {
    /// Checks the issuers whose JWTs are taken.
    pub(super) fn check_trusted_issuers(&self) -> Result<(), ConfigError> {
        for (index, trusted) in self.trusted_issuers.iter().enumerate() {
            let path = format!("trustedIssuers[{index}]");
            let refuse = |key, problem| Err(ConfigError::below(&path, key, problem));
            for (key, text) in [
                ("issuer", &trusted.issuer),
                ("subjectClaim", &trusted.subject_claim),
                ("userAttribute", &trusted.user_attribute),
            ] {
                if text.is_empty() {
                    return refuse(key, "empty");
                }
            }
            // Its own tokens are known by what is sealed in them, and not by their claims alone.
            if self.below_base(&trusted.issuer).is_some_and(|path| path.starts_with('/')) {
                return refuse("issuer", "this is the issuer itself, whose tokens need no trust");
            }
            let is_same = |other: &TrustedIssuer| other.issuer == trusted.issuer;
            if self.trusted_issuers.iter().take(index).any(is_same) {
                return refuse("issuer", "another trusted issuer has this name");
            }
            if trusted.jwks.is_empty() {
                return refuse("jwks.keys", "at least one is needed");
            }
            check_client_keys(&path, &trusted.jwks.keys)?;
            if let Some(index) = trusted.audiences.iter().position(String::is_empty) {
                return Err(ConfigError::item(&path, "audiences", index, "empty"));
            }
            for (index, id) in trusted.applications.iter().flatten().enumerate() {
                identifier(&path, &format!("applications[{index}]"), id)?;
            }
        }
        Ok(())
    }

    /// Checks by whose tokens an application authenticates; `path` is where the application stands.
    pub(crate) fn check_federated_credentials(
        &self,
        path: &str,
        application: &Application,
    ) -> Result<(), ConfigError> {
        let credentials = &application.federated_credentials;
        if credentials.len() > MAX_KEYS {
            return Err(ConfigError::below(path, "federatedCredentials", "eight at most"));
        }
        for (index, credential) in credentials.iter().enumerate() {
            let path = format!("{path}.federatedCredentials[{index}]");
            identifier(&path, "name", &credential.name)?;
            let is_same = |other: &FederatedCredential| other.name == credential.name;
            if credentials.iter().take(index).any(is_same) {
                let problem = "another federated credential of the application has this name";
                return Err(ConfigError::below(&path, "name", problem));
            }
            if credential.subject.is_empty() {
                return Err(ConfigError::below(&path, "subject", "empty"));
            }
            let is_it = |trusted: &TrustedIssuer| {
                trusted.issuer == credential.issuer && trusted.is_for(&application.application_id)
            };
            if !self.trusted_issuers.iter().any(is_it) {
                let problem = "expected one of `trustedIssuers` that this application may use";
                return Err(ConfigError::below(&path, "issuer", problem));
            }
        }
        Ok(())
    }
}
