//! What came to an issuer, and what became of it.

use core::time::Duration;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::shared::Shared;
use crate::testing::control_error::ControlError;
use crate::testing::journal::{Entry, Filter, Journal};

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

    /// The latest request that a filter lets through, which there has to be.
    ///
    /// # Errors
    /// Fails if there was none, and says what there was.
    pub fn expect(self, filter: &Filter) -> Result<Entry, ControlError> {
        let controlled = self.shared.lock();
        let found = controlled.journal().last(filter).cloned();
        found.ok_or_else(|| none_fits("no request fits", filter, controlled.journal()))
    }

    /// Waits for a request that a filter lets through and that is not yet answered when this is called. Those that are
    /// count for [`Requests::expect`]. Call it before what leads to the request, and await it afterwards:
    ///
    /// ```
    /// # use eiam_token::testing::{Filter, TestIssuer};
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let issuer = TestIssuer::start().await?;
    /// # let sign_in = || { let url = issuer.client("web")?.server.jwks_uri.unwrap_or_default();
    /// #     issuer.handle(&eiam_token::http::HttpRequest::get(url));
    /// #     Ok::<(), Box<dyn std::error::Error>>(()) };
    /// let asked = issuer.journal().wait_for(&Filter::at("jwks"), std::time::Duration::from_secs(5));
    /// sign_in()?;
    /// assert_eq!(asked.await?.status, 200);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if none came in this time, and says what there was.
    pub fn wait_for(
        self,
        filter: &Filter,
        timeout: Duration,
    ) -> impl Future<Output = Result<Entry, ControlError>> + use<> {
        let (shared, runtime) = (Arc::clone(self.shared), self.runtime.cloned());
        let after = filter.after.max(self.latest());
        let filter = Filter { after, ..filter.clone() };
        let epoch = shared.news.borrow().epoch;
        async move {
            // To a fork nothing comes meanwhile.
            let found = match runtime {
                Some(runtime) => {
                    wait(runtime, Arc::clone(&shared), (filter.clone(), epoch), timeout).await
                }
                None => first(&shared, &filter),
            };
            found.ok_or_else(|| {
                none_fits("no request came that fits", &filter, shared.lock().journal())
            })
        }
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

    /// Keeps so many from now on, and drops the oldest of those that are too many: see [`Journal::set_limit`].
    pub fn keep(self, limit: usize) {
        self.shared.lock().journal_mut().set_limit(limit);
    }
}

/// The first request that a filter lets through.
fn first(shared: &Shared, filter: &Filter) -> Option<Entry> {
    shared.lock().journal().find(filter).next().cloned()
}

/// The same, which may come in this time. The timer is the server's, because the test may have another runtime. The filter
/// is of an epoch: in a later one, its number is of no request.
async fn wait(
    runtime: Handle,
    shared: Arc<Shared>,
    (mut filter, epoch): (Filter, u64),
    timeout: Duration,
) -> Option<Entry> {
    let wait = async move {
        let mut news = shared.news.subscribe();
        loop {
            if news.borrow_and_update().epoch != epoch {
                filter.after = 0;
            }
            if let Some(entry) = first(&shared, &filter) {
                return Some(entry);
            }
            // It does not end before the issuer, which is held here.
            news.changed().await.ok()?;
        }
    };
    let waiting = runtime.spawn(async move { tokio::time::timeout(timeout, wait).await });
    waiting.await.ok()?.ok().flatten()
}

/// Says that no request fits, and what there was.
fn none_fits(problem: &str, filter: &Filter, journal: &Journal) -> ControlError {
    let all = Filter::default();
    let mut latest: Vec<_> = journal.find(&all).rev().take(SHOWN).map(Entry::to_text).collect();
    latest.reverse();
    let latest = if latest.is_empty() { "none".to_owned() } else { latest.join("; ") };
    let problem = format!("{problem} {}; the latest were: {latest}", described(filter));
    ControlError::missing("journal", problem)
}

/// What a filter lets through.
fn described(filter: &Filter) -> String {
    let after = (filter.after > 0).then(|| filter.after.to_string());
    let parts = [
        ("endpoint", &filter.endpoint),
        ("client", &filter.client),
        ("user", &filter.user),
        ("grant", &filter.grant),
        ("rule", &filter.rule),
        ("decision", &filter.decision),
        ("after", &after),
    ];
    let named =
        parts.iter().filter_map(|(name, value)| Some(format!("{name}={}", (*value).as_ref()?)));
    let text = named.collect::<Vec<_>>().join(" ");
    if text.is_empty() { "anything".to_owned() } else { text }
}

/// How many of the latest requests an error shows.
const SHOWN: usize = 5;
