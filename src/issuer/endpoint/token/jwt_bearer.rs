//! The grant `jwt-bearer` (RFC 7523 section 2.1): an access token for the user whom a JWT of another issuer
//! is about. There is no refresh token (RFC 7521 section 4.1), and the store has no record of the grant.
//!
//! EIAM: the service documents no such grant.

use crate::issuer::check::client::assertion::LONGEST;
use crate::issuer::check::custom_claims::About;
use crate::issuer::check::scope::Asking;
use crate::issuer::check::trusted::{self, Use};
use crate::issuer::check::{audience, dpop, scope};
use crate::issuer::config::ClaimPlace;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::access;
use crate::issuer::endpoint::token::issue::{self, Besides, TokenRequest};
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::sealed::context::Context;
use crate::issuer::state::shares::Place;
use crate::issuer::state::store::Store;
use crate::issuer::state::used_id::UsedId;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// Gives an access token for an assertion. One that has a `jti` works once.
pub(super) fn give(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    TokenRequest { exchange, client, parameters }: TokenRequest<'_>,
) -> Result<Reply, Refusal> {
    let (config, application, now) = (directory.config(), client.application, exchange.now);
    let text = parameters.required("assertion")?;
    let wrong = Refusal::AssertionWrong;
    let assertion =
        trusted::read(config, exchange, client.id(), text, Use::Identity).map_err(wrong)?;
    let user = assertion.user(directory).map_err(wrong)?;
    let claims = assertion.claims().map_err(wrong)?;
    let used = match claims.text("jti") {
        Some(id) => Some(UsedId::new("grant", &assertion.issuer.issuer, &id)),
        None if claims.has("jti") => return Err(wrong("its jti is no string")),
        None => None,
    };
    if used.is_some() && assertion.expires > now.saturating_add(LONGEST) {
        return Err(wrong("exp is more than an hour away"));
    }
    let requested = parameters.value("scope");
    let resources = audience::requested(config, application, parameters)?;
    let asking = Asking { config, application, resources: &resources };
    let scope = scope::of_user_or_usual(requested, asking)?;
    let scope = scope::without(&scope, scope::OFFLINE_ACCESS);
    let audience = audience::all(config, &resources, &scope);
    let kind = audience::kind(config, application, (exchange.authority, true), &audience)?;
    let token = AccessToken {
        authority: exchange.authority,
        base: config.present.clone(),
        client: client.id().to_owned(),
        subject: Some(user.user_id.clone()),
        scope,
        audience,
        details: Vec::new(),
        // The user did not sign in here.
        auth_time: None,
        context: Context::default(),
        grant: vault.random.id(),
        serial: 0,
        issued: now,
        expires: now.saturating_add(kind.lifetime),
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
        user: Some(user),
        scope: &token.scope,
        audience: &token.audience,
    };
    let told = access::told(config, exchange.asked, kind, &about)?;
    let owner = Place::kept(vault.client_number(client.id()));
    if let Some(used) = used
        && !store.use_id(used, owner, assertion.expires, now)?
    {
        return Err(wrong("its jti was used already"));
    }
    store.touch();
    if let Some(proof) = &client.proof {
        dpop::spend(store, proof, owner, now)?;
    }
    let besides = Besides { told: &told, issued_token_type: None };
    issue::alone(config, vault, client, (&token, kind), requested, besides)
}
