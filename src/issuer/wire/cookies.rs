//! Cookies: how they are named, read and set (RFC 6265).

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::http::{HttpRequest, HttpResponse};
use crate::issuer::config::Config;
use crate::issuer::sealed::cookie::BrowserCookie;
use crate::issuer::sealed::sealer::Seal;
use crate::issuer::vault::Vault;
use crate::issuer::wire::route;

/// Where login sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sessions {
    /// In a cookie with `HttpOnly; SameSite=Lax`, and on https `Secure`.
    Cookie,
    /// In the host, which has one login session. This is for a service worker: the browser drops
    /// its `Set-Cookie`, and never shows it `Cookie`.
    Host,
}

/// The cookies of an issuer.
#[derive(Clone, Debug)]
pub(crate) struct Cookies {
    pub(crate) sessions: Sessions,
    /// The text at the end of the name of every cookie.
    pub(crate) suffix: String,
}

impl Cookies {
    /// Whether this issuer uses cookies.
    pub(crate) fn are_used(&self) -> bool {
        self.sessions == Sessions::Cookie
    }

    /// Opens a cookie of this issuer. If there are two with the same name, neither is trusted:
    /// another server below this domain, or on another port, can add one (RFC 6265 section 8.6),
    /// and nothing shows which one is ours. So at most one is opened, however many a request has.
    pub(crate) fn open<T: Seal>(
        &self,
        config: &Config,
        vault: &Vault,
        request: &HttpRequest,
        name: &str,
    ) -> Option<T> {
        let found = self.find(config, request, name);
        vault.open(found.first.filter(|_| found.count == 1)?)
    }

    /// Opens the cookie that identifies the browser.
    pub(crate) fn open_browser_cookie(
        &self,
        config: &Config,
        vault: &Vault,
        request: &HttpRequest,
    ) -> Option<BrowserCookie> {
        self.open(config, vault, request, BROWSER)
    }

    /// Finds the cookies of a name. Some hosts join several header fields with a comma, but values
    /// can contain a comma too. So a cookie after a comma is counted, but never taken as the
    /// cookie.
    #[inline(never)]
    pub(crate) fn find<'a>(
        &self,
        config: &Config,
        request: &'a HttpRequest,
        name: &str,
    ) -> Found<'a> {
        let name = self.name(config, name);
        let (mut first, mut count) = (None, 0);
        for pair in request.headers.values("cookie").flat_map(|field| field.split(';')) {
            for (index, piece) in pair.split(',').enumerate() {
                let value = piece.trim().strip_prefix(&*name).and_then(|one| one.strip_prefix('='));
                if value.is_some() {
                    count += 1;
                    first = first.or(value.filter(|_| index == 0));
                }
            }
        }
        Found { first, count }
    }

    /// The name of a cookie. On https it has a prefix, with which browsers accept the cookie only
    /// from this host and only over TLS (RFC 6265bis section 4.1.3.2). Such a cookie is valid for
    /// all paths, so the name distinguishes issuers under different paths of one host.
    pub(crate) fn name(&self, config: &Config, name: &str) -> String {
        let prefix = if config.is_https() { "__Host-" } else { "" };
        let path = route::base_path(config);
        let hash = base64url::encode(&Sha256::digest(path));
        let (dot, place) =
            if path.is_empty() { ("", "") } else { (".", hash.get(..PLACE).unwrap_or_default()) };
        format!("{prefix}{name}{dot}{place}{}", self.suffix)
    }

    /// Sets a cookie. `more` are further attributes.
    pub(crate) fn set(
        &self,
        config: &Config,
        name: &str,
        value: &str,
        more: &str,
        response: &mut HttpResponse,
    ) {
        let name = self.name(config, name);
        let (path, secure) = match route::base_path(config) {
            _ if config.is_https() => ("/", "; Secure"),
            "" => ("/", ""),
            path => (path, ""),
        };
        response.headers.push(
            "set-cookie",
            format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}{more}"),
        );
    }
}

/// The cookies of one name in a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    /// The value of the first one.
    pub(crate) first: Option<&'a str>,
    /// How many there are.
    pub(crate) count: usize,
}

/// The cookie of a login session.
pub(crate) const SESSION: &str = "eiam_session";

/// The cookie that identifies a browser.
pub(crate) const BROWSER: &str = "eiam_browser";

/// How many characters of the hash of a path are used: enough to distinguish all paths.
const PLACE: usize = 12;
