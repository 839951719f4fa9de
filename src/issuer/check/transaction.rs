//! Opening the transaction in the hidden field of a form that was sent.

use crate::issuer::check::own_page;
use crate::issuer::check::response_type::check_allowed;
use crate::issuer::config::{Application, Config};
use crate::issuer::directory::Directory;
use crate::issuer::profile::Profile;
use crate::issuer::sealed::transaction::{Purpose, Transaction};
use crate::issuer::vault::Vault;
use crate::issuer::wire::cookies::Cookies;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// Opens the transaction of a form, and checks that it was made by this issuer for this browser.
pub(crate) fn open(
    config: &Config,
    vault: &Vault,
    cookies: &Cookies,
    exchange: &Exchange<'_>,
    parameters: &Parameters,
) -> Result<Transaction, Refusal> {
    let transaction: Transaction = parameters
        .value("transaction")
        .and_then(|sealed| vault.open(sealed))
        .ok_or(Refusal::FormStale)?;
    if transaction.authority != exchange.authority || transaction.expires <= exchange.now {
        return Err(Refusal::FormStale);
    }
    own_page::check_browser(config, vault, cookies, exchange.request, transaction.browser)?;
    Ok(transaction)
}

/// A transaction, and the application that it is about.
pub(crate) struct Opened<'a> {
    pub(crate) application: &'a Application,
    pub(crate) transaction: Transaction,
}

/// Opens the transaction of a form that is about an application, and checks that it is the
/// application that the path names.
pub(crate) fn open_for_application<'a>(
    directory: &'a Directory,
    vault: &Vault,
    cookies: &Cookies,
    exchange: &Exchange<'_>,
    parameters: &Parameters,
) -> Result<Opened<'a>, Refusal> {
    let transaction = open(directory.config(), vault, cookies, exchange, parameters)?;
    let application = transaction
        .client
        .as_deref()
        .and_then(|client| directory.enabled_application(client))
        .filter(|application| {
            let named = exchange.application;
            named.is_none_or(|named| named.application_id == application.application_id)
        })
        .filter(|application| may_be_answered(&transaction.purpose, exchange.profile, application))
        .ok_or(Refusal::FormStale)?;
    Ok(Opened { application, transaction })
}

/// Whether the client may still be sent what it asked for. It may have changed since: a redirect URI that it
/// gave up may be somebody else's now.
fn may_be_answered(purpose: &Purpose, profile: Profile, application: &Application) -> bool {
    match purpose {
        Purpose::Authorize(request) => {
            application.may_redirect_to(&request.redirect_uri)
                && check_allowed(request.response_type, profile, application).is_ok()
        }
        Purpose::Device(_) | Purpose::Logout { .. } => true,
    }
}

/// How many seconds a page may be left open.
pub(crate) const SECONDS: i64 = 3600;
