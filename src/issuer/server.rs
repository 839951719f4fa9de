//! The issuer as one struct: what it is made of, and the step that answers a request.

use core::fmt;

use crate::http::{HttpRequest, HttpResponse, Method};
use crate::issuer::check::access_token::{self, AccessTokenInfo};
use crate::issuer::check::client_document;
use crate::issuer::check::response_type::allows_implicit;
use crate::issuer::check::{dpop, response_mode};
use crate::issuer::config::{Application, Config, ConfigError};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::response::JWT_SECONDS;
use crate::issuer::endpoint::refuse::refuse;
use crate::issuer::endpoint::{
    authorize, decision_form, device, discovery, index, introspect, jwks, login_form, logout, par,
    register, revoke, sign_out_form, token, userinfo,
};
use crate::issuer::frontend::Frontend;
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::jose::jwk::PublicJwk;
use crate::issuer::jose::verify::SignatureCheck;
use crate::issuer::state::collection::Collection;
use crate::issuer::state::collections::{self, Listed};
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::asked::{Asked, ClaimsAnswer, ClaimsContext};
use crate::issuer::wire::cookies::Sessions;
use crate::issuer::wire::cors;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::name;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::route::{self, Endpoint, Route};

/// The authorization server.
#[cfg_attr(feature = "testing", derive(Clone))]
pub struct Issuer {
    pub(crate) directory: Directory,
    pub(crate) vault: Vault,
    pub(crate) store: Store,
    pub(crate) frontend: Frontend,
}

