//! The grant `urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 sections 3.4 and 3.5).

use crate::seconds;

use super::issue::{Occasion, User};
use crate::issuer::client::Client;
use crate::issuer::parameters::Parameters;
use crate::issuer::refusal::Refusal;
use crate::issuer::sealed::{DeviceCode, RequestedClaims, SignIn};
use crate::issuer::store::Decision;
use crate::issuer::user_code::UserCode;
use crate::issuer::{Answer, Exchange, Issuer};

impl Issuer {
    pub(super) fn device_code(
        &mut self,
        exchange: &Exchange<'_>,
        client: &Client,
        parameters: &Parameters,
    ) -> Answer {
        let now = exchange.now;
        let code: DeviceCode = self
            .sealer
            .open(parameters.required("device_code")?)
            .ok_or(Refusal::DeviceCodeUnknown)?;
        if code.client != client.id() || code.authority != exchange.authority {
            return Err(Refusal::DeviceCodeOtherClient);
        }
        if seconds::expired(code.expires, now, 0) {
            return Err(Refusal::DeviceCodeExpired);
        }
        let request = self
            .store
            .devices
            .get_mut(&UserCode(code.user_code).key(), now)
            .filter(|request| request.id == code.id)
            // The request was redeemed, it made room for others before anybody approved it, or it ended
            // with its application or with the user who approved it.
            .ok_or(Refusal::DeviceCodeSpent)?;
        let (subject, auth_time) = match &request.decision {
            Decision::Denied => return Err(Refusal::DeviceDenied),
            Decision::Pending => {
                let early = request
                    .polled
                    .is_some_and(|polled| now < polled.saturating_add(request.interval));
                request.polled = Some(now);
                if early {
                    // RFC 8628 section 3.5: for this and all later polls.
                    request.interval = request.interval.saturating_add(SLOWER);
                }
                let interval = request.interval;
                self.touch();
                return Err(if early {
                    Refusal::DeviceTooFast(interval)
                } else {
                    Refusal::DevicePending
                });
            }
            Decision::Approved { subject, auth_time } => (subject.clone(), *auth_time),
        };
        let scope = request.scope.clone();
        let user = self.known_user(&subject)?;
        let sign_in = SignIn {
            authority: exchange.authority,
            client: client.id().to_owned(),
            subject,
            scope: scope.clone(),
            auth_time,
            grant: code.id,
            session: None,
            claims: RequestedClaims::default(),
            epoch: self.standing.epoch(),
        };
        let reply = self.issue_for_user(
            exchange,
            client,
            User { user: &user, sign_in: &sign_in, scope: &scope, nonce: None },
            Occasion::First,
        )?;
        self.store.devices.remove(&UserCode(code.user_code).key());
        Ok(reply)
    }
}

/// RFC 8628 section 3.5: `slow_down` adds five seconds.
const SLOWER: i64 = 5;
