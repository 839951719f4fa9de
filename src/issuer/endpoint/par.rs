//! Pushed authorization requests (RFC 9126). The client authenticates and sends the request itself,
//! and the browser carries only a reference.

use crate::issuer::check::owner::{self, Ranks};
use crate::issuer::check::{client, dpop, id_token_hint, request_object, request_uri, subject};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::checks::{self, Input};
use crate::issuer::state::pushed_request::PushedRequest;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response;
use crate::json::ObjectWriter;

/// Accepts a request (section 2.1), after the same checks as at the authorization endpoint.
pub(crate) fn answer(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let config = directory.config();
    let mut parameters = exchange.parameters()?;
    let client = client::authenticate(directory, vault, store, exchange, &parameters)?;
    client.require_secret_unless_public()?;
    let application = client.application;
    if parameters.value("request_uri").is_some() {
        return Err(Refusal::ParameterUnexpected("request_uri"));
    }
    if let Some(signed) = request_object::expand(config, exchange, &parameters, application)? {
        parameters = signed;
    }
    checks::registered_redirect_uri(&parameters, application)?;
    let hint = id_token_hint::read(config, &vault.keys, exchange, &parameters)?;
    let hinted = hint.map(|hint| subject::hinted(directory, vault, hint, application));
    checks::check(&Input {
        config,
        directory,
        parameters: &parameters,
        application,
        hinted: hinted.as_deref(),
        pushed: None,
    })?;
    let proof = dpop::check_proof(config, vault, exchange, None)?;
    if let Some(proof) = &proof {
        proof.bind_code(&mut parameters)?;
    }
    for name in NOT_KEPT {
        parameters.remove(name);
    }
    // Section 2.3: pushed requests must not fill the memory.
    if parameters.size() > MAX_SIZE {
        return Err(Refusal::BodyTooLarge);
    }
    if let Some(proof) = &proof {
        let place = owner::place_of_client(vault, exchange.source(), &client, Ranks::STAYS);
        dpop::spend(store, proof, place, exchange.now)?;
    }
    let id = vault.random.id();
    let pushed = PushedRequest {
        authority: exchange.authority,
        client: application.application_id.clone(),
        parameters,
        hinted,
        place: owner::place_of_client(vault, exchange.source(), &client, Ranks::MAY_GO),
    };
    let expires = exchange.now.saturating_add(PUSHED_SECONDS);
    store.pushed.insert(id, pushed, expires, exchange.now)?;
    store.touch();
    let mut body = ObjectWriter::new();
    body.string("request_uri", &request_uri::from_id(id)).integer("expires_in", PUSHED_SECONDS);
    Ok(response::json(201, body.finish()).into())
}

/// How long a pushed request is kept. Section 2.2 suggests 5 to 600 seconds; this is enough for a
/// redirect.
const PUSHED_SECONDS: i64 = 60;

/// The most bytes that all names and values together may have.
const MAX_SIZE: usize = 16 * 1024;

/// Parameters that are not kept: the credentials of the client, and the hint, of which only the
/// user is kept.
const NOT_KEPT: [&str; 4] =
    ["client_secret", "client_assertion", "client_assertion_type", "id_token_hint"];
