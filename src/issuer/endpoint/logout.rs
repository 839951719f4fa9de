//! The logout endpoint (OpenID Connect RP-Initiated Logout).

use crate::form;
use crate::issuer::check::browser::{self, Browser};
use crate::issuer::check::subject;
use crate::issuer::check::{id_token_hint, session, transaction};
use crate::issuer::config::{Application, Config};
use crate::issuer::directory::Directory;
use crate::issuer::frontend::Frontend;
use crate::issuer::pages::{Form, Pages};
use crate::issuer::sealed::transaction::{Purpose, Transaction};
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response;

/// Signs out at once if the id_token_hint was made in the login session of this browser, expired or
/// not. Only the client of that session has it, so nobody else can have sent the user here.
/// Otherwise the user is asked, as section 2 requires. The hint names the client, and the browser
/// is redirected to registered URIs only (section 3).
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
    let hint = id_token_hint::read(config, &vault.keys, exchange, &parameters)?;
    let hinted_client = hint.as_ref().map(|hint| hint.client.as_str());
    let application =
        leaving_application(directory, exchange.application, &parameters, hinted_client)?;
    let redirect_uri = match parameters.value("post_logout_redirect_uri") {
        None => None,
        Some(uri) => match &application {
            Some(application) if application.may_leave_to(uri) => Some(uri.to_owned()),
            Some(_) => return Err(Refusal::LogoutUriUnregistered),
            None => return Err(Refusal::LogoutClientMissing),
        },
    };
    let purpose =
        Purpose::Logout { redirect_uri, state: parameters.value("state").map(str::to_owned) };
    let Some(current) = session::current(directory, vault, store, cookies, exchange) else {
        return Ok(signed_out(pages, &purpose, exchange.language()));
    };
    let is_of_current = hint.is_some_and(|hint| {
        // If there is a hint, the application is its client.
        let user = &current.session.subject;
        application.is_some_and(|one| hint.is_of(&current, &subject::of(vault, one, user)))
    });
    if is_of_current {
        let language = exchange.language();
        return Ok(end_and_go(config, store, frontend, current.id, &purpose, language));
    }
    let Browser { id: browser, new_cookie } =
        browser::identify(config, vault, cookies, exchange.request);
    let client = application.map(|application| application.application_id.clone());
    let client_id = client.as_deref().unwrap_or_default();
    let action = config.page_path(exchange.authority, client_id, "signout");
    let transaction = Transaction {
        authority: exchange.authority,
        client,
        browser,
        session: Some(current.id),
        expires: exchange.now.saturating_add(transaction::SECONDS),
        language: exchange.language(),
        purpose,
    };
    let sealed = vault.seal(&transaction);
    let user = directory.enabled_user(&current.session.subject);
    let mut page = pages.logout(
        transaction.language,
        &Form { action: &action, transaction: &sealed },
        user.map_or("", |user| &user.username),
    );
    browser::set_cookie(config, cookies, new_cookie, &mut page);
    Ok(page.into())
}

/// Ends the session, and sends the browser where the request says.
pub(super) fn end_and_go(
    config: &Config,
    store: &mut Store,
    frontend: &Frontend,
    session: u128,
    purpose: &Purpose,
    language: Language,
) -> Reply {
    session::end(store, session);
    let mut reply = signed_out(&frontend.pages, purpose, language);
    session::clear_cookie(config, &frontend.cookies, reply.response_mut());
    reply
}

/// Redirects to the client, or says that the user has signed out.
fn signed_out(pages: &Pages, purpose: &Purpose, language: Language) -> Reply {
    match purpose {
        Purpose::Logout { redirect_uri: Some(uri), state } => {
            let mut location = uri.clone();
            if state.is_some() && !location.contains('?') {
                location.push('?');
            }
            let mut query = form::Encoder::after(location);
            query.optional("state", state.as_deref());
            response::see_other(query.finish()).into()
        }
        _ => pages.signed_out(language).into(),
    }
}

/// The client that asks for the logout, by the path, `client_id` or the id_token_hint.
fn leaving_application<'a>(
    directory: &'a Directory,
    of_path: Option<&Application>,
    parameters: &Parameters,
    hinted_client: Option<&str>,
) -> Result<Option<&'a Application>, Refusal> {
    let of_path = of_path.map(|application| application.application_id.as_str());
    let named = parameters.value("client_id");
    let mut names = [of_path, named, hinted_client].into_iter().flatten();
    let Some(first) = names.next() else {
        return Ok(None);
    };
    // Section 2: client_id must be the client to which the id_token was issued.
    if names.any(|other| other != first) {
        return Err(Refusal::ClientOther);
    }
    directory.require_application(first).map(Some)
}
