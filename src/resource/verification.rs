//! The verification of one access token, step by step.

use core::fmt;

use crate::client::id_token::Signature;
use crate::client::{Error, Members};
use crate::http::{HttpRequest, HttpResponse};
use crate::secret::Secret;

use super::access_token::{self, AccessToken, Source};
use super::bounded::{Hash, hash_of};
use super::call::Call;
use super::challenge::Scheme;
use super::error::ResourceError;
use super::issuer::{Asked, Found, TrustedIssuer};
use super::jwt::{Jwt, Typ};
use super::needs::Needs;
use super::proof::{self, Proof};
use super::refusal::{Failure, Reason};
use super::replays::ProofUse;
use super::server::{Dpop, ResourceServer};
use super::url::{is_absolute, split};

/// What has to be done next.
#[derive(Debug)]
pub enum Step {
    /// Send this to the issuer, without following redirects, and give the response to [`Verification::answered`].
    Send(HttpRequest),
    /// Verify this signature, and tell [`Verification::verified`] whether it is genuine.
    Verify(Check),
    /// Remember the use of this proof, and tell [`Verification::remembered`] whether it was not there before. It is there
    /// only if used proofs are the caller's ([`ResourceServer::remembering_elsewhere`]).
    Remember(ProofUse),
    /// The token counts.
    Done(Box<AccessToken>),
}

/// A signature that is to be verified (RFC 7515 section 5.2), and the key that must have made it.
#[derive(Clone, Debug)]
pub struct Check {
    key: String,
    signature: Signature,
}

impl Check {
    /// The public key, a JWK as JSON text. Its type is that of the algorithm.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The signature, with its algorithm and the text that is signed.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }
}

/// The verification of the access token of one request: a JWT by the keys of its issuer (RFC 9068 section 4), any other
/// by asking the issuers (RFC 7662), and the proof of one that is bound to a key (RFC 9449 section 7). `Debug` shows
/// nothing of the token.
pub struct Verification {
    scheme: Scheme,
    token: Secret,
    hash: Hash,
    method: String,
    /// The absolute URL that the request was sent to; empty if it does not matter.
    url: String,
    proofs: Vec<Secret>,
    needs: Needs,
    state: State,
    waits_for: Option<Awaited>,
    /// The place at which the metadata of the issuer are looked for.
    place: usize,
    /// How often something was sent.
    sent: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Response(Asked),
    Signature,
    Memory,
}

/// How far a verification is.
enum State {
    /// Nothing was read yet.
    Read,
    /// A JWT of this issuer, whose signature is to be verified.
    Signed(Box<Signed>),
    /// This issuer has to say whether the token works, which is a JWT if there are claims.
    Ask { issuer: usize, claims: Option<Members> },
    /// The claims are genuine.
    Genuine { issuer: usize, claims: Members, source: Source },
    /// The token counts, if the signature of the proof is right.
    Proof(Box<(AccessToken, Proof)>),
    /// The signature of the proof is wrong.
    Forged,
    /// The token counts, and the proof is genuine.
    Proven(Box<(AccessToken, Proof)>),
    /// The proof was used before.
    Used,
    /// The token counts, if it is what the request needs.
    Counts(Box<AccessToken>),
    /// There is a result.
    Over,
}

struct Signed {
    issuer: usize,
    claims: Members,
    signature: Signature,
    /// The key that is being tried.
    tried: Option<String>,
    /// The key that has not made the signature.
    wrong: Option<String>,
}

/// Why a verification ends.
enum Stop {
    Refused(Reason),
    Unavailable(Error),
    Argument(ResourceError),
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Unavailable(error)
    }
}

