//! The authorization endpoint (RFC 6749 section 4.1.1, OpenID Connect Core sections 3.1.2 and
//! 3.2.2).

use crate::issuer::check::browser::{self, Browser};
use crate::issuer::check::response_mode::ResponseMode;
use crate::issuer::check::session::CurrentSession;
use crate::issuer::check::{
    authentication, id_token_hint, request_object, request_uri, session, subject, transaction,
};
use crate::issuer::config::Application;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::ask;
use crate::issuer::endpoint::authorize::checks::{Checked, Input};
use crate::issuer::endpoint::authorize::response::Destination;
#[cfg(feature = "testing")]
use crate::issuer::endpoint::automatic;
use crate::issuer::frontend::Frontend;
use crate::issuer::sealed::authorization_request::AuthorizationRequest;
use crate::issuer::sealed::transaction::{Purpose, Transaction};
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

pub(crate) mod checks;
pub(crate) mod consent;
pub(crate) mod prompt;
pub(crate) mod response;
pub(crate) mod success;

/// Answers an authorization request, with a page for the user or with a response to the client.
pub(crate) fn answer(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let parameters = exchange.parameters()?;
    // RFC 6749 section 4.1.2.1: until the client and its redirect URI are known to be good, a
    // refusal must not be sent by redirect.
    let application = requesting_application(directory, exchange.application, &parameters)?;
    // RFC 9126 section 4, RFC 9101 section 5: a pushed request replaces the parameters beside its
    // reference.
    let opened = request_uri::open(store, exchange, &parameters, &application.application_id)?;
    let is_pushed = opened.is_some();
    let pushed = opened.as_ref().and_then(|opened| opened.id);
    let config = directory.config();
    let (parameters, hinted) = match opened.map(|opened| opened.request) {
        Some(pushed) => (pushed.parameters, Ok(pushed.hinted)),
        None => match request_object::expand(config, exchange, &parameters, application) {
            Ok(signed) => {
                let parameters = signed.unwrap_or(parameters);
                let hint = id_token_hint::read(config, &vault.keys, exchange, &parameters);
                let known = |hint| subject::hinted(directory, vault, hint, application);
                (parameters, hint.map(|hint| hint.map(known)))
            }
            // The client is told of it only where the redirect URI beside it is good.
            Err(refusal) => {
                checks::registered_redirect_uri(&parameters, application)
                    .map_err(|_| refusal.clone())?;
                (parameters, Err(refusal))
            }
        },
    };
    let redirect_uri = checks::registered_redirect_uri(&parameters, application)?;
    let language = Language::choose(
        parameters.value("ui_locales"),
        exchange.request.headers.value("accept-language"),
    );
    let push_required = exchange.profile.pushed_requests_only()
        || application.require_pushed_authorization_requests;
    let checked = if push_required && !is_pushed {
        Err(Refusal::PushRequired)
    } else {
        hinted.and_then(|hinted| {
            checks::check(&Input {
                config,
                directory,
                parameters: &parameters,
                application,
                hinted: hinted.as_deref(),
                pushed,
            })
        })
    };
    let answer = checked.and_then(|checked| {
        let login_hint = parameters.value("login_hint");
        let request = Waiting { application, checked, language, login_hint };
        proceed(directory, vault, store, frontend, exchange, request)
    });
    answer.or_else(|refusal| {
        let destination = Destination {
            authority: exchange.authority,
            client: &application.application_id,
            redirect_uri,
            state: parameters.value("state"),
            mode: ResponseMode::of(&parameters),
            language,
            now: exchange.now,
        };
        response::refuse_unless_asked(
            directory,
            &vault.keys,
            &frontend.pages,
            &destination,
            refusal,
        )
    })
}

/// A request that has passed all checks.
struct Waiting<'a> {
    application: &'a Application,
    checked: Checked,
    language: Language,
    login_hint: Option<&'a str>,
}

