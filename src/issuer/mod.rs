//! An authorization server in one struct (OAuth 2.0, OpenID Connect), without I/O: a request and the
//! time go in, the answer comes out.
//!
//! All checks and all changes are made in one synchronous step ([`Issuer::handle`]), so a code can
//! be redeemed once however many requests come at the same time. What an answer needs signed is
//! signed afterwards, by whoever holds the private key: see [`Reply`] and [`Signer`].
//!
//! Codes and tokens are sealed: the issuer finds in them all that it needs and keeps one small
//! record for each live sign-in. [`Issuer::snapshot`] gives what must outlive the process.
//!
//! ```
//! use eiam_token::http::HttpRequest;
//! use eiam_token::issuer::{Config, Issuer, Sessions};
//!
//! let config = Config::example("http://127.0.0.1:9400");
//! let mut issuer = Issuer::new(config, Sessions::Cookie, [7; 32])?;
//! let request = HttpRequest::get(
//!     "http://127.0.0.1:9400/v2/idaas_example/app_web/oidc/.well-known/openid-configuration",
//! );
//! let response = issuer.handle(&request, 1_700_000_000).complete(&[])?;
//! assert_eq!(response.status, 200);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

use core::cell::Cell;
use core::fmt;
use std::collections::HashMap;
use std::sync::Arc;

use crate::http::{HttpRequest, HttpResponse, Method};

mod answer;
mod authorize;
mod base58;
mod bytes;
mod changes;
mod claims;
mod client;
mod config;
mod cors;
mod device;
mod discovery;
mod dpop;
mod guess;
mod id_token_hint;
mod index;
mod inspect;
mod interaction;
mod introspect;
mod jwk;
mod jwks;
mod keys;
mod language;
mod locate;
mod logout;
mod owner;
mod pages;
mod parameters;
mod profile;
mod pushed;
mod random;
mod record;
mod redirect_uri;
mod refusal;
mod registry;
mod remedy;
mod reply;
mod revoke;
mod route;
mod scope;
mod seal;
mod sealed;
mod session;
mod sign;
mod signature;
mod snapshot;
mod source;
mod standing;
mod store;
mod token;
mod urls;
mod user_code;
mod userinfo;

pub use changes::Change;
pub use config::{
    Application, AuthMethod, ClaimValue, Claims, ClientKey, ClientKeys, Config, ConfigError,
    Consent, Dpop, GrantType, Lifetimes, Limits, Pkce, PrivateJwk, SigningAlgorithm, User,
};
#[cfg(target_arch = "wasm32")]
pub(crate) use config::{FromValue, below, example_json};
pub use inspect::AccessTokenInfo;
pub use jwk::PublicJwk;
pub use locate::Location;
pub use profile::Profile;
pub use reply::{Reply, SignatureCount};
pub use sign::{Signer, respond};
pub use signature::{
    KeyProblem, PublicKey, SignatureCheck, VerificationAlgorithm, Verifier, respond_verified,
};
pub use snapshot::RestoreError;

use answer::Scheme;
use keys::Keys;
use language::Language;
use pages::Pages;
use parameters::Parameters;
use random::Random;
use refusal::Refusal;
use registry::Edits;
use route::{Endpoint, Route};
use seal::Sealer;
use sealed::Authority;
use standing::Standing;
use store::{Journal, Store};

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

/// The authorization server.
pub struct Issuer {
    config: Config,
    applications: HashMap<String, Arc<Application>>,
    users: HashMap<String, Arc<User>>,
    /// User ids by username.
    usernames: HashMap<String, String>,
    sessions: Sessions,
    cookie_suffix: String,
    keys: Keys,
    random: Random,
    sealer: Sealer,
    sealer_journal: Journal,
    store: Store,
    standing: Standing,
    edits: Edits,
    pages: Pages,
    changed: Cell<bool>,
}

