//! Asking about a token (RFC 7662). The service documents no such endpoint. It exists for tests and
//! for resource servers, and answers the client that owns the token.

use crate::json::ObjectWriter;

use crate::issuer::check::client::Client;
use crate::issuer::check::{access_token, client, dpop, refresh_token};
use crate::issuer::directory::Directory;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::authority::Authority;
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
    // RFC 7662 section 2.1: the endpoint must be protected, so public clients cannot use it.
    client.require_secret()?;
    let token = parameters.required("token")?;
    let live = live_access_token(directory, vault, store, exchange, &client, token)
        .or_else(|| live_refresh_token(directory, vault, store, exchange, &client, token));
    let body = match live {
        Some(token) => describe(directory, &token),
        // RFC 7662 section 2.2: the response says nothing more about tokens that do not work.
        None => "{\"active\":false}".to_owned(),
    };
    Ok(response::json(200, body).into())
}

/// What the response says about a token that works.
struct LiveToken {
    authority: Authority,
    client: String,
    /// The user; none for a token that a client has for itself.
    subject: Option<String>,
    scope: String,
    /// Only access tokens have a type.
    token_type: Option<&'static str>,
    issued: i64,
    expires: i64,
    jkt: Option<String>,
}

/// Opens an access token, if it is the client's and works.
fn live_access_token(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    exchange: &Exchange<'_>,
    client: &Client<'_>,
    token: &str,
) -> Option<LiveToken> {
    let token = access_token::open(vault, exchange.verified, token)?;
    let is_owned = token.authority == exchange.authority && token.client == client.id();
    if !is_owned || !access_token::is_live(directory, store, &token, exchange.now) {
        return None;
    }
    Some(LiveToken {
        authority: token.authority,
        client: token.client,
        subject: token.subject,
        scope: token.scope,
        token_type: Some(dpop::token_type(token.jkt.as_deref())),
        issued: token.issued,
        expires: token.expires,
        jkt: token.jkt,
    })
}

/// Opens a refresh token, if it is the client's and works.
fn live_refresh_token(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    exchange: &Exchange<'_>,
    client: &Client<'_>,
    token: &str,
) -> Option<LiveToken> {
    let token: RefreshToken = vault.open(token)?;
    let is_owned =
        token.user_grant.authority == exchange.authority && token.user_grant.client == client.id();
    if !is_owned {
        return None;
    }
    refresh_token::check_live(directory, store, client.application, &token, exchange.now).ok()?;
    let RefreshToken { user_grant, issued, expires, jkt, .. } = token;
    Some(LiveToken {
        authority: user_grant.authority,
        client: user_grant.client,
        subject: Some(user_grant.subject),
        scope: user_grant.scope,
        token_type: None,
        issued,
        expires,
        jkt,
    })
}

/// The members of the response (RFC 7662 section 2.2, RFC 9449 section 6.2).
fn describe(directory: &Directory, token: &LiveToken) -> String {
    let user = token.subject.as_deref().and_then(|id| directory.enabled_user(id));
    let mut body = ObjectWriter::new();
    body.boolean("active", true)
        .string("scope", &token.scope)
        .string("client_id", &token.client)
        .optional_string("username", user.map(|user| user.username.as_str()))
        .optional_string("token_type", token.token_type)
        .integer("exp", token.expires)
        .integer("iat", token.issued)
        .string("sub", token.subject.as_deref().unwrap_or(&token.client))
        .string("iss", &directory.config().issuer_url(token.authority, &token.client));
    if let Some(jkt) = &token.jkt {
        body.raw("cnf", &dpop::confirmation(jkt));
    }
    body.finish()
}
