//! Which browser sent a request, and who signed in there before.

use crate::http::{HttpRequest, HttpResponse};
use crate::issuer::config::Config;
use crate::issuer::sealed::cookie::BrowserCookie;
use crate::issuer::vault::Vault;
use crate::issuer::wire::cookies::{self, Cookies};

/// The browser that sent a request.
pub(crate) struct Browser {
    /// The random number in its cookie; 0 where there are no cookies.
    pub(crate) id: u128,
    /// The value of the cookie that the response has to set, if the browser had none.
    pub(crate) new_cookie: Option<String>,
}

/// Identifies the browser by its cookie, and makes a cookie if it has none. Each form contains the
/// same number, so a form that was made for another browser does not work in this one.
pub(crate) fn identify(
    config: &Config,
    vault: &mut Vault,
    cookies: &Cookies,
    request: &HttpRequest,
) -> Browser {
    if !cookies.are_used() {
        return Browser { id: 0, new_cookie: None };
    }
    match cookies.open_browser_cookie(config, vault, request) {
        Some(BrowserCookie { id, .. }) => Browser { id, new_cookie: None },
        None => {
            let id = vault.random.id();
            let cookie = BrowserCookie { id, known: Vec::new() };
            Browser { id, new_cookie: Some(vault.seal(&cookie)) }
        }
    }
}

/// Makes the browser remember for a year that a user signed in. `user` is the number that
/// [`guess::username_number`](crate::issuer::check::guess::username_number) gives.
pub(crate) fn remember(
    config: &Config,
    vault: &mut Vault,
    cookies: &Cookies,
    request: &HttpRequest,
    user: u64,
    response: &mut HttpResponse,
) {
    if let Some(mut cookie) = cookies.open_browser_cookie(config, vault, request) {
        cookie.known.retain(|known| *known != user);
        cookie.known.push(user);
        let surplus = cookie.known.len().saturating_sub(MAX_KNOWN);
        cookie.known.drain(..surplus);
        let value = vault.seal(&cookie);
        cookies.set(config, cookies::BROWSER, &value, "; Max-Age=31536000", response);
    }
}

/// Gives the browser the cookie that [`identify`] made, if it made one.
pub(crate) fn set_cookie(
    config: &Config,
    cookies: &Cookies,
    value: Option<String>,
    response: &mut HttpResponse,
) {
    if let Some(value) = value {
        cookies.set(config, cookies::BROWSER, &value, "", response);
    }
}

/// How many users a browser remembers.
const MAX_KNOWN: usize = 8;
