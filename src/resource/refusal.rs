//! A request that is refused because of its access token, and the response that says so.

use core::fmt;
use std::borrow::Cow;

use crate::client::Error;
use crate::http::HttpResponse;
use crate::json::ObjectWriter;

use super::challenge::{Challenge, ChallengeError};
use super::error::ResourceError;

/// Why a request gets no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// Its access token does not count. Answer with [`Refusal::to_response`].
    Refused(Refusal),
    /// Its access token could not be verified, because its issuer could not be asked. Answer with the status 503.
    Unavailable(Error),
    /// Something is set so that no request can be verified.
    Argument(ResourceError),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unavailable(error) => error.fmt(f),
            Self::Argument(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Failure {}

/// How a request is refused. It contains nothing of the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    error: Option<ChallengeError>,
    description: Cow<'static, str>,
    status: u16,
    challenge: String,
    nonce: Option<String>,
}

impl Refusal {
    /// The refusal for a reason, said by this challenge.
    ///
    /// # Errors
    /// Those of [`Challenge::to_header`].
    pub(super) fn new(
        reason: Reason,
        challenge: Challenge,
        nonce: Option<String>,
    ) -> Result<Self, ResourceError> {
        let Reason { error, description } = reason;
        let described = error.map(|_| description.clone().into_owned());
        let challenge = Challenge { error, description: described, ..challenge };
        let (status, challenge) = (challenge.status(), challenge.to_header()?);
        Ok(Self { error, description, status, challenge, nonce })
    }

    /// The status of the response: 400, 401 or 403.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// What is wrong; `None` if the request has no token.
    #[must_use]
    pub fn error(&self) -> Option<ChallengeError> {
        self.error
    }

    /// What is wrong, for developers.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The value of the field `WWW-Authenticate`.
    #[must_use]
    pub fn challenge(&self) -> &str {
        &self.challenge
    }

    /// The value of the field `DPoP-Nonce`, where the next proof needs a nonce (RFC 9449 section 9).
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// The response. Its body has OAuth's members `error` and `error_description`.
    #[must_use]
    pub fn to_response(&self) -> HttpResponse {
        let mut body = ObjectWriter::new();
        if let Some(error) = self.error {
            body.string("error", error.code()).string("error_description", &self.description);
        }
        let response = HttpResponse::new(self.status, body.finish())
            .header("www-authenticate", self.challenge.as_str())
            .header("content-type", "application/json")
            .header("cache-control", "no-store");
        match &self.nonce {
            Some(nonce) => response.header("dpop-nonce", nonce.as_str()),
            None => response,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.error {
            Some(error) => write!(f, "{}: {}", error.code(), self.description),
            None => f.write_str(&self.description),
        }
    }
}

impl core::error::Error for Refusal {}

/// What is wrong with a token or its request, before it is known how the response says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) error: Option<ChallengeError>,
    pub(super) description: Cow<'static, str>,
}

impl Reason {
    /// A reason of this kind.
    pub(super) fn new(error: ChallengeError, description: impl Into<Cow<'static, str>>) -> Self {
        Self { error: Some(error), description: description.into() }
    }

    /// The request has no token (RFC 6750 section 3.1).
    pub(super) fn no_token() -> Self {
        Self { error: None, description: "the request has no access token".into() }
    }

    /// The token does not count.
    pub(super) fn token(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ChallengeError::InvalidToken, description)
    }

    /// The proof is wrong.
    pub(super) fn proof(description: &'static str) -> Self {
        Self::new(ChallengeError::InvalidDpopProof, description)
    }
}
