//! The forms between a request and its answer: signing in, and saying yes or no.

use crate::issuer::check::session::{self, SignedIn};
use crate::issuer::check::transaction::{self, Opened};
use crate::issuer::check::{guess, password};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::response::{self, Destination};
use crate::issuer::endpoint::authorize::{consent, grant};
use crate::issuer::endpoint::device::decide;
use crate::issuer::endpoint::{ask, refuse};
use crate::issuer::frontend::Frontend;
use crate::issuer::pages::Pages;
use crate::issuer::sealed::transaction::{Purpose, Transaction};
use crate::issuer::state::device_request::Decision;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// The login form, as it comes back.
pub(crate) fn login(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let Frontend { pages, cookies } = frontend;
    let config = directory.config();
    let parameters = exchange.parameters()?;
    let opened =
        transaction::open_for_application(directory, vault, cookies, exchange, &parameters)?;
    if parameters.value("decision") == Some("deny") {
        return refuse_transaction(directory, vault, store, pages, exchange, &opened.transaction);
    }
    let username = parameters.value("username").unwrap_or_default();
    let password = parameters.value("password").unwrap_or_default();
    let cookie = cookies.browser(config, vault, exchange);
    let guesser = guess::of_password(vault, exchange, username, cookie, None);
    let user = match password::check(directory, store, username, password, guesser, exchange.now) {
        Ok(user) => user,
        Err(refusal @ (Refusal::PasswordWrong | Refusal::UserDisabled | Refusal::Throttled(_))) => {
            let transaction = opened.transaction;
            let problem = Pages::sentence(transaction.language, &refusal);
            let mut page =
                ask::login(directory, vault, pages, transaction, Some(username), Some(&problem))?;
            page.status = refusal.status(exchange.profile);
            if let Refusal::Throttled(seconds) = refusal {
                page = page.header("retry-after", seconds.to_string());
            }
            return Ok(page.into());
        }
        Err(refusal) => return Err(refusal),
    };
    let signed_in = session::begin(directory, vault, store, cookies, exchange, &user.user_id)?;
    // The user stays signed in even if the request has ended meanwhile. Otherwise the session would take
    // up a place, and no browser would have its cookie.
    let next = next(directory, vault, store, pages, exchange, opened, &signed_in);
    let mut reply = next.unwrap_or_else(|refusal| {
        refuse::refuse(directory, &mut vault.random, pages, exchange, &refusal)
    });
    session::set_cookie(config, vault, cookies, signed_in.id, reply.response_mut());
    let target = guess::target(vault, username);
    session::remember(config, vault, cookies, exchange, target, reply.response_mut());
    Ok(reply)
}

/// The decision form, as it comes back.
pub(crate) fn decide(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let Frontend { pages, cookies } = frontend;
    let parameters = exchange.parameters()?;
    let Opened { application, transaction } =
        transaction::open_for_application(directory, vault, cookies, exchange, &parameters)?;
    let allowed = match parameters.value("decision") {
        Some("allow") => true,
        Some("deny") => false,
        _ => return Err(Refusal::ParameterInvalid("decision", "allow or deny")),
    };
    if !allowed {
        return refuse_transaction(directory, vault, store, pages, exchange, &transaction);
    }
    // The answer is that of the person who was asked: another session cannot give it.
    let signed_in = session::signed_in(directory, vault, store, cookies, exchange)
        .filter(|signed_in| transaction.session == Some(signed_in.id))
        .ok_or(Refusal::FormStale)?;
    match transaction.purpose {
        Purpose::Authorize(request) => {
            if let Some(session) = store.sessions.get_mut(&signed_in.id, exchange.now) {
                session.consent(&application.application_id, &request.consent_scope());
                store.touch();
            }
            let language = transaction.language;
            let approved = grant::Approved { application, request: &request, language };
            grant::grant(
                directory,
                vault,
                pages,
                exchange,
                &approved,
                &signed_in,
                store.epochs.present(),
            )
        }
        Purpose::Device { id, user_code } => {
            let decision = Decision::Approved {
                subject: signed_in.session.subject,
                auth_time: signed_in.session.auth_time,
            };
            decide::decide(vault, store, exchange.now, (id, user_code), decision)?;
            Ok(pages.device_done(transaction.language, true).into())
        }
        Purpose::Logout { .. } => Err(Refusal::FormStale),
    }
}

/// Goes on with a request whose user has just signed in: to the question, or back to the client.
fn next(
    directory: &Directory,
    vault: &mut Vault,
    store: &Store,
    pages: &Pages,
    exchange: &Exchange<'_>,
    Opened { application, transaction }: Opened<'_>,
    signed_in: &SignedIn,
) -> Result<Reply, Refusal> {
    match &transaction.purpose {
        // OpenID Connect Core section 3.1.2.1: an answer about somebody else must not be given.
        Purpose::Authorize(request) if !request.is_for(&signed_in.session.subject) => {
            let destination = Destination::of(&transaction, request);
            Ok(response::send_refusal(directory, pages, &destination, &Refusal::LoginRequired))
        }
        Purpose::Authorize(request) if !consent::is_asked(application, request, signed_in) => {
            let language = transaction.language;
            let approved = grant::Approved { application, request, language };
            grant::grant(
                directory,
                vault,
                pages,
                exchange,
                &approved,
                signed_in,
                store.epochs.present(),
            )
        }
        _ => {
            let now = exchange.now;
            Ok(ask::decision(directory, vault, store, pages, now, transaction, signed_in)?.into())
        }
    }
}

/// Tells the client, or the device, that the user refused.
fn refuse_transaction(
    directory: &Directory,
    vault: &Vault,
    store: &mut Store,
    pages: &Pages,
    exchange: &Exchange<'_>,
    transaction: &Transaction,
) -> Result<Reply, Refusal> {
    match &transaction.purpose {
        Purpose::Authorize(request) => {
            let destination = Destination::of(transaction, request);
            Ok(response::send_refusal(directory, pages, &destination, &Refusal::UserDenied))
        }
        Purpose::Device { id, user_code } => {
            decide::decide(vault, store, exchange.now, (*id, *user_code), Decision::Denied)?;
            Ok(pages.device_done(transaction.language, false).into())
        }
        Purpose::Logout { .. } => Err(Refusal::FormStale),
    }
}