impl ResourceServer {
    /// Begins to verify the access token of a request. `now` is in Unix seconds.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a request without a token, or with something else in its place, and
    /// [`Failure::Argument`] if the request has only a path, the token comes with a proof, and it was not told
    /// [`at`](ResourceServer::at) which origin the server is.
    pub fn verify(&self, call: &Call, needs: &Needs, now: i64) -> Result<Verification, Failure> {
        let usual = if self.dpop == Dpop::Required { Scheme::Dpop } else { Scheme::Bearer };
        let (scheme, token) =
            call.token().map_err(|reason| self.refusal(reason, usual, needs, now))?;
        if scheme == Scheme::Dpop && self.dpop == Dpop::Refused {
            return Err(self.refusal(Reason::no_token(), usual, needs, now));
        }
        let url = match (&self.origin, scheme) {
            (_, Scheme::Bearer) => String::new(),
            (Some(origin), _) if is_absolute(&call.url) => [origin, split(&call.url).1].concat(),
            (Some(origin), _) => [origin, call.url.as_str()].concat(),
            (None, _) if is_absolute(&call.url) => call.url.clone(),
            (None, _) => return Err(Failure::Argument(ResourceError("origin", NO_ORIGIN))),
        };
        Ok(Verification {
            scheme,
            token: token.into(),
            hash: hash_of(&[token]),
            method: call.method.clone(),
            url,
            proofs: call.proofs.clone(),
            needs: needs.clone(),
            state: State::Read,
            waits_for: None,
            place: 0,
            sent: 0,
        })
    }
}

impl Verification {
    /// Goes on until something has to be done outside, or there is a result. `now` is in Unix seconds; after a response
    /// it is the time that [`Verification::answered`] was given. If nothing was done in between, the step is the same
    /// again, or a further one if the server has meanwhile learnt what was needed from another verification.
    ///
    /// # Errors
    /// [`Failure::Refused`] if the token does not count, and [`Failure::Unavailable`] if the issuer cannot be asked.
    /// After that the verification is over.
    pub fn step(&mut self, server: &mut ResourceServer, now: i64) -> Result<Step, Failure> {
        self.advance(server, now).map_err(|stop| self.failure(server, stop, now))
    }

    /// Takes the response to the request of [`Step::Send`].
    ///
    /// # Errors
    /// [`Failure::Unavailable`] if it is not what was asked for, and [`Failure::Refused`] if the issuer says that the
    /// token does not work. After that the verification is over.
    pub fn answered(
        &mut self,
        server: &mut ResourceServer,
        response: &HttpResponse,
        now: i64,
    ) -> Result<(), Failure> {
        let taken = match self.waits_for.take() {
            Some(Awaited::Response(asked)) => self.take(server, asked, response, now),
            other => {
                self.waits_for = other;
                Ok(())
            }
        };
        taken.map_err(|stop| {
            self.state = State::Over;
            self.failure(server, stop, now)
        })
    }

    /// Says whether the signature of [`Step::Verify`] is genuine.
    pub fn verified(&mut self, is_genuine: bool) {
        if self.waits_for != Some(Awaited::Signature) {
            return;
        }
        self.waits_for = None;
        self.state = match core::mem::replace(&mut self.state, State::Over) {
            State::Signed(signed) if is_genuine => {
                State::Ask { issuer: signed.issuer, claims: Some(signed.claims) }
            }
            State::Signed(mut signed) => {
                signed.wrong = signed.tried.take();
                State::Signed(signed)
            }
            State::Proof(both) if is_genuine => State::Proven(both),
            // No other key can have made it.
            State::Proof(_) => State::Forged,
            other => other,
        };
    }

    /// Says whether the proof of [`Step::Remember`] was not there before.
    pub fn remembered(&mut self, is_new: bool) {
        if self.waits_for != Some(Awaited::Memory) {
            return;
        }
        self.waits_for = None;
        self.state = match core::mem::replace(&mut self.state, State::Over) {
            State::Proven(both) if is_new => State::Counts(Box::new(both.0)),
            State::Proven(_) => State::Used,
            other => other,
        };
    }

