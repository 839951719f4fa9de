//! The form in which somebody signs in.

use crate::issuer::check::session::{self, CurrentSession};
use crate::issuer::check::transaction::{self, Opened};
use crate::issuer::check::{authentication, browser, guess, password, subject};
use crate::issuer::config::User;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::response::{self, Destination};
use crate::issuer::endpoint::authorize::{consent, success};
#[cfg(feature = "testing")]
use crate::issuer::endpoint::decision_form;
use crate::issuer::endpoint::{ask, denial, refuse};
use crate::issuer::frontend::Frontend;
use crate::issuer::pages::Pages;
use crate::issuer::sealed::context::WantedContext;
use crate::issuer::sealed::transaction::Purpose;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::decision::Note;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response::with_fields_of;

/// Answers the form.
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
    let opened =
        transaction::open_for_application(directory, vault, cookies, exchange, &parameters)?;
    if parameters.value("decision") == Some("deny") {
        return denial::answer(directory, vault, store, pages, exchange.now, &opened.transaction);
    }
    let username = parameters.value("username").unwrap_or_default();
    let password = parameters.value("password").unwrap_or_default();
    let cookie = cookies.open_browser_cookie(config, vault, exchange.request);
    let guesser = guess::of_password(vault, exchange.source(), username, cookie, None);
    let user = match password::check(directory, store, username, password, guesser, exchange.now) {
        Ok(user) => user,
        Err(refusal @ (Refusal::PasswordWrong | Refusal::UserDisabled | Refusal::Throttled(_))) => {
            let transaction = opened.transaction;
            let problem = Pages::sentence(transaction.language, &refusal);
            let mut page =
                ask::login(directory, vault, pages, transaction, Some(username), Some(&problem))?;
            page.status = refusal.status(exchange.profile);
            let note = Note::of(&refusal, exchange.profile, None, None);
            return Ok(note.on(with_fields_of(&refusal, page).into()));
        }
        Err(refusal) => return Err(refusal),
    };
    signed_in(directory, vault, store, frontend, exchange, opened, user)
}

/// Begins the login session of a user, and continues the request.
#[cfg_attr(not(feature = "testing"), inline(always))]
pub(crate) fn signed_in(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
    opened: Opened<'_>,
    user: &User,
) -> Result<Reply, Refusal> {
    let Frontend { pages, cookies, .. } = frontend;
    let config = directory.config();
    let wanted = match &opened.transaction.purpose {
        Purpose::Authorize(request) => &request.context,
        _ => &WantedContext::default(),
    };
    // Before the session begins, because the host may have to be asked about claims first.
    if let Purpose::Authorize(request) = &opened.transaction.purpose
        && let Err(refusal) =
            success::told(directory, exchange, opened.application, request, &user.user_id)
    {
        let destination = Destination::of(&opened.transaction, request, exchange.now);
        return response::refuse_unless_asked(directory, &vault.keys, pages, &destination, refusal);
    }
    let context = authentication::of_sign_in(config, user, wanted);
    let id = &user.user_id;
    let current = session::begin(directory, vault, store, cookies, exchange, id, context)?;
    // The user stays signed in even if the request has ended in the meantime. Otherwise the session
    // would take up a place although no browser has its cookie.
    let answer = go_on(directory, vault, store, frontend, exchange, opened, &current);
    let mut reply = answer.unwrap_or_else(|refusal| {
        refuse::refuse(directory, &mut vault.random, pages, exchange, &refusal)
    });
    session::set_cookie(config, vault, cookies, current.id, reply.response_mut());
    let user = guess::username_number(vault, &user.username);
    browser::remember(config, vault, cookies, exchange.request, user, reply.response_mut());
    Ok(reply)
}

/// Continues a request whose user has just signed in: with the page that asks for consent, or with
/// a response to the client.
fn go_on(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
    Opened { application, transaction }: Opened<'_>,
    current: &CurrentSession,
) -> Result<Reply, Refusal> {
    let pages = &frontend.pages;
    let config = directory.config();
    let known_as = subject::of(vault, application, &current.session.subject);
    match &transaction.purpose {
        // OpenID Connect Core section 3.1.2.1: the response must not be about another user.
        Purpose::Authorize(request) if !request.is_for(&known_as) => {
            let destination = Destination::of(&transaction, request, exchange.now);
            let refusal = Refusal::LoginRequired;
            response::send_refusal(directory, &vault.keys, pages, &destination, &refusal)
        }
        // OpenID Connect Core section 5.5.1.1: the user cannot sign in as the request insists on.
        Purpose::Authorize(request)
            if request.context.essential
                && !authentication::meets(config, &current.session.context, &request.context) =>
        {
            let destination = Destination::of(&transaction, request, exchange.now);
            let refusal = Refusal::AuthenticationUnmet;
            response::send_refusal(directory, &vault.keys, pages, &destination, &refusal)
        }
        Purpose::Authorize(request) if !consent::is_asked(application, request, current) => {
            let language = transaction.language;
            let approved = success::Approved {
                application,
                request,
                language,
                session: current,
                epoch: store.epochs.present(),
            };
            success::send(directory, vault, store, pages, exchange, &approved)
        }
        #[cfg(feature = "testing")]
        _ if frontend.automatic.consent => {
            let opened = Opened { application, transaction };
            decision_form::allowed(
                directory,
                vault,
                store,
                frontend,
                exchange,
                opened,
                current.clone(),
            )
        }
        _ => {
            let now = exchange.now;
            Ok(ask::decision(directory, vault, store, pages, now, transaction, current)?.into())
        }
    }
}
