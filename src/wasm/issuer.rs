//! The issuer for JavaScript: one class, which takes requests in two ways. `fetch` takes those of
//! web hosts, and `handle` takes plain values.
//!
//! Each request is decided in one synchronous step, during which the issuer is borrowed. Signing
//! and saving come after it and do not need the issuer, so requests do not wait for each other.

mod body;
mod claims;
#[cfg(feature = "testing")]
mod clock;
mod config;
mod documents;
pub(super) mod error;
#[cfg(feature = "testing")]
mod fork;
mod kind;
mod response;
mod start;
mod values;

use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::cell::{RefCell, RefMut};
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{CryptoKeyPair, Request};
use zeroize::Zeroizing;

use crate::http::{Headers, HttpRequest, Method};
use crate::issuer::{ClaimsAnswer, ClaimsContext, SignatureCheck, SigningAlgorithm, SigningInput};

use super::webcrypto::{self, KeyHost, KeyPair};
use error::failure;
use kind::{Held, Reply};
use start::StartOptions;

/// An issuer, and the key pair with which it signs, once there is one.
#[wasm_bindgen(js_name = RawIssuer)]
pub struct RawIssuer(Shared);

#[wasm_bindgen(js_class = RawIssuer)]
impl RawIssuer {
    /// Starts an issuer.
    ///
    /// It signs with the first key of the configuration, or else with the given key, or else with
    /// the stored one if that is for the configured algorithm. Otherwise a key is made when it is
    /// needed.
    #[wasm_bindgen(unchecked_return_type = "Promise<RawIssuer>")]
    pub fn start(config: JsValue, options: StartOptions) -> Promise {
        promise(async move { started(config, &options).await.map(JsValue::from) })
    }

    /// The key pair that signs; `undefined` until one is needed.
    #[wasm_bindgen(getter)]
    pub fn key(&self) -> JsValue {
        let key = self.0.key.try_borrow().ok().and_then(|key| key.clone());
        key.map_or(JsValue::UNDEFINED, |key| key.to_js())
    }