impl Issuer {
    /// Makes a new issuer without grants and sessions. `seed` starts its own random number
    /// generator (ChaCha20), which uses no other randomness: the same seed repeats the same run.
    /// Draw the seed with [`crate::random::bytes`], except in tests.
    ///
    /// # Errors
    /// Fails for a configuration that is not valid; the error has the path of the key.
    pub fn new(config: Config, sessions: Sessions, seed: [u8; 32]) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            vault: Vault::new(&config, seed),
            store: Store::new(&config.limits),
            frontend: Frontend::new(sessions),
            directory: Directory::new(config),
        })
    }

    /// Answers a request, with all checks and state changes in one synchronous step. `now` is in
    /// Unix seconds. The URL is absolute, or a path with its query, and the path of the base URL is
    /// removed. Its host does not matter, unless `baseUrl` is `request`. The request should say [where it came
    /// from](HttpRequest::sent_from), because all requests that do not say so count as one source.
    ///
    /// It treats every signature in the request as not valid: see [`Issuer::handle_verified`].
    pub fn handle(&mut self, request: &HttpRequest, now: i64) -> Reply {
        self.handle_verified(request, &[], now)
    }

    /// Answers a request whose signatures the driver has verified. `verified` are those of
    /// [`Issuer::signatures`] that the driver found to be valid; the others must be left out.
    pub fn handle_verified(
        &mut self,
        request: &HttpRequest,
        verified: &[SignatureCheck],
        now: i64,
    ) -> Reply {
        // Nobody is asked, so there are no questions.
        self.step(request, verified, Asked::Nobody, now)
            .unwrap_or_else(|_| HttpResponse::new(500, Vec::new()).into())
    }

    /// The same where the host adds claims of its own to tokens, userinfo and introspection. Before
    /// anything is decided, it is asked about those that the reply needs: answer the questions, and
    /// handle the request again with all answers until now. Until then the request has changed nothing;
    /// in the meantime others can be handled.
    ///
    /// # Errors
    /// What the host is asked.
    pub fn handle_asking(
        &mut self,
        request: &HttpRequest,
        verified: &[SignatureCheck],
        answers: &[ClaimsAnswer],
        now: i64,
    ) -> Result<Reply, Vec<ClaimsContext>> {
        self.step(request, verified, Asked::Host(answers), now)
    }

    /// Answers a request: what all doors lead to.
    pub(crate) fn step(
        &mut self,
        request: &HttpRequest,
        verified: &[SignatureCheck],
        asked: Asked<'_>,
        now: i64,
    ) -> Result<Reply, Vec<ClaimsContext>> {
        self.sweep_some(now);
        self.store.begin();
        let named = self.take_name(request);
        let config = self.directory.config();
        let (path, query) = route::split(&request.url, config);
        let well_known = route::well_known_of_prefix(path, config);
        let path_of_route = well_known.as_deref().unwrap_or(path);
        let Self { directory, vault, store, frontend } = self;
        let is_there = |route: &Route<'_>| {
            directory.config().registration.is_some() || !route.endpoint.is_of_registration()
        };
        let Some(route) = Route::from_path(path_of_route).filter(is_there) else {
            let random = &mut vault.random;
            if let Err(refusal) = named {
                return Ok(index::refuse(directory.config(), random, &refusal));
            }
            let reply = index::answer(
                directory.config(),
                random,
                &frontend.pages,
                request,
                path_of_route,
                query,
            );
            return Ok(without_content_for_head(reply, request.method));
        };
        if request.method == Method::Options && named.is_ok() {
            return Ok(cors::preflight(directory, request, &route).into());
        }
        let mut exchange = Exchange {
            request,
            path,
            query,
            verified,
            asked,
            now,
            profile: directory.config().profile,
            endpoint: route.endpoint,
            authority: route.authority,
            application: None,
        };
        let answer = if route.endpoint.is_of_registration() {
            named.and_then(|()| register::answer(directory, vault, store, &exchange))
        } else {
            named.and_then(|()| find_application(directory, &route)).and_then(|application| {
                exchange.application = application;
                client_document::require_fresh(directory, &exchange)?;
                dispatch(directory, vault, store, frontend, &exchange)
            })
        };
        let mut reply = match answer {
            Ok(reply) => reply,
            Err(Refusal::ClaimsNeeded(questions)) => {
                store.undo(now);
                return Err(questions);
            }
            Err(refusal) => {
                if matches!(refusal, Refusal::ClaimsFailed(_) | Refusal::ClaimsTooLarge) {
                    // Nothing was decided, so the same request may come again.
                    store.undo(now);
                }
                refuse(directory, &mut vault.random, &frontend.pages, &exchange, &refusal)
            }
        };
        dpop::add_nonce(directory.config(), vault, &exchange, reply.response_mut());
        cors::allow_origin(directory, request, &route, reply.response_mut());
        Ok(without_content_for_head(reply, request.method))
    }

    /// Finds out under which base URL a request came. After a refusal there is none, and nothing of the request is
    /// repeated.
    fn take_name(&mut self, request: &HttpRequest) -> Result<(), Refusal> {
        let name = name::of_request(self.directory.config(), request);
        let (present, named) = match name {
            Ok(present) => (present, Ok(())),
            Err(refusal) => (None, Err(refusal)),
        };
        self.directory.set_present(present);
        named
    }

    /// Drops some of what is due. It looks at more records of each kind than one request can add,
    /// so that they do not pile up.
    fn sweep_some(&mut self, now: i64) {
        self.drop_expired_keys(now);
        let Self { directory, vault, store, .. } = self;
        for Listed { collection, .. } in collections::all_mut(directory, vault, store) {
            collection.sweep(now, SWEPT_AT_ONCE);
        }
        // Nobody asks later whether a client has expired.
        directory.registered.sweep(now, usize::MAX);
    }

    /// Drops public keys whose signatures have all expired.
    #[inline(never)]
    pub(crate) fn drop_expired_keys(&mut self, now: i64) {
        let config = self.directory.config();
        if self.vault.keys.drop_expired(now, || longest_lifetime(config)) {
            self.store.touch();
        }
    }

    /// Publishes a key at the JWKS endpoint, with which the driver signs from now on. The former
    /// key, and the keys of a snapshot, stay published until the longest-lived JWT that they may
    /// have signed has expired. Setting the same key again changes nothing.
    pub fn set_signing_key(&mut self, key: PublicJwk) {
        if self.vault.keys.set_signing(key) {
            self.store.touch();
        }
    }

    /// The algorithms that resources of the configuration sign with, and for which there is no key yet: a
    /// driver makes one for each, and tells it to [`Issuer::add_resource_key`].
    #[must_use]
    pub fn missing_resource_algorithms(&self) -> Vec<SigningAlgorithm> {
        let config = self.directory.config();
        let mut missing = Vec::new();
        for algorithm in config.resources.iter().filter_map(|resource| resource.signing) {
            let is_here = algorithm == config.signing
                || self.vault.keys.signing_with(algorithm).is_some()
                || missing.contains(&algorithm);
            if !is_here {
                missing.push(algorithm);
            }
        }
        missing
    }

    /// Publishes a key with which the driver signs access tokens for resources that have its algorithm.
    /// It changes nothing if there is a key for that already. After a restart the key is published until
    /// what it signed has expired, and another can be added.
    pub fn add_resource_key(&mut self, key: PublicJwk) {
        if self.vault.keys.add_other(key) {
            self.store.touch();
        }
    }

    /// The key that signs; `None` until a driver sets it.
    #[must_use]
    pub fn signing_key(&self) -> Option<&PublicJwk> {
        self.vault.keys.signing()
    }

    /// Whether the reply to a request may depend on a key that signs while there is none yet, the signing
    /// key or one of [`Issuer::missing_resource_algorithms`]. A driver that makes its keys only when they
    /// are needed asks this before [`Issuer::handle`].
    #[must_use]
    pub fn needs_signing_key(&self, request: &HttpRequest) -> bool {
        if self.signing_key().is_some() && self.missing_resource_algorithms().is_empty() {
            return false;
        }
        let (path, query) = route::split(&request.url, self.config());
        Route::from_path(path).is_some_and(|route| match route.endpoint {
            Endpoint::Token | Endpoint::Jwks => true,
            Endpoint::Introspect => introspect::wants_jwt(request),
            Endpoint::UserInfo => {
                let mut applications = self.directory.applications().iter();
                applications.any(|one| one.userinfo_signed_response_alg.is_some())
            }
            // The response to the form of a page can be a JWT, or in the implicit flow contain an id_token.
            // What the form is about is sealed.
            Endpoint::Login | Endpoint::Decision => true,
            Endpoint::Authorize if self.may_ask_for_jwt(request, query) => true,
            Endpoint::Authorize => self
                .directory
                .applications()
                .iter()
                .any(|application| allows_implicit(self.config().profile, application)),
            _ => false,
        })
    }

    /// Whether an authorization request may ask for its response as a JWT: by its mode, or in what it
    /// refers to.
    fn may_ask_for_jwt(&self, request: &HttpRequest, query: &str) -> bool {
        Parameters::read(request, query, self.config().profile).is_ok_and(|parameters| {
            let mode = parameters.value("response_mode").unwrap_or_default();
            mode.ends_with(response_mode::JWT)
                || parameters.value("request").is_some()
                || parameters.value("request_uri").is_some()
        })
    }

    /// Seals codes and tokens with this key from now on. What was sealed before is no longer valid.
    /// Issuers that share a key can open each other's tokens. The key has to be random and secret.
    pub fn set_sealing_key(&mut self, key: [u8; 32]) {
        if self.vault.sealing_key.replace(key) {
            self.store.touch();
        }
    }

    /// Appends this text to the names of cookies, for an issuer that shares its host name with
    /// another one: cookies do not distinguish ports, and an application's own issuer may have its
    /// own sessions.
    ///
    /// # Errors
    /// Fails for characters other than ASCII letters, digits, `-`, `_` and `.`, and for more than
    /// 64 characters.
    pub fn set_cookie_suffix(&mut self, suffix: &str) -> Result<(), ConfigError> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if suffix.len() > 64 || !suffix.bytes().all(fits) {
            let problem = "expected at most 64 ASCII letters, digits, `-`, `_` or `.`";
            return Err(ConfigError::new("cookieSuffix", problem));
        }
        suffix.clone_into(&mut self.frontend.cookies.suffix);
        Ok(())
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        self.directory.config()
    }

    /// Checks an opaque access token, and returns what it grants; `None` if it is not valid. It is
    /// valid if this issuer, or one with the same [sealing key](Issuer::set_sealing_key), has
    /// issued it, it has neither expired nor been revoked, and its client and its user exist. A
    /// token that another issuer has revoked is valid here until it expires. For JWTs see
    /// [`Issuer::inspect_verified`].
    #[must_use]
    pub fn inspect_access_token(&self, token: &str, now: i64) -> Option<AccessTokenInfo> {
        self.inspect_verified(token, &[], now)
    }

    /// Does the same for an access token that may be a JWT. `verified` is what
    /// [`Issuer::signature_of`] says about it, if the driver found the signature to be genuine.
    #[must_use]
    pub fn inspect_verified(
        &self,
        token: &str,
        verified: &[SignatureCheck],
        now: i64,
    ) -> Option<AccessTokenInfo> {
        access_token::inspect(&self.directory, &self.vault, &self.store, verified, token, now)
    }
}

