//! The device flow (RFC 8628; EIAM: GenerateDeviceCode), and what to do after each poll.

use crate::http::{HttpRequest, HttpResponse};
use crate::polling;
use crate::seconds;
use crate::secret::Secret;

use super::address::Safety;
use super::answer::{Field, Kind, Member, Received};
use super::request::{Carrier, Parameter, Parts, Plan};
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
        self.request(&AUTHORIZATION, &[scope.unwrap_or_default()], extra).map(Parts::into)
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
        let least = Safety::least(endpoint, self.http);
        let fields = Received { least, ..Received::of(response) }.read(&ANSWER)?;
        Ok(DeviceAuthorization::of(fields, received_at))
    }
}

/// The request that starts the flow.
pub(crate) const AUTHORIZATION: Plan = Plan {
    endpoint: "device_authorization_endpoint",
    carrier: Carrier::Form,
    fixed: None,
    parameters: &[Parameter::optional("scope")],
};

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
}

impl DeviceAuthorization {
    fn of(mut fields: [Field<'_>; ANSWER.len()], received_at: i64) -> Self {
        let [device_code, user_code, uri, complete, expires_in, expires_at, interval] = &mut fields;
        Self {
            device_code: device_code.take_text().into(),
            user_code: user_code.take_text(),
            verification_uri: uri.take_text(),
            verification_uri_complete: complete.take_optional(),
            expires_in: expires_in.seconds(),
            expires_at: expires_at.seconds(),
            interval: interval.seconds().unwrap_or(polling::INTERVAL),
            received_at,
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
    let fields = Received::of(response).read(&ANSWER)?;
    Ok(DeviceAuthorization::of(fields, received_at))
}

/// The members of a device authorization's answer.
pub(crate) const ANSWER: [Member; 7] = [
    Member::required("device_code", Kind::Token),
    Member::required("user_code", Kind::Text),
    Member::required("verification_uri", Kind::Address),
    Member::optional("verification_uri_complete", Kind::Address),
    Member::optional("expires_in", Kind::Seconds),
    Member::optional("expires_at", Kind::Seconds),
    Member::optional("interval", Kind::Seconds),
];

/// The state of polling for one device code: how long to wait, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    interval: i64,
    deadline: Option<i64>,
}

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
        // A server that says 0 still must not be asked in a busy loop.
        Self { interval: interval.max(1), deadline }
    }

    /// The seconds to wait before the next poll.
    #[must_use]
    pub fn interval(&self) -> i64 {
        self.interval
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
            Err(error) => self.refused(error, now),
        }
    }

    /// Decides what a refusal means.
    pub(crate) fn refused(&mut self, error: Error, now: i64) -> Decision {
        let slower = error.oauth_code() == Some("slow_down");
        match error.oauth_code() {
            Some("authorization_pending") => {}
            Some("slow_down") => self.interval = self.interval.saturating_add(polling::SLOW_DOWN),
            Some("access_denied") => return Decision::Denied,
            Some("expired_token") => return Decision::Expired,
            _ if error.is_temporary() => self.back_off(),
            _ => return Decision::Failed(error),
        }
        let asked =
            error.retry_after().map_or(0, |milliseconds| milliseconds.saturating_add(999) / 1000);
        let wait = self.interval.max(asked);
        self.wait(wait, slower, now)
    }

    /// Decides what to do after a poll without a response. The interval doubles permanently, up to
    /// a minute (RFC 8628 section 3.5 suggests an exponential back-off). `now` is in Unix seconds.
    pub fn unreachable(&mut self, now: i64) -> Decision {
        self.back_off();
        self.wait(self.interval, false, now)
    }

    fn back_off(&mut self) {
        let doubled = self.interval.saturating_mul(2).min(LONGEST_BACK_OFF);
        self.interval = self.interval.max(doubled);
    }

    fn wait(&self, seconds: i64, slower: bool, now: i64) -> Decision {
        match self.deadline {
            Some(deadline) if seconds::expired(deadline, now, 0) => Decision::Expired,
            _ => Decision::Wait { seconds, slower },
        }
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

/// Longer than this a user should not wait for a device whose network is back.
const LONGEST_BACK_OFF: i64 = 60;
