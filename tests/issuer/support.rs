//! A driver that signs with RSA, a browser that keeps cookies and fills in forms, and short names
//! for what every test does.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use eiam_token::http::{HttpRequest, HttpResponse, Method};
use eiam_token::issuer::{Config, Issuer, Profile, PublicJwk, Sessions, Signer, respond_verified};
use eiam_token::{base64url, form};
use rsa::traits::PublicKeyParts;
use rsa::{PrivateKey as RsaPrivateKey, PublicKey as RsaPublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::keys::{ClientKey, Native, rs};

/// The profiles that serve the example.
pub const PROFILES: [Profile; 2] = [Profile::Eiam, Profile::Rfc9700];
pub const BASE: &str = "http://127.0.0.1:9400";
pub const NOW: i64 = 1_700_000_000;
pub const INSTANCE: &str = "idaas_example";
pub const WEB_SECRET: &str = "CSwebExampleSecretThatEverybodyKnows1234567890";
pub const WEB_URI: &str = "http://127.0.0.1:8700/cb";
pub const SPA_URI: &str = "http://localhost:8600/callback";
pub const MACHINE_SECRET: &str = "CSmachineExampleSecretThatEverybodyKnows123456";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Where an issuer's endpoints are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// The issuer of this application.
    App(&'static str),
    /// The issuer of the instance.
    Instance,
}

impl Place {
    pub fn issuer(self) -> String {
        match self {
            Self::App(id) => format!("{BASE}/v2/{INSTANCE}/{id}/oidc"),
            Self::Instance => format!("{BASE}/api/v2/iauths_system/oauth2"),
        }
    }

    pub fn api(self, name: &str) -> String {
        match self {
            Self::App(id) => format!("{BASE}/v2/{INSTANCE}/{id}/oauth2/{name}"),
            Self::Instance => format!("{BASE}/api/v2/iauths_system/oauth2/{name}"),
        }
    }

    pub fn page(self, name: &str) -> String {
        match self {
            Self::App(id) => format!("{BASE}/login/app/{id}/oauth2/{name}"),
            Self::Instance => format!("{BASE}/login/app/common/oauth2/{name}"),
        }
    }
}

pub const WEB: Place = Place::App("app_web");
pub const SPA: Place = Place::App("app_spa");
pub const DEVICE: Place = Place::App("app_device");
pub const MACHINE: Place = Place::App("app_machine");

/// An issuer with its key and its clock. What each request changed is written to a storage, and
/// the issuer that resumes from it is the same: whatever a test does is a test of that as well.
pub struct Server {
    pub issuer: Issuer,
    pub now: i64,
    /// What it signs with, if that is not the key of all tests.
    pub signer: Option<ClientKey>,
    storage: Storage,
}

/// Records as a storage has them.
#[derive(Default)]
struct Storage {
    records: BTreeMap<String, Vec<u8>>,
    changed: bool,
    /// All bytes that were ever written.
    written: usize,
}

impl Storage {
    /// How many records may be read anew after each request.
    const FEW: usize = 48;

    fn follow(&mut self, issuer: &mut Issuer) {
        let is_changed = issuer.is_changed();
        self.changed |= is_changed;
        let changes = issuer.changes();
        // Nothing but everything has these three in it.
        let everything = ["k", "j", "h"]
            .iter()
            .all(|kind| changes.iter().any(|change| change.key.starts_with(kind)));
        if everything {
            self.records.clear();
        }
        for change in changes {
            self.written += change.value.as_ref().map_or(0, |value| change.key.len() + value.len());
            match change.value {
                Some(value) if self.records.get(&change.key) == Some(&value) => {}
                Some(value) => {
                    assert!(
                        is_changed || everything,
                        "{} changed, and nobody was told",
                        change.key
                    );
                    self.records.insert(change.key, value);
                }
                None => drop(self.records.remove(&change.key)),
            }
        }
        if self.records.len() <= Self::FEW {
            let resumed = self.resume(issuer.config().clone());
            assert_eq!(resumed.snapshot(), issuer.snapshot());
        }
    }

    fn resume(&self, config: Config) -> Issuer {
        Issuer::resume(config, Sessions::Cookie, [5; 32], self.records.clone()).unwrap()
    }
}

impl Server {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn rfc9700() -> Self {
        Self::with(|config| config.profile = Profile::Rfc9700)
    }

    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::with_sessions(Sessions::Cookie, change)
    }

    pub fn with_sessions(sessions: Sessions, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::example(BASE);
        // What an application has registered is all that it has, unless a test says otherwise.
        for application in &mut config.applications {
            application.any_loopback_redirect_uri = false;
        }
        change(&mut config);
        let mut issuer = Issuer::new(config, sessions, [7; 32]).unwrap();
        issuer.set_signing_key(KEY.public_jwk());
        Self::of(issuer)
    }

    pub fn of(issuer: Issuer) -> Self {
        Self { issuer, now: NOW, signer: None, storage: Storage::default() }
    }

    pub fn send(&mut self, request: &HttpRequest) -> HttpResponse {
        let (issuer, now) = (&mut self.issuer, self.now);
        let response = match &self.signer {
            None => respond_verified(issuer, &*KEY, &Native, request, now).unwrap(),
            Some(key) => respond_verified(issuer, key, &Native, request, now).unwrap(),
        };
        self.storage.follow(&mut self.issuer);
        response
    }

    /// All that a restart would go on with.
    pub fn snapshot(&mut self) -> Vec<u8> {
        self.storage.follow(&mut self.issuer);
        self.issuer.snapshot()
    }

    /// How many bytes were written to the storage.
    pub fn written(&self) -> usize {
        self.storage.written
    }

    /// Whether anything was changed since the last call.
    pub fn take_changed(&mut self) -> bool {
        self.storage.follow(&mut self.issuer);
        core::mem::take(&mut self.storage.changed)
    }

    pub fn get(&mut self, url: &str) -> HttpResponse {
        self.send(&HttpRequest::get(url))
    }

    pub fn post(&mut self, url: &str, pairs: &[(&str, &str)]) -> HttpResponse {
        self.send(&HttpRequest::post_form(url, encode(pairs)))
    }

    pub fn post_from(&mut self, source: &str, url: &str, pairs: &[(&str, &str)]) -> HttpResponse {
        self.send(&HttpRequest::post_form(url, encode(pairs)).sent_from(source))
    }

    pub fn token(&mut self, place: Place, pairs: &[(&str, &str)]) -> HttpResponse {
        self.post(&place.api("token"), pairs)
    }

    /// A token request of `app_web`, which authenticates by its secret in the form.
    pub fn web_token(&mut self, pairs: &[(&str, &str)]) -> HttpResponse {
        let mut all = vec![("client_id", "app_web"), ("client_secret", WEB_SECRET)];
        all.extend_from_slice(pairs);
        self.token(WEB, &all)
    }

    /// Signs alice in at `app_web` with PKCE and gives the code.
    pub fn web_code(&mut self) -> String {
        let mut browser = Browser::default();
        browser.code(self, WEB, &web_request())
    }

    pub fn redeem(&mut self, code: &str) -> HttpResponse {
        self.token(WEB, &web_redemption(code))
    }

    /// The tokens of alice at `app_web`.
    pub fn web_tokens(&mut self) -> Value {
        let code = self.web_code();
        ok(&self.redeem(&code))
    }

    pub fn refresh(&mut self, token: &str) -> HttpResponse {
        self.web_token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    pub fn userinfo(&mut self, place: Place, token: &str) -> HttpResponse {
        let request = HttpRequest::get(place.api("userinfo"))
            .header("authorization", format!("Bearer {token}"));
        self.send(&request)
    }

    /// The same issuer after a restart.
    pub fn restarted(&self) -> Self {
        self.restarted_with([8; 32])
    }

    /// The same issuer after one of several restarts: each needs a seed of its own.
    pub fn restarted_with(&self, seed: [u8; 32]) -> Self {
        let config = self.issuer.config().clone();
        let snapshot = self.issuer.snapshot();
        let mut issuer = Issuer::restore(config, Sessions::Cookie, seed, &snapshot).unwrap();
        issuer.set_signing_key(KEY.public_jwk());
        Self { now: self.now, ..Self::of(issuer) }
    }
}

/// The usual authorization request of `app_web`.
pub fn web_request() -> Vec<(&'static str, &'static str)> {
    vec![
        ("client_id", "app_web"),
        ("redirect_uri", WEB_URI),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("state", "st&te"),
        ("nonce", "n-0S6"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

/// The usual authorization request of `app_spa`.
pub fn spa_request() -> Vec<(&'static str, &'static str)> {
    let mut request = web_request();
    request[0].1 = "app_spa";
    request[1].1 = SPA_URI;
    request
}

/// The token request of `app_web` for the code of its usual request.
pub fn web_redemption(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", WEB_URI),
        ("code_verifier", VERIFIER),
    ]
}

/// The token request of `app_spa` for the code of its usual request.
pub fn spa_redemption(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("client_id", "app_spa"),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", SPA_URI),
        ("code_verifier", VERIFIER),
    ]
}

/// The same request with one parameter changed; an empty value leaves it out.
pub fn changed<'a>(
    mut request: Vec<(&'a str, &'a str)>,
    name: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    request.retain(|(key, _)| *key != name);
    if !value.is_empty() {
        request.push((name, value));
    }
    request
}

/// A browser: it keeps cookies and sends forms as they are on the page.
#[derive(Clone, Default)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
    /// Its address; none where the host does not say.
    pub source: Option<String>,
}