    /// Signs with `key` from now on, or with a new key. For `save` see [`RawIssuer::fetch`].
    #[wasm_bindgen(js_name = rotateKey)]
    pub fn rotate_key(&self, key: Option<CryptoKeyPair>, save: Function) -> Promise {
        let shared = self.0.clone();
        promise(async move {
            let algorithm = shared.algorithm()?;
            let key = match key {
                Some(pair) => given_key(pair, algorithm, &shared.host).await?,
                None => KeyPair::generate(algorithm, &shared.host).await?,
            };
            shared.take_key(key)?;
            if let Some(saved) = saving(&save, true, None)? {
                saved.await?;
            }
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Everything that must outlive the process, except the signing key.
    pub fn snapshot(&self) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.issuer.try_borrow().map_err(error::internal)?.snapshot())
    }

    /// The records that changed since the last call, in one flat list. Each record has three items:
    /// its key, its value or `undefined`, and the Unix time at which it expires or `undefined`.
    pub fn changes(&self) -> Result<Array, JsValue> {
        let changes = Array::new();
        for change in self.0.borrow_mut()?.changes() {
            changes.push(&change.key.into());
            changes.push(
                &change
                    .value
                    .map_or(JsValue::UNDEFINED, |value| Uint8Array::from(value.as_slice()).into()),
            );
            changes.push(&change.expires.into());
        }
        Ok(changes)
    }

    /// Drops what has expired, and returns a time before which nothing else expires.
    pub fn sweep(&self, clock: Function) -> Result<Option<i64>, JsValue> {
        let now = now(&clock)?;
        Ok(self.0.borrow_mut()?.sweep(now))
    }

    /// What a valid opaque access token says: the values of `AccessTokenInfo` in their order.
    pub fn inspect(&self, token: &str, clock: Function) -> Result<JsValue, JsValue> {
        self.0.inspect(token, &[], &clock)
    }

    /// The same for an access token that may be a JWT.
    #[wasm_bindgen(js_name = inspectAny)]
    pub fn inspect_any(&self, token: String, clock: Function) -> Promise {
        let shared = self.0.clone();
        promise(async move {
            let check = shared.issuer.try_borrow().map_err(error::internal)?.signature_of(&token);
            let mut genuine = Vec::new();
            if let Some(check) = check
                && webcrypto::verify(&check).await?
            {
                genuine.push(check);
            }
            shared.inspect(&token, &genuine, &clock)
        })
    }

    /// Where a request of [`RawIssuer::handle`] belongs: the values of `Location` in their order.
    pub fn locate(&self, head: String, text: String, bytes: Vec<u8>) -> Result<JsValue, JsValue> {
        let request = plain_request(head, text, bytes);
        let location = self.0.issuer.try_borrow().map_err(error::internal)?.locate(&request);
        values::array(&(
            location.endpoint,
            location.instance,
            location.application_id,
            location.user_code,
            location.stateless,
        ))
    }

    /// What clients are to be told after an edit, as [`RawIssuer::fetch`] passes it; `undefined` if nothing.
    pub fn logouts(&self, clock: Function) -> Result<Option<Promise>, JsValue> {
        let has_logouts = self.0.issuer.try_borrow().map_err(error::internal)?.has_logouts();
        let now = now(&clock)?;
        Ok(has_logouts.then(|| self.0.logouts(now)))
    }

    /// Adds or replaces a user if `user` is true, and an application otherwise.
    pub fn set(&self, user: bool, value: JsValue) -> Result<(), JsValue> {
        let value = config::value(value, if user { "user" } else { "application" })?;
        let mut issuer = self.0.borrow_mut()?;
        let set =
            if user { issuer.set_user_value(value) } else { issuer.set_application_value(value) };
        set.map_err(error::config)
    }

    /// Removes a user if `user` is true, and an application otherwise. Returns false if there is
    /// none with this id.
    pub fn remove(&self, user: bool, id: &str) -> Result<bool, JsValue> {
        let mut issuer = self.0.borrow_mut()?;
        Ok(if user { issuer.remove_user(id) } else { issuer.remove_application(id) })
    }

    /// Answers a web request with a web response.
    ///
    /// `source` says where the request came from, if that is known. `clock` returns Unix seconds as
    /// a bigint. `save` is called with whether the state has changed; if it returns a promise, the
    /// response waits for it. Its second argument is `undefined`, or a promise of what clients are to be told
    /// of login sessions that ended: for each the application, the URI and the logout token, in one flat
    /// list.
    pub fn fetch(
        &self,
        request: Request,
        source: Option<String>,
        clock: Function,
        save: Function,
    ) -> Promise {
        let shared = self.0.clone();
        promise(async move {
            let request = HttpRequest {
                method: Method::from_name(&request.method()),
                url: request.url(),
                headers: headers(&request)?,
                body: body::read(&request).await?,
                source,
            };
            let response = shared.answer(request, &clock, &save).await?;
            kind::to_web(&response).map(JsValue::from)
        })
    }

    /// Answers a request of plain values with an array of status, header fields and body. It
    /// returns a promise of the array only if it has to wait for something.
    ///
    /// `head` contains the method, the URL, the source, which may be empty, and the names and
    /// values of header fields. They are separated by NUL, as in the header fields of the response:
    /// passing one string between JavaScript and wasm takes a fraction of the time of many. The
    /// body is `text`, or `bytes` if that is empty. For `clock` and `save` see
    /// [`RawIssuer::fetch`].
    pub fn handle(
        &self,
        head: String,
        text: String,
        bytes: Vec<u8>,
        clock: Function,
        save: Function,
    ) -> Result<JsValue, JsValue> {
        let shared = self.0.clone();
        let request = plain_request(head, text, bytes);
        let mut work: Work = Box::pin(async move {
            let response = shared.answer(request, &clock, &save).await?;
            Ok(kind::to_plain(&response))
        });
        // Most responses are ready at once. For the others the promise takes over, and this waker
        // is not used again.
        match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => answer,
            Poll::Pending => Ok(future_to_promise(work).into()),
        }
    }
}

