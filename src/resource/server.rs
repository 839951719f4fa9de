//! A resource server: whose tokens count, and how they have to come.

use crate::signature::SignatureAlgorithm;

use super::challenge::{Challenge, ChallengeError, Scheme};
use super::error::{NO_URL, ResourceError};
use super::issuer::TrustedIssuer;
use super::needs::Needs;
use super::nonces::DpopNonces;
use super::refusal::{Failure, Reason, Refusal};
use super::replays::Replays;
use super::url::{is_url, split};

/// Whether tokens are bound to keys (RFC 9449). One that is bound counts only with its proof in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dpop {
    /// Tokens may be bound.
    #[default]
    Accepted,
    /// Every token has to be bound.
    Required,
    /// Tokens that are bound do not count.
    Refused,
}

/// A server that is called with access tokens. It keeps the keys of its issuers, their answers, and which proofs were
/// used, so keep one for all requests.
///
/// [`ResourceServer::verify`] begins to verify the token of a request. It does no I/O and verifies no signature: the
/// [`Verification`](super::Verification) says what has to be sent and verified.
#[derive(Clone, Debug)]
pub struct ResourceServer {
    pub(super) issuers: Vec<TrustedIssuer>,
    pub(super) audiences: Vec<String>,
    pub(super) tolerance: i64,
    pub(super) dpop: Dpop,
    pub(super) nonces: Option<DpopNonces>,
    pub(super) replays: Replays,
    pub(super) origin: Option<String>,
    resource_metadata: Option<String>,
}

impl ResourceServer {
    /// A server that accepts tokens of these issuers. `audiences` are what it is called in `aud`; a token for one of
    /// them counts.
    ///
    /// # Errors
    /// Fails without an issuer, and without an audience, or with an empty one: then tokens for anybody would count.
    pub fn new<S: Into<String>>(
        issuers: impl IntoIterator<Item = TrustedIssuer>,
        audiences: impl IntoIterator<Item = S>,
    ) -> Result<Self, ResourceError> {
        let issuers: Vec<_> = issuers.into_iter().collect();
        let audiences: Vec<String> = audiences.into_iter().map(Into::into).collect();
        if issuers.is_empty() {
            return Err(ResourceError("issuers", "expected one at least"));
        }
        if audiences.is_empty() || audiences.iter().any(String::is_empty) {
            return Err(ResourceError("audiences", "expected a text, or several"));
        }
        Ok(Self {
            issuers,
            audiences,
            tolerance: 30,
            dpop: Dpop::default(),
            nonces: None,
            replays: Replays::new(MOST_PROOFS),
            origin: None,
            resource_metadata: None,
        })
    }

    /// By how many seconds the clocks may differ, 0 to 600; by default 30.
    ///
    /// # Errors
    /// Fails for another number.
    pub fn tolerating(mut self, seconds: i64) -> Result<Self, ResourceError> {
        if !(0..=600).contains(&seconds) {
            return Err(ResourceError("tolerance", "expected 0 to 600 seconds"));
        }
        self.tolerance = seconds;
        Ok(self)
    }

    /// Whether tokens are bound to keys.
    #[must_use]
    pub fn with_dpop(mut self, dpop: Dpop) -> Self {
        self.dpop = dpop;
        self
    }

    /// Demands nonces in proofs (RFC 9449 section 9). By default they need none.
    #[must_use]
    pub fn with_nonces(mut self, nonces: DpopNonces) -> Self {
        self.nonces = Some(nonces);
        self
    }

    /// Remembers so many used proofs; by default 100,000. When they are so many, further ones are refused until some
    /// are over. Those that were remembered are forgotten.
    #[must_use]
    pub fn remembering(mut self, proofs: usize) -> Self {
        self.replays = Replays::new(proofs);
        self
    }

    /// Leaves used proofs to the caller, as for a server of several processes, which share a memory:
    /// [`Step::Remember`](super::Step::Remember).
    #[must_use]
    pub fn remembering_elsewhere(mut self) -> Self {
        self.replays = Replays::Elsewhere;
        self
    }

    /// The scheme and host under which clients reach the server, such as `https://api.example.com`. Proofs are held
    /// against it and the path of the request, whatever host a request names.
    ///
    /// # Errors
    /// Fails for anything but an https URL without a path, or an http URL on loopback.
    pub fn at(mut self, origin: &str) -> Result<Self, ResourceError> {
        let (host, path) = split(origin);
        if !is_url(origin) || !matches!(path, "" | "/") {
            return Err(ResourceError("origin", NO_URL));
        }
        self.origin = Some(host.to_owned());
        Ok(self)
    }

    /// Where its metadata are, which refusals then say (RFC 9728 section 5.1): see
    /// [`ProtectedResource::metadata_url`](super::ProtectedResource::metadata_url).
    ///
    /// # Errors
    /// Fails for anything but an https URL, or an http URL on loopback.
    pub fn with_metadata(mut self, url: impl Into<String>) -> Result<Self, ResourceError> {
        let url = url.into();
        if !is_url(&url) {
            return Err(ResourceError("resource_metadata", NO_URL));
        }
        self.resource_metadata = Some(url);
        Ok(self)
    }

    /// How a refusal says its reason to a client that sends tokens by this scheme.
    pub(super) fn refusal(
        &self,
        reason: Reason,
        scheme: Scheme,
        needs: &Needs,
        now: i64,
    ) -> Failure {
        let words = |text: &str| {
            let words: Vec<_> = text.split(' ').filter(|word| !word.is_empty()).collect();
            (!words.is_empty()).then(|| words.join(" "))
        };
        let is_step_up = reason.error == Some(ChallengeError::InsufficientUserAuthentication);
        let needs_nonce = reason.error == Some(ChallengeError::UseDpopNonce);
        let challenge = Challenge {
            scheme,
            scope: words(&needs.scope),
            resource_metadata: self.resource_metadata.clone(),
            algorithms: (scheme == Scheme::Dpop)
                .then(|| SignatureAlgorithm::ALL.map(SignatureAlgorithm::name).join(" ")),
            acr_values: words(&needs.acr_values).filter(|_| is_step_up),
            max_age: needs.max_age.filter(|_| is_step_up),
            ..Challenge::default()
        };
        let nonce = self.nonces.as_ref().filter(|_| needs_nonce).map(|nonces| nonces.make(now));
        Refusal::new(reason, challenge, nonce).map_or_else(Failure::Argument, Failure::Refused)
    }
}

/// How many used proofs are remembered.
const MOST_PROOFS: usize = 100_000;
