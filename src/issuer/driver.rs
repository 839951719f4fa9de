//! Signing and verifying around the step of [`Issuer::handle_verified`].
//!
//! The driver does both. In JavaScript it needs WebCrypto, which is asynchronous, while
//! [`Issuer::handle_verified`] is one synchronous step. Requests carry signatures in client
//! assertions (RFC 7523), request objects (RFC 9101), DPoP proofs (RFC 9449), id_token_hints (OpenID
//! Connect Core section 3.1.2.1), tokens that are exchanged (RFC 8693), and JWT access tokens that are
//! introspected, revoked, or used at the userinfo endpoint.
//!
//! So the driver first asks which signatures a request has ([`Issuer::signatures`]) and verifies
//! them. It passes the genuine ones to [`Issuer::handle_verified`], which checks everything else. A
//! check names the algorithm, the key and the text, and its result counts for these alone: it stays
//! right even if the keys change in between.

use crate::form;
use crate::http::{HttpRequest, HttpResponse, Method};
use crate::issuer::check::client::assertion::assertion_check;
use crate::issuer::check::client_metadata::STATEMENT;
use crate::issuer::check::{request_object, software_statement, trusted};
use crate::issuer::config::Claims;
use crate::issuer::endpoint::register::metadata;
use crate::issuer::jose::jwk::PublicJwk;
use crate::issuer::jose::jws::Jws;
use crate::issuer::jose::verify::{SignatureCheck, own_check, proof_check};
use crate::issuer::server::Issuer;
use crate::issuer::wire::asked::{ClaimsAnswer, ClaimsContext};
use crate::issuer::wire::bearer;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::route::{self, Endpoint, Route};
use crate::octets;

/// Signs with the algorithm of its key, for drivers outside JavaScript.
pub trait Signer {
    /// Why signing failed.
    type Error;

    /// The public key that verifies what [`Signer::sign`] makes.
    fn public_jwk(&self) -> PublicJwk;

    /// The signature over `signing_input` by the algorithm of the key (RFC 7518 section 3, RFC 8037
    /// section 3.1). A signature of ECDSA is r and s, each with as many octets as a coordinate of the
    /// curve. `kid` is the id of [`Signer::public_jwk`]. If a resource or an application of the
    /// configuration has an algorithm of its own, it can be the id of one of
    /// [`Config::other_signing_keys`](crate::issuer::Config::other_signing_keys) or of
    /// [`Signer::resource_jwks`] instead.
    ///
    /// # Errors
    /// Fails with whatever keeps the key from signing.
    fn sign(&self, kid: &str, signing_input: &[u8]) -> Result<Vec<u8>, Self::Error>;

    /// The public keys with which it also signs, for resources that have an algorithm of their own and no
    /// key in the configuration. Without one such a token is refused with `server_error`. Default: none.
    fn resource_jwks(&self) -> Vec<PublicJwk> {
        Vec::new()
    }
}

/// Tells an issuer the keys of its signer.
fn set_keys(issuer: &mut Issuer, signer: &impl Signer) {
    issuer.set_signing_key(signer.public_jwk());
    if !issuer.missing_resource_algorithms().is_empty() {
        for key in signer.resource_jwks() {
            issuer.add_resource_key(key);
        }
    }
}

/// Handles a request without signatures, and signs what the reply needs. If the signer is another
/// one than in the last call, its key is published in addition to the former one, which stays for
/// what it has signed. Use [`respond_verified`] for requests that contain signatures.
///
/// # Errors
/// Those of the signer.
pub fn respond<S: Signer>(
    issuer: &mut Issuer,
    signer: &S,
    request: &HttpRequest,
    now: i64,
) -> Result<HttpResponse, S::Error> {
    set_keys(issuer, signer);
    sign(signer, issuer.handle(request, now))
}

/// The requests by which clients are told of login sessions that ended, signed: see
/// [`Issuer::take_logouts`]. Send them after the response, which they must neither hold up nor fail.
///
/// # Errors
/// Those of the signer. Then none of these clients is told.
pub fn logout_requests<S: Signer>(
    issuer: &mut Issuer,
    signer: &S,
    now: i64,
) -> Result<Vec<HttpRequest>, S::Error> {
    let notices = issuer.take_logouts(now);
    let signed = notices.iter().map(|notice| {
        let input = notice.signing_input();
        let signature = signer.sign(input.kid, input.text.as_bytes())?;
        Ok(notice.request(&signature))
    });
    signed.collect()
}

