//! The layer for tower.

use core::convert::Infallible;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Wake;

use eiam_token::client::Server;
use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::resource::tower::{Backend, RequireAccessToken, Unavailable};
use eiam_token::resource::{AccessToken, Needs, ResourceServer, TrustedIssuer};
use http::{Request, Response, StatusCode};
use serde_json::json;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use crate::keys::ClientKey;
use crate::support::*;

/// An issuer that answers when it is let, and at the time of all tests.
#[derive(Default)]
struct Slow {
    is_open: AtomicBool,
    is_down: AtomicBool,
    sent: AtomicUsize,
}

#[derive(Clone)]
struct ToSlow(Arc<Slow>);

impl Backend for ToSlow {
    type Error = io::Error;

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, io::Error> {
        assert_eq!(request.url, format!("{ISSUER}/jwks"));
        self.0.sent.fetch_add(1, Ordering::Relaxed);
        poll_fn(|_| match self.0.is_open.load(Ordering::Relaxed) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
        match self.0.is_down.load(Ordering::Relaxed) {
            true => Err(io::Error::other("nobody is there")),
            false => Ok(HttpResponse::new(200, jwks(&[ClientKey::es256(1)]))),
        }
    }

    fn now(&self) -> i64 {
        NOW
    }
}

fn told() -> ResourceServer {
    let told = Server { jwks_uri: Some(format!("{ISSUER}/jwks")), ..Server::default() };
    of(TrustedIssuer::new(ISSUER).unwrap().with_server(told).unwrap())
}

/// A guard, and its issuer, which answers at once or not.
fn guard(is_open: bool) -> (RequireAccessToken<ToSlow>, Arc<Slow>) {
    let slow = Arc::new(Slow::default());
    slow.is_open.store(is_open, Ordering::Relaxed);
    (RequireAccessToken::new(told(), ToSlow(Arc::clone(&slow))), slow)
}

async fn hello(request: Request<String>) -> Result<Response<String>, Infallible> {
    let token = request.extensions().get::<AccessToken>().unwrap();
    Ok(Response::new(format!("{} {}", token.subject.as_deref().unwrap(), request.body())))
}

fn request(authorization: &str) -> Request<String> {
    let request = Request::get("/things").header("authorization", authorization);
    request.body("body".to_owned()).unwrap()
}

fn genuine() -> Request<String> {
    request(&format!("Bearer {}", token(json!({}))))
}

/// The result of a future that waits for nobody.
pub fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it waits"),
    }
}

/// Whether somebody was woken.
#[derive(Default)]
struct Bell(AtomicBool);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn who_has_a_token_is_let_through_and_the_service_sees_it() {
    let (guard, slow) = guard(true);
    let service =
        ServiceBuilder::new().layer(guard.needing(Needs::scope("read"))).service_fn(hello);
    for _ in 0..3 {
        let response = now(service.clone().oneshot(genuine())).unwrap();
        assert_eq!(
            (response.status(), response.body().as_str()),
            (StatusCode::OK, "user_alice body")
        );
    }
    assert_eq!(slow.sent.load(Ordering::Relaxed), 1);
}

#[test]
fn rfc_6750_section_3_all_others_get_a_challenge() {
    let (guard, _) = guard(true);
    let service = |needs| guard.needing(needs).layer(service_fn(hello));
    let expired = format!("Bearer {}", token(json!({ "exp": 1 })));
    let mut odd = genuine();
    let value = http::HeaderValue::from_bytes(b"Bearer \xff").unwrap();
    odd.headers_mut().insert("authorization", value);
    for (request, needs, status, start) in [
        (Request::new(String::new()), Needs::scope("read"), 401, "Bearer scope=\"read\""),
        (request(&expired), Needs::default(), 401, "Bearer error=\"invalid_token\""),
        (request("Bearer a b"), Needs::default(), 400, "Bearer error=\"invalid_request\""),
        (odd, Needs::default(), 401, "Bearer"),
        (genuine(), Needs::scope("admin"), 403, "Bearer error=\"insufficient_scope\""),
    ] {
        let response = now(service(needs).oneshot(request)).unwrap();
        assert_eq!(response.status(), status);
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.starts_with(start), "{challenge}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["content-type"], "application/json");
        assert!(response.body().starts_with('{'));
    }
}

