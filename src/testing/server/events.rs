//! The journal as events, on connections that do not end (WHATWG HTML, server-sent events).

use core::fmt::Write as _;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use std::sync::Arc;

use hyper::body::{Body, Bytes, Frame};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, timeout_at};

use super::body::Cut;
use super::shared::{MOST_LISTENERS, News, Shared};
use super::socket::Line;
use crate::form::{self, Encoder, Limits};
use crate::http::{HttpRequest, Method};
use crate::issuer::Config;
use crate::issuer::wire::route;
use crate::testing::access::Admission;
use crate::testing::control;
use crate::testing::control_error::ControlError;
use crate::testing::handle::Answered;
use crate::testing::journal::Filter;

/// Whether a request asks for the journal as events.
pub(super) fn are_asked(request: &HttpRequest, config: &Config) -> bool {
    let (path, _) = route::split(&request.url, config);
    let mut ranges = request.headers.values("accept").flat_map(|field| field.split(','));
    let is_events = |range: &str| {
        let media_type = range.split(';').next().unwrap_or_default();
        media_type.trim().eq_ignore_ascii_case(MEDIA_TYPE)
    };
    request.method == Method::Get
        && path.strip_prefix(control::PREFIX) == Some(PATH)
        && ranges.any(is_events)
}

/// The body of a response that has the journal as events. It is asked for the next ones when those before are on their
/// way, so nothing piles up behind whoever reads slowly.
pub(super) struct Events {
    /// The next piece, and who waits for the one after it; none at the end.
    next: Soon<Option<(Bytes, Listener)>>,
    /// The end of the connection.
    gone: Soon<()>,
}

/// What is waited for.
type Soon<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Events {
    /// Begins to answer a request for the journal as events. The issuer itself says who may, and which entries are meant,
    /// as for every other request for the journal.
    ///
    /// # Errors
    /// The answer to a request that is refused, or that is one listener too many.
    pub(super) fn open(
        shared: &Arc<Shared>,
        request: &HttpRequest,
        line: Line,
    ) -> Result<Self, Answered> {
        let listener = Listener::new(shared, request)?;
        // The first piece comes at once, so that who listens knows that it does.
        let opened = async move { Some((Bytes::from_static(OPEN), listener)) };
        Ok(Self { next: Box::pin(opened), gone: Box::pin(line.ended()) })
    }
}

impl Body for Events {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let next = match self.gone.as_mut().poll(context) {
            Poll::Ready(()) => None,
            Poll::Pending => ready!(self.next.as_mut().poll(context)),
        };
        let Some((piece, listener)) = next else {
            self.next = Box::pin(async { None });
            self.gone = Box::pin(core::future::pending());
            return Poll::Ready(None);
        };
        self.next = Box::pin(listener.next());
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

/// One who listens.
struct Listener {
    shared: Arc<Shared>,
    /// With the token, which has to count as long as the connection lasts.
    request: HttpRequest,
    /// What is still to come.
    filter: Filter,
    news: watch::Receiver<News>,
    /// How often the numbers had begun anew when it read last.
    epoch: u64,
    heartbeat: Duration,
    /// Is free again when it is dropped.
    _place: OwnedSemaphorePermit,
}

impl Listener {
    fn new(shared: &Arc<Shared>, request: &HttpRequest) -> Result<Self, Answered> {
        let mut controlled = shared.lock();
        let mut plain = request.clone();
        plain.body = Vec::new();
        // What comes is made of the same entries as JSON.
        let fields =
            request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("accept"));
        plain.headers = fields.collect();
        let (address, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
        let Ok(mut query) = form::parse(query, Limits::default()) else {
            return Err(shared.answer_by(&mut controlled, &plain));
        };
        let heartbeat = query.iter().find(|(name, _)| name == HEARTBEAT);
        let heartbeat = heartbeat.map_or(Some(USUAL_HEARTBEAT), |(_, value)| seconds(value));
        query.retain(|(name, _)| name != HEARTBEAT);
        // A browser that connects again says what it had last, and has the same URL.
        let last = request.headers.value("last-event-id").filter(|last| !last.is_empty());
        if let Some(last) = last {
            query.retain(|(name, _)| name != "after");
            query.push(("after".to_owned(), last.to_owned()));
        }
        let mut encoder = Encoder::after(format!("{address}?"));
        for (name, value) in &query {
            encoder.pair(name, value);
        }
        // Only whether it is right: the last limit counts.
        encoder.pair("limit", "0");
        plain.url = encoder.finish();
        let answered = shared.answer_by(&mut controlled, &plain);
        if answered.response.status != 200 {
            return Err(answered);
        }
        let heartbeat = heartbeat.ok_or_else(|| {
            let problem =
                format!("heartbeat: expected whole seconds from 1 to {LONGEST_HEARTBEAT}");
            refused(&ControlError::at("query", problem))
        })?;
        let place = Arc::clone(&shared.places).try_acquire_owned();
        let place = place.map_err(|_| refused(&too_many_listeners()))?;
        let (mut filter, mut limit) = (Filter::default(), usize::MAX);
        for (name, value) in &query {
            if name == "limit" {
                limit = value.parse().unwrap_or(limit);
            } else {
                let wrong = |problem: String| refused(&ControlError::at("query", problem));
                filter.set(name, value).map_err(wrong)?;
            }
        }
        // Those of the limit come after the one before them.
        let before = controlled.journal().find(&filter).rev().nth(limit).map(|one| one.sequence);
        filter.after = before.unwrap_or(filter.after);
        let news = shared.news.subscribe();
        let epoch = news.borrow().epoch;
        let (shared, request) = (Arc::clone(shared), plain);
        Ok(Self { shared, request, filter, news, epoch, heartbeat, _place: place })
    }