    /// The number of the issuer that was asked for something that all verifications need: its metadata or its keys.
    /// Who verifies several requests at a time sends such a request once.
    #[cfg(all(feature = "tower", not(target_arch = "wasm32")))]
    pub(super) fn asks_for_all(&self) -> Option<usize> {
        match (&self.waits_for, &self.state) {
            (
                Some(Awaited::Response(Asked::Token) | Awaited::Signature | Awaited::Memory) | None,
                _,
            ) => None,
            (_, State::Signed(signed)) => Some(signed.issuer),
            (_, State::Ask { issuer, .. }) => Some(*issuer),
            _ => None,
        }
    }
}

impl Verification {
    fn advance(&mut self, server: &mut ResourceServer, now: i64) -> Result<Step, Stop> {
        loop {
            self.waits_for = None;
            self.state = match core::mem::replace(&mut self.state, State::Over) {
                State::Read => self.read(server)?,
                State::Signed(mut signed) => {
                    let issuer = issuer_of(server, signed.issuer)?;
                    let wrong = signed.wrong.as_deref();
                    match issuer.key(&signed.signature, wrong, self.place, now)? {
                        Found::It(key) => {
                            signed.tried = Some(key.clone());
                            let check = Check { key, signature: signed.signature.clone() };
                            return Ok(self.verify(State::Signed(signed), check));
                        }
                        Found::Ask(request, asked) if self.sent < MOST_SENT => {
                            return Ok(self.send(State::Signed(signed), asked, request));
                        }
                        Found::Ask(..) | Found::Nothing => {
                            let text = "the signature of the token is not by a key of its issuer";
                            return Err(Reason::token(text).into());
                        }
                    }
                }
                State::Ask { issuer, claims } => {
                    let asked = issuer_of(server, issuer)?;
                    let needs_answer = match (&asked.introspector, &claims) {
                        (Some(introspector), Some(_)) => introspector.always,
                        (introspector, None) => introspector.is_some(),
                        (None, Some(_)) => false,
                    };
                    match (needs_answer, claims) {
                        (false, Some(claims)) => {
                            State::Genuine { issuer, claims, source: Source::Jwt }
                        }
                        (false, None) => self.ask_next(server, issuer)?,
                        (true, claims) => {
                            let token = self.token.expose();
                            let most = MOST_SENT.saturating_mul(server.issuers.len());
                            match asked.answer(token, &self.hash, self.place, now)? {
                                Found::It(answer) => answered_by(asked, issuer, claims, answer)?,
                                Found::Ask(request, what) if self.sent < most => {
                                    let state = State::Ask { issuer, claims };
                                    return Ok(self.send(state, what, request));
                                }
                                Found::Ask(..) | Found::Nothing => {
                                    return Err(Error::not_supported(NO_ANSWERS).into());
                                }
                            }
                        }
                    }
                }
                State::Genuine { issuer, claims, source } => {
                    let found = issuer_of(server, issuer)?;
                    let expected = access_token::Expected {
                        issuer: &found.issuer,
                        rfc9068: found.rfc9068,
                        audiences: &server.audiences,
                        tolerance: server.tolerance,
                        now,
                    };
                    let token = access_token::read(claims, source, &expected)?;
                    self.bind(server.dpop, token, now)?
                }
                State::Proof(both) => {
                    let (_, proof) = &*both;
                    let (key, signature) = (proof.key.clone(), proof.signature.clone());
                    return Ok(self.verify(State::Proof(both), Check { key, signature }));
                }
                State::Forged => {
                    let text = "the proof has a signature that is not by its key";
                    return Err(Reason::proof(text).into());
                }
                State::Proven(both) => {
                    let (_, proof) = &*both;
                    proof.check_nonce(server.nonces.as_ref(), now)?;
                    // Last, so that only what would otherwise count takes a place.
                    match server.replays.use_once(&proof.used, now) {
                        Some(true) => State::Counts(Box::new(both.0)),
                        Some(false) => State::Used,
                        None => {
                            let step = Step::Remember(proof.used.clone());
                            (self.state, self.waits_for) =
                                (State::Proven(both), Some(Awaited::Memory));
                            return Ok(step);
                        }
                    }
                }
                State::Used => return Err(Reason::proof("the proof was used before").into()),
                State::Counts(token) => {
                    self.needs.check(&token, server.tolerance, now)?;
                    return Ok(Step::Done(token));
                }
                State::Over => return Err(Stop::Argument(ResourceError("verification", OVER))),
            };
        }
    }

