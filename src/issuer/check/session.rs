//! Who is signed in in which browser.

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::http::HttpResponse;
use crate::issuer::config::Config;
use crate::issuer::directory::Directory;
use crate::issuer::sealed::cookie::{BrowserCookie, SessionCookie};
use crate::issuer::state::session::Session;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::cookies::{self, Cookies, Sessions};
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;

/// A login session and its id.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) id: u128,
    pub(crate) session: Session,
}

/// The login session of the browser that sent a request.
pub(crate) fn signed_in(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    cookies: &Cookies,
    exchange: &Exchange<'_>,
) -> Option<SignedIn> {
    let id = match cookies.sessions {
        Sessions::Cookie => {
            let config = directory.config();
            let SessionCookie(id) = cookies.open(config, vault, exchange, cookies::SESSION)?;
            id
        }
        Sessions::Host => store.host_session.id()?,
    };
    let session = store.sessions.get(&id, exchange.now)?;
    // A user who is not in the configuration any more is signed out.
    directory.user(&session.subject)?;
    Some(SignedIn { id, session: session.clone() })
}

/// Begins a login session. It has a new id, so that an id which somebody planted before is worth
/// nothing, and the session that the browser had ends.
pub(crate) fn begin(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    cookies: &Cookies,
    exchange: &Exchange<'_>,
    subject: &str,
) -> Result<SignedIn, Refusal> {
    if let Some(previous) = signed_in(directory, vault, store, cookies, exchange) {
        store.sessions.remove(&previous.id);
    }
    let session = Session {
        subject: subject.to_owned(),
        auth_time: exchange.now,
        consents: Vec::new(),
        owner: vault.user_owner(subject),
    };
    let id = vault.random.id();
    let expires = exchange.now.saturating_add(SESSION_SECONDS);
    store.sessions.insert(id, session.clone(), expires, exchange.now)?;
    if cookies.sessions == Sessions::Host {
        store.host_session.set(Some(id));
    }
    store.touch();
    Ok(SignedIn { id, session })
}

/// Ends a login session.
pub(crate) fn end(store: &mut Store, id: u128) {
    if store.sessions.remove(&id) {
        store.touch();
    }
    if store.host_session.id() == Some(id) {
        store.host_session.set(None);
    }
}

/// Gives the browser the cookie of its session.
pub(crate) fn set_cookie(
    config: &Config,
    vault: &mut Vault,
    cookies: &Cookies,
    id: u128,
    response: &mut HttpResponse,
) {
    if cookies.are_used() {
        let value = vault.seal(&SessionCookie(id));
        cookies.set(config, cookies::SESSION, &value, "", response);
    }
}

/// Takes the cookie of the session away.
pub(crate) fn clear_cookie(config: &Config, cookies: &Cookies, response: &mut HttpResponse) {
    if cookies.are_used() {
        cookies.set(config, cookies::SESSION, "", "; Max-Age=0", response);
    }
}

/// What tells this browser from another, and the cookie to set if it had none. A form carries
/// the same, so a form that somebody else made or copied does not work here.
pub(crate) fn browser(
    config: &Config,
    vault: &mut Vault,
    cookies: &Cookies,
    exchange: &Exchange<'_>,
) -> (u128, Option<String>) {
    if !cookies.are_used() {
        return (0, None);
    }
    match cookies.browser(config, vault, exchange) {
        Some(BrowserCookie { id, .. }) => (id, None),
        None => {
            let id = vault.random.id();
            let cookie = BrowserCookie { id, known: Vec::new() };
            (id, Some(vault.seal(&cookie)))
        }
    }
}

/// Makes the browser remember for a year that a user signed in here. `target`: the user, as
/// [`guess::target`](crate::issuer::check::guess::target) numbers them.
pub(crate) fn remember(
    config: &Config,
    vault: &mut Vault,
    cookies: &Cookies,
    exchange: &Exchange<'_>,
    target: u64,
    response: &mut HttpResponse,
) {
    if let Some(mut cookie) = cookies.browser(config, vault, exchange) {
        cookie.known.retain(|known| *known != target);
        cookie.known.push(target);
        let surplus = cookie.known.len().saturating_sub(MAX_KNOWN);
        cookie.known.drain(..surplus);
        let value = vault.seal(&cookie);
        cookies.set(config, cookies::BROWSER, &value, "; Max-Age=31536000", response);
    }
}

/// Gives the browser the cookie that [`browser`] made.
pub(crate) fn set_browser_cookie(
    config: &Config,
    cookies: &Cookies,
    value: Option<String>,
    response: &mut HttpResponse,
) {
    if let Some(value) = value {
        cookies.set(config, cookies::BROWSER, &value, "", response);
    }
}

/// The id of a session as clients may know it (`sid`, OpenID Connect Back-Channel Logout section
/// 2.1). The id itself stays here.
pub(crate) fn public_id(id: u128) -> String {
    let hash = Sha256::digest(id.to_be_bytes());
    let (half, _) = hash.split_at(hash.len() / 2);
    base64url::encode(half)
}

/// The one authentication context that there is (`acr`): a password, typed into a form that came
/// over TLS or not (Authentication Context for SAML 2.0 sections 3.4.9 and 3.4.10).
pub(crate) fn acr(config: &Config) -> &'static str {
    if config.base_url.starts_with("https:") {
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    } else {
        "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
    }
}

/// How that was done (`amr`, RFC 8176 section 2).
pub(crate) const AMR: [&str; 1] = ["pwd"];

/// How many people a browser remembers.
const MAX_KNOWN: usize = 8;

/// How long somebody stays signed in. How long it is at the service depends on the instance; this is
/// a working day.
const SESSION_SECONDS: i64 = 8 * 3600;
