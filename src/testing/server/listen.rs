//! A server in a thread of its own, so that it answers whatever the test does meanwhile, and whatever runtime it has.

use core::convert::Infallible;
use core::fmt;
use core::net::SocketAddr;
use core::time::Duration;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::exchange::{self, Peer};
use super::shared::Shared;
use super::socket::Socket;

/// A server that listens. It stops when it is dropped.
pub(super) struct Listening {
    stop: Option<oneshot::Sender<Infallible>>,
    stopped: oneshot::Receiver<Infallible>,
    thread: Option<JoinHandle<()>>,
    /// What runs in that thread.
    pub(super) runtime: Handle,
}

impl Listening {
    /// Lets a server answer at a socket that listens already.
    ///
    /// # Errors
    /// Fails if the system has no thread or no events for it.
    pub(super) async fn begin(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Self> {
        let is_local = listener.local_addr()?.ip().is_loopback();
        listener.set_nonblocking(true)?;
        let (stop, stopping) = oneshot::channel::<Infallible>();
        let (ended, stopped) = oneshot::channel::<Infallible>();
        let (begun, ready) = oneshot::channel();
        let serve = move || {
            // It ends with this thread, whatever happens here.
            let _ended = ended;
            let runtime = match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => {
                    let _ = begun.send(Err(error));
                    return;
                }
            };
            let listener = {
                let _within = runtime.enter();
                tokio::net::TcpListener::from_std(listener)
            };
            match listener {
                Ok(listener) => {
                    runtime.spawn(accept(listener, Arc::clone(&shared), is_local));
                    let _ = begun.send(Ok(runtime.handle().clone()));
                    // Nothing is ever sent: the other side is dropped.
                    let _ = runtime.block_on(stopping);
                    runtime.block_on(async {
                        shared.end();
                        // It comes after those that were told, which have sent their last octets then.
                        let _ = tokio::spawn(async {}).await;
                    });
                }
                Err(error) => {
                    let _ = begun.send(Err(error));
                }
            }
        };
        let thread = thread::Builder::new().name("eiam-token issuer".to_owned()).spawn(serve)?;
        let gone = || io::Error::other("the thread of the server ended");
        let runtime = ready.await.map_err(|_| gone())??;
        Ok(Self { stop: Some(stop), stopped, thread: Some(thread), runtime })
    }

    /// Stops it, and ends every connection.
    pub(super) async fn end(mut self) {
        self.stop = None;
        let _ = (&mut self.stopped).await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It has nothing more to do, so this takes no time.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening").finish_non_exhaustive()
    }
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>, is_local: bool) {
    loop {
        match listener.accept().await {
            Ok((socket, address)) => {
                let shared = Arc::clone(&shared);
                tokio::spawn(converse(socket, Peer { address, is_local }, shared));
            }
            // Too many connections, for one: some will end.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Answers the requests of a connection.
async fn converse(socket: tokio::net::TcpStream, peer: Peer, shared: Arc<Shared>) {
    // Small answers go at once.
    let _ = socket.set_nodelay(true);
    let socket = Socket::new(socket);
    let line = socket.line();
    let service = service_fn(|request| exchange::answer(&shared, peer, line.clone(), request));
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).half_close(true);
    // What ends a connection is the client's or the test's wish.
    let _ = server.serve_connection(TokioIo::new(socket), service).await;
}

/// Where a server is reached that listens there.
pub(super) fn url_of(address: SocketAddr) -> String {
    let port = address.port();
    // Nobody can connect to a wildcard address everywhere.
    match address {
        SocketAddr::V4(four) if four.ip().is_unspecified() => format!("http://127.0.0.1:{port}"),
        SocketAddr::V6(six) if six.ip().is_unspecified() => format!("http://[::1]:{port}"),
        _ => format!("http://{address}"),
    }
}
