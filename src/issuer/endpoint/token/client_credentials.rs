//! The grant `client_credentials` (RFC 6749 section 4.4). A client gets an access token for itself,
//! without refresh token and id_token. The store has no record of its grant.

use crate::issuer::check::custom_claims::About;
use crate::issuer::check::scope::Asking;
use crate::issuer::check::{audience, authorization_details, dpop, scope};
use crate::issuer::config::ClaimPlace;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::access;
use crate::issuer::endpoint::token::issue::{self, Besides, TokenRequest};
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::sealed::context::Context;
use crate::issuer::state::shares::Place;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// Gives a client an access token for itself.
pub(super) fn give(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    TokenRequest { exchange, client, parameters }: TokenRequest<'_>,
) -> Result<Reply, Refusal> {
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
    let token = AccessToken {
        authority: exchange.authority,
        base: config.present.clone(),
        client: client.id().to_owned(),
        subject: None,
        scope,
        audience,
        details,
        auth_time: None,
        context: Context::default(),
        grant: vault.random.id(),
        serial: 0,
        issued: exchange.now,
        expires: exchange.now.saturating_add(kind.lifetime),
        claims: String::new(),
        jkt: client.key_thumbprint().map(str::to_owned),
        epoch: store.epochs.present(),
        may_act: application.may_act.clone(),
        exchanged: None,
    };
    access::check_key(vault, kind)?;
    let about = About {
        place: ClaimPlace::AccessToken,
        authority: exchange.authority,
        application,
        user: None,
        scope: &token.scope,
        audience: &token.audience,
    };
    let told = access::told(config, exchange.asked, kind, &about)?;
    if let Some(proof) = &client.proof {
        let owner = Place::kept(vault.client_number(client.id()));
        dpop::spend(store, proof, owner, exchange.now)?;
    }
    let besides = Besides { told: &told, issued_token_type: None };
    issue::alone(config, vault, client, (&token, kind), requested, besides)
}
