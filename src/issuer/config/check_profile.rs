//! What a profile demands of a configuration.

use super::application::{Application, AuthMethod};
use super::error::ConfigError;
use super::key::PrivateJwk;
use super::root::Config;
use crate::issuer::profile::Profile;

impl Config {
    /// Checks the algorithms of the issuer and of its resources.
    pub(super) fn check_profile(&self) -> Result<(), ConfigError> {
        let allowed = |algorithm| self.profile.signature_allowed(algorithm);
        if !allowed(self.signing) {
            return Err(ConfigError::below("", "signing", ALGORITHMS));
        }
        for (index, key) in self.keys.iter().map(PrivateJwk::public_jwk).enumerate() {
            if !allowed(key.algorithm()) {
                return Err(ConfigError::item("", "keys", index, ALGORITHMS));
            }
        }
        Ok(())
    }
}

impl Application {
    /// Checks how the application authenticates, and what it is given.
    pub(super) fn check_profile(&self, path: &str, profile: Profile) -> Result<(), ConfigError> {
        let refuse = |key, problem| Err(ConfigError::below(path, key, problem));
        if profile.private_key_jwt_only() {
            if self.public {
                return refuse("public", "the profile fapi2 knows confidential clients only");
            }
            if !self.client_secrets.is_empty() {
                return refuse("clientSecrets", METHODS);
            }
            if !self.federated_credentials.is_empty() {
                return refuse("federatedCredentials", METHODS);
            }
            let methods = self.token_endpoint_auth_methods.iter().flatten();
            if methods.into_iter().any(|method| *method != AuthMethod::PrivateKeyJwt) {
                return refuse("tokenEndpointAuthMethods", METHODS);
            }
        }
        for (index, key) in self.jwks.keys.iter().enumerate() {
            // An RSA key says nothing of how it signs, but can sign by PS256.
            if key.algorithms().all(|algorithm| !profile.signature_allowed(algorithm)) {
                return Err(ConfigError::item(path, "jwks.keys", index, ALGORITHMS));
            }
        }
        if self.request_object_signing_alg.is_some_and(|one| !profile.signature_allowed(one)) {
            return refuse("requestObjectSigningAlg", ALGORITHMS);
        }
        if self.any_loopback_redirect_uri && !profile.any_loopback_redirect_allowed() {
            return refuse(
                "anyLoopbackRedirectUri",
                "the profile fapi2 knows registered redirect URIs only",
            );
        }
        if self.lifetimes.code > profile.longest_code() {
            return refuse("lifetimes.code", "60 seconds at most in the profile fapi2");
        }
        Ok(())
    }
}

const ALGORITHMS: &str = "the profile fapi2 signs by PS256, ES256 or EdDSA";

const METHODS: &str = "in the profile fapi2 clients authenticate by private_key_jwt alone";
