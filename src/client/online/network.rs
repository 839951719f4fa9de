//! Sends requests.

use core::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;

use super::error::OnlineError;
use crate::client::Error;
use crate::http::{HttpRequest, HttpResponse, Method};
use crate::json::Limits;

/// What sends requests. It follows no redirects, because credentials follow nobody elsewhere.
pub(super) fn connector() -> Result<reqwest::Client, OnlineError> {
    let builder = reqwest::Client::builder().redirect(Policy::none());
    Ok(builder.connect_timeout(LONGEST).timeout(LONGEST).build()?)
}

/// Sends a request, and reads the whole response.
pub(super) async fn send(
    http: &reqwest::Client,
    mut request: HttpRequest,
) -> Result<HttpResponse, OnlineError> {
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
        Method::Options => reqwest::Method::OPTIONS,
        Method::Other => return Err(Error::argument("method", "is none that is sent").into()),
    };
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers.iter() {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        let (Ok(name), Ok(mut value)) = (name, value) else {
            return Err(Error::argument("headers", "has a field that cannot be sent").into());
        };
        // Whatever logs requests shows none of them.
        value.set_sensitive(true);
        headers.append(name, value);
    }
    let body = core::mem::take(&mut request.body);
    let sent = http.request(method, &request.url).headers(headers).body(body).send();
    let mut response = sent.await?;
    let mut received = HttpResponse::new(response.status().as_u16(), Vec::new());
    for (name, value) in response.headers() {
        let value = String::from_utf8_lossy(value.as_bytes());
        received.headers.push(name.as_str(), value);
    }
    let most = Limits::default().bytes;
    while let Some(piece) = response.chunk().await? {
        if received.body.len().saturating_add(piece.len()) > most {
            return Err(OnlineError::TooLarge(most));
        }
        received.body.extend_from_slice(&piece);
    }
    Ok(received)
}

/// How long a server may take.
const LONGEST: Duration = Duration::from_secs(30);