/// Reads a configuration from JSON text into plain values, integers beyond 2^53 as bigints.
#[wasm_bindgen(js_name = parseConfig)]
pub fn parse_config(text: &str) -> Result<JsValue, JsValue> {
    config::parse(text)
}

/// The ready example for an issuer at this address.
#[wasm_bindgen(js_name = exampleConfig)]
pub fn example_config(base_url: &str) -> Result<JsValue, JsValue> {
    config::example(base_url)
}

/// What all requests share.
#[derive(Clone)]
struct Shared {
    issuer: Rc<RefCell<Held>>,
    key: Rc<RefCell<Option<Rc<KeyPair>>>>,
    /// Those that sign for resources with an algorithm of their own.
    others: Rc<RefCell<Vec<Rc<KeyPair>>>>,
    /// The keys that are missing, while they are being made.
    coming: Rc<RefCell<Option<Promise>>>,
    /// Asked about claims, if the host has something to say.
    claims: Option<Function>,
    /// Fetches documents of clients, if the host does that.
    fetch_document: Option<Function>,
    host: KeyHost,
}

impl Shared {
    fn inspect(
        &self,
        token: &str,
        genuine: &[SignatureCheck],
        clock: &Function,
    ) -> Result<JsValue, JsValue> {
        let now = now(clock)?;
        let issuer = self.issuer.try_borrow().map_err(error::internal)?;
        let Some(token) = issuer.inspect_verified(token, genuine, now) else {
            return Ok(JsValue::UNDEFINED);
        };
        values::array(&(
            token.issuer,
            token.client_id,
            token.subject,
            token.scope,
            token.audience,
            token.issued_at,
            token.expires_at,
            token.jkt,
            format!("[{}]", token.authorization_details.join(",")),
        ))
    }