    /// Waits for a response.
    fn send(&mut self, state: State, asked: Asked, request: HttpRequest) -> Step {
        (self.state, self.waits_for) = (state, Some(Awaited::Response(asked)));
        Step::Send(request)
    }

    /// Waits for a signature.
    fn verify(&mut self, state: State, check: Check) -> Step {
        (self.state, self.waits_for) = (state, Some(Awaited::Signature));
        Step::Verify(check)
    }

    /// Reads the token: a JWT of an issuer that is trusted, or a token about which the issuers have to be asked.
    fn read(&self, server: &ResourceServer) -> Result<State, Stop> {
        let Some(jwt) = Jwt::read(self.token.expose()) else {
            return Ok(State::Ask { issuer: 0, claims: None });
        };
        let named = jwt.claims.text("iss");
        let known = |issuer: &TrustedIssuer| Some(issuer.issuer.as_str()) == named.as_deref();
        let Some(place) = server.issuers.iter().position(known) else {
            return Err(Reason::token("the token is of another issuer").into());
        };
        let issuer = issuer_of(server, place)?;
        // RFC 9068 section 4. Tokens of other kinds that are signed by the same key must not count (RFC 8725 section
        // 3.11).
        let is_right = match issuer.rfc9068 {
            true => jwt.typ.is("at+jwt"),
            false => jwt.typ == Typ::Missing || jwt.typ.is("jwt") || jwt.typ.is("at+jwt"),
        };
        if !is_right {
            return Err(Reason::token("the token is a JWT of another kind: its typ").into());
        }
        let Some(signature) = jwt.signature else {
            return Err(Reason::token("the kid of the token is no text").into());
        };
        if !signature.algorithm().is_some_and(|algorithm| issuer.accepts(algorithm)) {
            let text = "the token is signed by an algorithm that does not count";
            return Err(Reason::token(text).into());
        }
        let signed =
            Signed { issuer: place, claims: jwt.claims, signature, tried: None, wrong: None };
        Ok(State::Signed(Box::new(signed)))
    }

    /// Asks the next issuer about a token that this one does not know.
    fn ask_next(&mut self, server: &ResourceServer, issuer: usize) -> Result<State, Stop> {
        self.place = 0;
        match issuer + 1 < server.issuers.len() {
            true => Ok(State::Ask { issuer: issuer + 1, claims: None }),
            false => Err(Reason::token("the token is unknown, has expired, or was revoked").into()),
        }
    }

    /// Checks that a token is bound to a key, and the request has a proof by that, or neither.
    fn bind(&self, dpop: Dpop, token: AccessToken, now: i64) -> Result<State, Stop> {
        let Some(jkt) = token.jkt.as_deref() else {
            let text = match (self.scheme, dpop) {
                (Scheme::Dpop, _) => "the token is bound to no key",
                (_, Dpop::Required) => "the token must be bound to a key",
                _ => return Ok(State::Counts(Box::new(token))),
            };
            return Err(Reason::token(text).into());
        };
        if dpop == Dpop::Refused {
            return Err(Reason::token("tokens that are bound to a key do not count").into());
        }
        // RFC 9449 section 7.1: whoever stole it must not use it as a bearer token.
        if self.scheme != Scheme::Dpop {
            let text = "the token is bound to a key, so it needs a proof and the scheme DPoP";
            return Err(Reason::token(text).into());
        }
        let (method, url, token_text) = (&self.method, &self.url, self.token.expose());
        let expected = proof::Expected { token: token_text, jkt, method, url, now };
        let proof = Proof::read(&self.proofs, &expected)?;
        Ok(State::Proof(Box::new((token, proof))))
    }

