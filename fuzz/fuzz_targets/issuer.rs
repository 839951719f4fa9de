//! Several requests to one issuer, with what it gave for the first ones in the next.
//!
//! The first line of an input is its set-up: `rfc9700` in it chooses that profile, `host` a session
//! that belongs to the host, `implicit` opens that flow. Then come the requests, as the module `exchange` reads them.

#![no_main]

use std::collections::{BTreeMap, HashSet};

use eiam_token::base64url;
use eiam_token::http::{HttpRequest, HttpResponse, Method};
use eiam_token::issuer::{Config, GrantType, Issuer, Profile, PublicJwk, Reply, Sessions};
use eiam_token_fuzz::exchange::{self, Knowledge, Spent};
use eiam_token_fuzz::mutation::mutate;
use eiam_token_fuzz::{assert_printable, html};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

const BASE: &str = "http://127.0.0.1:9400";
const NOW: i64 = 1_700_000_000;
const REQUESTS: usize = 10;

/// What no input has by itself: without one of these nobody gets anything.
const SECRETS: [(&str, &str); 5] = [
    ("secret alice", "alice-password"),
    ("secret web", "CSwebExampleSecretThatEverybodyKnows1234567890"),
    ("secret machine", "CSmachineExampleSecretThatEverybodyKnows123456"),
    (
        "secret web basic",
        "Basic YXBwX3dlYjpDU3dlYkV4YW1wbGVTZWNyZXRUaGF0RXZlcnlib2R5S25vd3MxMjM0NTY3ODkw",
    ),
    (
        "secret machine basic",
        "Basic YXBwX21hY2hpbmU6Q1NtYWNoaW5lRXhhbXBsZVNlY3JldFRoYXRFdmVyeWJvZHlLbm93czEyMzQ1Ng==",
    ),
];

fuzz_target!(|input: &[u8]| {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (setup, requests) = input.split_at(end);
    let setup = String::from_utf8_lossy(setup);
    let sessions = if setup.contains("host") { Sessions::Host } else { Sessions::Cookie };
    let mut config = Config::example(BASE);
    config.limits.password_failures_per_user = 2;
    if setup.contains("implicit") {
        for application in &mut config.applications {
            if application.application_id == "app_spa" {
                application.grants.push(GrantType::Implicit);
            }
        }
    }
    if setup.contains("rfc9700") {
        config.profile = Profile::Rfc9700;
    }
    let Ok(mut issuer) = Issuer::new(config, sessions, [7; 32]) else {
        panic!("the example was refused");
    };
    issuer.set_signing_key(PublicJwk::rsa("AQAB", "AQAB"));

    let mut run = Run::new(issuer);
    run.keep_changes();
    for text in exchange::texts(requests.get(1..).unwrap_or_default(), REQUESTS) {
        run.step(text);
    }
    check_state(&run, sessions, input);
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate(data, size, max_size, seed)
});

/// What a storage has.
type Records = BTreeMap<String, Vec<u8>>;

struct Run {
    issuer: Issuer,
    records: Records,
    now: i64,
    knowledge: Knowledge,
    spent: Spent,
    tokens: HashSet<String>,
}

impl Run {
    fn new(issuer: Issuer) -> Self {
        Self {
            issuer,
            records: Records::new(),
            now: NOW,
            knowledge: Knowledge::of_secrets(&SECRETS),
            spent: Spent::default(),
            tokens: HashSet::new(),
        }
    }

    fn step(&mut self, text: &[u8]) {
        let exchange::Step { seconds, request } = self.knowledge.step(text);
        self.now = self.now.saturating_add(seconds);
        let response = completed(self.issuer.handle(&request, self.now));
        self.keep_changes();
        check_response(&request, &response);
        self.check_what_is_given(&request, &response);
        self.knowledge.learn(&response);
    }

    fn keep_changes(&mut self) {
        for change in self.issuer.changes() {
            match change.value {
                Some(value) => drop(self.records.insert(change.key, value)),
                None => drop(self.records.remove(&change.key)),
            }
        }
    }

    /// Nothing for nothing, no code twice, no token twice.
    fn check_what_is_given(&mut self, request: &HttpRequest, response: &HttpResponse) {
        let mut given = Vec::new();
        if let Some(location) = response.headers.value("location") {
            self.check_place(location);
            given.extend(exchange::redirect_parameters(location));
        }
        let page = String::from_utf8_lossy(&response.body);
        if let Some(place) = html::form_sent(&page) {
            self.check_place(&place);
            given.extend(html::hidden_fields(&page));
        }
        given.retain(|(name, _)| ["code", "access_token", "id_token"].contains(&name.as_str()));
        let json = exchange::json(response).filter(|_| response.status == 200);
        let text = |name| json.as_ref()?.get(name)?.as_str().map(str::to_owned);
        for name in ["access_token", "refresh_token"] {
            given.extend(text(name).map(|token| (name.to_owned(), token)));
        }
        if text("access_token").is_some() {
            self.spent.note(request);
        }
        assert!(given.is_empty() || self.knowledge.has_used_secret, "given without a secret");
        for (name, token) in given {
            let is_new = self.tokens.insert(token);
            // Whoever is refreshed may keep the old one; an id_token says the same in one second.
            let may_repeat = ["refresh_token", "id_token"].contains(&name.as_str());
            assert!(is_new || may_repeat, "the same {name} again");
        }
    }

