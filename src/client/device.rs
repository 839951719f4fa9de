//! The device flow (RFC 8628; EIAM: GenerateDeviceCode), and what to do after each poll.

use crate::http::{HttpRequest, HttpResponse};
use crate::rules::answer::{self, Asked};
use crate::rules::{polling as rules, request};
use crate::seconds;
use crate::secret::Secret;

use super::answer::{Fields, Received};
use super::request::Parts;
use super::token::TokenSet;
use super::{Client, Error, Extra};

impl Client {
    /// Makes the request that starts the device flow (RFC 8628 section 3.1).
    ///
    /// # Errors
    /// Fails if the server has no device authorization endpoint, and for an extra parameter that
    /// the request already has.
    pub fn device_authorization_request(
        &self,
        scope: Option<&str>,
        extra: &Extra<'_>,
    ) -> Result<HttpRequest, Error> {
        let values = [("scope", scope.unwrap_or_default())];
        self.request(request::DEVICE_AUTHORIZATION, &values, extra).map(Parts::into)
    }

    /// Reads the response to [`Client::device_authorization_request`]. `received_at` is in Unix
    /// seconds.
    ///
    /// # Errors
    /// Those of [`parse_response`], and [`Malformed`](super::ErrorKind::Malformed) for a page that
    /// is an http URL although the server uses https. RFC 8628 does not require this: as for the
    /// authorization endpoint (RFC 6749 section 3.1), it is a choice that pages on which users sign
    /// in are as secure as the server.
    pub fn parse_device_authorization(
        &self,
        response: &HttpResponse,
        received_at: i64,
    ) -> Result<DeviceAuthorization, Error> {
        let endpoint = self.server.device_authorization_endpoint.as_deref().unwrap_or_default();
        let asked = Asked { least: self.http.least(endpoint.as_bytes()), ..Asked::default() };
        let fields = Received::to(response, asked).read(answer::DEVICE)?;
        Ok(DeviceAuthorization::of(&fields, received_at))
    }
}

/// What the device shows to its user, and the code with which it polls (RFC 8628 section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceAuthorization {
    /// `device_code`, for the polls. It must never be shown.
    pub device_code: Secret,
    /// `user_code`, which the user types.
    pub user_code: String,
    /// `verification_uri`, the page on which the user types it.
    pub verification_uri: String,
    /// `verification_uri_complete`, the URL of that page with the code in it, for a link or a QR
    /// code.
    pub verification_uri_complete: Option<String>,
    /// `expires_in` in seconds; `None` means unknown, although the RFC requires it.
    pub expires_in: Option<i64>,
    /// `expires_at` in Unix seconds, by the server's clock (EIAM).
    pub expires_at: Option<i64>,
    /// `interval`, the seconds between polls; 5 if the response does not say.
    pub interval: i64,
    /// When the response came, in Unix seconds by the client's clock.
    pub received_at: i64,
    /// Whether `openid` was asked for, so that an id_token comes: have the server's keys at hand before each
    /// poll ([`KeyCache::is_fresh`](super::key_set::KeyCache::is_fresh)). The response does not say, so it is
    /// `false` unless you set it.
    pub is_openid: bool,
}

impl DeviceAuthorization {
    fn of(fields: &Fields<'_>, received_at: i64) -> Self {
        Self {
            device_code: fields.required("device_code").into(),
            user_code: fields.required("user_code"),
            verification_uri: fields.required("verification_uri"),
            verification_uri_complete: fields.text("verification_uri_complete"),
            expires_in: fields.seconds("expires_in"),
            expires_at: fields.seconds("expires_at"),
            interval: fields.seconds("interval").unwrap_or(rules::DEFAULT_INTERVAL),
            received_at,
            is_openid: false,
        }
    }

    /// When the codes expire, in Unix seconds by the client's clock; `None` means unknown.
    #[must_use]
    pub fn deadline(&self) -> Option<i64> {
        seconds::local_deadline(self.received_at, self.expires_in, self.expires_at)
    }
}

/// Reads the response to a device authorization request of any server. `received_at` is in Unix
/// seconds.
///
/// # Errors
/// Those of [`token::parse_response`](super::token::parse_response), and
/// [`Malformed`](super::ErrorKind::Malformed) for a page that is not an http(s) URL.
pub fn parse_response(
    response: &HttpResponse,
    received_at: i64,
) -> Result<DeviceAuthorization, Error> {
    let fields = Received::of(response).read(answer::DEVICE)?;
    Ok(DeviceAuthorization::of(&fields, received_at))
}

/// The state of polling for one device code: how long to wait, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling(rules::Polling);

impl Polling {
    /// Starts polling with the interval and the deadline of a device authorization.
    #[must_use]
    pub fn new(authorization: &DeviceAuthorization) -> Self {
        Self::resume(authorization.interval, authorization.deadline())
    }

    /// Continues polling with an interval in seconds, and a deadline in Unix seconds by the
    /// client's clock.
    #[must_use]
    pub fn resume(interval: i64, deadline: Option<i64>) -> Self {
        Self(rules::Polling::new(interval, deadline))
    }

    /// The seconds to wait before the next poll.
    #[must_use]
    pub fn interval(&self) -> i64 {
        self.0.interval
    }

    /// Decides what to do after the response to a poll (RFC 8628 section 3.5). `now` is in Unix
    /// seconds.
    ///
    /// `slow_down` adds 5 seconds to the interval permanently. If the server is temporarily
    /// overloaded or broken ([`Error::is_temporary`]), the device polls again, as after a poll
    /// without a response. A response with tokens counts even after the deadline, because the
    /// server decides about its own codes.
    pub fn decide(&mut self, answer: Result<TokenSet, Error>, now: i64) -> Decision {
        match answer {
            Ok(tokens) => Decision::Done(Box::new(tokens)),
            Err(error) => {
                let (status, retry_after) = (error.status(), error.retry_after());
                let code = error.subject().as_bytes();
                match self.0.refused(error.failure(), code, status, retry_after, now) {
                    rules::Decision::Failed => Decision::Failed(error),
                    decision => Decision::of(decision),
                }
            }
        }
    }

    /// Decides what to do after a poll without a response. The interval doubles permanently, up to
    /// a minute (RFC 8628 section 3.5 suggests an exponential back-off). `now` is in Unix seconds.
    pub fn unreachable(&mut self, now: i64) -> Decision {
        Decision::of(self.0.unreachable(now))
    }
}

/// What to do after a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// The user agreed, and these are the tokens.
    Done(Box<TokenSet>),
    /// The user has not decided yet: poll again after `seconds`.
    Wait {
        /// The seconds to wait.
        seconds: i64,
        /// Whether the server asked to slow down.
        slower: bool,
    },
    /// The user refused.
    Denied,
    /// The code has expired: start the flow again.
    Expired,
    /// The server refused for another reason, or the response is not valid.
    Failed(Error),
}

impl Decision {
    fn of(decision: rules::Decision) -> Self {
        match decision {
            rules::Decision::Wait(seconds, slower) => Self::Wait { seconds, slower },
            rules::Decision::Denied => Self::Denied,
            // Only a refusal fails for good, and what was decided of one has its error.
            rules::Decision::Expired | rules::Decision::Failed => Self::Expired,
        }
    }
}
