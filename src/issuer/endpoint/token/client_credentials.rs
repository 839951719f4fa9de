//! The grant `client_credentials` (RFC 6749 section 4.4). A client gets an access token for itself,
//! without refresh token and id_token.

use crate::issuer::check::scope::Asking;
use crate::issuer::check::{audience, authorization_details, scope};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::issue::{self, Alone, TokenRequest};
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// Gives a client an access token for itself.
pub(super) fn give(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    request: TokenRequest<'_>,
) -> Result<Reply, Refusal> {
    let TokenRequest { exchange, client, parameters } = request;
    let requested = parameters.value("scope");
    let config = directory.config();
    let application = client.application;
    let resources = audience::requested(config, application, parameters)?;
    let details = authorization_details::requested(application, parameters)?;
    let scope = if authorization_details::are_all(&details, application, parameters) {
        String::new()
    } else {
        scope::of_client(requested, Asking { config, application, resources: &resources })?
    };
    let audience = audience::all(config, &resources, &scope);
    let kind = audience::kind(config, application, (exchange.authority, false), &audience)?;
    let token = Alone {
        user: None,
        sign_in: None,
        scope,
        audience,
        details,
        kind,
        exchanged: None,
        token_type: None,
        used: None,
    };
    issue::alone(config, vault, store, request, token)
}