impl Browser {
    pub fn at(source: &str) -> Self {
        Self { source: Some(source.to_owned()), ..Self::default() }
    }

    pub fn send(&mut self, server: &mut Server, mut request: HttpRequest) -> HttpResponse {
        if !self.cookies.is_empty() {
            let cookies: Vec<_> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers.push("cookie", cookies.join("; "));
        }
        request.source.clone_from(&self.source);
        if request.method == Method::Post {
            // As Chromium and Firefox do for a page with `Referrer-Policy: no-referrer`.
            request.headers.push("origin", "null");
            request.headers.push("sec-fetch-site", "same-origin");
        }
        let response = server.send(&request);
        for cookie in response.headers.values("set-cookie") {
            let pair = cookie.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    pub fn get(&mut self, server: &mut Server, url: &str) -> HttpResponse {
        self.send(server, HttpRequest::get(url))
    }

    pub fn authorize(
        &mut self,
        server: &mut Server,
        place: Place,
        request: &[(&str, &str)],
    ) -> HttpResponse {
        let url = format!("{}?{}", place.page("authorize"), encode(request));
        self.get(server, &url)
    }

    /// Sends the form of a page with these fields filled in and one button pressed.
    pub fn submit(
        &mut self,
        server: &mut Server,
        page: &HttpResponse,
        fields: &[(&str, &str)],
    ) -> HttpResponse {
        let form = Form::read(page);
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        if let Some(transaction) = &form.transaction {
            pairs.push(("transaction", transaction));
        }
        pairs.extend_from_slice(fields);
        self.send(server, HttpRequest::post_form(form.action, encode(&pairs)))
    }

    pub fn login(&mut self, server: &mut Server, page: &HttpResponse) -> HttpResponse {
        self.login_as(server, page, "alice", "alice-password")
    }

    pub fn login_as(
        &mut self,
        server: &mut Server,
        page: &HttpResponse,
        username: &str,
        password: &str,
    ) -> HttpResponse {
        self.submit(server, page, &[("username", username), ("password", password)])
    }

    /// Goes all the way from an authorization request to its code.
    pub fn code(&mut self, server: &mut Server, place: Place, request: &[(&str, &str)]) -> String {
        let mut response = self.authorize(server, place, request);
        if text(&response).contains("name=\"password\"") {
            response = self.login(server, &response);
        }
        if text(&response).contains("value=\"allow\"") {
            response = self.submit(server, &response, &[("decision", "allow")]);
        }
        let answer = redirected(&response);
        answer.get("code").unwrap_or_else(|| panic!("no code: {answer:?}")).clone()
    }
}

/// The form of a page.
pub struct Form {
    pub action: String,
    pub transaction: Option<String>,
}

impl Form {
    pub fn read(page: &HttpResponse) -> Self {
        let html = text(page);
        let between = |start: &str| {
            let rest = html.split_once(start)?.1;
            Some(rest.split_once('"')?.0.replace("&amp;", "&"))
        };
        Self {
            action: between("<form method=\"post\" action=\"")
                .unwrap_or_else(|| panic!("no form: {html}")),
            transaction: between("name=\"transaction\" value=\""),
        }
    }
}

pub fn encode(pairs: &[(&str, &str)]) -> String {
    let mut encoder = form::Encoder::new();
    for (name, value) in pairs {
        encoder.pair(name, value);
    }
    encoder.finish()
}

pub fn text(response: &HttpResponse) -> &str {
    core::str::from_utf8(&response.body).unwrap()
}

pub fn json(response: &HttpResponse) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_else(|_| panic!("{}", text(response)))
}

/// The JSON of a success.
pub fn ok(response: &HttpResponse) -> Value {
    assert_eq!(response.status, 200, "{}", text(response));
    json(response)
}

/// Checks status and code of a refusal, and that its form is the documented one.
#[track_caller]
pub fn refused(response: &HttpResponse, status: u16, code: &str) -> String {
    assert_eq!(response.status, status, "{}", text(response));
    let body = json(response);
    assert_eq!(body["error"], code, "{body}");
    assert_eq!(response.headers.value("cache-control"), Some("no-store"));
    let id = body["request_id"].as_str().unwrap();
    assert!(id.len() == 36 && id == id.to_uppercase(), "{id}");
    body["error_description"].as_str().unwrap().to_owned()
}

/// Checks status and code of a page that refuses, and that it sends nobody anywhere.
#[track_caller]
pub fn page_refused(response: &HttpResponse, status: u16, code: &str) {
    assert_eq!(response.status, status, "{}", text(response));
    assert_eq!(response.headers.value("location"), None);
    let marked = format!("<code id=\"error\">{code}</code>");
    assert!(text(response).contains(&marked), "{}", text(response));
}

/// Checks that a page leads nowhere near a host: neither by a redirect, nor by a link, nor by a form. An
/// issuer on loopback names what was sent to it, as text and once.
#[track_caller]
pub fn leads_nowhere_near(page: &HttpResponse, host: &str, sent: &str) {
    assert_eq!(page.headers.value("location"), None);
    let html = text(page);
    assert!(!html.contains("<a ") && !html.contains("<form") && !html.contains("http-equiv"));
    let rest = html.replacen(&format!("Sent: {sent}</p>"), "</p>", 1);
    assert!(!rest.contains(host), "{html}");
}

/// The parameters of a redirect.
#[track_caller]
pub fn redirected(response: &HttpResponse) -> BTreeMap<String, String> {
    assert_eq!(response.status, 303, "{}", text(response));
    let location = response.headers.value("location").unwrap();
    assert!(!location.contains('#'), "{location}");
    let (_, query) = location.split_once('?').unwrap();
    form::parse(query, form::Limits::default()).unwrap().into_iter().collect()
}

/// The parameters in the fragment of a redirect.
#[track_caller]
pub fn in_fragment(response: &HttpResponse) -> BTreeMap<String, String> {
    assert_eq!(response.status, 303, "{}", text(response));
    let location = response.headers.value("location").unwrap();
    let (rest, fragment) = location.split_once('#').unwrap();
    assert!(!rest.contains("token") && !rest.contains("error"), "{location}");
    form::parse(fragment, form::Limits::default()).unwrap().into_iter().collect()
}

/// The URI that a page posts its form to, and the fields of the form.
#[track_caller]
pub fn posted(response: &HttpResponse) -> (String, BTreeMap<String, String>) {
    assert_eq!(response.status, 200, "{}", text(response));
    assert_eq!(response.headers.value("location"), None);
    let unescape = |text: &str| {
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    };
    let html = text(response);
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split_once(&format!(" {name}=\"")).unwrap().1;
        unescape(rest.split_once('"').unwrap().0)
    };
    let form = html.split_once("<form").unwrap().1.split_once("</form>").unwrap().0;
    let fields = form.split("<input").skip(1);
    let fields = fields.map(|tag| (attribute(tag, "name"), attribute(tag, "value"))).collect();
    (attribute(form, "action"), fields)
}

