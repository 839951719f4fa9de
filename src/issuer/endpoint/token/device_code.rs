//! The grant `urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 sections 3.4 and 3.5).

use crate::issuer::check::user_code::UserCode;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::issue::{self, ForUser, Issuance};
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::endpoint::token::wanted;
use crate::issuer::sealed::device_code::DeviceCode;
use crate::issuer::sealed::user_grant::{RequestedClaims, UserGrant};
use crate::issuer::state::device_request::Decision;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::polling;
use crate::seconds;

/// Gives tokens for a device code, once its user has approved.
pub(super) fn redeem(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    request: TokenRequest<'_>,
) -> Result<Reply, Refusal> {
    let TokenRequest { exchange, client, parameters } = request;
    let now = exchange.now;
    let code: DeviceCode =
        vault.open(parameters.required("device_code")?).ok_or(Refusal::DeviceCodeUnknown)?;
    if code.client != client.id() || code.authority != exchange.authority {
        return Err(Refusal::DeviceCodeOtherClient);
    }
    if seconds::expired(code.expires, now, 0) {
        return Err(Refusal::DeviceCodeExpired);
    }
    let waiting = store
        .devices
        .get_mut(&UserCode(code.user_code).key(), now)
        .filter(|waiting| waiting.id == code.id)
        // The request was redeemed, it made room for others before anybody approved it, or it ended
        // with its application or with the user who approved it.
        .ok_or(Refusal::DeviceCodeSpent)?;
    let (subject, auth_time, context) = match &waiting.decision {
        Decision::Denied => return Err(Refusal::DeviceDenied),
        Decision::Pending => {
            let early =
                waiting.polled.is_some_and(|polled| now < polled.saturating_add(waiting.interval));
            waiting.polled = Some(now);
            if early {
                // RFC 8628 section 3.5: the longer interval is for this and all later polls.
                waiting.interval = waiting.interval.saturating_add(polling::SLOW_DOWN);
            }
            let interval = waiting.interval;
            store.touch();
            return Err(if early { Refusal::too_fast(interval) } else { Refusal::DevicePending });
        }
        Decision::Approved { subject, auth_time, context } => {
            (subject.clone(), *auth_time, context.clone())
        }
    };
    let user_grant = UserGrant {
        authority: exchange.authority,
        client: client.id().to_owned(),
        subject,
        scope: waiting.scope.clone(),
        resources: waiting.resources.clone(),
        details: waiting.details.clone(),
        auth_time,
        context,
        grant: code.id,
        session: None,
        claims: RequestedClaims::default(),
        epoch: store.epochs.present(),
    };
    let config = directory.config();
    let wanted = wanted::of_grant(config, request, &user_grant, None)?;
    let user = directory.require_user(&user_grant.subject)?;
    let user = ForUser { user, user_grant: &user_grant, wanted, nonce: None };
    let reply = issue::for_user(config, vault, store, request, user, Issuance::First)?;
    store.devices.remove(&UserCode(code.user_code).key());
    Ok(reply)
}
