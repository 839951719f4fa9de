//! What control requests are answered with.

use crate::http::HttpResponse;
use crate::issuer::Reply;
use crate::issuer::wire::response;

/// A response with this JSON.
pub(super) fn json(body: String) -> Reply {
    response::json(200, body).into()
}

/// A response without content.
pub(super) fn done() -> Reply {
    HttpResponse::new(204, Vec::new()).header("cache-control", "no-store").into()
}
