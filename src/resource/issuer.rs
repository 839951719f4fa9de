//! An issuer whose access tokens count: its metadata, its keys, and its answers about tokens.

use crate::client::key_set::{self, KeyCache, KeySet, Lookup};
use crate::client::{
    Authentication, Client, Error, Members, PlainHttp, Server, discovery, id_token::Signature,
    introspect,
};
use crate::http::{HttpRequest, HttpResponse};
use crate::signature::SignatureAlgorithm;

use super::bounded::{Bounded, Hash};
use super::error::{NO_URL, ResourceError};
use super::url::is_url;

/// What a resource server is at an issuer, to ask it about tokens (RFC 7662 section 2.1).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Introspector {
    /// The client id that the resource server has at the issuer.
    pub client_id: String,
    /// How it authenticates.
    pub authentication: Authentication,
    /// For how many seconds an answer counts, and so how long a revocation may stay unnoticed. No answer outlives its
    /// token. 0 asks each time.
    pub cache_seconds: i64,
    /// Whether JWTs are asked about as well, so that their revocation is noticed.
    pub always: bool,
}

impl Introspector {
    /// A resource server with this client id, which keeps answers for 30 seconds and asks about opaque tokens alone.
    #[must_use]
    pub fn new(client_id: impl Into<String>, authentication: Authentication) -> Self {
        Self { client_id: client_id.into(), authentication, cache_seconds: 30, always: false }
    }
}

/// An issuer whose access tokens count, with its keys, which are fetched when they are needed and kept.
#[derive(Clone, Debug)]
pub struct TrustedIssuer {
    pub(super) issuer: String,
    http: PlainHttp,
    server: Known,
    keys: Keys,
    pub(super) introspector: Option<Introspector>,
    /// Answers about tokens that work, by the hashes of these: a cache is a place where tokens must not be.
    answers: Bounded<Members>,
    pub(super) rfc9068: bool,
    algorithms: Option<Vec<SignatureAlgorithm>>,
    longest_age: i64,
}

/// What is known of an issuer's endpoints.
#[derive(Clone, Debug)]
enum Known {
    Nothing,
    /// They were told.
    Told(Server),
    /// They were fetched, at this time in Unix seconds.
    Fetched(Server, i64),
}

#[derive(Clone, Debug)]
enum Keys {
    /// They were told.
    Told(KeySet),
    Fetched(KeyCache),
}

/// What an issuer is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Its metadata, at the place with this number.
    Metadata(usize),
    /// Its keys.
    Keys,
    /// What it says about a token.
    Token,
}

/// What was looked for at an issuer.
pub(super) enum Found<T> {
    /// It is known.
    It(T),
    /// It has to be asked for.
    Ask(HttpRequest, Asked),
    /// The issuer does not have it.
    Nothing,
}

impl TrustedIssuer {
    /// An issuer with this identifier, an https URL, or an http URL on loopback for tests. Its endpoints and keys are
    /// found by its metadata (RFC 8414 section 3, OpenID Connect Discovery section 4).
    ///
    /// # Errors
    /// Fails for another identifier.
    pub fn new(issuer: impl Into<String>) -> Result<Self, ResourceError> {
        Self::allowing(PlainHttp::default(), issuer)
    }

    /// Does the same as [`TrustedIssuer::new`], and also says where plain http is accepted.
    ///
    /// # Errors
    /// Those of [`TrustedIssuer::new`].
    pub fn allowing(http: PlainHttp, issuer: impl Into<String>) -> Result<Self, ResourceError> {
        let issuer = issuer.into();
        let is_plain = || {
            let rest = issuer.strip_prefix("http://").filter(|_| http == PlainHttp::Anywhere);
            rest.is_some_and(|rest| is_url(&["https://", rest].concat()))
        };
        if !(is_url(&issuer) || is_plain()) || discovery::requests(&issuer).is_err() {
            return Err(ResourceError("issuer", NO_URL));
        }
        Ok(Self {
            issuer,
            http,
            server: Known::Nothing,
            keys: Keys::Fetched(KeyCache::default()),
            introspector: None,
            answers: Bounded::new(MOST_ANSWERS),
            rfc9068: true,
            algorithms: None,
            longest_age: LONGEST_AGE,
        })
    }