    /// Browsers are sent to the issuer's own pages and to what is registered, nowhere else.
    fn check_place(&self, location: &str) {
        let place = location.split(['?', '#']).next().unwrap_or_default();
        let registered = self.issuer.config().applications.iter().any(|application| {
            let mut uris =
                application.redirect_uris.iter().chain(&application.post_logout_redirect_uris);
            (application.any_loopback_redirect_uri && is_on_loopback(place))
                || uris.any(|uri| without_loopback_port(uri) == without_loopback_port(place))
        });
        assert!(registered || place.starts_with(BASE), "sent to {location:?}");
    }
}

/// Whether a URL is one of this machine, in the plainest way of writing one.
fn is_on_loopback(place: &str) -> bool {
    let rest = place.strip_prefix("http://").or(place.strip_prefix("https://"));
    let authority = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|host| {
        let port = authority.strip_prefix(host);
        port.is_some_and(|port| {
            let digits = port.strip_prefix(':').unwrap_or(port);
            port.is_empty() || (digits.len() < port.len() && digits.parse::<u16>().is_ok())
        })
    })
}

/// The port of a loopback address may differ from the registered one (RFC 8252 section 7.3).
fn without_loopback_port(uri: &str) -> String {
    for host in ["http://127.0.0.1", "http://localhost", "http://[::1]"] {
        if let Some(rest) = uri.strip_prefix(host).and_then(|rest| rest.strip_prefix(':')) {
            return format!("{host}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
    }
    uri.to_owned()
}

fn completed(reply: Reply) -> HttpResponse {
    let mut signatures = Vec::new();
    while let Some(input) = reply.signing_input(&signatures) {
        let (header, claims) = input.text.split_once('.').expect("header and claims");
        for part in [header, claims] {
            let bytes = base64url::decode(part).expect("base64url");
            let json: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
            assert!(json.is_object());
        }
        signatures.push(b"signature".to_vec());
    }
    reply.complete(&signatures).expect("as many signatures")
}

fn check_response(request: &HttpRequest, response: &HttpResponse) {
    let HttpResponse { status, headers, body } = response;
    assert!(matches!(status, 200..=204 | 302 | 303 | 400..=499 | 503), "status {status}");
    for (name, value) in headers.iter() {
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{name:?}");
        assert!(value.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{name}: {value:?}");
    }
    assert_eq!(headers.value("location").is_some(), matches!(status, 302 | 303));
    let is_failure = *status >= 400;
    if request.method == Method::Head {
        return assert!(body.is_empty());
    }
    match headers.value("content-type") {
        Some(kind) if kind.starts_with("text/html") => {
            html::assert_harmless(core::str::from_utf8(body).expect("UTF-8"));
        }
        Some(kind) if kind.starts_with("application/json") => {
            let json = exchange::json(response).expect("a body");
            let code = json.get("error").or(json.get("Code")).and_then(|code| code.as_str());
            assert_eq!(code.is_some_and(|code| !code.is_empty()), is_failure, "{json}");
            let description = json["error_description"].as_str();
            assert_printable(description.unwrap_or_default());
        }
        other => assert!(!is_failure && body.is_empty(), "a body of type {other:?}"),
    }
}

/// What is kept comes back whole, by a snapshot and record by record; a damaged record is refused or
/// is harmless.
fn check_state(run: &Run, sessions: Sessions, input: &[u8]) {
    let config = run.issuer.config().clone();
    let snapshot = run.issuer.snapshot();
    match Issuer::restore(config.clone(), sessions, [8; 32], &snapshot) {
        Ok(restored) => assert_eq!(restored.snapshot(), snapshot),
        Err(error) => panic!("{error}"),
    }
    let resume =
        |records: &Records| Issuer::resume(config.clone(), sessions, [8; 32], records.clone());
    match resume(&run.records) {
        Ok(resumed) => assert_eq!(resumed.snapshot(), snapshot),
        Err(error) => panic!("{error}"),
    }
    let mut place = input.iter().fold(0, |sum, byte| sum + usize::from(*byte));
    let mut damaged = run.records.clone();
    let index = place % damaged.len();
    if let Some(record) = damaged.values_mut().nth(index).filter(|record| !record.is_empty()) {
        place %= record.len();
        record[place] ^= input.last().copied().unwrap_or_default() | 1;
    }
    if let Ok(mut resumed) = resume(&damaged) {
        let request = HttpRequest::get(format!("{BASE}/login/app/app_spa/oauth2/device"));
        completed(resumed.handle(&request, NOW));
        resumed.sweep(NOW);
        drop(resumed.snapshot());
    }
}
