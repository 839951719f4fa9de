//! What is said of clients that nobody configured must make sense.

use super::application::GrantType;
use super::bounds::{LEAST_CACHED, MAX_KEYS};
use super::check::check_client_keys;
use super::error::ConfigError;
use super::root::Config;

impl Config {
    /// Checks `registration`, `clientIdMetadata` and `registeredClients`.
    pub(super) fn check_registration(&self) -> Result<(), ConfigError> {
        let path = "registration";
        if let Some(registration) = &self.registration {
            for (index, token) in registration.initial_access_tokens.iter().enumerate() {
                let token = token.expose();
                let is_graphic = token.bytes().all(|byte| byte.is_ascii_graphic());
                if !(20..=512).contains(&token.len()) || !is_graphic {
                    let problem = "20 to 512 characters of ASCII, without spaces";
                    return Err(ConfigError::item(path, "initialAccessTokens", index, problem));
                }
            }
            let issuers = &registration.software_statement_issuers;
            for (index, one) in issuers.iter().enumerate() {
                let is_same = |other: &super::StatementIssuer| other.issuer == one.issuer;
                let problem = if one.issuer.is_empty() {
                    "its `issuer` is empty"
                } else if !(1..=MAX_KEYS).contains(&one.jwks.keys.len()) {
                    "one to eight keys in its `jwks`"
                } else if issuers.iter().take(index).any(is_same) {
                    "another entry has the same `issuer`"
                } else {
                    let path = format!("{path}.softwareStatementIssuers[{index}]");
                    check_client_keys(&path, &one.jwks.keys)?;
                    continue;
                };
                return Err(ConfigError::item(path, "softwareStatementIssuers", index, problem));
            }
            if registration.software_statement_required && issuers.is_empty() {
                let problem =
                    "nobody's statements count: name somebody in `softwareStatementIssuers`";
                return Err(ConfigError::below(path, "softwareStatementRequired", problem));
            }
            if registration.lifetime.is_some_and(|seconds| seconds < 1) {
                return Err(ConfigError::below(path, "lifetime", "at least 1 second"));
            }
        }
        let path = "clientIdMetadata";
        if let Some(documents) = &self.client_id_metadata {
            if documents.longest_cached < LEAST_CACHED {
                return Err(ConfigError::below(path, "longestCached", "at least 60 seconds"));
            }
            for (index, host) in documents.hosts.iter().flatten().enumerate() {
                let plain = |byte: u8| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte)
                };
                if host.is_empty() || !host.bytes().all(plain) {
                    let problem = "a host name in lower case, without scheme, port and path";
                    return Err(ConfigError::item(path, "hosts", index, problem));
                }
            }
        }
        self.check_registered_clients("registeredClients")
    }

    fn check_registered_clients(&self, path: &str) -> Result<(), ConfigError> {
        let clients = &self.registered_clients;
        let refuse = |key, problem| Err(ConfigError::below(path, key, problem));
        if clients.grants.is_empty() {
            return refuse("grants", "at least one is needed");
        }
        if clients.grants.iter().any(|grant| !grant.may_be_registered()) {
            return refuse(
                "grants",
                "implicit, password, token-exchange and jwt-bearer cannot be registered",
            );
        }
        // What is wrong with what every such client would have.
        let mut template = self.registered_template();
        template.application_id = "registered".to_owned();
        template.redirect_uris = vec!["https://client.example/".to_owned()];
        template.check_profile(path, self.profile)?;
        template.public = true;
        template.client_secrets = vec!["S".repeat(32).into()];
        template.token_endpoint_auth_methods = None;
        template.check_itself(path, self.profile)
    }
}

impl GrantType {
    /// Whether clients may register it: not those that current recommendations tell not to use (RFC 9700
    /// sections 2.1.2 and 2.4), and not those by which a client gets more of a user than the user was asked for.
    pub(crate) fn may_be_registered(self) -> bool {
        matches!(
            self,
            Self::AuthorizationCode
                | Self::RefreshToken
                | Self::DeviceCode
                | Self::ClientCredentials
        )
    }
}