    /// Takes a response that was waited for.
    fn take(
        &mut self,
        server: &mut ResourceServer,
        asked: Asked,
        response: &HttpResponse,
        now: i64,
    ) -> Result<(), Stop> {
        if response.body.len() > LONGEST_RESPONSE {
            return Err(Error::malformed("$", "longer than 256 KiB")
                .answered(response.status, None)
                .into());
        }
        let (State::Signed(_) | State::Ask { .. }) = &self.state else { return Ok(()) };
        let place = match &self.state {
            State::Signed(signed) => signed.issuer,
            State::Ask { issuer, .. } => *issuer,
            _ => return Ok(()),
        };
        let Some(issuer) = server.issuers.get_mut(place) else {
            return Err(Stop::Argument(OTHER_SERVER));
        };
        self.sent += 1;
        match asked {
            Asked::Metadata(at) => {
                self.place = if issuer.take_metadata(response, at, now)? { 0 } else { at + 1 };
            }
            Asked::Keys => issuer.take_keys(response, now)?,
            Asked::Token => {
                let answer = issuer.take_answer(response, self.hash, now)?;
                let State::Ask { claims, .. } = core::mem::replace(&mut self.state, State::Over)
                else {
                    return Ok(());
                };
                self.state = match (answer, claims) {
                    (Some(answer), claims) => answered_by(issuer, place, claims, answer)?,
                    (None, None) => self.ask_next(server, place)?,
                    (None, Some(_)) => {
                        return Err(Reason::token("the token does not work any more").into());
                    }
                };
            }
        }
        Ok(())
    }

    fn failure(&self, server: &ResourceServer, stop: Stop, now: i64) -> Failure {
        let scheme = if server.dpop == Dpop::Required { Scheme::Dpop } else { self.scheme };
        match stop {
            Stop::Refused(reason) => server.refusal(reason, scheme, &self.needs, now),
            Stop::Unavailable(error) => Failure::Unavailable(error),
            Stop::Argument(error) => Failure::Argument(error),
        }
    }
}

impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verification").field("method", &self.method).finish_non_exhaustive()
    }
}

fn issuer_of(server: &ResourceServer, place: usize) -> Result<&TrustedIssuer, Stop> {
    server.issuers.get(place).ok_or(Stop::Argument(OTHER_SERVER))
}

/// What an issuer's answer makes of a token that works. That of a JWT says nothing more than that.
fn answered_by(
    issuer: &TrustedIssuer,
    place: usize,
    claims: Option<Members>,
    answer: Members,
) -> Result<State, Stop> {
    if let Some(claims) = claims {
        return Ok(State::Genuine { issuer: place, claims, source: Source::Jwt });
    }
    // RFC 7662 section 2.2: `iss` may be missing.
    if answer.get("iss").is_some() && answer.text("iss").as_deref() != Some(&issuer.issuer) {
        return Err(Reason::token("the token is of another issuer").into());
    }
    Ok(State::Genuine { issuer: place, claims: answer, source: Source::Introspection })
}

/// The most octets of a response of an issuer.
const LONGEST_RESPONSE: usize = 256 * 1024;

/// How often an issuer is asked for the sake of one token at most: for its metadata at three places, for its keys, for
/// those that have taken their place, and about the token.
const MOST_SENT: usize = 6;

const NO_ANSWERS: &str = "introspection_endpoint";

const NO_ORIGIN: &str = "needed for proofs, because the request has only a path";

const OVER: &str = "is over";

const OTHER_SERVER: ResourceError =
    ResourceError("server", "not the one that began the verification");
