//! What a test and the server of its issuer share.

use core::fmt;
use core::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::{Semaphore, watch};

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
    pub(super) news: watch::Sender<News>,
    /// Whoever listens to the journal has one of them.
    pub(super) places: Arc<Semaphore>,
}

/// How many listen at the same time at most: each has the journal read after every request.
pub(super) const MOST_LISTENERS: usize = 16;

/// What whoever waits for a request is told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct News {
    /// The number of the latest request.
    latest: u64,
    /// How often the numbers began anew.
    pub(super) epoch: u64,
    /// Whether no more requests come.
    pub(super) is_ended: bool,
}

impl Shared {
    pub(super) fn new(controlled: Controlled, keys: Arc<Keys>, claims: Option<Source>) -> Self {
        let news = News { latest: controlled.journal().latest(), ..News::default() };
        Self {
            controlled: Mutex::new(controlled),
            keys,
            claims,
            news: watch::Sender::new(news),
            places: Arc::new(Semaphore::new(MOST_LISTENERS)),
        }
    }

    /// An issuer that is as this one is now.
    pub(super) fn fork(&self) -> Self {
        Self::new(self.lock().fork(), Arc::clone(&self.keys), self.claims.clone())
    }

    /// The issuer. A test that failed while it held it leaves it as it is.
    pub(super) fn lock(&self) -> Held<'_> {
        let controlled = self.controlled.lock().unwrap_or_else(PoisonError::into_inner);
        Held { controlled, news: &self.news }
    }

    /// Ends every connection on which somebody listens to the journal.
    pub(super) fn end(&self) {
        self.news.send_modify(|news| news.is_ended = true);
    }

    /// Answers a request.
    pub(super) fn answer(&self, request: &HttpRequest) -> Answered {
        self.answer_by(&mut self.lock(), request)
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

/// The issuer, while nobody else has it. Whoever waits is told afterwards what came meanwhile.
pub(super) struct Held<'a> {
    controlled: MutexGuard<'a, Controlled>,
    news: &'a watch::Sender<News>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let latest = self.controlled.journal().latest();
        self.news.send_if_modified(|news| {
            // Only who begins again has fewer.
            news.epoch = news.epoch.saturating_add(u64::from(latest < news.latest));
            core::mem::replace(&mut news.latest, latest) != latest
        });
    }
}

impl Deref for Held<'_> {
    type Target = Controlled;

    fn deref(&self) -> &Controlled {
        &self.controlled
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Controlled {
        &mut self.controlled
    }
}

/// Shows what the issuer shows.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("controlled", &*self.lock()).finish_non_exhaustive()
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
