//! The device authorization endpoint (RFC 8628 section 3.1).

use crate::form;
use crate::json::ObjectWriter;
use crate::polling;

use crate::issuer::check::owner::{self, Ranks};
use crate::issuer::check::user_code::UserCode;
use crate::issuer::check::{client, scope};
use crate::issuer::config::GrantType;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::wanted;
use crate::issuer::sealed::device_code::DeviceCode;
use crate::issuer::sealed::random::Random;
use crate::issuer::state::device_request::{Decision, DeviceRequest};
use crate::issuer::state::expiring::Expiring;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response;

/// Gives a device its two codes.
pub(crate) fn answer(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let parameters = exchange.parameters()?;
    let client = client::authenticate(directory, vault, store, exchange, &parameters);
    let client = client.map_err(|refusal| match refusal {
        Refusal::ClientOther => Refusal::ClientOtherAtDeviceEndpoint,
        other => other,
    })?;
    if !exchange.profile.device_request_without_secret() {
        client.require_secret_unless_public()?;
    }
    let application = client.application;
    if !application.allows(GrantType::DeviceCode) {
        return Err(Refusal::DeviceFlowClosed);
    }
    let config = directory.config();
    let (wanted, resources) =
        wanted::first(config, application, &parameters, scope::of_user_or_usual)?;
    let now = exchange.now;
    let lifetime = application.lifetimes.device_code;
    let expires = now.saturating_add(lifetime);
    let user_code = unused_user_code(&mut vault.random, &store.devices, now);
    let id = vault.random.id();
    let request = DeviceRequest {
        id,
        authority: exchange.authority,
        client: client.id().to_owned(),
        scope: wanted.scope,
        resources,
        details: wanted.details,
        interval: polling::INTERVAL,
        polled: None,
        decision: Decision::Pending,
        place: owner::place_of_client(vault, exchange.source(), &client, Ranks::MAY_GO),
    };
    store.devices.insert(user_code.key(), request, expires, now)?;
    store.touch();
    let device_code = vault.seal(&DeviceCode {
        authority: exchange.authority,
        client: client.id().to_owned(),
        id,
        user_code: user_code.0,
        expires,
    });
    let uri = config.page_url(exchange.authority, client.id(), "device");
    let typed = user_code.to_string();
    let complete = format!("{uri}?user_code={}", form::encode(&typed));
    let mut body = ObjectWriter::new();
    body.string("device_code", &device_code)
        .string("user_code", &typed)
        .string("verification_uri", &uri)
        .string("verification_uri_complete", &complete)
        .integer("expires_in", lifetime)
        .integer("expires_at", expires)
        .integer("interval", polling::INTERVAL);
    Ok(response::json(200, body.finish()).into())
}

/// Draws a user code that no other device has.
fn unused_user_code(random: &mut Random, devices: &Expiring<DeviceRequest>, now: i64) -> UserCode {
    loop {
        let code = UserCode::random(random);
        if devices.get(&code.key(), now).is_none() {
            return code;
        }
    }
}