/// Signs what a reply needs.
fn sign<S: Signer>(signer: &S, reply: Reply) -> Result<HttpResponse, S::Error> {
    let mut signatures = Vec::new();
    while let Some(input) = reply.signing_input(&signatures) {
        let signature = signer.sign(input.kid, input.text.as_bytes())?;
        signatures.push(signature);
    }
    // There is one signature for each input, which is all that `complete` requires.
    Ok(reply.complete(&signatures).unwrap_or_else(|_| HttpResponse::new(500, Vec::new())))
}

/// Verifies signatures, for drivers outside JavaScript.
pub trait Verifier {
    /// Whether the key made the signature with exactly this algorithm. Returns false for a key or a
    /// signature that cannot be read.
    fn verify(&self, check: &SignatureCheck) -> bool;
}

/// Verifies the signatures in a request, handles it, and signs what the reply needs, as [`respond`]
/// does.
///
/// # Errors
/// Those of the signer.
pub fn respond_verified<S: Signer, V: Verifier>(
    issuer: &mut Issuer,
    signer: &S,
    verifier: &V,
    request: &HttpRequest,
    now: i64,
) -> Result<HttpResponse, S::Error> {
    let mut genuine = issuer.signatures(request);
    genuine.retain(|check| verifier.verify(check));
    set_keys(issuer, signer);
    let reply = issuer.handle_verified(request, &genuine, now);
    sign(signer, reply)
}

/// Adds claims to tokens, userinfo and introspection, for drivers outside JavaScript. Every function that
/// takes a [`ClaimsContext`] is one.
pub trait ClaimsSource {
    /// The claims that are told in this context, beside those of the configuration. A claim that is
    /// `null` is left out.
    ///
    /// # Errors
    /// Why there are none. The request is refused with `server_error`, and this is in the description.
    fn claims(&self, context: &ClaimsContext) -> Result<Claims, String>;
}

impl<F: Fn(&ClaimsContext) -> Result<Claims, String>> ClaimsSource for F {
    fn claims(&self, context: &ClaimsContext) -> Result<Claims, String> {
        self(context)
    }
}

/// Does what [`respond_verified`] does, and asks for claims before the request is decided.
///
/// # Errors
/// Those of the signer.
///
/// ```
/// use eiam_token::issuer::{ClaimPlace, ClaimValue, Claims, ClaimsContext};
///
/// fn claims(context: &ClaimsContext) -> Result<Claims, String> {
///     match (context.place, context.subject.as_deref()) {
///         (ClaimPlace::AccessToken, Some("user_alice")) => {
///             Ok(Claims(vec![("tenant".to_owned(), ClaimValue::String("acme".to_owned()))]))
///         }
///         _ => Ok(Claims::default()),
///     }
/// }
/// ```
pub fn respond_asking<S: Signer>(
    issuer: &mut Issuer,
    signer: &S,
    verifier: &impl Verifier,
    source: &impl ClaimsSource,
    request: &HttpRequest,
    now: i64,
) -> Result<HttpResponse, S::Error> {
    set_keys(issuer, signer);
    let mut genuine = issuer.signatures(request);
    genuine.retain(|check| verifier.verify(check));
    let mut answers = Vec::new();
    loop {
        match issuer.handle_asking(request, &genuine, &answers, now) {
            Ok(reply) => return sign(signer, reply),
            // There are only so many questions: see `MAX_QUESTIONS`.
            Err(questions) => answers.extend(questions.into_iter().map(|context| {
                let claims = source.claims(&context);
                ClaimsAnswer::new(context, claims)
            })),
        }
    }
}

