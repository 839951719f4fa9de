//! Requests to an issuer as text, and what its answers bring for the requests after them.
//!
//! An input has one request after another, with a line `---` between them:
//!
//! ```text
//! +60 POST /v2/idaas_example/app_web/oauth2/token
//! content-type: application/x-www-form-urlencoded
//!
//! grant_type=authorization_code&code={code}
//! ```
//!
//! The seconds since the request before may be left out. A name in braces stands for what the
//! issuer last gave of that name, or for a secret that only a client or a user knows.

use std::collections::{BTreeMap, HashSet};

use eiam_token::form::{self, Limits};
use eiam_token::http::{Headers, HttpRequest, HttpResponse, Method};
use serde_json::Value;

use crate::html;

/// What stands between two requests.
pub const SEPARATOR: &[u8] = b"\n---\n";

/// A request and how many seconds after the one before it comes.
pub struct Step {
    pub seconds: i64,
    pub request: HttpRequest,
}

/// What whoever sends the requests knows.
pub struct Knowledge {
    values: BTreeMap<String, String>,
    cookies: BTreeMap<String, String>,
    /// What no answer told was used.
    pub has_used_secret: bool,
}

impl Knowledge {
    /// Knows these secrets.
    pub fn of_secrets(secrets: &[(&str, &str)]) -> Self {
        let values = secrets.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Self { values: values.collect(), cookies: BTreeMap::new(), has_used_secret: false }
    }

    /// Reads a request, with what is known in place of its names in braces.
    pub fn step(&mut self, text: &[u8]) -> Step {
        let text = self.filled_in(text);
        let (head, body) = split(&text, b"\n\n").unwrap_or((&text, &[]));
        let head = String::from_utf8_lossy(head);
        let (first, fields) = head.split_once('\n').unwrap_or((&head, ""));
        let (seconds, line) = match first.split_once(' ') {
            Some((seconds, line)) if seconds.starts_with('+') => {
                (seconds.parse().unwrap_or_default(), line)
            }
            _ => (0, first),
        };
        let (method, url) = line.split_once(' ').unwrap_or((line, ""));
        let headers: Headers = fields.lines().filter_map(|line| line.split_once(": ")).collect();
        let request = HttpRequest {
            method: Method::from_name(method),
            url: url.to_owned(),
            headers,
            body: body.to_vec(),
            source: None,
        };
        Step { seconds, request }
    }

    fn filled_in(&mut self, text: &[u8]) -> Vec<u8> {
        let mut filled = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = split(rest, b"{") {
            filled.extend_from_slice(before);
            match split(after, b"}").and_then(|(name, end)| Some((self.value(name)?, end))) {
                Some((value, end)) => {
                    filled.extend_from_slice(value.as_bytes());
                    rest = end;
                }
                None => {
                    filled.push(b'{');
                    rest = after;
                }
            }
        }
        filled.extend_from_slice(rest);
        filled
    }

    fn value(&mut self, name: &[u8]) -> Option<String> {
        let name = core::str::from_utf8(name).ok()?;
        if name == "cookie" {
            let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            return Some(pairs.collect::<Vec<_>>().join("; "));
        }
        let value = self.values.get(name)?.clone();
        self.has_used_secret |= name.starts_with("secret ");
        Some(value)
    }

    /// Keeps what an answer brings: the parameters of a redirect, the texts in JSON, cookies, and
    /// the hidden fields of a page.
    pub fn learn(&mut self, response: &HttpResponse) {
        for cookie in response.headers.values("set-cookie") {
            let (name, value) = cookie.split_once('=').expect("a cookie's name");
            let (value, _) = value.split_once(';').expect("a cookie's attributes");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        if let Some(location) = response.headers.value("location") {
            self.values.extend(redirect_parameters(location));
        }
        if let Some(json) = json(response) {
            let members = json.as_object().into_iter().flatten();
            let texts = members
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
            self.values.extend(texts.filter(|(name, _)| !name.starts_with("secret ")));
        }
        self.values.extend(html::hidden_fields(&String::from_utf8_lossy(&response.body)));
    }
}

/// Codes that can be redeemed once, and were.
#[derive(Default)]
pub struct Spent(HashSet<String>);

impl Spent {
    /// Notes a successful token request.
    ///
    /// # Panics
    /// If its code was redeemed before.
    pub fn note(&mut self, request: &HttpRequest) {
        let (_, query) = request.url.split_once('?').unwrap_or_default();
        let body = String::from_utf8_lossy(&request.body);
        let parameters: Vec<_> = [query, &*body]
            .into_iter()
            .filter_map(|text| form::parse(text, Limits::default()).ok())
            .flatten()
            .collect();
        let single = |name: &str| {
            let mut values = parameters.iter().filter(|(key, _)| key == name);
            values.next().filter(|_| values.next().is_none()).map(|(_, value)| value)
        };
        let code = match single("grant_type").map(String::as_str) {
            Some("authorization_code") => single("code"),
            Some("urn:ietf:params:oauth:grant-type:device_code") => single("device_code"),
            _ => None,
        };
        if let Some(code) = code {
            assert!(self.0.insert(code.clone()), "a code was redeemed twice");
        }
    }
}

/// The parameters in the query or the fragment of a redirect.
pub fn redirect_parameters(location: &str) -> Vec<(String, String)> {
    let (before, fragment) = location.split_once('#').unwrap_or((location, ""));
    let (_, query) = before.split_once('?').unwrap_or_default();
    let read = |text| form::parse(text, Limits::default()).expect("parameters of a redirect");
    [read(query), read(fragment)].concat()
}

/// The body, if it says that it is JSON.
///
/// # Panics
/// If it says so and is none.
pub fn json(response: &HttpResponse) -> Option<Value> {
    let is_json = response.headers.value("content-type")?.starts_with("application/json");
    let has_body = is_json && !response.body.is_empty();
    has_body.then(|| serde_json::from_slice(&response.body).expect("JSON"))
}

fn split<'a>(text: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(separator.len()).position(|window| window == separator)?;
    Some((&text[..at], &text[at + separator.len()..]))
}

/// The requests of an input, at most so many.
pub fn texts(input: &[u8], limit: usize) -> Vec<&[u8]> {
    let mut texts = Vec::new();
    let mut rest = input;
    while texts.len() < limit {
        let Some((text, after)) = split(rest, SEPARATOR) else {
            texts.push(rest);
            break;
        };
        texts.push(text);
        rest = after;
    }
    texts
}