impl Issuer {
    /// A new issuer without grants and sessions. `seed` starts its own generator of random numbers
    /// (ChaCha20): nothing is drawn later, and the same seed repeats the same run. Draw it with
    /// [`crate::random::bytes`], except in tests.
    ///
    /// # Errors
    /// A configuration that makes no sense; the error has the path of the key.
    pub fn new(config: Config, sessions: Sessions, seed: [u8; 32]) -> Result<Self, ConfigError> {
        config.check()?;
        let mut random = Random::from_seed(seed);
        let sealer = Sealer::new(random.bytes());
        let applications = config
            .applications
            .iter()
            .map(|application| {
                let id = application.application_id.clone();
                (id, Arc::new(application.clone()))
            })
            .collect();
        let users = config
            .users
            .iter()
            .map(|user| (user.user_id.clone(), Arc::new(user.clone())))
            .collect();
        let usernames =
            config.users.iter().map(|user| (user.username.clone(), user.user_id.clone())).collect();
        Ok(Self {
            applications,
            users,
            usernames,
            sessions,
            cookie_suffix: String::new(),
            keys: Keys::default(),
            random,
            sealer,
            sealer_journal: Journal::default(),
            store: Store::new(&config.limits),
            standing: Standing::default(),
            edits: Edits::default(),
            pages: Pages::new(),
            changed: Cell::new(true),
            config,
        })
    }

    /// Answers a request: all checks and state changes in one synchronous step. `now` is in Unix
    /// seconds. The URL is absolute or a path with its query; its host does not matter, and the path
    /// prefix of the base URL is taken off. The request should say
    /// [where it came from](HttpRequest::sent_from): all requests that do not say it count as one place.
    ///
    /// No signature that the request carries is believed: see [`Issuer::handle_verified`].
    pub fn handle(&mut self, request: &HttpRequest, now: i64) -> Reply {
        self.handle_verified(request, &[], now)
    }

    /// Answers a request whose signatures the driver has verified: those of
    /// [`Issuer::signatures`] that are genuine. The others must be left out.
    pub fn handle_verified(
        &mut self,
        request: &HttpRequest,
        verified: &[SignatureCheck],
        now: i64,
    ) -> Reply {
        self.store.sweep_some(now);
        self.sweep_keys(now);
        let (path, query) = route::split(&request.url, &self.config);
        let well_known = route::well_known_of_prefix(path, &self.config);
        let Some(route) = Route::from_path(well_known.as_deref().unwrap_or(path)) else {
            let path = well_known.as_deref().unwrap_or(path);
            return without_content_for_head(self.answer_elsewhere(request, path, query), request);
        };
        let mut exchange = Exchange {
            request,
            path,
            query,
            verified,
            now,
            endpoint: route.endpoint,
            authority: route.authority,
            application: None,
        };
        if request.method == Method::Options {
            return Reply::new(self.preflight(request, &route));
        }
        let mut reply = match self.find_application(&route) {
            Ok(application) => {
                exchange.application = application;
                self.dispatch(&exchange)
            }
            Err(refusal) => self.refuse(&exchange, &refusal),
        };
        self.add_nonce(&exchange, reply.response_mut());
        self.allow_origin(request, &route, reply.response_mut());
        without_content_for_head(reply, request)
    }

    /// Publishes a key at the JWKS endpoint, to sign from now on. The former one stays there from the
    /// next request on for as long as the longest-lived JWT that it may have signed; so do the keys
    /// of a snapshot. Setting the same key again changes nothing.
    pub fn set_signing_key(&mut self, key: PublicJwk) {
        if self.keys.set_signing(key) {
            self.touch();
        }
    }

    /// Drops public keys whose signatures have all expired.
    #[inline(never)]
    pub(crate) fn sweep_keys(&mut self, now: i64) {
        if self.keys.sweep(now, || longest_lifetime(&self.applications)) {
            self.touch();
        }
    }

    /// The key that signs; none until a driver sets it.
    #[must_use]
    pub fn signing_key(&self) -> Option<&PublicJwk> {
        self.keys.signing()
    }

    /// Whether the answer to a request may say something about the signing key, and there is none
    /// yet. A driver that makes its key when it is needed asks this before [`Issuer::handle`].
    #[must_use]
    pub fn needs_signing_key(&self, request: &HttpRequest) -> bool {
        if self.has_signing_key() {
            return false;
        }
        let (path, _) = route::split(&request.url, &self.config);
        Route::from_path(path).is_some_and(|route| match route.endpoint {
            Endpoint::Token | Endpoint::Jwks => true,
            // With the implicit flow the answer to a page can be an id_token.
            Endpoint::Authorize | Endpoint::Login | Endpoint::Decision => {
                self.applications.values().any(|application| self.allows_implicit(application))
            }
            _ => false,
        })
    }

