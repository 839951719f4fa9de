//! Control over HTTP: requests below `/_control`, with JSON in and out. `pkg/schema/control.openapi.json`
//! describes them; a test holds that it has every route.

use crate::http::{HttpRequest, HttpResponse, Method};
use crate::issuer::wire::asked::Asked;
use crate::issuer::wire::route;
use crate::issuer::{ClaimsContext, Issuer, Reply};
use crate::testing::access::Admission;
use crate::testing::acts::tokens::NoTokens;
use crate::testing::control::call::Call;
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

mod accept;
mod acts;
mod automatic;
mod behaviour;
mod body;
mod call;
mod clients;
mod clock;
mod reply;
mod routes;
mod snapshot;
mod status;
mod time;
mod users;

pub use routes::control_routes;
#[cfg(any(target_arch = "wasm32", feature = "server"))]
pub(crate) use snapshot::MAX_SNAPSHOT as MAX_BODY;

/// The path of a control request below [`PREFIX`]; none for any other request.
fn path<'a>(issuer: &Issuer, request: &'a HttpRequest) -> Option<&'a str> {
    let (path, _) = route::split(&request.url, issuer.config());
    let below = path.strip_prefix(PREFIX)?;
    if below.is_empty() { Some(below) } else { below.strip_prefix('/') }
}

/// Where control is, below the base URL.
pub(crate) const PREFIX: &str = "/_control";

/// Answers a control request; none for a request that is none, or that must not know that it is one.
///
/// # Errors
/// What the host is asked about claims.
pub(crate) fn answer(
    controlled: &mut Controlled,
    request: &HttpRequest,
    asked: Asked<'_>,
    host: i64,
) -> Option<Result<Reply, Vec<ClaimsContext>>> {
    let path = path(controlled, request)?;
    let access = controlled.access();
    let is_open = access.is_exposed() && path == status::HEALTH;
    match access.admit(request) {
        Admission::Hidden => return None,
        _ if is_of_a_page(request) => return Some(Ok(of_a_page().into())),
        Admission::TokenNeeded if !is_open => return Some(Ok(token_needed().into())),
        Admission::Granted | Admission::TokenNeeded => {}
    }
    let (_, query) = route::split(&request.url, controlled.config());
    let text = accept::prefers_text(request.headers.value("accept").unwrap_or_default());
    let method = request.method;
    let call = Call { method, path, query, text, body: &request.body, asked, host };
    let reply = match routes::dispatch(controlled, &call) {
        Ok(reply) => reply,
        Err(NoTokens::Refused(refused)) => refused.response().into(),
        Err(NoTokens::Asks(questions)) => return Some(Err(questions)),
    };
    Some(Ok(reply))
}

/// Whether the reply to a control request may have to be signed.
pub(crate) fn may_sign(controlled: &Controlled, request: &HttpRequest) -> bool {
    request.method == Method::Post
        && path(controlled, request).is_some_and(|path| path == acts::TOKENS)
        && controlled.access().admit(request) == Admission::Granted
}

/// Whether a browser says that it sends the request: by the origin of every one that goes to another origin or changes
/// something, and by the site of all others (W3C Fetch Metadata section 2.2). No program's `fetch` says either.
fn is_of_a_page(request: &HttpRequest) -> bool {
    ["origin", "sec-fetch-site"].iter().any(|name| request.headers.value(name).is_some())
}

fn of_a_page() -> HttpResponse {
    let description = "a page in a browser may not control the issuer: send the request from a \
                       program, without the header fields Origin and Sec-Fetch-Site";
    let refused = ControlError {
        status: 403,
        code: "forbidden",
        description: description.to_owned(),
        path: None,
    };
    refused.response()
}

fn token_needed() -> HttpResponse {
    let refused = ControlError {
        status: 401,
        code: "invalid_token",
        description:
            "control needs the token that was printed when the issuer started, in the header \
                      field Authorization: Bearer TOKEN"
                .to_owned(),
        path: None,
    };
    refused.response().header("www-authenticate", "Bearer realm=\"control\"")
}
