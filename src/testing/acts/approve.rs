//! Deciding about a device, without the page on which its user types the code.

use crate::issuer::Issuer;
use crate::issuer::check::authentication;
use crate::issuer::check::user_code::UserCode;
use crate::issuer::endpoint::device::decision;
use crate::issuer::sealed::context::WantedContext;
use crate::issuer::sealed::transaction::WaitingDevice;
use crate::issuer::state::device_request::Decision;
use crate::testing::acts::whom;
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

impl Controlled {
    /// Lets a user approve the device that shows this user code, or deny it: without a user it is denied.
    ///
    /// # Errors
    /// Fails for a code that no waiting device has, and for a user who is not there or disabled.
    pub fn approve(
        &mut self,
        user_code: &str,
        user: Option<&str>,
        host: i64,
    ) -> Result<(), ControlError> {
        let now = self.time(host);
        let Issuer { directory, vault, store, .. } = &mut **self;
        let config = directory.config();
        let found = UserCode::from_typed(user_code).and_then(|code| {
            let request = store.devices.get(&code.key(), now)?;
            let is_waiting = request.decision == Decision::Pending;
            is_waiting.then_some(WaitingDevice { id: request.id, user_code: code.0 })
        });
        let waiting = found.ok_or_else(|| {
            let problem =
                "no device waits with this user code: it is unknown, expired, or decided already";
            ControlError::missing("body.userCode", problem)
        })?;
        let decision = match user {
            None => Decision::Denied,
            Some(user) => {
                let user = whom::user(directory, user)?;
                Decision::Approved {
                    subject: user.user_id.clone(),
                    auth_time: now,
                    context: authentication::of_sign_in(config, user, &WantedContext::default()),
                }
            }
        };
        decision::record(vault, store, now, waiting, decision)
            .map_err(|refusal| ControlError::by_issuer(&refusal, config.profile))
    }
}
