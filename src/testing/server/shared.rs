//! What a test and the server of its issuer share.

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

use super::keys::Keys;
use crate::http::{HttpRequest, HttpResponse};
use crate::issuer::{Signer, SigningInput};
use crate::rustcrypto::RustCrypto;
use crate::testing::controlled::Controlled;
use crate::testing::handle::Answered;

/// An issuer, and what it signs with.
pub(super) struct Shared {
    controlled: Mutex<Controlled>,
    pub(super) keys: Arc<Keys>,
    /// Whoever waits for a request is told of each.
    pub(super) answered: Notify,
}

impl Shared {
    pub(super) fn new(controlled: Controlled, keys: Arc<Keys>) -> Self {
        Self { controlled: Mutex::new(controlled), keys, answered: Notify::new() }
    }

    /// The issuer. A test that failed while it held it leaves it as it is.
    pub(super) fn lock(&self) -> MutexGuard<'_, Controlled> {
        self.controlled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request.
    pub(super) fn answer(&self, request: &HttpRequest) -> Answered {
        let answered = answer(&mut self.lock(), &self.keys, request);
        self.answered.notify_waiters();
        answered
    }

    /// Signs a text; none for a key that is not there.
    pub(super) fn sign(&self, input: &SigningInput<'_>) -> Option<Vec<u8>> {
        self.keys.sign(input.kid, input.text.as_bytes()).ok()
    }
}

/// Answers a request to an issuer.
pub(super) fn answer(controlled: &mut Controlled, keys: &Keys, request: &HttpRequest) -> Answered {
    let answered = controlled.respond(keys, &RustCrypto, request, now());
    answered.unwrap_or_else(|_| Answered {
        response: HttpResponse::new(500, "this key cannot sign"),
        transport: Vec::new(),
    })
}

/// Shows what the issuer shows.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("controlled", &self.lock()).finish_non_exhaustive()
    }
}

/// The time of the host, in Unix seconds.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Tells an issuer the keys that sign.
pub(super) fn set_keys(controlled: &mut Controlled, keys: &Keys) {
    controlled.set_signing_key(keys.public_jwk());
}
