//! Reading, changing and deleting a registration (RFC 7592 section 2).

use super::metadata::{body, ends, hash, information, read, token_of, with_prefix};
use crate::http::{HttpResponse, Method};
use crate::issuer::directory::Directory;
use crate::issuer::directory::registered::{Knowledge, RegisteredClient, key};
use crate::issuer::state::collection::NEVER;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response;
use crate::json::Object;
use crate::secret::constant_time_eq;

/// Answers a client about its own registration.
pub(super) fn answer(
    directory: &mut Directory,
    vault: &mut Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let token = token_of(exchange)?;
    let id = exchange.path.rsplit('/').next().unwrap_or_default();
    // Whoever has no right learns nothing: an unknown client has the same refusal.
    let client = directory.find_registered(id).ok_or(Refusal::RegistrationTokenWrong)?;
    let used = hash(token);
    let is_settled = is_settled(client, &used).ok_or(Refusal::RegistrationTokenWrong)?;
    let update = match exchange.request.method {
        Method::Delete => {
            directory.registered.remove(&key(id));
            // Ids are never given out again, so codes and tokens of this one find no client any more.
            store.forget_application(id);
            store.touch();
            return Ok(nothing().into());
        }
        Method::Put => {
            let body = body(exchange)?;
            unchanged(&body, client)?;
            Some(read(directory.config(), exchange, &body)?)
        }
        _ if is_settled => {
            let answer = information(directory.config(), client, token);
            return Ok(response::json(200, answer).into());
        }
        _ => None,
    };
    // Everything is checked. It is taken out and put back, and not copied, because copying would add
    // kilobytes to the wasm module.
    let taken = directory.registered.take(&key(id));
    let mut client = taken.ok_or(Refusal::RegistrationTokenWrong)?;
    let mut told = token.to_owned();
    if let Some(update) = update {
        update.apply(vault, &mut client);
        told = with_prefix("RA", vault.random.bytes::<32>());
        if let Knowledge::Registration(registered) = &mut client.knowledge {
            registered.former_token = Some(used);
            registered.token = hash(&told);
            registered.expires = ends(directory.config(), exchange.now);
        }
    } else if let Knowledge::Registration(registered) = &mut client.knowledge {
        // Who has used the latest token has received it, so the one before has done its work.
        registered.former_token = None;
    }
    let answer = information(directory.config(), &client, &told);
    let expires = client.registration().and_then(|one| one.expires).unwrap_or(NEVER);
    directory.registered.restore(key(id), client, expires);
    store.touch();
    Ok(response::json(200, answer).into())
}

/// Whether a token is the one of a client, and nothing has to be noted about it: it is the latest, and
/// the one before has been dropped; or it is the one before. None if it is not the client's.
fn is_settled(client: &RegisteredClient, given: &[u8; 32]) -> Option<bool> {
    let registered = client.registration()?;
    let former = registered.former_token.unwrap_or(registered.token);
    let (is_latest, is_former) =
        (constant_time_eq(given, &registered.token), constant_time_eq(given, &former));
    (is_latest | is_former).then_some(is_former)
}

/// Checks what an update says of what only the issuer decides (section 2.2).
fn unchanged(body: &Object<'_>, client: &RegisteredClient) -> Result<(), Refusal> {
    let refuse = |expected| Err(Refusal::RegistrationMemberUnexpected(expected));
    let text = |name| body.member(name).and_then(|value| value.as_str());
    if text("client_id").as_deref() != Some(&client.application.application_id) {
        return refuse("client_id must be the one of this client");
    }
    for name in ISSUERS_OWN {
        if body.member(name).is_some() {
            return refuse(
                "registration_access_token, registration_client_uri, client_secret_expires_at and \
                 client_id_issued_at have no place in it",
            );
        }
    }
    let secret = client.registration().and_then(|registered| registered.secret.as_ref());
    let is_own = |given: &str| secret.is_some_and(|secret| secret.matches(given));
    if body.member("client_secret").is_some()
        && !text("client_secret").is_some_and(|it| is_own(&it))
    {
        return refuse("client_secret must be the present one, or left out");
    }
    Ok(())
}

/// A response without content that must not be stored.
fn nothing() -> HttpResponse {
    HttpResponse::new(204, Vec::new())
        .header("cache-control", "no-store")
        .header("pragma", "no-cache")
}

/// What only the issuer decides.
const ISSUERS_OWN: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];
