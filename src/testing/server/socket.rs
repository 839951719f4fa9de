//! The socket of a connection, at which a response can see that its client has gone.

use core::future::pending;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io::{self, IoSlice};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// A socket that the server reads and writes.
pub(super) struct Socket {
    reading: Arc<OwnedReadHalf>,
    writing: OwnedWriteHalf,
}

/// Sees the end of a connection. The server itself does not look for it while it answers, because a client may end its
/// own side as soon as it has asked.
#[derive(Clone)]
pub(super) struct Line(Arc<OwnedReadHalf>);

impl Socket {
    pub(super) fn new(socket: TcpStream) -> Self {
        let (reading, writing) = socket.into_split();
        Self { reading: Arc::new(reading), writing }
    }

    pub(super) fn line(&self) -> Line {
        Line(Arc::clone(&self.reading))
    }
}

impl Line {
    /// Waits until the client ends its side of the connection.
    pub(super) async fn ended(self) {
        if let Ok(1..) = self.0.as_ref().as_ref().peek(&mut [0]).await {
            // It has sent another request already, behind which nothing is seen before that is read.
            pending::<()>().await;
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let socket: &TcpStream = self.reading.as_ref().as_ref();
        loop {
            ready!(socket.poll_read_ready(context))?;
            match socket.try_read(buffer.initialize_unfilled()) {
                Ok(count) => {
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.writing).poll_write(context, octets)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.writing).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.writing.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.writing).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.writing).poll_shutdown(context)
    }
}
