//! Registering a client (RFC 7591 section 3).

use super::metadata::{body, ends, hash, information, read, token_of, with_prefix};
use crate::issuer::check::source;
use crate::issuer::config::{Application, Registration};
use crate::issuer::directory::Directory;
use crate::issuer::directory::registered::{Knowledge, Registered, RegisteredClient, key};
use crate::issuer::state::collection::NEVER;
use crate::issuer::state::shares::{Place, Rank};
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response;

/// Registers a client, and gives it what it needs from now on.
pub(super) fn answer(
    directory: &mut Directory,
    vault: &mut Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let config = directory.config();
    let registration = config.registration.as_ref().ok_or(Refusal::PathUnknown)?;
    let mut place = permitted(vault, exchange, registration)?;
    let body = body(exchange)?;
    let read = read(config, exchange, &body)?;
    let expires = ends(config, exchange.now);
    if let Some(vouching) = &read.vouching {
        let owner = vault.number_of("statement", &[vouching.as_bytes()]);
        place = Place::kept(owner);
    }
    let id = with_prefix("client_", vault.random.bytes::<16>());
    let token = with_prefix("RA", vault.random.bytes::<32>());
    let mut client = RegisteredClient {
        application: Application::new(&id),
        place,
        remote_keys: None,
        knowledge: Knowledge::Registration(Box::new(Registered {
            issued: exchange.now,
            expires,
            token: hash(&token),
            former_token: None,
            secret: None,
        })),
        metadata: String::new(),
    };
    read.apply(vault, &mut client);
    let body = information(directory.config(), &client, &token);
    let expires = expires.unwrap_or(NEVER);
    directory.registered.insert(key(&id), client, expires, exchange.now)?;
    store.touch();
    Ok(response::json(201, body).into())
}

/// Checks the initial access token, if one is needed, and says whose share the client counts for.
fn permitted(
    vault: &Vault,
    exchange: &Exchange<'_>,
    registration: &Registration,
) -> Result<Place, Refusal> {
    let tokens = &registration.initial_access_tokens;
    if tokens.is_empty() {
        let network = source::network(exchange.source());
        return Ok(Place::new(vault.number_of("registrant", &[&network]), Rank::Loose));
    }
    let given = token_of(exchange)?;
    // All are compared, so that the time does not show which one it is.
    let is_known = tokens.iter().fold(false, |found, token| found | token.matches(given));
    if !is_known {
        return Err(Refusal::RegistrationTokenWrong);
    }
    Ok(Place::kept(vault.number_of("initial", &[given.as_bytes()])))
}
