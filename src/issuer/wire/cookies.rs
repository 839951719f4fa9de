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
    /// A cookie: `HttpOnly; SameSite=Lax`, and `Secure` on https.
    Cookie,
    /// In a service worker `Set-Cookie` is dropped and `Cookie` never seen, so one login session
    /// belongs to the host.
    Host,
}

/// The cookies of an issuer.
#[derive(Clone, Debug)]
pub(crate) struct Cookies {
    pub(crate) sessions: Sessions,
    /// Ends the name of every cookie.
    pub(crate) suffix: String,
}

impl Cookies {
    /// Whether browsers of this issuer have cookies at all.
    pub(crate) fn are_used(&self) -> bool {
        self.sessions == Sessions::Cookie
    }

    /// What a cookie of ours says. Of two of one name neither is believed: who else serves something
    /// below this domain, or on another port, can add one (RFC 6265 section 8.6), and nothing tells
    /// which of them is ours. At most one is opened, however many come.
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

    /// What the cookie that tells this browser from others says.
    pub(crate) fn open_browser_cookie(
        &self,
        config: &Config,
        vault: &Vault,
        request: &HttpRequest,
    ) -> Option<BrowserCookie> {
        self.open(config, vault, request, BROWSER)
    }

    /// The first cookie of a name, and how many there are. Some hosts join several fields by a comma,
    /// which also stands in values: what follows one counts, and is never taken for the cookie.
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

    /// The name of a cookie. On https it has the prefix that lets browsers take it from this host
    /// alone, and over TLS (RFC 6265bis section 4.1.3.2). Such a cookie is for all paths, so issuers
    /// under different paths of one host differ by name.
    pub(crate) fn name(&self, config: &Config, name: &str) -> String {
        let prefix = if config.is_https() { "__Host-" } else { "" };
        let path = route::base_path(config);
        let hash = base64url::encode(&Sha256::digest(path));
        let (dot, place) =
            if path.is_empty() { ("", "") } else { (".", hash.get(..PLACE).unwrap_or_default()) };
        format!("{prefix}{name}{dot}{place}{}", self.suffix)
    }

    /// Sets a cookie. `more`: further attributes.
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

/// The cookie that tells one browser from another.
pub(crate) const BROWSER: &str = "eiam_browser";

/// Characters of a hash: enough that no two paths have the same.
const PLACE: usize = 12;