    /// Takes its endpoints from here, and not from its metadata. `jwks_uri` and `introspection_endpoint` are used.
    ///
    /// # Errors
    /// Fails for the endpoints of another issuer, and for endpoints that a [`Client`] refuses.
    pub fn with_server(mut self, mut server: Server) -> Result<Self, ResourceError> {
        if server.issuer.get_or_insert_with(|| self.issuer.clone()) != &self.issuer {
            return Err(ResourceError("server", "another issuer"));
        }
        self.client(&server).map_err(|_| ResourceError("server", "expected safe endpoints"))?;
        self.server = Known::Told(server);
        Ok(self)
    }

    /// Takes its keys from here: the text of a JWK Set (RFC 7517 section 5). They are never fetched.
    ///
    /// # Errors
    /// Fails for a text that is none.
    pub fn with_keys(mut self, jwks: &str) -> Result<Self, ResourceError> {
        let keys = key_set::parse_response(&HttpResponse::new(200, jwks));
        self.keys = Keys::Told(keys.map_err(|_| ResourceError("keys", "expected a JWK Set"))?);
        Ok(self)
    }

    /// Accepts its opaque tokens, about which it is asked (RFC 7662). By default they do not count.
    ///
    /// # Errors
    /// Fails for an empty client id or secret, and a negative time.
    pub fn with_introspection(mut self, introspector: Introspector) -> Result<Self, ResourceError> {
        let Introspector { client_id, authentication, .. } = introspector.clone();
        if Client::new(Server::default(), client_id, authentication).is_err() {
            return Err(ResourceError("introspection", "expected a client id and its secret"));
        }
        if introspector.cache_seconds < 0 {
            return Err(ResourceError("introspection", "expected seconds from 0 on"));
        }
        self.introspector = Some(introspector);
        Ok(self)
    }

    /// Accepts JWTs that are not as RFC 9068 has them, such as those of the instance of IDaaS EIAM: `typ`, `sub`,
    /// `client_id`, `iat` and `jti` may be missing, and `scp` and `azp` count as `scope` and `client_id`. Its
    /// id_tokens are refused in any case.
    #[must_use]
    pub fn without_rfc9068(mut self) -> Self {
        self.rfc9068 = false;
        self
    }

    /// Accepts these algorithms alone.
    #[must_use]
    pub fn with_algorithms(mut self, algorithms: &[SignatureAlgorithm]) -> Self {
        self.algorithms = Some(algorithms.to_vec());
        self
    }

    /// Believes fetched metadata and keys for so many seconds at most; by default 600.
    #[must_use]
    pub fn with_longest_age(mut self, seconds: i64) -> Self {
        self.longest_age = seconds.max(0);
        if let Keys::Fetched(keys) = &mut self.keys {
            *keys = KeyCache::with_longest_age(seconds);
        }
        self
    }

    /// Its identifier.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether a signature by this algorithm counts.
    pub(super) fn accepts(&self, algorithm: SignatureAlgorithm) -> bool {
        self.algorithms.as_ref().is_none_or(|accepted| accepted.contains(&algorithm))
    }

    /// The key that can have made a signature. `wrong` is one that has not made it, although it could have: the issuer
    /// may have put another one in its place.
    pub(super) fn key(
        &self,
        signature: &Signature,
        wrong: Option<&str>,
        place: usize,
        now: i64,
    ) -> Result<Found<String>, Error> {
        let keys = match &self.keys {
            Keys::Told(keys) => {
                let key =
                    signature.algorithm().and_then(|alg| keys.select(alg, signature.key_id()));
                let key = key.filter(|key| Some(*key) != wrong);
                return Ok(key.map_or(Found::Nothing, |key| Found::It(key.to_owned())));
            }
            Keys::Fetched(keys) => keys,
        };
        match keys.find(signature, now) {
            Lookup::Key(key) if Some(key) != wrong => Ok(Found::It(key.to_owned())),
            Lookup::Key(_) if !keys.may_be_fetched_again(now) => Ok(Found::Nothing),
            Lookup::Key(_) | Lookup::Fetch => self.ask(Asked::Keys, "", place, now),
            Lookup::Unknown => Ok(Found::Nothing),
        }
    }

