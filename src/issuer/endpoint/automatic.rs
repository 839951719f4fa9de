//! Signing in and agreeing without anybody: what the forms would do, in their own code.

use crate::issuer::automatic::Automatic;
use crate::issuer::check::session::CurrentSession;
use crate::issuer::check::transaction::Opened;
use crate::issuer::config::User;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::{decision_form, login_form};
use crate::issuer::frontend::Frontend;
use crate::issuer::sealed::transaction::Transaction;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// A request that waits for its user.
pub(crate) struct Waiting<'a> {
    pub(crate) transaction: &'a Transaction,
    /// The login session; none while nobody is signed in.
    pub(crate) current: Option<&'a CurrentSession>,
    pub(crate) login_hint: Option<&'a str>,
}

/// Continues a request that waits for its user, as if the form had been sent on which it would wait. None if
/// it does wait.
pub(crate) fn proceed(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
    Waiting { transaction, current, login_hint }: Waiting<'_>,
) -> Result<Option<Reply>, Refusal> {
    let client = transaction.client.as_deref().ok_or(Refusal::FormStale)?;
    let application = directory.enabled_application(client).ok_or(Refusal::FormStale)?;
    let opened = Opened { application, transaction: transaction.clone() };
    if let Some(current) = current {
        let agreed = frontend.automatic.consent.then(|| {
            decision_form::allowed(
                directory,
                vault,
                store,
                frontend,
                exchange,
                opened,
                current.clone(),
            )
        });
        return agreed.transpose();
    }
    let Some(user) = user(directory, &frontend.automatic, login_hint) else {
        return Ok(None);
    };
    login_form::signed_in(directory, vault, store, frontend, exchange, opened, user).map(Some)
}

/// Who signs in by themselves. Nobody does whose user is gone or disabled: then the page is shown.
fn user<'a>(
    directory: &'a Directory,
    automatic: &Automatic,
    login_hint: Option<&str>,
) -> Option<&'a User> {
    let hint = login_hint.filter(|_| automatic.by_login_hint);
    let hinted = hint.and_then(|hint| {
        directory
            .find_user_called(hint)
            .or_else(|| directory.config().users.iter().find(|user| user.has_address(hint)))
    });
    let usual = || directory.find_user_called(automatic.user.as_deref()?);
    hinted.or_else(usual).filter(|user| !user.disabled)
}
