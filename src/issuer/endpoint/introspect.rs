//! Asking about a token (RFC 7662). The service documents no such endpoint; it is here for tests and
//! resource servers, for the client that owns the token.

use crate::json::ObjectWriter;
use crate::seconds;

use crate::issuer::check::client::Client;
use crate::issuer::check::{access_token, client, dpop, standing};
use crate::issuer::directory::Directory;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response;

/// Says whether a token works, and what it says.
pub(crate) fn answer(
    directory: &Directory,
    vault: &Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let parameters = exchange.parameters()?;
    let client = client::authenticate(directory, vault, store, exchange, &parameters)?;
    // RFC 7662 section 2.1: the endpoint must be protected, so a public client has no use of it.
    client.require_secret()?;
    let token = parameters.required("token")?;
    let body = of_access_token(directory, vault, store, exchange, &client, token)
        .or_else(|| of_refresh_token(directory, vault, store, exchange, &client, token))
        // RFC 7662 section 2.2: nothing more about tokens that do not work.
        .unwrap_or_else(|| "{\"active\":false}".to_owned());
    Ok(response::json(200, body).into())
}

fn of_access_token(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    exchange: &Exchange<'_>,
    client: &Client<'_>,
    token: &str,
) -> Option<String> {
    let token = access_token::open(vault, exchange.verified, token)?;
    let owned = token.authority == exchange.authority && token.client == client.id();
    if !owned || !access_token::is_live(directory, store, &token, exchange.now) {
        return None;
    }
    let user = token.subject.as_deref().and_then(|id| directory.enabled_user(id));
    let mut body = ObjectWriter::new();
    body.boolean("active", true)
        .string("scope", &token.scope)
        .string("client_id", &token.client)
        .optional_string("username", user.map(|user| user.username.as_str()))
        .string("token_type", dpop::token_type(token.jkt.as_deref()))
        .integer("exp", token.expires)
        .integer("iat", token.issued)
        .string("sub", token.subject.as_deref().unwrap_or(&token.client))
        .string("iss", &directory.config().issuer_url(token.authority, &token.client));
    if let Some(jkt) = &token.jkt {
        body.raw("cnf", &dpop::confirmation(jkt));
    }
    Some(body.finish())
}

fn of_refresh_token(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    exchange: &Exchange<'_>,
    client: &Client<'_>,
    token: &str,
) -> Option<String> {
    let token: RefreshToken = vault.open(token)?;
    let user_grant = &token.user_grant;
    let grant = store.grant(user_grant.grant, exchange.now)?;
    let owned = user_grant.authority == exchange.authority && user_grant.client == client.id();
    let live = standing::stands(
        directory,
        &store.epochs,
        &user_grant.client,
        Some(&user_grant.subject),
        user_grant.epoch,
    ) && !grant.revoked
        && grant.serial == token.serial
        && !seconds::expired(token.expires, exchange.now, 0);
    let user = directory.enabled_user(&user_grant.subject)?;
    if !owned || !live {
        return None;
    }
    let mut body = ObjectWriter::new();
    body.boolean("active", true)
        .string("scope", &user_grant.scope)
        .string("client_id", &user_grant.client)
        .string("username", &user.username)
        .integer("exp", token.expires)
        .integer("iat", token.issued)
        .string("sub", &user_grant.subject)
        .string("iss", &directory.config().issuer_url(user_grant.authority, &user_grant.client));
    if let Some(jkt) = &token.jkt {
        body.raw("cnf", &dpop::confirmation(jkt));
    }
    Some(body.finish())
}
