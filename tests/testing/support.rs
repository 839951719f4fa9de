//! An issuer with its key and its host's clock, and short names for what every test does.

use eiam_token::form;
use eiam_token::http::{HttpRequest, HttpResponse, Method};
use eiam_token::issuer::{Config, Sessions, SigningAlgorithm, SigningInput};
use eiam_token::testing::{Answered, Controlled};
use serde_json::Value;

use crate::keys::{ClientKey, Native};

pub const BASE: &str = "http://127.0.0.1:9400";
pub const HOST: i64 = 1_700_000_000;
pub const TOKEN: &str = "a-token-of-control-that-everybody-knows";
pub const WEB: &str = "/v2/idaas_example/app_web/oauth2/";
pub const WEB_SECRET: &str = "CSwebExampleSecretThatEverybodyKnows1234567890";

/// An issuer, what it signs with, and the time of its host.
pub struct Server {
    pub issuer: Controlled,
    pub host: i64,
    key: ClientKey,
}

impl Server {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::example(BASE);
        config.signing = SigningAlgorithm::EdDsa;
        change(&mut config);
        let mut issuer = Controlled::new(config, Sessions::Cookie, [7; 32]).unwrap();
        issuer.allow_control(TOKEN, true).unwrap();
        Self::of(issuer)
    }

    /// A control request with the token, and JSON as its body; none for null.
    pub fn control(&mut self, method: Method, path: &str, body: &Value) -> HttpResponse {
        let mut request = HttpRequest::get(format!("{BASE}/_control/{path}"))
            .header("authorization", format!("Bearer {TOKEN}"));
        request.method = method;
        if !body.is_null() {
            request.body = body.to_string().into_bytes();
        }
        self.send(&request)
    }

    pub fn of(issuer: Controlled) -> Self {
        Self { issuer, host: HOST, key: ClientKey::ed_dsa(1) }
    }

    pub fn answer(&mut self, request: &HttpRequest) -> Answered {
        self.issuer.respond(&self.key, &Native, request, self.host).unwrap()
    }

    pub fn signature(&self, input: &SigningInput<'_>) -> Vec<u8> {
        self.key.sign(input.text.as_bytes())
    }

    pub fn send(&mut self, request: &HttpRequest) -> HttpResponse {
        let Answered { response, transport, .. } = self.answer(request);
        assert!(transport.is_empty(), "{transport:?}");
        response
    }

    pub fn get(&mut self, path: &str) -> HttpResponse {
        self.send(&HttpRequest::get(format!("{BASE}{path}")))
    }

    pub fn post(&mut self, path: &str, pairs: &[(&str, &str)]) -> HttpResponse {
        self.send(&HttpRequest::post_form(format!("{BASE}{path}"), encode(pairs)))
    }

    /// A request of `app_web` at an endpoint of its own issuer.
    pub fn web(&mut self, endpoint: &str, pairs: &[(&str, &str)]) -> HttpResponse {
        let mut all = vec![("client_id", "app_web"), ("client_secret", WEB_SECRET)];
        all.extend_from_slice(pairs);
        self.post(&format!("{WEB}{endpoint}"), &all)
    }

    /// Tokens of alice, for her password.
    pub fn alice(&mut self) -> Value {
        self.alice_with("openid email")
    }

    /// The same for this scope. Without `openid` nothing has to be signed.
    pub fn alice_with(&mut self, scope: &str) -> Value {
        ok(&self.web(
            "token",
            &[
                ("grant_type", "password"),
                ("username", "alice"),
                ("password", "alice-password"),
                ("scope", scope),
            ],
        ))
    }

    pub fn userinfo(&mut self, token: &str) -> HttpResponse {
        let url = format!("{BASE}{WEB}userinfo");
        self.send(&HttpRequest::get(url).header("authorization", format!("Bearer {token}")))
    }

    pub fn refresh(&mut self, token: &str) -> HttpResponse {
        self.web("token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
    }
}

pub fn encode(pairs: &[(&str, &str)]) -> String {
    let mut encoder = form::Encoder::new();
    for (name, value) in pairs {
        encoder.pair(name, value);
    }
    encoder.finish()
}

#[track_caller]
pub fn json(response: &HttpResponse) -> Value {
    let text = String::from_utf8_lossy(&response.body);
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"))
}

/// The JSON of a success.
#[track_caller]
pub fn ok(response: &HttpResponse) -> Value {
    assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
    json(response)
}

/// Checks status and code of a refusal, and gives its sentence.
#[track_caller]
pub fn refused(response: &HttpResponse, status: u16, code: &str) -> String {
    let body = json(response);
    assert_eq!((response.status, body["error"].as_str()), (status, Some(code)), "{body}");
    body["error_description"].as_str().unwrap().to_owned()
}

#[track_caller]
pub fn member<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("{name}: {body}"))
}

/// RFC 7636 appendix B.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

impl Server {
    /// An authorization request of `app_spa` or `app_web`, with more parameters and the cookies of a browser.
    pub fn authorize(
        &mut self,
        client: &str,
        more: &[(&str, &str)],
        cookies: Option<&str>,
    ) -> HttpResponse {
        let redirect_uri = match client {
            "app_spa" => "http://localhost:8600/callback",
            _ => "http://127.0.0.1:8700/cb",
        };
        let mut pairs = vec![
            ("client_id", client),
            ("redirect_uri", redirect_uri),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "s"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        pairs.extend_from_slice(more);
        let url = format!("{BASE}/login/app/{client}/oauth2/authorize?{}", encode(&pairs));
        let mut request = HttpRequest::get(url);
        if let Some(cookies) = cookies {
            request.headers.push("cookie", cookies);
        }
        self.send(&request)
    }
}

/// Where a redirect leads; empty for a page.
pub fn location(response: &HttpResponse) -> &str {
    response.headers.value("location").unwrap_or_default()
}
