//! The form in which somebody allows or denies what a client or a device asks for.

use crate::issuer::check::session::{self, CurrentSession};
use crate::issuer::check::transaction::{self, Opened};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::response::{self, Destination};
use crate::issuer::endpoint::authorize::success;
use crate::issuer::endpoint::denial;
use crate::issuer::endpoint::device::decision;
use crate::issuer::frontend::Frontend;
use crate::issuer::sealed::transaction::Purpose;
use crate::issuer::state::device_request::Decision;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// Answers the form.
pub(crate) fn answer(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let Frontend { pages, cookies, .. } = frontend;
    let parameters = exchange.parameters()?;
    let opened =
        transaction::open_for_application(directory, vault, cookies, exchange, &parameters)?;
    let is_allowed = match parameters.value("decision") {
        Some("allow") => true,
        Some("deny") => false,
        _ => return Err(Refusal::ParameterInvalid(&("decision", "allow or deny"))),
    };
    if !is_allowed {
        return denial::answer(directory, vault, store, pages, exchange.now, &opened.transaction);
    }
    // Only the user who was asked can decide, so the login session must be the same.
    let current = session::current(directory, vault, store, cookies, exchange)
        .filter(|current| opened.transaction.session == Some(current.id))
        .ok_or(Refusal::FormStale)?;
    allowed(directory, vault, store, frontend, exchange, opened, current)
}

/// Gives what the user of a login session has agreed to.
#[cfg_attr(not(feature = "testing"), inline(always))]
pub(crate) fn allowed(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
    Opened { application, transaction }: Opened<'_>,
    current: CurrentSession,
) -> Result<Reply, Refusal> {
    let pages = &frontend.pages;
    match transaction.purpose {
        Purpose::Authorize(ref request) => {
            // Before the consent is kept, because the host may have to be asked about claims first.
            let subject = &current.session.subject;
            if let Err(refusal) = success::told(directory, exchange, application, request, subject)
            {
                let destination = Destination::of(&transaction, request, exchange.now);
                return response::refuse_unless_asked(
                    directory,
                    &vault.keys,
                    pages,
                    &destination,
                    refusal,
                );
            }
            if let Some(session) = store.sessions.get_mut(&current.id, exchange.now) {
                session.consent(&application.application_id, &request.consent_key());
                store.touch();
            }
            let language = transaction.language;
            let approved = success::Approved {
                application,
                request,
                language,
                session: &current,
                epoch: store.epochs.present(),
            };
            success::send(directory, vault, store, pages, exchange, &approved)
        }
        Purpose::Device(waiting) => {
            let decision = Decision::Approved {
                subject: current.session.subject,
                auth_time: current.session.auth_time,
                context: current.session.context,
            };
            decision::record(vault, store, exchange.now, waiting, decision)?;
            Ok(pages.device_done(transaction.language, true).into())
        }
        Purpose::Logout { .. } => Err(Refusal::FormStale),
    }
}
