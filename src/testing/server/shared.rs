//! What a test and the server of its issuer share.

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

use super::keys::Keys;
use crate::http::{HttpRequest, HttpResponse};
use crate::issuer::{ClaimsSource, Signer, SigningInput};
use crate::rustcrypto::RustCrypto;
use crate::testing::controlled::Controlled;
use crate::testing::handle::Answered;

/// Who is asked about claims.
pub(super) type Source = Arc<dyn ClaimsSource + Send + Sync>;

/// An issuer, and what it signs with.
pub(super) struct Shared {
    controlled: Mutex<Controlled>,
    pub(super) keys: Arc<Keys>,
    /// Who is asked about claims.
    pub(super) claims: Option<Source>,
    /// Whoever waits for a request is told of each.
    pub(super) answered: Notify,
}

impl Shared {
    pub(super) fn new(controlled: Controlled, keys: Arc<Keys>, claims: Option<Source>) -> Self {
        Self { controlled: Mutex::new(controlled), keys, claims, answered: Notify::new() }
    }

    /// An issuer that is as this one is now.
    pub(super) fn fork(&self) -> Self {
        Self::new(self.lock().fork(), Arc::clone(&self.keys), self.claims.clone())
    }

    /// The issuer. A test that failed while it held it leaves it as it is.
    pub(super) fn lock(&self) -> MutexGuard<'_, Controlled> {
        self.controlled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request.
    pub(super) fn answer(&self, request: &HttpRequest) -> Answered {
        let answered = self.answer_by(&mut self.lock(), request);
        self.answered.notify_waiters();
        answered
    }

    /// Answers a request to an issuer with these keys and claims.
    pub(super) fn answer_by(&self, controlled: &mut Controlled, request: &HttpRequest) -> Answered {
        let keys = &*self.keys;
        let answered = match &self.claims {
            Some(claims) => controlled.respond_asking(keys, &RustCrypto, &**claims, request, now()),
            None => controlled.respond(keys, &RustCrypto, request, now()),
        };
        answered.unwrap_or_else(|_| Answered {
            response: HttpResponse::new(500, "this key cannot sign"),
            transport: Vec::new(),
        })
    }

    /// Signs a text; none for a key that is not there.
    pub(super) fn sign(&self, input: &SigningInput<'_>) -> Option<Vec<u8>> {
        self.keys.sign(input.kid, input.text.as_bytes()).ok()
    }
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