pub fn member<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("{name}: {body}"))
}

/// The same object with one member changed; null leaves it out.
pub fn with_member(mut object: Value, name: &str, value: Value) -> Value {
    if value.is_null() {
        object.as_object_mut().unwrap().remove(name);
    } else {
        object[name] = value;
    }
    object
}

/// The names of an object's members in the order of the text.
pub fn member_names(response: &HttpResponse) -> Vec<String> {
    let value =
        eiam_token::json::parse_bytes(&response.body, eiam_token::json::Limits::default()).unwrap();
    let object = value.as_object().unwrap();
    object.iter().map(|(name, _)| name.to_owned()).collect()
}

/// Header and claims of a JWT whose signature verifies.
#[track_caller]
pub fn verified(token: &str) -> (Value, Value) {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = base64url::decode(signature).unwrap();
    let hash = Sha256::digest(input.as_bytes());
    RsaPublicKey::from(&KEY.0).verify(rs(256), &hash, &signature).unwrap();
    let (header, claims) = input.split_once('.').unwrap();
    let part = |text| serde_json::from_slice(&base64url::decode(text).unwrap()).unwrap();
    (part(header), part(claims))
}

pub fn basic(id: &str, secret: &str) -> String {
    basic_raw(&form::encode(id), &form::encode(secret))
}

pub fn basic_raw(id: &str, secret: &str) -> String {
    let bytes = format!("{id}:{secret}");
    let mut text = base64url::encode(bytes.as_bytes()).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    format!("Basic {text}")
}

/// One key for all tests: making it takes longer than all of them.
pub static KEY: LazyLock<Key> = LazyLock::new(|| {
    let mut random = ChaCha20Rng::from_seed([42; 32]);
    Key(RsaPrivateKey::new(&mut random, 2048).unwrap())
});

pub struct Key(RsaPrivateKey);

impl Signer for Key {
    type Error = rsa::Error;

    fn public_jwk(&self) -> PublicJwk {
        let public = RsaPublicKey::from(&self.0);
        PublicJwk::rsa(base64url::encode(&public.n_bytes()), base64url::encode(&public.e_bytes()))
    }

    fn sign(&self, _kid: &str, signing_input: &[u8]) -> Result<Vec<u8>, Self::Error> {
        self.0.sign(rs(256), &Sha256::digest(signing_input))
    }
}
