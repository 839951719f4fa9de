//! The token endpoint (RFC 6749 section 3.2). Each grant has a file.

use crate::issuer::check::{client, dpop};
use crate::issuer::config::GrantType;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

pub(crate) mod access;
mod authorization_code;
mod client_credentials;
mod device_code;
pub(crate) mod id_token;
mod issue;
mod jwt_bearer;
mod password;
mod presented;
mod refresh_token;
mod request;
mod token_exchange;
#[cfg(feature = "testing")]
pub(crate) mod unasked;
pub(crate) mod wanted;

/// Answers a token request.
pub(crate) fn answer(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let parameters = exchange.parameters()?;
    // Without a key the tokens could not be signed, and the grant would be lost.
    if vault.keys.signing().is_none() {
        return Err(Refusal::NoSigningKey);
    }
    let name = parameters.required("grant_type")?;
    // The client authenticates before its grant type is checked, so that strangers do not learn
    // which grants an application may use.
    let mut client = client::authenticate(directory, vault, store, exchange, &parameters)?;
    let profile = exchange.profile;
    let grant = GrantType::from_name(name)
        .filter(|grant| *grant != GrantType::Implicit && grant.exists_in(profile))
        .ok_or_else(|| Refusal::GrantTypeUnknown(name.to_owned()))?;
    match grant {
        GrantType::ClientCredentials | GrantType::TokenExchange => client.require_secret()?,
        GrantType::Password if profile.password_grant_without_secret() => {}
        _ => client.require_secret_unless_public()?,
    }
    if !client.application.allows(grant) {
        return Err(Refusal::GrantTypeClosed(grant));
    }
    client.proof = dpop::check_proof(directory.config(), vault, exchange, None)?;
    let bound_only = profile.bound_tokens_only() || client.application.dpop_bound_access_tokens;
    if client.proof.is_none() && bound_only {
        return Err(Refusal::DpopProofMissing);
    }
    let asked = TokenRequest { exchange, client: &client, parameters: &parameters };
    match grant {
        GrantType::AuthorizationCode => authorization_code::redeem(directory, vault, store, asked),
        GrantType::DeviceCode => device_code::redeem(directory, vault, store, asked),
        GrantType::RefreshToken => refresh_token::redeem(directory, vault, store, asked),
        GrantType::ClientCredentials => client_credentials::give(directory, vault, store, asked),
        GrantType::Password => password::give(directory, vault, store, asked),
        GrantType::TokenExchange => token_exchange::give(directory, vault, store, asked),
        GrantType::JwtBearer => jwt_bearer::give(directory, vault, store, asked),
        GrantType::Implicit => Err(Refusal::GrantTypeClosed(grant)),
    }
}