/// Finds the application that a path names. Some paths name none.
fn find_application<'a>(
    directory: &'a Directory,
    route: &Route<'_>,
) -> Result<Option<&'a Application>, Refusal> {
    let own = &directory.config().instance_id;
    let is_foreign = route.instance.is_some_and(|instance| instance != own);
    match route.application {
        None if is_foreign => Err(Refusal::PathUnknown),
        None => Ok(None),
        // The id names an application of the other instance, which is not here.
        Some(id) if is_foreign => Err(Refusal::ApplicationUnknown(id.to_owned())),
        Some(id) => directory.application_of_path(id).map(Some),
    }
}

/// Hands a request to its endpoint.
fn dispatch(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    frontend: &Frontend,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    let config = directory.config();
    if !exchange.endpoint.takes(exchange.request.method) {
        return Err(Refusal::MethodNotAllowed(exchange.endpoint.methods()));
    }
    match exchange.endpoint {
        Endpoint::Authorize => authorize::answer(directory, vault, store, frontend, exchange),
        Endpoint::Login => login_form::answer(directory, vault, store, frontend, exchange),
        Endpoint::Decision => decision_form::answer(directory, vault, store, frontend, exchange),
        Endpoint::Device if exchange.request.method == Method::Post => {
            device::user_code_form::answer(directory, vault, store, frontend, exchange)
        }
        Endpoint::Device => device::user_code_form::show(config, vault, frontend, exchange),
        Endpoint::Logout => logout::answer(directory, vault, store, frontend, exchange),
        Endpoint::SignOut => sign_out_form::answer(directory, vault, store, frontend, exchange),
        Endpoint::PushedAuthorization => par::answer(directory, vault, store, exchange),
        Endpoint::Token => token::answer(directory, vault, store, exchange),
        Endpoint::DeviceAuthorization => {
            device::authorization::answer(directory, vault, store, exchange)
        }
        Endpoint::UserInfo => userinfo::answer(directory, vault, store, exchange),
        Endpoint::Revoke => revoke::answer(directory, vault, store, exchange),
        Endpoint::Introspect => introspect::answer(directory, vault, store, exchange),
        // These change who there is, and so they are answered elsewhere.
        Endpoint::Register | Endpoint::ClientConfiguration => Err(Refusal::PathUnknown),
        Endpoint::Jwks => Ok(jwks::answer(&vault.keys)),
        Endpoint::Discovery => Ok(discovery::answer(directory, &vault.keys, exchange)),
    }
}

/// Removes the content of the response to a HEAD request. The rest of it is as for GET (RFC 9110
/// section 9.3.2).
fn without_content_for_head(mut reply: Reply, method: Method) -> Reply {
    if method == Method::Head {
        reply.response_mut().body.clear();
    }
    reply
}

/// Shows what is served, and no secrets.
impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("profile", &self.config().profile)
            .field("base_url", &self.config().base_url)
            .field("applications", &self.config().applications.len())
            .field("users", &self.config().users.len())
            .finish_non_exhaustive()
    }
}

/// The longest lifetime of a JWT that this issuer signs, in seconds.
fn longest_lifetime(config: &Config) -> i64 {
    let strangers = config.takes_strangers().then_some(&config.registered_clients.lifetimes);
    let applications = config.applications.iter().map(|one| &one.lifetimes);
    applications
        .chain(strangers)
        .map(|lifetimes| lifetimes.id_token.max(lifetimes.access_token))
        .chain(config.resources.iter().filter_map(|one| one.lifetime))
        .chain([JWT_SECONDS])
        .max()
        .unwrap_or_default()
}

/// How many records of each kind one request checks for having expired.
const SWEPT_AT_ONCE: usize = 16;