    fn borrow_mut(&self) -> Result<RefMut<'_, Held>, JsValue> {
        self.issuer.try_borrow_mut().map_err(error::internal)
    }

    async fn answer(
        &self,
        request: HttpRequest,
        clock: &Function,
        save: &Function,
    ) -> Result<kind::Response, JsValue> {
        let mut ready = self.fetch_documents(&request, clock).await?;
        if self.issuer.try_borrow().map_err(error::internal)?.needs_signing_key(&request) {
            self.make_keys().await?;
        }
        let mut genuine = Vec::new();
        for check in self.signatures(&request)? {
            if webcrypto::verify(&check).await? {
                genuine.push(check);
            }
        }
        let mut answers = Vec::new();
        let (reply, changed, logouts) = loop {
            if ready.is_some() {
                // One may have had its time while a signature was verified or the host was asked.
                ready = self.fetch_documents(&request, clock).await?;
            }
            let at = ready.map_or_else(|| now(clock), Ok)?;
            let questions = match self.step(&request, &genuine, &answers, at)? {
                Ok(decided) => break decided,
                Err(questions) => questions,
            };
            for question in questions {
                answers.push(claims::ask(self.claims.as_ref(), question).await);
            }
        };
        // The reply names this key. It may have been replaced by the time at which the reply is
        // signed.
        let key = self.key.try_borrow().map_err(error::internal)?.clone();
        let others = self.others.try_borrow().map_err(error::internal)?.clone();
        drop(request);
        // Saving starts before signing, because both take time and neither needs the other.
        let logouts = logouts.map(|now| self.logouts(now));
        let saved = saving(save, changed, logouts)?;
        let mut signatures = Vec::new();
        while let Some(input) = reply.signing_input(&signatures) {
            let signature = self.sign(key.as_deref(), &others, &input).await?;
            signatures.push(signature);
        }
        if let Some(saved) = saved {
            saved.await?;
        }
        kind::complete(&self.issuer, reply, &signatures)
    }

    /// Fetches the documents of clients that a request needs, and gives the time at which it needs none more; none
    /// if one cannot be had, or if the host fetches none.
    async fn fetch_documents(
        &self,
        request: &HttpRequest,
        clock: &Function,
    ) -> Result<Option<i64>, JsValue> {
        match &self.fetch_document {
            Some(fetch) => documents::fetch(&self.issuer, fetch, request, || now(clock)).await,
            None => Ok(None),
        }
    }

    /// Decides a request, and says whether that changed the state, or says what the host is asked before.
    /// This is a function of its own, so that the issuer is not borrowed while the host answers.
    fn step(
        &self,
        request: &HttpRequest,
        genuine: &[SignatureCheck],
        answers: &[ClaimsAnswer],
        now: i64,
    ) -> Result<Result<Decided, Vec<ClaimsContext>>, JsValue> {
        let mut issuer = self.borrow_mut()?;
        let reply = match self.claims {
            Some(_) => issuer.handle_asking(request, genuine, answers, now),
            None => Ok(issuer.handle_verified(request, genuine, now)),
        };
        let logouts = issuer.has_logouts().then_some(now);
        Ok(reply.map(|reply| (reply, issuer.is_changed(), logouts)))
    }

    /// Signs with the key that `input` names: this one, or one of the configuration.
    async fn sign(
        &self,
        key: Option<&KeyPair>,
        others: &[Rc<KeyPair>],
        input: &SigningInput<'_>,
    ) -> Result<Vec<u8>, JsValue> {
        let mut keys = key.into_iter().chain(others.iter().map(|key| &**key));
        let key = keys.find(|key| key.public_jwk().kid() == input.kid);
        let key = key.ok_or_else(|| error::internal("the key that signs is not here"))?;
        key.sign(&input.text).await
    }

    /// What clients are to be told of login sessions that ended, signed.
    fn logouts(&self, now: i64) -> Promise {
        let shared = self.clone();
        promise(async move {
            if shared.key.try_borrow().map_err(error::internal)?.is_none() {
                shared.make_keys().await?;
            }
            let notices = shared.borrow_mut()?.take_logouts(now);
            let key = shared.key.try_borrow().map_err(error::internal)?.clone();
            let others = shared.others.try_borrow().map_err(error::internal)?.clone();
            let flat = Array::new();
            for notice in &notices {
                let signature =
                    shared.sign(key.as_deref(), &others, &notice.signing_input()).await?;
                let token = notice.token(&signature);
                for part in [notice.application_id(), notice.uri(), &token] {
                    flat.push(&part.into());
                }
            }
            Ok(flat.into())
        })
    }

    /// The signatures of a request. This is a function of its own, so that the issuer is not
    /// borrowed while they are verified.
    fn signatures(&self, request: &HttpRequest) -> Result<Vec<SignatureCheck>, JsValue> {
        Ok(self.issuer.try_borrow().map_err(error::internal)?.signatures(request))
    }

    /// Makes the keys that are missing, once for all requests that wait for them.
    async fn make_keys(&self) -> Result<(), JsValue> {
        let coming = self.coming.try_borrow().map_err(error::internal)?.clone();
        let coming = coming.unwrap_or_else(|| {
            let shared = self.clone();
            promise(async move {
                if shared.borrow_mut()?.signing_key().is_none() {
                    let key = KeyPair::generate(shared.algorithm()?, &shared.host).await?;
                    shared.take_key(key)?;
                }
                let missing = shared.borrow_mut()?.missing_resource_algorithms();
                for algorithm in missing {
                    let key = KeyPair::generate(algorithm, &shared.host).await?;
                    shared.borrow_mut()?.add_resource_key(key.public_jwk().clone());
                    shared.others.try_borrow_mut().map_err(error::internal)?.push(Rc::new(key));
                }
                Ok(JsValue::UNDEFINED)
            })
        });
        self.coming.replace(Some(coming.clone()));
        let made = JsFuture::from(coming).await;
        // If it failed, the next request tries again.
        self.coming.replace(None);
        made.map(drop)
    }

    fn take_key(&self, key: KeyPair) -> Result<(), JsValue> {
        let mut issuer = self.borrow_mut()?;
        issuer.set_signing_key(key.public_jwk().clone());
        kind::keep(self.key.replace(Some(Rc::new(key))), &self.others);
        Ok(())
    }

    fn algorithm(&self) -> Result<SigningAlgorithm, JsValue> {
        Ok(self.issuer.try_borrow().map_err(error::internal)?.config().signing)
    }
}

