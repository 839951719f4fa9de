//! How users authenticate here, as id_tokens and metadata say it.

use crate::issuer::config::Config;

/// The only authentication context of this issuer (`acr`): a password, which is sent over TLS or
/// not (Authentication Context for SAML 2.0 sections 3.4.9 and 3.4.10).
pub(crate) fn acr(config: &Config) -> &'static str {
    if config.is_https() {
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    } else {
        "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
    }
}

/// The only authentication method of this issuer (`amr`, RFC 8176 section 2).
pub(crate) const AMR: [&str; 1] = ["pwd"];
