//! The page where the user of a device types its code (RFC 8628 section 3.3).

use crate::http::HttpResponse;

use crate::issuer::check::browser::{self, Browser};
use crate::issuer::check::user_code::UserCode;
use crate::issuer::check::{guess, own_page, session, transaction};
use crate::issuer::config::Config;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::ask;
#[cfg(feature = "testing")]
use crate::issuer::endpoint::automatic;
use crate::issuer::frontend::Frontend;
use crate::issuer::pages::Pages;
use crate::issuer::sealed::transaction::{Purpose, Transaction, WaitingDevice};
use crate::issuer::state::device_request::Decision;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::authority::Authority;
#[cfg(feature = "testing")]
use crate::issuer::wire::decision::Note;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// Shows the page that asks for the user code. A code in the URL is filled in, but the user still
/// has to confirm that the device shows the same (RFC 8628 section 3.3.1).
pub(crate) fn show(
    config: &Config,
    vault: &mut Vault,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let Frontend { pages, cookies, .. } = frontend;
    let parameters = exchange.parameters()?;
    // Wrong codes are counted for each browser, so the browser needs a cookie before the first
    // code.
    let Browser { new_cookie, .. } = browser::identify(config, vault, cookies, exchange.request);
    let typed = parameters.value("user_code");
    let mut page = user_code_form(config, pages, exchange, typed, false);
    browser::set_cookie(config, cookies, new_cookie, &mut page);
    Ok(page.into())
}

/// Answers the form with the code that the user typed. Wrong codes are counted, and a right one
/// does not reset the count (RFC 8628 section 5.1): see [`guess::of_user_code`].
pub(crate) fn answer(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let Frontend { pages, cookies, .. } = frontend;
    let config = directory.config();
    let parameters = exchange.parameters()?;
    // Without this check any page that somebody visits could send wrong codes, and use up the
    // guesses of their network.
    own_page::check(config, exchange.request)?;
    let now = exchange.now;
    let Browser { id: browser, new_cookie } =
        browser::identify(config, vault, cookies, exchange.request);
    let known = cookies.open_browser_cookie(config, vault, exchange.request);
    let guesser = guess::of_user_code(vault, exchange.source(), known);
    if let Some(wait) = store.user_codes.wait(guesser, now) {
        return Err(Refusal::throttled(wait));
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
        browser::set_cookie(config, cookies, new_cookie, &mut page);
        #[cfg(feature = "testing")]
        return Ok(
            Note::of(&Refusal::UserCodeUnknown, exchange.profile, None, None).on(page.into())
        );
        #[cfg(not(feature = "testing"))]
        return Ok(page.into());
    };
    let transaction = Transaction {
        authority: exchange.authority,
        client: Some(client),
        browser,
        session: None,
        expires: now.saturating_add(transaction::SECONDS),
        language: exchange.language(),
        purpose: Purpose::Device(WaitingDevice { id, user_code: code.0 }),
    };
    let current = session::current(directory, vault, store, cookies, exchange);
    #[cfg(feature = "testing")]
    if let Some(mut reply) = automatic::proceed(
        directory,
        vault,
        store,
        frontend,
        exchange,
        automatic::Waiting {
            transaction: &transaction,
            current: current.as_ref(),
            login_hint: None,
        },
    )? {
        browser::set_cookie(config, cookies, new_cookie, reply.response_mut());
        return Ok(reply);
    }
    let mut page = match current {
        Some(current) => ask::decision(directory, vault, store, pages, now, transaction, &current)?,
        None => ask::login(directory, vault, pages, transaction, None, None)?,
    };
    browser::set_cookie(config, cookies, new_cookie, &mut page);
    Ok(page.into())
}

/// The page, with what was typed before.
fn user_code_form(
    config: &Config,
    pages: &Pages,
    exchange: &Exchange<'_>,
    typed: Option<&str>,
    problem: bool,
) -> HttpResponse {
    let client = exchange.application_id();
    let action = config.page_path(exchange.authority, client, "device");
    // A well-formed code is shown in the form in which the device shows it.
    let shown = typed.map(|typed| {
        UserCode::from_typed(typed).map_or_else(|| typed.to_owned(), |code| code.to_string())
    });
    let shown = shown.as_deref().unwrap_or_default();
    pages.user_code(exchange.language(), &action, shown, problem)
}
