//! The device flow but for its polls: the request of the device (RFC 8628 section 3.1) and the page
//! where its user types the code (section 3.3).

use crate::form;
use crate::http::HttpResponse;
use crate::json::ObjectWriter;
use crate::polling;

use crate::issuer::check::user_code::UserCode;
use crate::issuer::check::{client, guess, own_page, owner, scope, session, transaction};
use crate::issuer::config::{Config, GrantType};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::ask;
use crate::issuer::frontend::Frontend;
use crate::issuer::pages::Pages;
use crate::issuer::sealed::device_code::DeviceCode;
use crate::issuer::sealed::transaction::{Purpose, Transaction};
use crate::issuer::state::device_request::{Decision, DeviceRequest};
use crate::issuer::state::shares::Rank;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response;

pub(crate) mod decide;

/// Gives a device its codes.
pub(crate) fn authorize(
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
    let scope = match parameters.value("scope") {
        Some(requested) => scope::of_user(requested, application)?,
        None => scope::default_of_user(application),
    };
    let now = exchange.now;
    let lifetime = application.lifetimes.device_code;
    let expires = now.saturating_add(lifetime);
    let user_code = unused_user_code(vault, store, now);
    let id = vault.random.id();
    let request = DeviceRequest {
        id,
        authority: exchange.authority,
        client: client.id().to_owned(),
        scope,
        interval: polling::INTERVAL,
        polled: None,
        decision: Decision::Pending,
        place: owner::place_of_client(vault, exchange, &client, (Rank::Loose, Rank::Paid)),
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
    let uri = directory.config().page_url(exchange.authority, client.id(), "device");
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

/// The page that asks for the user code. A code in the URL is filled in, and the user still has
/// to confirm that the device shows the same (RFC 8628 section 3.3.1).
pub(crate) fn page(
    config: &Config,
    vault: &mut Vault,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let Frontend { pages, cookies } = frontend;
    let parameters = exchange.parameters()?;
    // Wrong codes are counted for each browser, so it needs a cookie before its first one.
    let (_, cookie) = session::browser(config, vault, cookies, exchange);
    let typed = parameters.value("user_code");
    let mut page = user_code_form(config, pages, exchange, typed, false);
    session::set_browser_cookie(config, cookies, cookie, &mut page);
    Ok(page.into())
}

/// The code that the user typed. Wrong ones are counted, and a right one resets nothing (RFC 8628
/// section 5.1): see [`guess::of_user_code`].
pub(crate) fn enter_user_code(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let Frontend { pages, cookies } = frontend;
    let config = directory.config();
    let parameters = exchange.parameters()?;
    // Without this check any page that somebody visits could send wrong codes, and use up the guesses of
    // their network.
    own_page::check(config, exchange)?;
    let now = exchange.now;
    let (browser, cookie) = session::browser(config, vault, cookies, exchange);
    let known = cookies.browser(config, vault, exchange);
    let guesser = guess::of_user_code(vault, exchange, known);
    if let Some(wait) = store.user_codes.wait(guesser, now) {
        return Err(Refusal::Throttled(wait));
    }
    let typed = parameters.value("user_code").unwrap_or_default();
    let found = UserCode::from_typed(typed).and_then(|code| {
        let request = store.devices.get(&code.key(), now)?;
        let here = request.decision == Decision::Pending
            && request.authority == exchange.authority
            && match exchange.application {
                Some(application) => application.application_id == request.client,
                None => exchange.authority == Authority::Instance,
            };
        here.then(|| (code, request.id, request.client.clone()))
    });
    let Some((code, id, client)) = found else {
        store.user_codes.fail(guesser, now);
        store.touch();
        let mut page = user_code_form(config, pages, exchange, Some(typed), true);
        session::set_browser_cookie(config, cookies, cookie, &mut page);
        return Ok(page.into());
    };
    let transaction = Transaction {
        authority: exchange.authority,
        client: Some(client),
        browser,
        session: None,
        expires: now.saturating_add(transaction::SECONDS),
        language: exchange.language(),
        purpose: Purpose::Device { id, user_code: code.0 },
    };
    let mut page = match session::signed_in(directory, vault, store, cookies, exchange) {
        Some(signed_in) => {
            ask::decision(directory, vault, store, pages, now, transaction, &signed_in)?
        }
        None => ask::login(directory, vault, pages, transaction, None, None)?,
    };
    session::set_browser_cookie(config, cookies, cookie, &mut page);
    Ok(page.into())
}

fn user_code_form(
    config: &Config,
    pages: &Pages,
    exchange: &Exchange<'_>,
    typed: Option<&str>,
    problem: bool,
) -> HttpResponse {
    let client = exchange.application_id();
    let action = config.page_path(exchange.authority, client, "device");
    // A code that reads as one is shown as the device shows it.
    let shown = typed.map(|typed| {
        UserCode::from_typed(typed).map_or_else(|| typed.to_owned(), |code| code.to_string())
    });
    let shown = shown.as_deref().unwrap_or_default();
    pages.user_code(exchange.language(), &action, shown, problem)
}

fn unused_user_code(vault: &mut Vault, store: &Store, now: i64) -> UserCode {
    loop {
        let code = UserCode::random(&mut vault.random);
        if store.devices.get(&code.key(), now).is_none() {
            return code;
        }
    }
}
