//! The grant `jwt-bearer` (RFC 7523 section 2.1): an access token for the user whom a JWT of another issuer
//! is about, without a refresh token (RFC 7521 section 4.1).
//!
//! EIAM: the service documents no such grant.

use crate::issuer::check::client::assertion::LONGEST;
use crate::issuer::check::scope;
use crate::issuer::check::trusted::{self, Use};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::issue::{self, Alone};
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::endpoint::token::wanted;
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
    request: TokenRequest<'_>,
) -> Result<Reply, Refusal> {
    let TokenRequest { exchange, client, parameters } = request;
    let (config, now) = (directory.config(), exchange.now);
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
    let (mut wanted, _) =
        wanted::first(config, client.application, parameters, scope::of_user_or_usual)?;
    wanted.scope = scope::without(&wanted.scope, scope::OFFLINE_ACCESS);
    let token = Alone {
        user: Some(user),
        // The user did not sign in here.
        sign_in: None,
        wanted,
        longest: i64::MAX,
        exchanged: None,
        token_type: None,
        used: used.map(|used| (used, assertion.expires)),
    };
    issue::alone(config, vault, store, request, token)
}