    /// Seals with this key from now on instead of one of its own; what was sealed before does not open
    /// any more. Issuers that share it open each other's tokens. It has to be random and secret.
    pub fn set_sealing_key(&mut self, key: [u8; 32]) {
        if *self.sealer.key() != key {
            self.sealer = Sealer::new(key);
            self.sealer_journal.note(0);
            self.touch();
        }
    }

    /// Appends this to the names of cookies, for an issuer that shares its host with another: cookies
    /// know no ports, and an application's own issuer may have its own sessions.
    ///
    /// # Errors
    /// Other characters than ASCII letters, digits, `-`, `_` and `.`, or more than 64.
    pub fn set_cookie_suffix(&mut self, suffix: &str) -> Result<(), ConfigError> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if suffix.len() > 64 || !suffix.bytes().all(fits) {
            let problem = "expected at most 64 ASCII letters, digits, `-`, `_` or `.`";
            return Err(ConfigError::new("cookieSuffix", problem));
        }
        suffix.clone_into(&mut self.cookie_suffix);
        Ok(())
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What JWTs are signed with: that of the key, or of the key that is still to come.
    pub(crate) fn algorithm(&self) -> SigningAlgorithm {
        self.keys.signing().map_or(self.config.signing, PublicJwk::algorithm)
    }

    pub(crate) fn has_signing_key(&self) -> bool {
        self.keys.signing().is_some()
    }

    fn find_application(&self, route: &Route<'_>) -> Result<Option<Arc<Application>>, Refusal> {
        let Some(id) = route.application else {
            return match route.instance {
                Some(instance) if instance != self.config.instance_id => Err(Refusal::PathUnknown),
                _ => Ok(None),
            };
        };
        // Another instance has other applications, so there the id names none.
        if route.instance.is_some_and(|instance| instance != self.config.instance_id) {
            return Err(Refusal::ApplicationUnknown(id.to_owned()));
        }
        self.known_application(id).map(Some).map_err(|refusal| match refusal {
            Refusal::ClientUnknown => Refusal::ApplicationUnknown(id.to_owned()),
            _ => Refusal::ApplicationDisabled,
        })
    }

    fn dispatch(&mut self, exchange: &Exchange<'_>) -> Reply {
        let post = exchange.request.method == Method::Post;
        let get = exchange.request.method == Method::Get;
        let read = get || exchange.request.method == Method::Head;
        let answer = match exchange.endpoint {
            Endpoint::Authorize if get || post => self.authorize(exchange),
            Endpoint::Login if post => self.login(exchange),
            Endpoint::Decision if post => self.decide(exchange),
            Endpoint::Device if get => self.device_page(exchange),
            Endpoint::Device if post => self.enter_user_code(exchange),
            Endpoint::Logout if get || post => self.logout(exchange),
            Endpoint::SignOut if post => self.sign_out(exchange),
            Endpoint::PushedAuthorization if post => self.push_authorization(exchange),
            Endpoint::Token if post => self.token(exchange),
            Endpoint::DeviceAuthorization if post => self.device_authorization(exchange),
            Endpoint::UserInfo if read || post => self.userinfo(exchange),
            Endpoint::Revoke if post => self.revoke(exchange),
            Endpoint::Introspect if post => self.introspect(exchange),
            Endpoint::Jwks if read => Ok(self.jwks()),
            Endpoint::Discovery if read => Ok(self.discovery(exchange)),
            endpoint => Err(Refusal::MethodNotAllowed(endpoint.methods())),
        };
        answer.unwrap_or_else(|refusal| self.refuse(exchange, &refusal))
    }

