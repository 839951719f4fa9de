//! The token endpoint (RFC 6749 section 3.2): one file for each grant.

use super::config::GrantType;
use super::refusal::Refusal;
use super::{Answer, Exchange, Issuer};

mod authorization_code;
mod client_credentials;
mod device_code;
mod issue;
mod jwt;
mod password;
mod refresh_token;

pub(crate) use issue::token_type;
pub(crate) use jwt::IdToken;

impl Issuer {
    pub(crate) fn token(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        // A grant must not be spent on an answer that nobody can sign.
        if !self.has_signing_key() {
            return Err(Refusal::NoSigningKey);
        }
        let name = parameters.required("grant_type")?;
        // The client first: to a stranger nothing else is said.
        let mut client = self.client(exchange, &parameters)?;
        let profile = self.config.profile;
        let grant = GrantType::from_name(name)
            .filter(|grant| *grant != GrantType::Password || profile.password_grant_allowed())
            .filter(|grant| *grant != GrantType::Implicit)
            .ok_or_else(|| Refusal::GrantTypeUnknown(name.to_owned()))?;
        match grant {
            GrantType::ClientCredentials => client.require_secret()?,
            GrantType::Password if profile.password_grant_without_secret() => {}
            _ => client.require_secret_unless_public()?,
        }
        if !client.application.allows(grant) {
            return Err(Refusal::GrantTypeClosed(grant));
        }
        client.proof = self.proof(exchange, None)?;
        if client.proof.is_none() && client.application.dpop_bound_access_tokens {
            return Err(Refusal::DpopProofMissing);
        }
        match grant {
            GrantType::AuthorizationCode => self.authorization_code(exchange, &client, &parameters),
            GrantType::DeviceCode => self.device_code(exchange, &client, &parameters),
            GrantType::RefreshToken => self.refresh_token(exchange, &client, &parameters),
            GrantType::ClientCredentials => self.client_credentials(exchange, &client, &parameters),
            GrantType::Password => self.password(exchange, &client, &parameters),
            GrantType::Implicit => Err(Refusal::GrantTypeClosed(grant)),
        }
    }
}
