//! The parameter `request_uri`: the reference to a pushed authorization request (RFC 9126).

use crate::base64url;
use crate::issuer::state::pushed_request::PushedRequest;
use crate::issuer::state::store::Store;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// The reference to the pushed request with this id (RFC 9126 section 2.2).
pub(crate) fn from_id(id: u128) -> String {
    format!("{PREFIX}{}", base64url::encode(&id.to_be_bytes()))
}

/// Takes the pushed request to which a parameter refers; none if there is no reference. It works
/// once (RFC 9126 section 7.3), and only for the client that pushed it (section 2.2).
pub(crate) fn take(
    store: &mut Store,
    exchange: &Exchange<'_>,
    parameters: &Parameters,
    client: &str,
) -> Result<Option<PushedRequest>, Refusal> {
    let Some(name) = parameters.value("request_uri").and_then(|uri| uri.strip_prefix(PREFIX))
    else {
        return Ok(None);
    };
    let id = base64url::decode(name).ok().and_then(|bytes| bytes.try_into().ok());
    let id = id.map(u128::from_be_bytes).ok_or(Refusal::RequestUriUnknown)?;
    // A client cannot use up the reference of another one.
    store
        .pushed
        .get(&id, exchange.now)
        .filter(|pushed| pushed.client == client && pushed.authority == exchange.authority)
        .ok_or(Refusal::RequestUriUnknown)?;
    store.touch();
    Ok(store.take_pushed(id))
}

/// What every reference begins with (RFC 9126 section 2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
