//! What browsers of other origins may do (Fetch, CORS protocol). Endpoints for programs answer
//! every origin, never with credentials: tokens and secrets come in the request itself. Pages answer
//! none.

use crate::http::HttpResponse;

use super::route::Endpoint;

/// Answers `OPTIONS`, a preflight or not.
pub(crate) fn options(endpoint: Endpoint) -> HttpResponse {
    let mut response = HttpResponse::new(204, Vec::new()).header("allow", endpoint.methods());
    if !endpoint.is_page() {
        allow(&mut response);
        response = response
            .header("access-control-allow-methods", endpoint.methods())
            // The star does not stand for Authorization.
            .header("access-control-allow-headers", "Authorization, Content-Type, *")
            .header("access-control-max-age", "600");
    }
    response
}

/// Lets scripts of every origin read an answer.
pub(crate) fn allow(response: &mut HttpResponse) {
    response.headers.push("access-control-allow-origin", "*");
    response.headers.push("access-control-expose-headers", "WWW-Authenticate, Retry-After");
}
