//! The device flow (RFC 8628).

use core::time::Duration;

use super::OnlineClient;
use super::error::OnlineError;
use super::keys::HeldKeys;
use crate::client::device::{Decision, DeviceAuthorization, Polling};
use crate::client::token::{DeviceCode, Expected, TokenSet};
use crate::http::HttpResponse;

impl OnlineClient {
    /// Begins to sign in on a device: show its user code and its page.
    ///
    /// # Errors
    /// Fails if the server has no such endpoint, refuses, or cannot be reached.
    pub async fn start_device(
        &self,
        scope: Option<&str>,
    ) -> Result<DeviceAuthorization, OnlineError> {
        let request = self.client.device_authorization_request(scope, &[])?;
        let response = self.send(request).await?;
        let device = self.client.parse_device_authorization(&response, self.now())?;
        let is_openid = scope.unwrap_or_default().split(' ').any(|scope| scope == "openid");
        Ok(DeviceAuthorization { is_openid, ..device })
    }

    /// Asks again and again, as often as the server allows, until the user has decided. A server that cannot be reached
    /// or is overloaded for a while is asked again. If `openid` was asked for, a poll is only sent once the
    /// server's keys are there.
    ///
    /// # Errors
    /// [`OnlineError::Denied`] and [`OnlineError::Expired`], and if the server refuses for another reason, or does not give
    /// its keys.
    pub async fn poll_device(&self, device: &DeviceAuthorization) -> Result<TokenSet, OnlineError> {
        let mut polling = Polling::new(device);
        let mut seconds = polling.interval();
        loop {
            let deadline = device.deadline().unwrap_or(i64::MAX);
            let wait = seconds.min(deadline.saturating_sub(self.now()));
            tokio::time::sleep(Duration::from_secs(u64::try_from(wait).unwrap_or_default())).await;
            if self.now() >= deadline {
                return Err(OnlineError::Expired);
            }
            let decision = match self.poll(device).await {
                Ok((response, held)) => {
                    let expected = Expected { by_secret: self.by_secret, ..Expected::default() };
                    match self.client.parse_tokens(&response, &expected, self.now()) {
                        Ok(tokens) => return self.verified(tokens, held).await,
                        Err(error) => polling.decide(Err(error), self.now()),
                    }
                }
                Err(OnlineError::Network(_)) => polling.unreachable(self.now()),
                // Of the keys, whose answer says nothing about the device.
                Err(OnlineError::Protocol(error)) if error.is_temporary() => {
                    polling.unreachable(self.now())
                }
                Err(error) => return Err(error),
            };
            seconds = match decision {
                Decision::Wait { seconds, .. } => seconds,
                Decision::Done(tokens) => return Ok(*tokens),
                Decision::Denied => return Err(OnlineError::Denied),
                Decision::Expired => return Err(OnlineError::Expired),
                Decision::Failed(error) => return Err(error.into()),
            };
        }
    }

    /// Asks once, with the keys at hand for the id_token that has to come.
    async fn poll(
        &self,
        device: &DeviceAuthorization,
    ) -> Result<(HttpResponse, Option<HeldKeys>), OnlineError> {
        let held = match device.is_openid {
            true => self.held_keys().await?,
            false => None,
        };
        let grant = DeviceCode { device_code: device.device_code.expose() };
        Ok((self.send(self.client.token_request(&grant, &[])?).await?, held))
    }
}
