//! The grant `password` (RFC 6749 section 4.3), which only the profile `eiam` has.

use crate::issuer::check::{authentication, guess, password, scope};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::issue::{self, ForUser, Issuance};
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::endpoint::token::wanted;
use crate::issuer::sealed::context::WantedContext;
use crate::issuer::sealed::user_grant::{RequestedClaims, UserGrant};
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// Gives tokens for a username and a password.
pub(super) fn give(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    request: TokenRequest<'_>,
) -> Result<Reply, Refusal> {
    let TokenRequest { exchange, client, parameters } = request;
    let username = parameters.required("username")?;
    let password = parameters.required("password")?;
    let config = directory.config();
    let (wanted, resources) =
        wanted::first(config, client.application, parameters, scope::of_user_or_usual)?;
    let guesser = guess::of_password(vault, exchange.source(), username, None, Some(client));
    let user = password::check(directory, store, username, password, guesser, exchange.now)?;
    let user_grant = UserGrant {
        authority: exchange.authority,
        client: client.id().to_owned(),
        subject: user.user_id.clone(),
        scope: wanted.scope.clone(),
        resources,
        details: wanted.details.clone(),
        auth_time: exchange.now,
        context: authentication::of_sign_in(config, user, &WantedContext::default()),
        grant: vault.random.id(),
        session: None,
        claims: RequestedClaims::default(),
        epoch: store.epochs.present(),
    };
    issue::for_user(
        config,
        vault,
        store,
        request,
        ForUser { user, user_grant: &user_grant, wanted, nonce: None },
        Issuance::First,
    )
}
