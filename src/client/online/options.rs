//! How a client is made that is not like most.

use crate::client::PlainHttp;

/// How to make an [`OnlineClient`](super::OnlineClient). Without any of these settings,
/// [`OnlineClient::discover`](super::OnlineClient::discover) and [`OnlineClient::new`](super::OnlineClient::new) do the
/// same.
///
/// ```no_run
/// use eiam_token::client::online::{OnlineError, OnlineOptions};
/// use eiam_token::client::{Authentication, PlainHttp};
///
/// # async fn run() -> Result<(), OnlineError> {
/// let options = OnlineOptions::default().plain_http(PlainHttp::Anywhere).longest_key_age(60);
/// let client = options.discover("http://as.internal", "app_web", Authentication::None).await?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct OnlineOptions {
    pub(super) connector: Option<reqwest::Client>,
    pub(super) http: PlainHttp,
    pub(super) longest_key_age: Option<i64>,
    pub(super) by_secret: bool,
}

impl OnlineOptions {
    /// Sends requests with a connection pool of your own, for a proxy or certificates of your own. It must not follow
    /// redirects, because credentials follow nobody elsewhere, and should have a timeout.
    pub fn connector(self, connector: reqwest::Client) -> Self {
        Self { connector: Some(connector), ..self }
    }

    /// Where plain http is accepted when a server is discovered. Default: [`PlainHttp::OfLoopbackIssuers`].
    pub fn plain_http(self, http: PlainHttp) -> Self {
        Self { http, ..self }
    }

    /// For how many seconds the server's keys are believed at most: see
    /// [`KeyCache::with_longest_age`](crate::client::key_set::KeyCache::with_longest_age). Default: 600.
    pub fn longest_key_age(self, seconds: i64) -> Self {
        Self { longest_key_age: Some(seconds), ..self }
    }

    /// Accepts id_tokens that are signed with the client's secret (`HS256`, OpenID Connect Core section 10.1), and no
    /// others. Whoever has the secret can make such id_tokens. Default: those that a key of the server's signed.
    pub fn signed_by_secret(self) -> Self {
        Self { by_secret: true, ..self }
    }
}
