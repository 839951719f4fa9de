//! The hidden field of a form, as it comes back.

use crate::issuer::check::own_page;
use crate::issuer::config::{Application, Config};
use crate::issuer::directory::Directory;
use crate::issuer::sealed::transaction::Transaction;
use crate::issuer::vault::Vault;
use crate::issuer::wire::cookies::Cookies;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// Opens the transaction of a form and checks that it belongs here, and to this browser.
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
    own_page::check_browser(config, vault, cookies, exchange, transaction.browser)?;
    Ok(transaction)
}

/// The application that a transaction is about, if it is the one that the path names.
pub(crate) fn application<'a>(
    directory: &'a Directory,
    exchange: &Exchange<'_>,
    transaction: &Transaction,
) -> Result<&'a Application, Refusal> {
    transaction
        .client
        .as_deref()
        .and_then(|client| directory.application(client))
        .filter(|application| match exchange.application {
            Some(named) => named.application_id == application.application_id,
            None => true,
        })
        .ok_or(Refusal::FormStale)
}

/// How long a page may be left open, in seconds.
pub(crate) const SECONDS: i64 = 3600;