    /// Waits for the next piece; none at the end.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        let silent_until = Instant::now() + self.heartbeat;
        loop {
            let piece = self.read()?;
            if !piece.is_empty() {
                return Some((piece.into(), self));
            }
            match timeout_at(silent_until, self.news.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return None,
                Err(_) => return Some((Bytes::from_static(BEAT), self)),
            }
        }
    }

    /// Some of the entries that there are, as events; none at the end.
    fn read(&mut self) -> Option<String> {
        let controlled = self.shared.lock();
        // It does not change while the issuer is held.
        let News { epoch, is_ended, .. } = *self.news.borrow_and_update();
        if is_ended || controlled.access().admit(&self.request) != Admission::Granted {
            return None;
        }
        if epoch != self.epoch {
            self.epoch = epoch;
            self.filter.after = 0;
        }
        let (mut piece, mut last) = (String::new(), self.filter.after);
        for entry in controlled.journal().find(&self.filter) {
            last = entry.sequence;
            // Writing to a text does not fail.
            let _ = write!(piece, "id: {last}\ndata: {}\n\n", entry.to_json());
            if piece.len() >= PIECE {
                break;
            }
        }
        self.filter.after = last;
        Some(piece)
    }
}

/// The time of a heartbeat; none if that is none.
fn seconds(value: &str) -> Option<Duration> {
    let is_number = value.len() <= 2 && value.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = value.parse().ok().filter(|_| is_number)?;
    (1..=LONGEST_HEARTBEAT).contains(&seconds).then(|| Duration::from_secs(seconds))
}

fn too_many_listeners() -> ControlError {
    ControlError {
        status: 429,
        code: "too_many_listeners",
        description: format!("{MOST_LISTENERS} listen already: end one of them first"),
        path: None,
    }
}

fn refused(error: &ControlError) -> Answered {
    Answered { response: error.response(), transport: Vec::new() }
}

/// The media type of events.
pub(super) const MEDIA_TYPE: &str = "text/event-stream";

/// The path of the journal below [`control::PREFIX`].
const PATH: &str = "/journal";

/// The parameter that says after how many seconds without an event a comment comes.
const HEARTBEAT: &str = "heartbeat";

/// What it is if nothing is said.
const USUAL_HEARTBEAT: Duration = Duration::from_secs(15);

/// The longest time between two comments, in seconds: proxies end a connection that is silent for a minute.
const LONGEST_HEARTBEAT: u64 = 60;

/// A piece has no further entries after so many octets.
const PIECE: usize = 64 * 1024;

/// A comment, and after how many milliseconds a browser connects again.
const OPEN: &[u8] = b": the journal\nretry: 1000\n\n";

/// A comment, which nobody is told of.
const BEAT: &[u8] = b": still there\n\n";
