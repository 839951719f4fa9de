//! The user who approves a device while it polls.

use crate::http::HttpRequest;
use crate::issuer::Issuer;
use crate::issuer::check::authentication;
use crate::issuer::endpoint::device::decision;
use crate::issuer::sealed::context::WantedContext;
use crate::issuer::sealed::device_code::DeviceCode;
use crate::issuer::sealed::transaction::WaitingDevice;
use crate::issuer::state::device_request::Decision;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::route;

/// Approves the device whose code the request has, in the name of the user with this username. It changes nothing if
/// the request has no code that waits, or there is no such user: then the issuer says what is wrong.
pub(crate) fn approve_device(issuer: &mut Issuer, request: &HttpRequest, username: &str, now: i64) {
    let config = issuer.directory.config();
    let (_, query) = route::split(&request.url, config);
    let Ok(parameters) = Parameters::read(request, query, config.profile) else {
        return;
    };
    let code =
        parameters.value("device_code").and_then(|code| issuer.vault.open::<DeviceCode>(code));
    let (Some(code), Some(user)) = (code, issuer.directory.find_user_by_name(username)) else {
        return;
    };
    let approved = Decision::Approved {
        subject: user.user_id.clone(),
        auth_time: now,
        context: authentication::of_sign_in(config, user, &WantedContext::default()),
    };
    let waiting = WaitingDevice { id: code.id, user_code: code.user_code };
    // A request that no longer waits is refused by the issuer.
    drop(decision::record(&issuer.vault, &mut issuer.store, now, waiting, approved));
}
