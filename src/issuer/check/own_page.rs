//! Whether a form was sent from one of the issuer's own pages.

use crate::http::HttpRequest;
use crate::issuer::config::Config;
use crate::issuer::vault::Vault;
use crate::issuer::wire::cookies::{self, Cookies};
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::route;

/// Refuses a form that was not sent from one of our pages, in the browser for which the page was
/// made.
pub(crate) fn check_browser(
    config: &Config,
    vault: &Vault,
    cookies: &Cookies,
    request: &HttpRequest,
    browser: u128,
) -> Result<(), Refusal> {
    if cookies.are_used() {
        for name in [cookies::BROWSER, cookies::SESSION] {
            if cookies.find(config, request, name).count > 1 {
                return Err(Refusal::CookieTwice(cookies.name(config, name)));
            }
        }
        let own = cookies.open_browser_cookie(config, vault, request);
        if own.is_none_or(|cookie| cookie.id != browser) {
            return Err(Refusal::FormFromElsewhere);
        }
    }
    check(config, request)
}

/// Refuses a form that was not sent from one of our pages, as far as the headers show that.
pub(crate) fn check(config: &Config, request: &HttpRequest) -> Result<(), Refusal> {
    let headers = &request.headers;
    // Our pages have `Referrer-Policy: no-referrer`, with which browsers send `Origin: null`.
    let foreign_origin = headers
        .value("origin")
        .is_some_and(|origin| origin != "null" && !is_own_origin(config, origin, &request.url));
    let foreign_site =
        headers.value("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none");
    if foreign_origin || foreign_site { Err(Refusal::FormFromElsewhere) } else { Ok(()) }
}

/// Whether an origin is that of the base URL, or the one to which this request was sent. A local
/// issuer is reached both as 127.0.0.1 and as localhost.
fn is_own_origin(config: &Config, origin: &str, url: &str) -> bool {
    let requested = url.strip_prefix(origin);
    origin == route::base_origin(config) || requested.is_some_and(|rest| rest.starts_with('/'))
}
