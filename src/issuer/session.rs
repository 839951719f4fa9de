//! Who is signed in in which browser.

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::http::HttpResponse;

use super::config::Config;
use super::refusal::Refusal;
use super::seal::Seal;
use super::sealed::{BrowserCookie, SessionCookie};
use super::store::Session;
use super::{Exchange, Issuer, Sessions, route};

/// A login session and its id.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) id: u128,
    pub(crate) session: Session,
}

impl Issuer {
    /// The login session of the browser that sent a request.
    pub(crate) fn signed_in(&self, exchange: &Exchange<'_>) -> Option<SignedIn> {
        let id = match self.sessions {
            Sessions::Cookie => self.cookie::<SessionCookie>(exchange, SESSION_COOKIE)?.0,
            Sessions::Host => self.store.host_session()?,
        };
        let session = self.store.sessions.get(&id, exchange.now)?;
        // A user who is not in the configuration any more is signed out.
        self.user(&session.subject)?;
        Some(SignedIn { id, session: session.clone() })
    }

    /// Begins a login session. It has a new id, so that an id which somebody planted before is worth
    /// nothing, and the session that the browser had ends.
    pub(crate) fn sign_in(
        &mut self,
        exchange: &Exchange<'_>,
        subject: &str,
    ) -> Result<SignedIn, Refusal> {
        if let Some(previous) = self.signed_in(exchange) {
            self.store.sessions.remove(&previous.id);
        }
        let session = Session {
            subject: subject.to_owned(),
            auth_time: exchange.now,
            consents: Vec::new(),
            owner: self.user_owner(subject),
        };
        let id = self.random.id();
        let expires = exchange.now.saturating_add(SESSION_SECONDS);
        self.store.sessions.insert(id, session.clone(), expires, exchange.now)?;
        if self.sessions == Sessions::Host {
            self.store.set_host_session(Some(id));
        }
        self.touch();
        Ok(SignedIn { id, session })
    }

    pub(crate) fn end_session(&mut self, id: u128) {
        if self.store.sessions.remove(&id) {
            self.touch();
        }
        if self.store.host_session() == Some(id) {
            self.store.set_host_session(None);
        }
    }

    /// Gives the browser the cookie of its session.
    pub(crate) fn set_session_cookie(&mut self, id: u128, response: &mut HttpResponse) {
        if self.sessions == Sessions::Cookie {
            let value = self.sealer.seal(&SessionCookie(id), &mut self.random);
            self.set_cookie(SESSION_COOKIE, &value, "", response);
        }
    }

    /// Takes the cookie of the session away.
    pub(crate) fn clear_session_cookie(&self, response: &mut HttpResponse) {
        if self.sessions == Sessions::Cookie {
            self.set_cookie(SESSION_COOKIE, "", "; Max-Age=0", response);
        }
    }

    /// What tells this browser from another, and the cookie to set if it had none. A form carries
    /// the same, so a form that somebody else made or copied does not work here.
    pub(crate) fn browser(&mut self, exchange: &Exchange<'_>) -> (u128, Option<String>) {
        if self.sessions == Sessions::Host {
            return (0, None);
        }
        match self.browser_cookie(exchange) {
            Some(BrowserCookie { id, .. }) => (id, None),
            None => {
                let id = self.random.id();
                let cookie = BrowserCookie { id, known: Vec::new() };
                (id, Some(self.sealer.seal(&cookie, &mut self.random)))
            }
        }
    }

    /// What this browser's cookie says.
    pub(crate) fn browser_cookie(&self, exchange: &Exchange<'_>) -> Option<BrowserCookie> {
        self.cookie(exchange, BROWSER_COOKIE)
    }

    /// Makes the browser remember for a year that a user signed in here. `number`: the user, as
    /// `guess.rs` counts them.
    pub(crate) fn remember(
        &mut self,
        exchange: &Exchange<'_>,
        number: u64,
        response: &mut HttpResponse,
    ) {
        if let Some(mut cookie) = self.browser_cookie(exchange) {
            cookie.known.retain(|known| *known != number);
            cookie.known.push(number);
            let surplus = cookie.known.len().saturating_sub(MAX_KNOWN);
            cookie.known.drain(..surplus);
            let value = self.sealer.seal(&cookie, &mut self.random);
            self.set_cookie(BROWSER_COOKIE, &value, "; Max-Age=31536000", response);
        }
    }

    pub(crate) fn set_browser_cookie(&self, value: Option<String>, response: &mut HttpResponse) {
        if let Some(value) = value {
            self.set_cookie(BROWSER_COOKIE, &value, "", response);
        }
    }

