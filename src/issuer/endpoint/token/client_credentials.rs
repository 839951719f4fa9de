//! The grant `client_credentials` (RFC 6749 section 4.4). A client gets an access token for itself,
//! without refresh token and id_token.

use crate::issuer::check::scope;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::issue::{self, Alone};
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::endpoint::token::wanted;
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
    let config = directory.config();
    let TokenRequest { client, parameters, .. } = request;
    let (wanted, _) = wanted::first(config, client.application, parameters, scope::of_client)?;
    let token = Alone {
        user: None,
        sign_in: None,
        wanted,
        longest: i64::MAX,
        exchanged: None,
        token_type: None,
        used: None,
    };
    issue::alone(config, vault, store, request, token)
}