    fn refuse(&mut self, exchange: &Exchange<'_>, refusal: &Refusal) -> Reply {
        let profile = self.config.profile;
        let request_id = self.random.uuid();
        let remedy = self.remedy_of(exchange, refusal);
        if exchange.endpoint.is_page() {
            let language = exchange.language();
            let page = self.pages.refusal(language, refusal, remedy.as_ref(), profile, &request_id);
            return page.into();
        }
        // A message that the service documents stays as it is.
        let (told, beside) = match remedy {
            Some(remedy) if refusal.is_documented() => (None, Some(remedy.to_text())),
            remedy => (remedy, None),
        };
        let description = self.description(refusal, told.as_ref());
        let scheme = match exchange.endpoint {
            Endpoint::UserInfo if exchange.proves_token() || refusal.is_about_proof() => {
                Scheme::Dpop
            }
            Endpoint::UserInfo => Scheme::Bearer,
            _ if exchange.authorization().is_some() => Scheme::Basic,
            _ => Scheme::None,
        };
        answer::refusal(refusal, &description, beside.as_deref(), profile, scheme, &request_id)
            .into()
    }

    /// An application that is there and not disabled.
    pub(crate) fn application(&self, id: &str) -> Option<Arc<Application>> {
        self.applications.get(id).filter(|application| !application.disabled).map(Arc::clone)
    }

    /// The same, or why there is none.
    pub(crate) fn known_application(&self, id: &str) -> Result<Arc<Application>, Refusal> {
        match self.applications.get(id) {
            Some(application) if application.disabled => Err(Refusal::ClientDisabled),
            Some(application) => Ok(Arc::clone(application)),
            None => Err(Refusal::ClientUnknown),
        }
    }

    /// A user who is there and not disabled, or why there is none.
    pub(crate) fn known_user(&self, id: &str) -> Result<Arc<User>, Refusal> {
        match self.users.get(id) {
            Some(user) if user.disabled => Err(Refusal::UserDisabled),
            Some(user) => Ok(Arc::clone(user)),
            None => Err(Refusal::UserGone),
        }
    }

    /// A user who is there and not disabled.
    pub(crate) fn user(&self, id: &str) -> Option<Arc<User>> {
        self.users.get(id).filter(|user| !user.disabled).map(Arc::clone)
    }

    pub(crate) fn parameters(&self, exchange: &Exchange<'_>) -> Result<Parameters, Refusal> {
        Parameters::read(exchange.request, exchange.query, self.config.profile)
    }

    /// Notes that a snapshot would say something new.
    pub(crate) fn touch(&self) {
        self.changed.set(true);
    }
}

/// The answer to HEAD is the one to GET without its content (RFC 9110 section 9.3.2).
fn without_content_for_head(mut reply: Reply, request: &HttpRequest) -> Reply {
    if request.method == Method::Head {
        reply.response_mut().body.clear();
    }
    reply
}

/// Shows what is served, and nothing that opens a door.
impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("profile", &self.config.profile)
            .field("base_url", &self.config.base_url)
            .field("applications", &self.applications.len())
            .field("users", &self.users.len())
            .finish_non_exhaustive()
    }
}

/// The longest that a JWT of ours lives, in seconds.
fn longest_lifetime(applications: &HashMap<String, Arc<Application>>) -> i64 {
    applications
        .values()
        .map(|one| one.lifetimes.id_token.max(one.lifetimes.access_token))
        .max()
        .unwrap_or_default()
}

/// A request on its way through an endpoint.
pub(crate) struct Exchange<'a> {
    pub(crate) request: &'a HttpRequest,
    /// Below the base URL.
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    /// The signatures of the request that are genuine.
    pub(crate) verified: &'a [SignatureCheck],
    pub(crate) now: i64,
    pub(crate) endpoint: Endpoint,
    pub(crate) authority: Authority,
    /// The application that the path names.
    pub(crate) application: Option<Arc<Application>>,
}

impl Exchange<'_> {
    pub(crate) fn authorization(&self) -> Option<&str> {
        self.request.headers.value("authorization")
    }

    /// The language of a page, where nothing that was sealed before says another.
    pub(crate) fn language(&self) -> Language {
        index::language_of(self.request, self.query)
    }
}

/// What an endpoint comes to.
pub(crate) type Answer = Result<Reply, Refusal>;

impl From<HttpResponse> for Reply {
    fn from(response: HttpResponse) -> Self {
        Self::new(response)
    }
}
