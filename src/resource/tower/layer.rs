//! The layer and its service.

use core::error::Error;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use tower_layer::Layer;
use tower_service::Service;

use crate::http::HttpResponse;
use crate::resource::{Call, Needs, ResourceServer};

use super::backend::Backend;
use super::driver::{Driver, Stop};

/// A layer that lets requests through whose access token counts, and answers all others: with 401, 403 or 400 and a
/// challenge (RFC 6750 section 3), or with 503 if the token could not be verified.
///
/// The [`AccessToken`](crate::resource::AccessToken) is then in the extensions of the request. Clones share keys, answers
/// and used proofs, so make one and clone it with [`needing`](Self::needing). For proofs the server has to be told
/// [`at`](ResourceServer::at) which origin it is, and the layer has to stand outside of routers that take something off
/// the path.
pub struct RequireAccessToken<B> {
    driver: Arc<Driver<B>>,
    needs: Arc<Needs>,
}

impl<B: Backend> RequireAccessToken<B> {
    /// Makes a layer that needs nothing but a token that counts.
    pub fn new(server: ResourceServer, backend: B) -> Self {
        Self { driver: Arc::new(Driver::new(server, backend)), needs: Arc::default() }
    }

    /// The same for requests that need this of their tokens.
    #[must_use]
    pub fn needing(&self, needs: Needs) -> Self {
        Self { driver: Arc::clone(&self.driver), needs: Arc::new(needs) }
    }
}

impl<B> Clone for RequireAccessToken<B> {
    fn clone(&self) -> Self {
        Self { driver: Arc::clone(&self.driver), needs: Arc::clone(&self.needs) }
    }
}

impl<B> fmt::Debug for RequireAccessToken<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireAccessToken").field("needs", &self.needs).finish_non_exhaustive()
    }
}

impl<S, B> Layer<S> for RequireAccessToken<B> {
    type Service = Guarded<S, B>;

    fn layer(&self, inner: S) -> Self::Service {
        Guarded { inner, guard: self.clone() }
    }
}

/// A service that is called by requests whose access token counts: see [`RequireAccessToken`].
#[derive(Debug)]
pub struct Guarded<S, B> {
    inner: S,
    guard: RequireAccessToken<B>,
}

impl<S: Clone, B> Clone for Guarded<S, B> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), guard: self.guard.clone() }
    }
}

/// Why a token could not be verified: in the extensions of a response with the status 503, for logs.
#[derive(Clone, Debug)]
pub struct Unavailable(pub Arc<dyn Error + Send + Sync>);

impl<S, B, Body, Answer> Service<Request<Body>> for Guarded<S, B>
where
    S: Service<Request<Body>, Response = Response<Answer>> + Clone + Send + 'static,
    S::Future: Send,
    B: Backend,
    Body: Send + 'static,
    Answer: From<String>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // The one that is ready is called, and another takes its place.
        let clone = self.inner.clone();
        let mut inner = core::mem::replace(&mut self.inner, clone);
        let guard = self.guard.clone();
        Box::pin(async move {
            let call = call_of(&request);
            match guard.driver.verify(&call, &guard.needs).await {
                Ok(token) => {
                    request.extensions_mut().insert(token);
                    inner.call(request).await
                }
                Err(Stop::Refused(refusal)) => Ok(response(&refusal.to_response())),
                Err(Stop::Unavailable(error)) => {
                    let unavailable =
                        HttpResponse::new(503, r#"{"error":"temporarily_unavailable"}"#)
                            .header("content-type", "application/json")
                            .header("cache-control", "no-store");
                    let mut response = response(&unavailable);
                    response.extensions_mut().insert(Unavailable(error));
                    Ok(response)
                }
            }
        })
    }
}

/// What a request brings. A field that is no text is one that has no token.
fn call_of<Body>(request: &Request<Body>) -> Call {
    let fields = request.headers().iter();
    let fields = fields.map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
    Call::new(request.method().as_str(), &request.uri().to_string(), fields)
}

/// A response as the service gives it.
fn response<Answer: From<String>>(response: &HttpResponse) -> Response<Answer> {
    let body = String::from_utf8_lossy(&response.body).into_owned();
    let mut made = Response::new(Answer::from(body));
    *made.status_mut() =
        StatusCode::from_u16(response.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let fields = made.headers_mut();
    for (name, value) in response.headers.iter() {
        add(fields, name, value);
    }
    made
}

fn add(fields: &mut HeaderMap, name: &str, value: &str) {
    let name = HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
        fields.append(name, value);
    }
}