#[test]
fn a_token_that_cannot_be_verified_is_no_refusal() {
    let (guard, slow) = guard(true);
    slow.is_down.store(true, Ordering::Relaxed);
    let service = guard.layer(service_fn(hello));
    let response = now(service.clone().oneshot(genuine())).unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.headers().get("www-authenticate").is_none());
    let Unavailable(why) = response.extensions().get().unwrap();
    assert_eq!(why.to_string(), "nobody is there");
    assert!(!response.body().contains("nobody"));
    slow.is_down.store(false, Ordering::Relaxed);
    assert_eq!(now(service.oneshot(genuine())).unwrap().status(), StatusCode::OK);
}

/// A proof needs to know which URL it is for.
#[test]
fn rfc_9449_section_4_3_a_server_that_does_not_know_its_origin_verifies_no_proofs() {
    let (guard, _) = guard(true);
    let response = now(guard.layer(service_fn(hello)).oneshot(request("DPoP x"))).unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let Unavailable(why) = response.extensions().get().unwrap();
    assert!(why.to_string().starts_with("origin: "), "{why}");
}

#[test]
fn keys_that_many_requests_need_are_fetched_once() {
    let (guard, slow) = guard(false);
    let service = guard.layer(service_fn(hello));
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(Arc::clone(&bell));
    let mut requests: Vec<_> =
        (0..10).map(|_| Box::pin(service.clone().oneshot(genuine()))).collect();
    for request in &mut requests {
        assert!(request.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    assert_eq!(slow.sent.load(Ordering::Relaxed), 1);
    slow.is_open.store(true, Ordering::Relaxed);
    let first = requests.remove(0);
    assert_eq!(now(first).unwrap().status(), StatusCode::OK);
    assert!(bell.0.load(Ordering::Relaxed), "the others were told");
    for request in requests {
        assert_eq!(now(request).unwrap().status(), StatusCode::OK);
    }
    assert_eq!(slow.sent.load(Ordering::Relaxed), 1);
}

#[test]
fn a_request_that_is_given_up_keeps_nobody_waiting() {
    let (guard, slow) = guard(false);
    let service = guard.layer(service_fn(hello));
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(Arc::clone(&bell));
    let mut first = Box::pin(service.clone().oneshot(genuine()));
    let mut second = Box::pin(service.oneshot(genuine()));
    for request in [&mut first, &mut second] {
        assert!(request.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    drop(first);
    assert!(bell.0.load(Ordering::Relaxed));
    slow.is_open.store(true, Ordering::Relaxed);
    assert_eq!(now(second).unwrap().status(), StatusCode::OK);
    assert_eq!(slow.sent.load(Ordering::Relaxed), 2);
}

/// Those who waited ask at the same time, and not one after the other.
#[test]
fn an_issuer_that_is_down_keeps_nobody_waiting_in_a_row() {
    let (guard, slow) = guard(false);
    let service = guard.layer(service_fn(hello));
    let mut requests: Vec<_> =
        (0..3).map(|_| Box::pin(service.clone().oneshot(genuine()))).collect();
    let mut context = Context::from_waker(Waker::noop());
    for request in &mut requests {
        assert!(request.as_mut().poll(&mut context).is_pending());
    }
    slow.is_down.store(true, Ordering::Relaxed);
    slow.is_open.store(true, Ordering::Relaxed);
    let first = now(requests.remove(0)).unwrap();
    assert_eq!(first.status(), StatusCode::SERVICE_UNAVAILABLE);
    slow.is_open.store(false, Ordering::Relaxed);
    for request in &mut requests {
        assert!(request.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(slow.sent.load(Ordering::Relaxed), 3);
}

/// The service that said that it is ready is the one that is called.
#[test]
fn tower_the_service_that_is_ready_is_called() {
    #[derive(Default)]
    struct Ready(bool, Arc<Mutex<usize>>);
    impl Clone for Ready {
        fn clone(&self) -> Self {
            Self(false, Arc::clone(&self.1))
        }
    }
    impl Service<Request<String>> for Ready {
        type Response = Response<String>;
        type Error = Infallible;
        type Future = core::future::Ready<Result<Response<String>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            self.0 = true;
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<String>) -> Self::Future {
            assert!(core::mem::take(&mut self.0), "it was not ready");
            *self.1.lock().unwrap() += 1;
            core::future::ready(Ok(Response::new(String::new())))
        }
    }
    let inner = Ready::default();
    let count = Arc::clone(&inner.1);
    let mut service = guard(true).0.layer(inner);
    for _ in 0..2 {
        let ready = now(service.ready()).unwrap();
        now(ready.call(genuine())).unwrap();
    }
    assert_eq!(*count.lock().unwrap(), 2);
}
