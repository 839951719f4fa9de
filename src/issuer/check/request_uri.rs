//! The parameter `request_uri`: the reference to a pushed authorization request (RFC 9126).

use crate::base64url;
use crate::issuer::check::transaction;
use crate::issuer::sealed::authorization_request::AuthorizationRequest;
use crate::issuer::state::pushed_request::PushedRequest;
use crate::issuer::state::shares::Place;
use crate::issuer::state::store::Store;
use crate::issuer::state::used_id::UsedId;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// The reference to the pushed request with this id (RFC 9126 section 2.2).
pub(crate) fn from_id(id: u128) -> String {
    format!("{PREFIX}{}", base64url::encode(&id.to_be_bytes()))
}

/// A pushed request that was opened.
pub(crate) struct Opened {
    pub(crate) request: PushedRequest,
    /// Its id, if it is still there until it is answered.
    pub(crate) id: Option<u128>,
}

/// Opens the pushed request to which a parameter refers; none if there is no reference. It works
/// once (RFC 9126 section 7.3), and only for the client that pushed it (section 2.2).
pub(crate) fn open(
    store: &mut Store,
    exchange: &Exchange<'_>,
    parameters: &Parameters,
    client: &str,
) -> Result<Option<Opened>, Refusal> {
    let Some(name) = parameters.value("request_uri").and_then(|uri| uri.strip_prefix(PREFIX))
    else {
        return Ok(None);
    };
    let id = base64url::decode(name).ok().and_then(|bytes| bytes.try_into().ok());
    let id = id.map(u128::from_be_bytes).ok_or(Refusal::RequestUriUnknown)?;
    // A client cannot use up the reference of another one.
    let request = store
        .pushed
        .get(&id, exchange.now)
        .filter(|pushed| pushed.client == client && pushed.authority == exchange.authority)
        .ok_or(Refusal::RequestUriUnknown)?;
    if exchange.profile.pushed_request_stays_until_answered() {
        return Ok(Some(Opened { request: request.clone(), id: Some(id) }));
    }
    store.touch();
    Ok(store.take_pushed(id).map(|request| Opened { request, id: None }))
}

/// Uses a pushed request up that was still there, because it is being answered. Its pages may be open more
/// than once, and only one of them is answered.
pub(crate) fn spend(
    vault: &Vault,
    store: &mut Store,
    client: &str,
    request: &AuthorizationRequest,
    now: i64,
) -> Result<(), Refusal> {
    let Some(id) = request.pushed else {
        return Ok(());
    };
    store.take_pushed(id);
    store.touch();
    let used = UsedId::new("request_uri", client, &from_id(id));
    let place = Place::kept(vault.client_number(client));
    // No page is open for longer.
    let until = now.saturating_add(transaction::SECONDS);
    if store.use_id(used, place, until, now)? { Ok(()) } else { Err(Refusal::RequestUriUnknown) }
}

/// What every reference begins with (RFC 9126 section 2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
