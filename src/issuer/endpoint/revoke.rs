//! The revocation endpoint (RFC 7009).

use crate::issuer::check::{access_token, client, standing};
use crate::issuer::directory::Directory;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response;

/// Ends a token. The end of a refresh token also ends the access tokens of its grant, while an
/// access token ends alone (RFC 7009 section 2.1 leaves that open). `token_type_hint` is not
/// needed, because the prefix of a token shows its type.
pub(crate) fn answer(
    directory: &Directory,
    vault: &Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let parameters = exchange.parameters()?;
    // EIAM documents client_id and client_secret as optional here. RFC 7009 section 2.1 requires
    // that confidential clients authenticate, and so does this issuer: otherwise anybody who saw a
    // token could end it.
    let client = client::authenticate(directory, vault, store, exchange, &parameters)?;
    client.require_secret_unless_public()?;
    let token = parameters.required("token")?;
    end_token(directory, vault, store, exchange, client.id(), token);
    // RFC 7009 section 2.2: the response is the same for an unknown token. EIAM's SDK cannot read
    // an empty body, so this is an empty object.
    Ok(response::json(200, "{}".to_owned()).into())
}

/// Ends a token, if it is the client's.
fn end_token(
    directory: &Directory,
    vault: &Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
    client: &str,
    token: &str,
) {
    let now = exchange.now;
    let owned = |authority, id: &str| authority == exchange.authority && id == client;
    if let Some(token) = vault.open::<RefreshToken>(token) {
        let user_grant = &token.user_grant;
        if owned(user_grant.authority, &user_grant.client)
            && store.grant(user_grant.grant, now).is_some()
        {
            store.revoke_grant(user_grant.grant, now);
            store.touch();
        }
    } else if let Some(token) = access_token::open(vault, exchange.verified, token)
        && owned(token.authority, &token.client)
        && access_token::is_live(directory, store, &token, now)
    {
        let subject = token.subject.as_deref();
        let owner = match subject {
            Some(subject) => vault.user_number(subject),
            None => vault.client_number(&token.client),
        };
        let revoked = store.revoke_token(token.grant, token.serial, owner, token.expires, now);
        if revoked.is_err() {
            // A revocation must always work. If there is no room for this one, all tokens of its
            // owner end whose grant has no record (RFC 7009 section 2.1 allows a server to end more
            // than was asked for).
            standing::end_unrecorded(&mut store.epochs, &token.client, subject);
        }
        store.touch();
    }
}
