//! What came to an issuer, and what became of it.

use core::pin::pin;
use core::time::Duration;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::shared::Shared;
use crate::testing::journal::{Entry, Filter};

/// The journal of an issuer: the latest requests, each with what was decided, by which rule, and what would have been
/// right. Secrets are masked.
#[derive(Clone, Copy, Debug)]
pub struct Requests<'a> {
    shared: &'a Arc<Shared>,
    runtime: Option<&'a Handle>,
}

impl<'a> Requests<'a> {
    pub(super) fn new(shared: &'a Arc<Shared>, runtime: Option<&'a Handle>) -> Self {
        Self { shared, runtime }
    }

    /// The latest request at an endpoint, such as `token`.
    #[must_use]
    pub fn last(self, endpoint: &str) -> Option<Entry> {
        self.shared.lock().journal().last(&Filter::at(endpoint)).cloned()
    }

    /// Those that a filter lets through, the oldest first.
    #[must_use]
    pub fn find(self, filter: &Filter) -> Vec<Entry> {
        self.shared.lock().journal().find(filter).cloned().collect()
    }

    /// The first request that a filter lets through, which came already or comes in this time; none if none does. With
    /// [`Requests::latest`] as [`Filter::after`] only what comes later counts.
    pub async fn wait_for(self, filter: &Filter, timeout: Duration) -> Option<Entry> {
        let (shared, filter) = (Arc::clone(self.shared), filter.clone());
        let first = move |shared: &Shared| {
            let controlled = shared.lock();
            controlled.journal().find(&filter).next().cloned()
        };
        // To a fork nothing comes meanwhile.
        let Some(runtime) = self.runtime else { return first(&shared) };
        let wait = async move {
            loop {
                let mut answered = pin!(shared.answered.notified());
                answered.as_mut().enable();
                if let Some(entry) = first(&shared) {
                    return entry;
                }
                answered.await;
            }
        };
        // The timer is the server's, because the test may have another runtime.
        let waiting = runtime.spawn(async move { tokio::time::timeout(timeout, wait).await });
        waiting.await.ok()?.ok()
    }

    /// The number of the latest request; 0 if there has been none.
    #[must_use]
    pub fn latest(self) -> u64 {
        self.shared.lock().journal().latest()
    }

    /// All of them as text, a line each.
    #[must_use]
    pub fn to_text(self) -> String {
        self.shared.lock().journal().to_text(&Filter::default())
    }

    /// Forgets them. The numbers go on.
    pub fn clear(self) {
        self.shared.lock().journal_mut().clear();
    }
}
