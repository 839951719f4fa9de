//! What browsers of other origins may do (Fetch, CORS protocol). Metadata and keys are open to all.
//! The other endpoints for programs answer the origins of the applications that use them, never with
//! credentials: tokens and secrets come in the request itself. Pages answer none. What the service
//! does is not documented.

use crate::http::{HttpRequest, HttpResponse};

use crate::issuer::check::redirect_uri;
use crate::issuer::config::Application;
use crate::issuer::directory::Directory;
use crate::issuer::wire::route::{Endpoint, Route};

impl Application {
    /// Whether scripts of an origin may use the endpoints.
    fn allows_origin(&self, origin: &str) -> bool {
        match &self.origins {
            Some(origins) => origins.iter().any(|other| other == origin),
            None => {
                self.redirect_uris.iter().any(|uri| redirect_uri::is_origin_of(origin, uri))
                    || (self.is_any_loopback(origin) && redirect_uri::is_origin(origin))
            }
        }
    }
}

/// Answers `OPTIONS`, a preflight or not.
pub(crate) fn preflight(
    directory: &Directory,
    request: &HttpRequest,
    route: &Route<'_>,
) -> HttpResponse {
    let methods = route.endpoint.methods();
    let mut response = HttpResponse::new(204, Vec::new()).header("allow", methods);
    allow_origin(directory, request, route, &mut response);
    if response.headers.value("access-control-allow-origin").is_some() {
        response = response
            .header("access-control-allow-methods", methods)
            // The star does not stand for Authorization.
            .header("access-control-allow-headers", "Authorization, Content-Type, *")
            .header("access-control-max-age", "600");
    }
    response
}

/// Lets scripts read an answer, if their origin may. At the instance's server the client is in
/// the request and a preflight has none, so the origins of all applications count there.
pub(crate) fn allow_origin(
    directory: &Directory,
    request: &HttpRequest,
    route: &Route<'_>,
    response: &mut HttpResponse,
) {
    match route.endpoint {
        Endpoint::Discovery | Endpoint::Jwks => return allow(response, "*"),
        endpoint if endpoint.is_page() => return,
        _ => {}
    }
    response.headers.push("vary", "Origin");
    let Some(origin) = request.headers.value("origin") else {
        return;
    };
    let is_allowed = match route.application {
        Some(id) => match directory.enabled_application(id) {
            Some(application) => application.allows_origin(origin),
            // Nothing to protect, and the developer should see that the id is wrong. What came
            // in the header is only given back where it is one of those that are known.
            None => return allow(response, "*"),
        },
        None => directory.applications().iter().any(|one| one.allows_origin(origin)),
    };
    if is_allowed {
        allow(response, origin);
    }
}

/// Lets scripts of this origin read an answer, `*` for all.
pub(crate) fn allow(response: &mut HttpResponse, origin: &str) {
    response.headers.push("access-control-allow-origin", origin);
    response
        .headers
        .push("access-control-expose-headers", "WWW-Authenticate, Retry-After, DPoP-Nonce");
}
