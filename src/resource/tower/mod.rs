//! A layer for [`tower`](https://docs.rs/tower) that verifies the access token of each request, for servers such as
//! axum and hyper.
//!
//! [`RequireAccessToken`] takes a [`ResourceServer`](super::ResourceServer) and a [`Backend`], which sends the requests to
//! issuers by the HTTP client of your choice, and verifies signatures. With the feature `rustcrypto` it has a library
//! for that.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use eiam_token::http::{HttpRequest, HttpResponse};
//! use eiam_token::resource::tower::{Backend, RequireAccessToken};
//! use eiam_token::resource::{AccessToken, Needs, ResourceServer, TrustedIssuer};
//! # use eiam_token::client::id_token::Signature;
//! use http::{Request, Response};
//! use tower::{ServiceBuilder, service_fn};
//!
//! struct Network;
//!
//! impl Backend for Network {
//!     type Error = std::io::Error;
//!
//!     async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Self::Error> {
//!         // Your HTTP client: without redirects, with a timeout.
//!         # let _ = request;
//!         # Err(std::io::Error::other("down"))
//!     }
//!     # fn is_genuine(&self, _: &str, _: &Signature) -> bool { false }
//! }
//!
//! async fn hello(request: Request<String>) -> Result<Response<String>, Infallible> {
//!     let token = request.extensions().get::<AccessToken>();
//!     let user = token.and_then(|token| token.subject.clone());
//!     Ok(Response::new(format!("Hello {}", user.unwrap_or_default())))
//! }
//!
//! let issuer = TrustedIssuer::new("https://as.example.com")?;
//! let server = ResourceServer::new([issuer], ["https://api.example.com"])?.at("https://api.example.com")?;
//! let guard = RequireAccessToken::new(server, Network);
//! let read = ServiceBuilder::new().layer(guard.needing(Needs::scope("read"))).service(service_fn(hello));
//! let write = ServiceBuilder::new().layer(guard.needing(Needs::scope("write"))).service(service_fn(hello));
//! # let _ = (read, write);
//! # Ok::<(), eiam_token::resource::ResourceError>(())
//! ```

mod backend;
mod driver;
mod gate;
mod layer;

pub use backend::Backend;
pub use layer::{Guarded, RequireAccessToken, Unavailable};