impl Issuer {
    /// The signatures in a request: most requests have none, and none has more than eleven. It
    /// changes nothing, and is fast for requests without signatures. Pass those that are valid to
    /// [`Issuer::handle_verified`].
    #[must_use]
    pub fn signatures(&self, request: &HttpRequest) -> Vec<SignatureCheck> {
        let mut checks = Vec::new();
        let proof = request.headers.value("dpop");
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let body = match request.method {
            Method::Post => core::str::from_utf8(&request.body).unwrap_or_default(),
            _ => "",
        };
        let in_parameters = carries_jws(query) || carries_jws(body);
        let bearer = bearer::credentials(request).filter(|(_, token)| token.contains('.'));
        let statements = self.config().registration.as_ref();
        let statements = statements.is_some_and(|one| !one.software_statement_issuers.is_empty());
        if proof.is_none() && bearer.is_none() && !in_parameters && !statements {
            return checks;
        }
        let (path, query) = route::split(&request.url, self.config());
        let Some(route) = Route::from_path(path) else {
            return checks;
        };
        if route.endpoint.is_of_registration() {
            checks.extend(self.statement_check(request));
            return checks;
        }
        if let Some(proof) = proof.filter(|_| !route.endpoint.is_page()) {
            checks.extend(Jws::read(proof).and_then(|jws| proof_check(&jws)));
        }
        if let Some((_, token)) = bearer.filter(|_| route.endpoint == Endpoint::UserInfo) {
            checks.extend(self.token_check(token));
        }
        if in_parameters
            && let Ok(parameters) = Parameters::read(request, query, self.config().profile)
        {
            let assertion = parameters.value("client_assertion").and_then(Jws::read);
            checks.extend(assertion.and_then(|jws| {
                assertion_check(&self.directory, &jws)
                    .or_else(|| trusted::check(self.config(), &jws))
            }));
            let assertion = parameters.value("assertion").and_then(Jws::read);
            checks.extend(assertion.and_then(|jws| trusted::check(self.config(), &jws)));
            if let Some(jws) = parameters.value("request").and_then(Jws::read) {
                checks.extend(request_object::check(&self.directory, &jws));
                let claims = jws.claims();
                let hint = claims.as_ref().and_then(|claims| claims.text("id_token_hint"));
                checks.extend(hint.and_then(|hint| self.own_check(&hint)));
            }
            for name in TOKENS {
                checks.extend(parameters.value(name).and_then(|token| self.token_check(token)));
            }
        }
        checks
    }

    /// The signature of a JWT that may be one of this issuer's; none for anything else.
    #[must_use]
    pub fn signature_of(&self, token: &str) -> Option<SignatureCheck> {
        self.own_check(token)
    }

    /// The software statement of a registration (RFC 7591 section 2.3).
    fn statement_check(&self, request: &HttpRequest) -> Option<SignatureCheck> {
        let body = metadata::object(request)?;
        let statement = body.member(STATEMENT)?.as_str()?;
        software_statement::check(self.config(), &Jws::read(&statement)?)
    }

    fn own_check(&self, token: &str) -> Option<SignatureCheck> {
        own_check(&self.vault.keys, &Jws::read(token)?)
    }

    /// How a token is verified that this issuer, or one that it trusts, may have made.
    fn token_check(&self, token: &str) -> Option<SignatureCheck> {
        let jws = Jws::read(token)?;
        // Ids of keys are not unique: another issuer may call its key as this one does.
        trusted::check(self.config(), &jws).or_else(|| own_check(&self.vault.keys, &jws))
    }
}

/// Parameters that may hold what this issuer itself, or one that it trusts, signed.
const TOKENS: [&str; 5] =
    ["id_token_hint", "token", "access_token", "subject_token", "actor_token"];

/// Whether a form has a parameter that may hold a JWS. Most tokens are opaque and have no dot. Like
/// the endpoints, this reads no more than a limited number of parameters.
fn carries_jws(form: &str) -> bool {
    form.split('&').take(form::Limits::default().parameters).any(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_jws = |name: &str| {
            let has = |byte| octets::position(value.as_bytes(), byte).is_some();
            let has_dot = || has(b'.') || has(b'%');
            (matches!(name, "client_assertion" | "assertion" | "request") || TOKENS.contains(&name))
                && has_dot()
        };
        is_jws(name) || (name.contains('%') && form::decode(name).is_ok_and(|name| is_jws(&name)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_found_however_its_name_is_written() {
        for form in [
            "client_assertion=x.y.z",
            "a=b&id_token_hint=x%2ey",
            "client%5Fassertion=x.y&a",
            "token=x.y.z",
            "request=x.y.z",
        ] {
            assert!(carries_jws(form), "{form}");
        }
        for form in [
            "",
            "client_assertion_type=x.",
            "a=client_assertion.",
            "%zz=.",
            "code=x.&b",
            "token=ATx",
        ] {
            assert!(!carries_jws(form), "{form}");
        }
        let last = |before: usize| format!("{}token=x.y.z", "a&".repeat(before));
        assert!(carries_jws(&last(63)) && !carries_jws(&last(64)));
    }
}
