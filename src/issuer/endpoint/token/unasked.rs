//! Tokens that no client asked for, made as those are that one did ask for.

use crate::issuer::check::client::Client;
use crate::issuer::check::{authentication, scope};
use crate::issuer::config::User;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::client_credentials;
use crate::issuer::endpoint::token::issue::{self, ForUser, Issuance};
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::endpoint::token::wanted;
use crate::issuer::sealed::context::WantedContext;
use crate::issuer::sealed::user_grant::{RequestedClaims, UserGrant};
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// For whom tokens are made.
pub(crate) struct Unasked<'a> {
    /// The client, which counts as authenticated.
    pub(crate) client: Client<'a>,
    /// The user; none for a token that the client has for itself.
    pub(crate) user: Option<&'a User>,
    /// The parameters of a token request that say what the tokens are for.
    pub(crate) parameters: Parameters,
    pub(crate) nonce: Option<&'a str>,
    /// When the user signed in; now, if it does not say.
    pub(crate) auth_time: Option<i64>,
    /// The authentication context that is asked for.
    pub(crate) acr: Option<String>,
}

/// Makes them.
pub(crate) fn give(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
    unasked: Unasked<'_>,
) -> Result<Reply, Refusal> {
    if vault.keys.signing().is_none() {
        return Err(Refusal::NoSigningKey);
    }
    let config = directory.config();
    let Unasked { client, user, parameters, nonce, auth_time, acr } = unasked;
    let request = TokenRequest { exchange, client: &client, parameters: &parameters };
    let Some(user) = user else {
        return client_credentials::give(directory, vault, store, request);
    };
    let (wanted, resources) =
        wanted::first(config, client.application, &parameters, scope::of_user_or_usual)?;
    let asked = WantedContext { values: acr.unwrap_or_default(), essential: false };
    let user_grant = UserGrant {
        authority: exchange.authority,
        client: client.id().to_owned(),
        subject: user.user_id.clone(),
        scope: wanted.scope.clone(),
        resources,
        details: wanted.details.clone(),
        auth_time: auth_time.unwrap_or(exchange.now),
        context: authentication::of_sign_in(config, user, &asked),
        grant: vault.random.id(),
        session: None,
        claims: RequestedClaims::default(),
        epoch: store.epochs.present(),
    };
    let user = ForUser { user, user_grant: &user_grant, wanted, nonce };
    issue::for_user(config, vault, store, request, user, Issuance::First)
}
