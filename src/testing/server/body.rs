//! The body of a response, as the faults of its connection let it through.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use hyper::body::{Bytes, Frame, SizeHint};
use tokio::time::Sleep;

use super::way::Way;

/// The body of a response.
pub(super) struct Body {
    octets: Bytes,
    /// How many octets there are in all, although not all may come.
    length: usize,
    /// How many octets come at once.
    piece: usize,
    /// How long it is between two pieces.
    throttle: Duration,
    pause: Option<Pin<Box<Sleep>>>,
    end: End,
}

/// What happens after the octets.
enum End {
    /// Nothing.
    Whole,
    /// The connection ends, once what came before was sent.
    Cut { is_sent: bool },
    /// So many more octets follow.
    More(usize),
}

/// The connection ends before the body does.
#[derive(Debug)]
pub(super) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault of the test ends the connection")
    }
}

impl core::error::Error for Cut {}

impl Body {
    pub(super) fn new(octets: Vec<u8>, way: Way) -> Self {
        let mut octets = Bytes::from(octets);
        let length = octets.len();
        let piece = if way.throttle.is_zero() { usize::MAX } else { PIECE };
        let end = match (way.cut_at, way.is_endless) {
            (Some(most), _) => {
                octets.truncate(most);
                End::Cut { is_sent: false }
            }
            (None, true) => End::More(MOST_MORE),
            (None, false) => End::Whole,
        };
        Self { octets, length, piece, throttle: way.throttle, pause: None, end }
    }

    /// The next piece, after which there is a pause.
    fn next(&mut self) -> Bytes {
        let piece = self.octets.split_to(self.piece.min(self.octets.len()));
        let is_last = self.octets.is_empty() && !matches!(self.end, End::More(_));
        if !self.throttle.is_zero() && !is_last {
            self.pause = Some(Box::pin(tokio::time::sleep(self.throttle)));
        }
        piece
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        if !self.octets.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(self.next()))));
        }
        match &mut self.end {
            End::Whole | End::More(0) => Poll::Ready(None),
            End::Cut { is_sent: true } => Poll::Ready(Some(Err(Cut))),
            End::Cut { is_sent } => {
                // Whoever waits for the next piece sends those that there were before.
                *is_sent = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::More(left) => {
                let count = SPACES.len().min(*left);
                *left = left.saturating_sub(count);
                self.octets = Bytes::from_static(&SPACES).slice(..count);
                let piece = self.next();
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.octets.is_empty() && matches!(self.end, End::Whole | End::More(0))
    }

    fn size_hint(&self) -> SizeHint {
        match self.end {
            End::More(_) => SizeHint::default(),
            // A body that ends too early is seen to, because its length is known.
            End::Whole | End::Cut { .. } => {
                SizeHint::with_exact(u64::try_from(self.length).unwrap_or(u64::MAX))
            }
        }
    }
}

/// How many octets come at once where there are pauses.
const PIECE: usize = 64;

/// How many octets follow a body that does not end.
const MOST_MORE: usize = 64 * 1024 * 1024;

/// JSON may have them behind a value, so that a reader has no reason to stop.
static SPACES: [u8; 1024] = [b' '; 1024];