    /// What the issuer says about a token with this hash.
    pub(super) fn answer(
        &self,
        token: &str,
        hash: &Hash,
        place: usize,
        now: i64,
    ) -> Result<Found<Members>, Error> {
        match self.answers.get(hash, now) {
            Some(members) => Ok(Found::It(members.clone())),
            None => self.ask(Asked::Token, token, place, now),
        }
    }

    /// The request for something, or first for the metadata that say where it is.
    fn ask<T>(&self, asked: Asked, token: &str, place: usize, now: i64) -> Result<Found<T>, Error> {
        let server = match &self.server {
            Known::Told(server) => Some(server),
            Known::Fetched(server, at) if self.is_fresh(*at, now) => Some(server),
            Known::Fetched(..) | Known::Nothing => None,
        };
        let Some(server) = server else {
            let mut requests = discovery::requests(&self.issuer)?.into_iter();
            let request = requests.nth(place);
            return Ok(request
                .map_or(Found::Nothing, |request| Found::Ask(request, Asked::Metadata(place))));
        };
        let client = self.client(server)?;
        let request = match asked {
            Asked::Token => client.introspection_request(token, None)?,
            Asked::Keys | Asked::Metadata(_) => client.key_set_request()?,
        };
        Ok(Found::Ask(request, asked))
    }

    fn is_fresh(&self, at: i64, now: i64) -> bool {
        let age = now.saturating_sub(at);
        age == 0 || (0..self.longest_age).contains(&age)
    }

    /// The client that the resource server is at the issuer. If it asks about no tokens, it needs no name of its own.
    fn client(&self, server: &Server) -> Result<Client, Error> {
        let (id, authentication) = match &self.introspector {
            Some(known) => (known.client_id.as_str(), known.authentication.clone()),
            None => ("resource-server", Authentication::None),
        };
        Client::allowing(self.http, server.clone(), id, authentication)
    }

    /// Takes the response to the request for metadata. Returns whether it has them; if not, they may be at the next
    /// place.
    pub(super) fn take_metadata(
        &mut self,
        response: &HttpResponse,
        place: usize,
        now: i64,
    ) -> Result<bool, Error> {
        match discovery::parse_response_allowing(self.http, response, &self.issuer) {
            Ok(mut server) => {
                server.issuer = Some(self.issuer.clone());
                self.server = Known::Fetched(server, now);
                Ok(true)
            }
            Err(error) => {
                let has_more = discovery::requests(&self.issuer)?.len() > place + 1;
                if has_more && discovery::is_elsewhere(&error) { Ok(false) } else { Err(error) }
            }
        }
    }

    /// Takes the response to the request for keys.
    pub(super) fn take_keys(&mut self, response: &HttpResponse, now: i64) -> Result<(), Error> {
        match &mut self.keys {
            Keys::Told(_) => Ok(()),
            Keys::Fetched(keys) => keys.received(response, now),
        }
    }

    /// Takes the response about the token with this hash: the members of the answer if the token works (RFC 7662
    /// section 2.2).
    pub(super) fn take_answer(
        &mut self,
        response: &HttpResponse,
        hash: Hash,
        now: i64,
    ) -> Result<Option<Members>, Error> {
        let answer = introspect::parse_response(response)?;
        if !answer.active {
            return Ok(None);
        }
        let members = Members::read(&answer.members);
        let seconds = self.introspector.as_ref().map_or(0, |known| known.cache_seconds);
        let until = now.saturating_add(seconds).min(answer.expires_at.unwrap_or(i64::MAX));
        if until > now {
            self.answers.set(hash, members.clone(), now, until);
        }
        Ok(Some(members))
    }
}

/// How many answers about tokens are kept.
const MOST_ANSWERS: usize = 1000;

/// The most seconds for which metadata and keys are believed.
const LONGEST_AGE: i64 = 600;
