//! The grant `refresh_token` (RFC 6749 section 6). Each use gives a new refresh token, and the use
//! of an old one ends the grant (RFC 9700 section 4.14.2), except in profiles that do not rotate. It is not
//! documented whether the service does the same.

use crate::issuer::check::refresh_token;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::issue::{self, ForUser, Issuance};
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::endpoint::token::wanted;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// Gives new tokens for a refresh token.
pub(super) fn redeem(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    request: TokenRequest<'_>,
) -> Result<Reply, Refusal> {
    let TokenRequest { exchange, client, parameters } = request;
    let now = exchange.now;
    let token: RefreshToken =
        vault.open(parameters.required("refresh_token")?).ok_or(Refusal::RefreshTokenUnknown)?;
    let user_grant = &token.user_grant;
    if user_grant.client != client.id() || user_grant.authority != exchange.authority {
        return Err(Refusal::RefreshTokenOtherClient);
    }
    // This comes before anything is revoked, so that nobody without the key can end the grant.
    if token.jkt.is_some() && token.jkt.as_deref() != client.key_thumbprint() {
        return Err(Refusal::DpopProofOtherKey);
    }
    let live = refresh_token::check_live(directory, store, client.application, &token, now);
    if live == Err(Refusal::RefreshTokenSpent) {
        store.revoke_grant(user_grant.grant, now);
        store.touch();
    }
    let is_retry = live? == refresh_token::Use::Retry;
    let user = directory.require_user(&user_grant.subject)?;
    // Less is for this access token only: the new refresh token may ask for all of it again
    // (RFC 6749 section 6, RFC 8707 section 2.2).
    let config = directory.config();
    let wanted = wanted::of_grant(config, request, user_grant, parameters.value("scope"))?;
    issue::for_user(
        config,
        vault,
        store,
        request,
        ForUser {
            user,
            user_grant,
            wanted,
            // OpenID Connect Core section 12.2: a refreshed id_token should have none.
            nonce: None,
        },
        Issuance::Refresh {
            family_expires: token.family_expires,
            is_retry,
            jkt: token.jkt.as_deref(),
        },
    )
}