async fn started(config: JsValue, options: &StartOptions) -> Result<RawIssuer, JsValue> {
    let issuer = start::issuer(config, options)?;
    let algorithm = issuer.config().signing;
    let host = options.key_host();
    let key = match (issuer.config().keys.first(), options.key(), options.stored_key()) {
        (Some(key), _, _) => Some(KeyPair::import(key, &host).await?),
        (None, Some(pair), _) => Some(given_key(pair, algorithm, &host).await?),
        (None, None, Some(stored)) => Some(start::stored_key(stored, &host).await?)
            .filter(|key| key.public_jwk().algorithm() == algorithm),
        (None, None, None) => None,
    };
    let mut others = Vec::new();
    for key in issuer.config().other_signing_keys() {
        others.push(Rc::new(KeyPair::import(key, &host).await?));
    }
    let shared = Shared {
        issuer: Rc::new(RefCell::new(kind::hold(issuer, options)?)),
        key: Rc::default(),
        others: Rc::new(RefCell::new(others)),
        coming: Rc::default(),
        claims: options.claims(),
        fetch_document: options.fetch_document(),
        host,
    };
    if let Some(key) = key {
        shared.take_key(key)?;
    }
    Ok(RawIssuer(shared))
}

async fn given_key(
    pair: CryptoKeyPair,
    algorithm: SigningAlgorithm,
    host: &KeyHost,
) -> Result<KeyPair, JsValue> {
    let key = KeyPair::from_js(pair, host).await?;
    if key.public_jwk().algorithm() == algorithm {
        return Ok(key);
    }
    let problem = format!("the key is not one for {}, which `signing` says", algorithm.name());
    Err(failure("invalid_argument", &problem))
}

/// Starts saving. Returns none if there is nothing to wait for.
fn saving(
    save: &Function,
    changed: bool,
    logouts: Option<Promise>,
) -> Result<Option<JsFuture>, JsValue> {
    let logouts = logouts.map_or(JsValue::UNDEFINED, JsValue::from);
    let saved = save.call2(&JsValue::UNDEFINED, &changed.into(), &logouts)?;
    Ok(saved.dyn_into::<Promise>().ok().map(JsFuture::from))
}

/// A reply, whether the state changed, and the time if clients are to be told of sessions that ended.
type Decided = (Reply, bool, Option<i64>);

/// Makes a promise. All promises have the same type, because each further type would add three
/// kilobytes to the wasm module.
fn promise(work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let work: Work = Box::pin(work);
    future_to_promise(work)
}

type Work = Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>;

#[inline(never)]
fn now(clock: &Function) -> Result<i64, JsValue> {
    i64::try_from(clock.call0(&JsValue::UNDEFINED)?)
        .map_err(|_| failure("invalid_argument", "the clock gives no 64-bit integer"))
}

fn headers(request: &Request) -> Result<Headers, JsValue> {
    let mut headers = Headers::new();
    for field in js_sys::try_iter(&request.headers())?.into_iter().flatten() {
        let field: Array = field?.unchecked_into();
        if let (Some(name), Some(value)) = (field.get(0).as_string(), field.get(1).as_string()) {
            headers.push(name, value);
        }
    }
    Ok(headers)
}

#[inline(never)]
fn plain_request(head: String, text: String, bytes: Vec<u8>) -> HttpRequest {
    let head = Zeroizing::new(head);
    let mut parts = head.split('\0');
    HttpRequest {
        method: Method::from_name(parts.next().unwrap_or_default()),
        url: parts.next().unwrap_or_default().to_owned(),
        source: parts.next().filter(|source| !source.is_empty()).map(str::to_owned),
        headers: in_pairs(parts),
        body: if text.is_empty() { bytes } else { text.into_bytes() },
    }
}

fn in_pairs<'a>(mut flat: impl Iterator<Item = &'a str>) -> Headers {
    let mut headers = Headers::new();
    while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
        headers.push(name, value);
    }
    headers
}
