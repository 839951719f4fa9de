//! What the user of a device has decided.

use crate::issuer::check::user_code::UserCode;
use crate::issuer::sealed::transaction::WaitingDevice;
use crate::issuer::state::device_request::Decision;
use crate::issuer::state::shares::Place;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;

/// Records the decision about a device request that still waits for it.
pub(crate) fn record(
    vault: &Vault,
    store: &mut Store,
    now: i64,
    waiting: WaitingDevice,
    decision: Decision,
) -> Result<(), Refusal> {
    let key = UserCode(waiting.user_code).key();
    let mut request = store.waiting_device(key, waiting.id, now).ok_or(Refusal::FormStale)?.clone();
    if let Decision::Approved { subject, .. } = &decision {
        request.place = Place::kept(vault.user_number(subject));
    }
    request.decision = decision;
    let (_, expires) = store.devices.entry(&key).ok_or(Refusal::FormStale)?;
    store.devices.insert(key, request, expires, now)?;
    store.touch();
    Ok(())
}
