//! Dynamic client registration (RFC 7591), and what a client does later with what it registered
//! (RFC 7592). Only the instance's server has it: an application has one client.

use crate::issuer::directory::Directory;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::route::Endpoint;

mod create;
mod manage;
pub(crate) mod metadata;

/// Answers a request about registrations.
pub(crate) fn answer(
    directory: &mut Directory,
    vault: &mut Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    if !exchange.endpoint.takes(exchange.request.method) {
        return Err(Refusal::MethodNotAllowed(exchange.endpoint.methods()));
    }
    match exchange.endpoint {
        Endpoint::ClientConfiguration => manage::answer(directory, vault, store, exchange),
        _ => create::answer(directory, vault, store, exchange),
    }
}
