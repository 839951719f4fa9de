//! What scripts of other origins may do (Fetch standard, CORS protocol). Metadata and keys are open
//! to all origins. The other endpoints for programs are open to the origins of their applications.
//! They never allow credentials, because tokens and secrets are in the request itself. Pages are
//! open to no other origin. What the service does is not documented.

use crate::http::{HttpRequest, HttpResponse};

use crate::issuer::check::redirect_uri;
use crate::issuer::config::Application;
use crate::issuer::directory::Directory;
use crate::issuer::wire::route::{Endpoint, Route};

impl Application {
    /// Whether scripts of an origin may use the endpoints of the application.
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

/// Answers a request with OPTIONS, whether it is a preflight or not.
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
            // The star does not include Authorization.
            .header("access-control-allow-headers", "Authorization, Content-Type, *")
            .header("access-control-max-age", "600");
    }
    response
}

/// Lets scripts read a response, if their origin is allowed. At the instance's server the request
/// names the client, and a preflight names none. So the origins of all applications are allowed
/// there.
pub(crate) fn allow_origin(
    directory: &Directory,
    request: &HttpRequest,
    route: &Route<'_>,
    response: &mut HttpResponse,
) {
    match route.endpoint {
        Endpoint::Discovery
        | Endpoint::Jwks
        | Endpoint::Register
        | Endpoint::ClientConfiguration => return allow(response, "*"),
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
            // There is nothing to protect, and the developer should see that the id is wrong. The
            // response repeats only origins that an application has.
            None => return allow(response, "*"),
        },
        // Where everybody can become a client, the next request may come from any origin.
        None if directory.config().takes_strangers() => return allow(response, "*"),
        None => directory.applications().iter().any(|one| one.allows_origin(origin)),
    };
    if is_allowed {
        allow(response, origin);
    }
}

/// Lets scripts of this origin read a response; `*` stands for all origins.
pub(crate) fn allow(response: &mut HttpResponse, origin: &str) {
    response.headers.push("access-control-allow-origin", origin);
    response
        .headers
        .push("access-control-expose-headers", "WWW-Authenticate, Retry-After, DPoP-Nonce");
}
