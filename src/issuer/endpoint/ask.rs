//! The two pages on which a request waits for its user.

use crate::http::HttpResponse;
use crate::issuer::check::authorization_details;
use crate::issuer::check::session::CurrentSession;
use crate::issuer::check::user_code::UserCode;
use crate::issuer::directory::Directory;
use crate::issuer::pages::{Asked, Form, Pages};
use crate::issuer::sealed::transaction::{Purpose, Transaction, WaitingDevice};
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;

/// The page on which the user signs in to continue a transaction.
pub(crate) fn login(
    directory: &Directory,
    vault: &mut Vault,
    pages: &Pages,
    transaction: Transaction,
    username: Option<&str>,
    problem: Option<&str>,
) -> Result<HttpResponse, Refusal> {
    let client = transaction.client.as_deref().ok_or(Refusal::FormStale)?;
    let application = directory.enabled_application(client).ok_or(Refusal::FormStale)?;
    let action = directory.config().page_path(transaction.authority, client, "login");
    let sealed = vault.seal(&transaction);
    let form = Form { action: &action, transaction: &sealed };
    let name = application.display_name();
    Ok(pages.login(transaction.language, &form, name, username, problem))
}

/// The page that asks the user whether the client gets access.
pub(crate) fn decision(
    directory: &Directory,
    vault: &mut Vault,
    store: &Store,
    pages: &Pages,
    now: i64,
    transaction: Transaction,
    current: &CurrentSession,
) -> Result<HttpResponse, Refusal> {
    let client = transaction.client.as_deref().ok_or(Refusal::FormStale)?;
    let application = directory.enabled_application(client).ok_or(Refusal::FormStale)?;
    let user = directory.enabled_user(&current.session.subject).ok_or(Refusal::FormStale)?;
    let action = directory.config().page_path(transaction.authority, client, "decision");
    let (scope, details, code) = match &transaction.purpose {
        Purpose::Authorize(request) => {
            (request.consent_scope(), authorization_details::shown(&request.details), None)
        }
        Purpose::Device(WaitingDevice { id, user_code }) => {
            let code = UserCode(*user_code);
            let request = store.waiting_device(code.key(), *id, now).ok_or(Refusal::FormStale)?;
            let all = core::iter::once(&request.scope).chain(&request.resources);
            let all: Vec<&str> = all.map(String::as_str).collect();
            (all.join(" "), authorization_details::shown(&request.details), Some(code.to_string()))
        }
        Purpose::Logout { .. } => return Err(Refusal::FormStale),
    };
    let transaction = Transaction { session: Some(current.id), ..transaction };
    let sealed = vault.seal(&transaction);
    Ok(pages.decision(
        transaction.language,
        &Form { action: &action, transaction: &sealed },
        application.display_name(),
        &user.username,
        &Asked { scope: &scope, details: &details, user_code: code.as_deref() },
    ))
}
