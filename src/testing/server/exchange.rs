//! A request as it comes from a socket, and its response as it goes back.

use core::future::poll_fn;
use core::net::SocketAddr;
use core::pin::Pin;
use std::sync::Arc;

use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};

use super::body::{Body, Cut};
use super::events::{self, Events};
use super::host;
use super::shared::Shared;
use super::socket::Line;
use super::way::Way;
use crate::http::{Headers, HttpRequest, HttpResponse, Method};
use crate::issuer::wire::parameters::MAX_BODY;
use crate::json::ObjectWriter;
use crate::testing::control;
use crate::testing::handle::Answered;

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    /// Whether nobody else than this machine can reach the server.
    pub(super) is_local: bool,
}

/// The body of a response: one that is there, or one that comes as long as somebody reads it.
type Payload = Pin<Box<dyn hyper::body::Body<Data = Bytes, Error = Cut> + Send>>;

/// Answers a request.
///
/// # Errors
/// The connection has to end: the test wants that, or the client ended it.
pub(super) async fn answer(
    shared: &Arc<Shared>,
    peer: Peer,
    line: Line,
    request: Request<Incoming>,
) -> Result<Response<Payload>, Cut> {
    let (base, is_controlled) = {
        let controlled = shared.lock();
        (controlled.config().base().to_owned(), controlled.access().is_exposed())
    };
    let (head, body) = request.into_parts();
    let headers = head.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let headers: Headers = headers.collect();
    let host = match host_in(&headers, &base, peer.is_local) {
        Ok(host) => host,
        Err(refused) => return Ok(whole(refused)),
    };
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let path = if path.starts_with('/') { path } else { "/" };
    // The issuer refuses longer bodies, so one octet more is all it needs to see.
    let most = match is_controlled && path.contains(control::PREFIX) {
        true => control::MAX_BODY,
        false => MAX_BODY,
    };
    let body = read(body, most.saturating_add(1)).await?;
    let is_cut = body.len() > most;
    let scheme = base.split("://").next().unwrap_or_default();
    let mut plain = HttpRequest::get(format!("{scheme}://{host}{path}"));
    plain.method = Method::from_name(head.method.as_str());
    plain.headers = headers;
    plain.body = body;
    let plain = plain.sent_from(peer.address.ip().to_string());
    let mut response = match answered(shared, &plain, line) {
        Ok(events) => stream_of(events),
        Err(answered) => {
            let way = Way::of(&answered.transport);
            if !way.delay.is_zero() {
                tokio::time::sleep(way.delay).await;
            }
            if way.is_dropped {
                return Err(Cut);
            }
            response_of(answered.response, way)
        }
    };
    if is_cut {
        // Of a body that was not read to its end, the rest must not be taken for the next request.
        response.headers_mut().insert("connection", HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// The answer to a request: the journal as events, or else a whole one.
fn answered(shared: &Arc<Shared>, request: &HttpRequest, line: Line) -> Result<Events, Answered> {
    let are_asked = events::are_asked(request, shared.lock().config());
    if are_asked { Events::open(shared, request, line) } else { Err(shared.answer(request)) }
}

/// The one host that a request names (RFC 9112 section 3.2), or the refusal of the request.
fn host_in(headers: &Headers, base: &str, is_local: bool) -> Result<String, HttpResponse> {
    let mut hosts = headers.values("host");
    let host = hosts.next().filter(|_| hosts.next().is_none());
    let Some((host, name)) = host.and_then(|host| Some((host, host::name_of(host)?))) else {
        let reason = "The request must have exactly one valid header field Host.";
        return Err(refused(400, "invalid_request", reason));
    };
    // A website can let its own name lead to 127.0.0.1 (DNS rebinding).
    let is_its_own = || host::name_of(host::host_of(base)).is_some_and(|own| own == name);
    if is_local && !host::is_loopback(&name) && !is_its_own() {
        let reason = "This server answers only to localhost, loopback addresses and the host of its base URL.";
        return Err(refused(421, "misdirected_request", reason));
    }
    Ok(host.to_ascii_lowercase())
}

/// Reads a body, or so many octets of it.
async fn read(mut body: Incoming, most: usize) -> Result<Vec<u8>, Cut> {
    let mut octets = Vec::new();
    while octets.len() < most {
        let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        let Some(frame) = frame else { break };
        // The client ended the connection, so nobody waits for a response.
        let frame = frame.map_err(|_| Cut)?;
        if let Some(data) = frame.data_ref() {
            let left = most.saturating_sub(octets.len());
            octets.extend_from_slice(data.get(..left).unwrap_or(data));
        }
    }
    Ok(octets)
}

fn refused(status: u16, code: &str, reason: &str) -> HttpResponse {
    let mut body = ObjectWriter::new();
    body.string("error", code).string("error_description", reason);
    HttpResponse::new(status, body.finish())
        .header("content-type", "application/json")
        .header("cache-control", "no-store")
        .header("connection", "close")
}

/// A response that meets no faults.
fn whole(response: HttpResponse) -> Response<Payload> {
    response_of(response, Way::default())
}

fn stream_of(events: Events) -> Response<Payload> {
    let mut response = Response::new(Box::pin(events) as Payload);
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(events::MEDIA_TYPE));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}

fn response_of(mut plain: HttpResponse, way: Way) -> Response<Payload> {
    let body = core::mem::take(&mut plain.body);
    let mut response = Response::new(Box::pin(Body::new(body, way)) as Payload);
    *response.status_mut() =
        StatusCode::from_u16(plain.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in plain.headers.iter() {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        // A test may write a length of its own; a false one would be none of a body.
        if let (Ok(name), Ok(value)) = (name, value)
            && name != hyper::header::CONTENT_LENGTH
        {
            response.headers_mut().append(name, value);
        }
    }
    response
}