/// The application of `client_id`. If the path names an application, it must be the same.
fn requesting_application<'a>(
    directory: &'a Directory,
    of_path: Option<&'a Application>,
    parameters: &Parameters,
) -> Result<&'a Application, Refusal> {
    let id = parameters.required("client_id")?;
    match of_path {
        Some(application) if application.application_id == id => Ok(application),
        Some(_) => Err(Refusal::ClientOther),
        None => directory.require_application(id),
    }
}

/// Answers a request that has passed all checks: with a page for the user, or at once with a
/// response to the client.
fn proceed(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
    waiting: Waiting<'_>,
) -> Result<Reply, Refusal> {
    let Frontend { pages, cookies, .. } = frontend;
    let Waiting { application, checked, language, login_hint } = waiting;
    let Checked { request, prompt, max_age } = checked;
    let current = session::current(directory, vault, store, cookies, exchange)
        .filter(|current| !prompt.login && is_fresh(current, max_age, exchange.now))
        .filter(|current| {
            request.is_for(&subject::of(vault, application, &current.session.subject))
        })
        .filter(|current| {
            authentication::meets(directory.config(), &current.session.context, &request.context)
        })
        .filter(|current| {
            !prompt.none
                || login_hint
                    .is_none_or(|hint| is_hinted(directory, vault, application, current, hint))
        });
    if let Some(session) = &current
        && !consent::is_asked(application, &request, session)
    {
        let approved = success::Approved {
            application,
            request: &request,
            language,
            session,
            epoch: store.epochs.present(),
        };
        return success::send(directory, vault, store, pages, exchange, &approved);
    }
    if prompt.none {
        return Err(match current {
            Some(_) => Refusal::ConsentRequired,
            None => Refusal::LoginRequired,
        });
    }
    let Browser { id: browser, new_cookie } =
        browser::identify(directory.config(), vault, cookies, exchange.request);
    let transaction = begin(exchange, browser, application, request, language);
    #[cfg(feature = "testing")]
    if let Some(mut reply) = automatic::proceed(
        directory,
        vault,
        store,
        frontend,
        exchange,
        automatic::Waiting { transaction: &transaction, current: current.as_ref(), login_hint },
    )? {
        browser::set_cookie(directory.config(), cookies, new_cookie, reply.response_mut());
        return Ok(reply);
    }
    let mut page = match &current {
        Some(current) => {
            ask::decision(directory, vault, store, pages, exchange.now, transaction, current)?
        }
        None => ask::login(directory, vault, pages, transaction, login_hint, None)?,
    };
    browser::set_cookie(directory.config(), cookies, new_cookie, &mut page);
    Ok(page.into())
}

/// Whether a login_hint may mean the user who is signed in: a page that nobody sees cannot ask (OpenID
/// Connect Core section 3.1.2.1). Clients hint at users by their username, their `sub`, or by claims that they
/// may type to sign in.
fn is_hinted(
    directory: &Directory,
    vault: &Vault,
    application: &Application,
    current: &CurrentSession,
    hint: &str,
) -> bool {
    directory.enabled_user(&current.session.subject).is_some_and(|user| {
        hint == user.username
            || hint == subject::of(vault, application, &user.user_id)
            || user.has_address(hint)
    })
}

/// Whether the user signed in recently enough for `max_age`.
fn is_fresh(current: &CurrentSession, max_age: Option<i64>, now: i64) -> bool {
    let age = now.saturating_sub(current.session.auth_time);
    max_age.is_none_or(|max_age| max_age > 0 && age <= max_age)
}

/// The transaction in which a request waits for the user of a browser.
fn begin(
    exchange: &Exchange<'_>,
    browser: u128,
    application: &Application,
    request: AuthorizationRequest,
    language: Language,
) -> Transaction {
    Transaction {
        authority: exchange.authority,
        client: Some(application.application_id.clone()),
        browser,
        session: None,
        expires: exchange.now.saturating_add(transaction::SECONDS),
        language,
        purpose: Purpose::Authorize(Box::new(request)),
    }
}
