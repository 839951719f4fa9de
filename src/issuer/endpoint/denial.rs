//! What happens when the user denies a request in one of the forms.

use crate::issuer::check::request_uri;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::response::{self, Destination};
use crate::issuer::endpoint::device::decision;
use crate::issuer::pages::Pages;
use crate::issuer::sealed::transaction::{Purpose, Transaction};
use crate::issuer::state::device_request::Decision;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// Sends the refusal to the client, or records it for the device.
pub(super) fn answer(
    directory: &Directory,
    vault: &Vault,
    store: &mut Store,
    pages: &Pages,
    now: i64,
    transaction: &Transaction,
) -> Result<Reply, Refusal> {
    match &transaction.purpose {
        Purpose::Authorize(request) => {
            let destination = Destination::of(transaction, request, now);
            request_uri::spend(vault, store, destination.client, request, now)?;
            let refusal = Refusal::UserDenied;
            response::send_refusal(directory, &vault.keys, pages, &destination, &refusal)
        }
        Purpose::Device(waiting) => {
            decision::record(vault, store, now, *waiting, Decision::Denied)?;
            Ok(pages.device_done(transaction.language, false).into())
        }
        Purpose::Logout { .. } => Err(Refusal::FormStale),
    }
}