    /// Whether a form was sent from one of our pages in the browser it was made for.
    pub(crate) fn check_form_origin(
        &self,
        exchange: &Exchange<'_>,
        browser: u128,
    ) -> Result<(), Refusal> {
        for name in [BROWSER_COOKIE, SESSION_COOKIE] {
            if self.sessions == Sessions::Cookie && self.cookies(exchange, name).1 > 1 {
                return Err(Refusal::CookieTwice(self.cookie_name(name)));
            }
        }
        let other_browser = self.sessions == Sessions::Cookie
            && self.browser_cookie(exchange).is_none_or(|cookie| cookie.id != browser);
        if other_browser { Err(Refusal::FormFromElsewhere) } else { self.check_own_page(exchange) }
    }

    /// Whether a form was sent from one of our pages, as far as the browser says.
    pub(crate) fn check_own_page(&self, exchange: &Exchange<'_>) -> Result<(), Refusal> {
        let headers = &exchange.request.headers;
        // Our pages say `Referrer-Policy: no-referrer`, which makes browsers send `Origin: null`.
        let foreign_origin = headers
            .value("origin")
            .is_some_and(|origin| origin != "null" && !self.is_own_origin(origin, exchange));
        let foreign_site = headers
            .value("sec-fetch-site")
            .is_some_and(|site| site != "same-origin" && site != "none");
        if foreign_origin || foreign_site { Err(Refusal::FormFromElsewhere) } else { Ok(()) }
    }

    /// The origin of the base URL, or the one that this very request went to: a local issuer is
    /// reached as 127.0.0.1 and as localhost.
    fn is_own_origin(&self, origin: &str, exchange: &Exchange<'_>) -> bool {
        let requested = exchange.request.url.strip_prefix(origin);
        origin == route::base_origin(&self.config)
            || requested.is_some_and(|rest| rest.starts_with('/'))
    }

    /// What a cookie of ours says. Of two of one name neither is believed: who else serves something
    /// below this domain, or on another port, can add one (RFC 6265 section 8.6), and nothing tells
    /// which of them is ours. At most one is opened, however many come.
    fn cookie<T: Seal>(&self, exchange: &Exchange<'_>, name: &str) -> Option<T> {
        let (value, count) = self.cookies(exchange, name);
        self.sealer.open(value.filter(|_| count == 1)?)
    }

    /// The first cookie of a name, and how many there are. Some hosts join several fields by a comma,
    /// which also stands in values: what follows one counts, and is never taken for the cookie.
    #[inline(never)]
    fn cookies<'a>(&self, exchange: &Exchange<'a>, name: &str) -> (Option<&'a str>, usize) {
        let name = self.cookie_name(name);
        let (mut first, mut count) = (None, 0);
        for pair in exchange.request.headers.values("cookie").flat_map(|field| field.split(';')) {
            for (index, piece) in pair.split(',').enumerate() {
                let value = piece.trim().strip_prefix(&*name).and_then(|one| one.strip_prefix('='));
                if value.is_some() {
                    count += 1;
                    first = first.or(value.filter(|_| index == 0));
                }
            }
        }
        (first, count)
    }

    /// The name of a cookie. On https it has the prefix that lets browsers take it from this host
    /// alone, and over TLS (RFC 6265bis section 4.1.3.2). Such a cookie is for all paths, so issuers
    /// under different paths of one host differ by name.
    fn cookie_name(&self, name: &str) -> String {
        let prefix = if self.is_https() { "__Host-" } else { "" };
        let path = route::base_path(&self.config);
        let hash = base64url::encode(&Sha256::digest(path));
        let (dot, place) =
            if path.is_empty() { ("", "") } else { (".", hash.get(..PLACE).unwrap_or_default()) };
        format!("{prefix}{name}{dot}{place}{}", self.cookie_suffix)
    }

    fn is_https(&self) -> bool {
        self.config.base_url.starts_with("https:")
    }

    fn set_cookie(&self, name: &str, value: &str, more: &str, response: &mut HttpResponse) {
        let name = self.cookie_name(name);
        let (path, secure) = match route::base_path(&self.config) {
            _ if self.is_https() => ("/", "; Secure"),
            "" => ("/", ""),
            path => (path, ""),
        };
        response.headers.push(
            "set-cookie",
            format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}{more}"),
        );
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

/// Characters of a hash: enough that no two paths have the same.
const PLACE: usize = 12;

const SESSION_COOKIE: &str = "eiam_session";
const BROWSER_COOKIE: &str = "eiam_browser";

/// How many people a browser remembers.
const MAX_KNOWN: usize = 8;

/// How long somebody stays signed in. How long it is at the service depends on the instance; this is
/// a working day.
const SESSION_SECONDS: i64 = 8 * 3600;
