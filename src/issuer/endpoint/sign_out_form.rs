//! The form that asks whether to sign out (OpenID Connect RP-Initiated Logout section 2).

use crate::issuer::check::{session, transaction};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::logout;
use crate::issuer::frontend::Frontend;
use crate::issuer::sealed::transaction::{Purpose, Transaction};
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// Answers the form.
pub(crate) fn answer(
    directory: &Directory,
    vault: &Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let config = directory.config();
    let parameters = exchange.parameters()?;
    let transaction = transaction::open(config, vault, &frontend.cookies, exchange, &parameters)?;
    let session = transaction.session.ok_or(Refusal::FormStale)?;
    if !matches!(transaction.purpose, Purpose::Logout { .. }) {
        return Err(Refusal::FormStale);
    }
    match parameters.value("decision") {
        // A form that was sent without any button means the first one.
        None | Some("allow") => {
            let Transaction { client, mut purpose, language, .. } = transaction;
            let application = client.and_then(|id| directory.enabled_application(&id));
            if let Purpose::Logout { redirect_uri, .. } = &mut purpose {
                // The client may have given it up since the page was made.
                redirect_uri.take_if(|uri| !application.is_some_and(|one| one.may_leave_to(uri)));
            }
            Ok(logout::end_and_go(config, store, frontend, session, &purpose, language))
        }
        // Section 3: the browser goes back to the client only after a logout.
        Some("deny") => Ok(stay(directory, vault, store, frontend, exchange, transaction.language)),
        Some(_) => Err(Refusal::ParameterInvalid(&("decision", "allow or deny"))),
    }
}

/// The page that says that the user is still signed in.
fn stay(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
    language: Language,
) -> Reply {
    let Frontend { pages, cookies, .. } = frontend;
    let user = session::current(directory, vault, store, cookies, exchange)
        .and_then(|one| directory.enabled_user(&one.session.subject));
    match user {
        Some(user) => pages.stayed(language, &user.username).into(),
        // The session was ended elsewhere in the meantime.
        None => pages.signed_out(language).into(),
    }
}
