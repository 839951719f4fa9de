//! The client's exports. They are not the package's public surface: the facade in `pkg/src/client`
//! gives them names, types and documentation.
//!
//! One call crosses the boundary once: arguments are strings, bytes and flat lists of name and
//! value, results are flat arrays, and a failure is thrown as an array (see [`thrown`]).

use wasm_bindgen::prelude::*;

use crate::client::authorize::{AuthorizationParameters, Transaction};
use crate::client::callback::AuthorizationResponse;
use crate::client::device::{self, Decision, Polling};
use crate::client::revoke::{self, TokenTypeHint};
use crate::client::token::{
    self, AuthorizationCode, ClientCredentials, DeviceCode, Grant, Password, RefreshToken, TokenSet,
};
use crate::client::{Authentication, Client, EiamServer, Error, Server};
use crate::client::{discovery, id_token, user_info};
use crate::http::{Headers, HttpRequest, HttpResponse};
use crate::json::{self, Limits};
use crate::pkce::{self, Pkce};
use crate::seconds;
use crate::secret::Secret;

use super::random;

type Values = Box<[JsValue]>;

/// Verifier and challenge.
#[wasm_bindgen]
pub fn generate_pkce() -> Result<Vec<String>, JsValue> {
    let pkce = Pkce::from_random(&random::take()?);
    Ok(vec![pkce.verifier().expose().to_owned(), pkce.challenge().to_owned()])
}

/// The challenge of a verifier.
#[wasm_bindgen]
pub fn code_challenge(verifier: &str) -> Result<String, JsValue> {
    pkce::challenge(verifier)
        .map_err(|error| thrown(&Error::argument("verifier", &error.message())))
}

/// The seconds that a JSON text stands for; nothing for `null`.
#[wasm_bindgen]
pub fn parse_seconds(text: &str) -> Result<JsValue, JsValue> {
    let wrong = |reason: &str| thrown(&Error::argument("text", reason));
    let value = json::parse(text, Limits::default()).map_err(|error| wrong(&error.message()))?;
    seconds::read(Some(&value)).map(bigint).map_err(|error| wrong(error.message()))
}

/// Header and claims of an id_token, not verified.
#[wasm_bindgen]
pub fn decode_id_token(id_token: &str) -> Result<Vec<String>, JsValue> {
    let decoded = id_token::decode(id_token).map_err(|error| thrown(&error))?;
    Ok(vec![decoded.header, decoded.claims])
}

/// EIAM's endpoints, as [`RawClient::new`] takes them.
#[wasm_bindgen]
pub fn eiam_server(
    region: &str,
    instance_id: &str,
    application_id: &str,
    portal: Option<String>,
) -> Result<Vec<String>, JsValue> {
    let mut eiam = EiamServer::new(region, instance_id, application_id);
    eiam.portal = portal.as_deref();
    eiam.server().map(|server| metadata(&server)).map_err(|error| thrown(&error))
}

/// The request for an issuer's metadata.
#[wasm_bindgen]
pub fn discovery_request(issuer: &str) -> Result<Values, JsValue> {
    request(discovery::request(issuer))
}

/// The endpoints of an issuer, as [`RawClient::new`] takes them.
#[wasm_bindgen]
pub fn parse_discovery(status: u16, body: Vec<u8>, issuer: &str) -> Result<Vec<String>, JsValue> {
    discovery::parse_response(&HttpResponse::new(status, body), issuer)
        .map(|server| metadata(&server))
        .map_err(|error| thrown(&error))
}

/// The tokens of an answer.
#[wasm_bindgen]
pub fn parse_token_response(
    status: u16,
    body: Vec<u8>,
    retry_after: Option<String>,
    acs_retry_after: Option<String>,
    now: f64,
) -> Result<Values, JsValue> {
    let response = response(status, body, retry_after, acs_retry_after);
    token::parse_response(&response, now as i64)
        .map(|tokens| token_values(&tokens))
        .map_err(|error| thrown(&error))
}

/// What a device authorization says.
#[wasm_bindgen]
pub fn parse_device_authorization(
    status: u16,
    body: Vec<u8>,
    retry_after: Option<String>,
    acs_retry_after: Option<String>,
    now: f64,
) -> Result<Values, JsValue> {
    let response = response(status, body, retry_after, acs_retry_after);
    let device = device::parse_response(&response, now as i64).map_err(|error| thrown(&error))?;
    Ok(Box::new([
        text(device.device_code.expose()),
        text(&device.user_code),
        text(&device.verification_uri),
        optional(device.verification_uri_complete.as_deref()),
        bigint(device.expires_in),
        bigint(device.expires_at),
        bigint(Some(device.interval)),
        bigint(device.deadline()),
    ]))
}

/// What an answer to a poll means: tokens, or the seconds to wait, whether the server asked to slow
/// down, and the interval from now on.
#[wasm_bindgen]
pub fn parse_device_poll(
    status: u16,
    body: Vec<u8>,
    retry_after: Option<String>,
    acs_retry_after: Option<String>,
    now: f64,
    interval: i64,
    deadline: Option<i64>,
) -> Result<Values, JsValue> {
    let response = response(status, body, retry_after, acs_retry_after);
    let mut polling = Polling::resume(interval, deadline);
    let answer = token::parse_response(&response, now as i64);
    let decision = polling.decide(answer, now as i64);
    poll_values(decision, polling)
}

/// As [`parse_device_poll`], for a poll that got no answer.
#[wasm_bindgen]
pub fn device_unreachable(
    now: f64,
    interval: i64,
    deadline: Option<i64>,
) -> Result<Values, JsValue> {
    let mut polling = Polling::resume(interval, deadline);
    let decision = polling.unreachable(now as i64);
    poll_values(decision, polling)
}

/// The `sub` of a userinfo answer that is what it should be.
#[wasm_bindgen]
pub fn parse_user_info(
    status: u16,
    body: Vec<u8>,
    expected_sub: Option<String>,
) -> Result<String, JsValue> {
    user_info::parse_response(&HttpResponse::new(status, body), expected_sub.as_deref())
        .map_err(|error| thrown(&error))
}

/// Nothing, if the token is revoked.
#[wasm_bindgen]
pub fn parse_revocation(
    status: u16,
    body: Vec<u8>,
    retry_after: Option<String>,
    acs_retry_after: Option<String>,
) -> Result<(), JsValue> {
    revoke::parse_response(&response(status, body, retry_after, acs_retry_after))
        .map_err(|error| thrown(&error))
}

/// A client; its secret stays in here.
#[wasm_bindgen]
pub struct RawClient(Client);

#[wasm_bindgen]
impl RawClient {
    /// `metadata`: names and values of the server's metadata.
    #[wasm_bindgen(constructor)]
    pub fn new(
        metadata: Vec<String>,
        client_id: &str,
        method: &str,
        secret: Option<String>,
    ) -> Result<Self, JsValue> {
        let mut server = Server::default();
        for (name, value) in pairs(&metadata) {
            if name == ISS_IN_CALLBACK {
                server.iss_in_callback = value == "true";
            }
            server.set_endpoint(name, value);
        }
        let secret = Secret::from(secret.unwrap_or_default());
        let authentication = match method {
            "none" => Authentication::None,
            "client_secret_basic" => Authentication::Basic(secret),
            "client_secret_basic_unencoded" => Authentication::BasicUnencoded(secret),
            "client_secret_post" => Authentication::Post(secret),
            _ => {
                return Err(thrown(&Error::argument("authentication", "not a known method")));
            }
        };
        Client::new(server, client_id, authentication).map(Self).map_err(|error| thrown(&error))
    }

    /// The URL, and the transaction as text.
    pub fn authorization_request(
        &self,
        redirect_uri: &str,
        scope: Option<String>,
        extra: Vec<String>,
    ) -> Result<Vec<String>, JsValue> {
        let extra: Vec<_> = pairs(&extra).collect();
        let scope = scope.as_deref();
        let parameters = AuthorizationParameters { redirect_uri, scope, extra: &extra };
        let request = self
            .0
            .authorization_request(&parameters, &random::take()?)
            .map_err(|error| thrown(&error))?;
        Ok(vec![request.url, request.transaction.serialize()])
    }

    /// Checks a callback against the transaction; gives code, redirect URI, verifier and nonce.
    pub fn parse_callback(&self, callback: &str, transaction: &str) -> Result<Values, JsValue> {
        let response = Transaction::deserialize(transaction)
            .and_then(|transaction| self.0.parse_callback(callback, &transaction))
            .map_err(|error| thrown(&error))?;
        Ok(Box::new([
            text(response.code().expose()),
            text(response.redirect_uri()),
            text(response.code_verifier().expose()),
            optional(response.nonce().map(Secret::expose)),
        ]))
    }

    /// The token request for what [`RawClient::parse_callback`] gave.
    pub fn authorization_code(
        &self,
        code: String,
        redirect_uri: String,
        code_verifier: String,
        extra: Vec<String>,
    ) -> Result<Values, JsValue> {
        let response = AuthorizationResponse::from_parts(code, redirect_uri, code_verifier);
        self.token_request(&AuthorizationCode(&response), &extra)
    }

    /// The token request for a device code.
    pub fn device_code(&self, device_code: &str, extra: Vec<String>) -> Result<Values, JsValue> {
        self.token_request(&DeviceCode { device_code }, &extra)
    }

    /// The token request for a refresh token.
    pub fn refresh_token(
        &self,
        refresh_token: &str,
        scope: Option<String>,
        extra: Vec<String>,
    ) -> Result<Values, JsValue> {
        self.token_request(&RefreshToken { refresh_token, scope: scope.as_deref() }, &extra)
    }

    /// The token request for the client itself.
    pub fn client_credentials(
        &self,
        scope: Option<String>,
        extra: Vec<String>,
    ) -> Result<Values, JsValue> {
        self.token_request(&ClientCredentials { scope: scope.as_deref() }, &extra)
    }

    /// The token request for a user's password.
    pub fn password(
        &self,
        username: &str,
        password: &str,
        scope: Option<String>,
        extra: Vec<String>,
    ) -> Result<Values, JsValue> {
        self.token_request(&Password { username, password, scope: scope.as_deref() }, &extra)
    }

    /// The request that starts the device flow.
    pub fn device_authorization(
        &self,
        scope: Option<String>,
        extra: Vec<String>,
    ) -> Result<Values, JsValue> {
        let extra: Vec<_> = pairs(&extra).collect();
        request(self.0.device_authorization_request(scope.as_deref(), &extra))
    }

    /// The request for the user's claims.
    pub fn user_info(&self, access_token: &str) -> Result<Values, JsValue> {
        request(self.0.user_info_request(access_token))
    }

    /// The request that revokes a token.
    pub fn revocation(&self, token: &str, hint: Option<String>) -> Result<Values, JsValue> {
        let hint = match hint.as_deref() {
            None => None,
            Some("access_token") => Some(TokenTypeHint::AccessToken),
            Some("refresh_token") => Some(TokenTypeHint::RefreshToken),
            Some(_) => {
                return Err(thrown(&Error::argument("tokenTypeHint", "not a known hint")));
            }
        };
        request(self.0.revocation_request(token, hint))
    }

    /// Checks the claims of an id_token that came from the token endpoint; gives header and claims.
    pub fn check_id_token(
        &self,
        id_token: String,
        nonce: Option<String>,
        now: f64,
        tolerance: f64,
    ) -> Result<Vec<String>, JsValue> {
        let nonce = nonce.map(Secret::from);
        let id_token = Secret::from(id_token);
        let decoded = self
            .0
            .check_id_token(&id_token, nonce.as_ref(), now as i64, tolerance as i64)
            .map_err(|error| thrown(&error))?;
        Ok(vec![decoded.header, decoded.claims])
    }
}

impl RawClient {
    fn token_request<G: Grant>(&self, grant: &G, extra: &[String]) -> Result<Values, JsValue> {
        let extra: Vec<_> = pairs(extra).collect();
        request(self.0.token_request(grant, &extra))
    }
}

const ISS_IN_CALLBACK: &str = "authorization_response_iss_parameter_supported";

fn metadata(server: &Server) -> Vec<String> {
    let mut list = Vec::new();
    for name in Server::ENDPOINTS {
        if let Some(url) = server.endpoint(name) {
            list.extend([name.to_owned(), url.to_owned()]);
        }
    }
    list.extend([ISS_IN_CALLBACK.to_owned(), server.iss_in_callback.to_string()]);
    list
}

/// Method, URL, body (if any), then names and values of header fields.
fn request(made: Result<HttpRequest, Error>) -> Result<Values, JsValue> {
    let request = made.map_err(|error| thrown(&error))?;
    let body = core::str::from_utf8(&request.body).ok().filter(|body| !body.is_empty());
    let mut values = vec![text(request.method.name()), text(&request.url), optional(body)];
    for (name, value) in request.headers.iter() {
        values.extend([text(name), text(value)]);
    }
    Ok(values.into_boxed_slice())
}

fn response(
    status: u16,
    body: Vec<u8>,
    retry_after: Option<String>,
    acs_retry_after: Option<String>,
) -> HttpResponse {
    let mut headers = Headers::new();
    for (name, value) in [("retry-after", retry_after), ("x-acs-retry-after", acs_retry_after)] {
        if let Some(value) = value {
            headers.push(name, value);
        }
    }
    HttpResponse { status, headers, body }
}

fn poll_values(decision: Decision, polling: Polling) -> Result<Values, JsValue> {
    match decision {
        Decision::Done(tokens) => Ok(token_values(&tokens)),
        Decision::Wait { seconds, slower } => Ok(Box::new([
            bigint(Some(seconds)),
            JsValue::from_bool(slower),
            bigint(Some(polling.interval())),
        ])),
        Decision::Denied => Err(failure("device_denied", "the user refused the device")),
        Decision::Expired => Err(failure("device_expired", "the device code has expired")),
        Decision::Failed(error) => Err(thrown(&error)),
    }
}

fn token_values(tokens: &TokenSet) -> Values {
    let secret = |secret: &Option<Secret>| optional(secret.as_ref().map(Secret::expose));
    Box::new([
        text(tokens.access_token.expose()),
        text(&tokens.token_type),
        secret(&tokens.refresh_token),
        secret(&tokens.id_token),
        optional(tokens.scope.as_deref()),
        bigint(tokens.expires_in),
        bigint(tokens.expires_at),
        bigint(tokens.deadline()),
    ])
}

/// Code, message, what is wrong (by kind: OAuth's or the gateway's code, a path, a parameter, an
/// argument, an endpoint), description, URI, request id, status, milliseconds to wait.
fn thrown(error: &Error) -> JsValue {
    let message = error.message();
    let number =
        |number: Option<i64>| number.map_or(JsValue::UNDEFINED, |n| JsValue::from(n as f64));
    let status = |status: u16| {
        if status == 0 { JsValue::UNDEFINED } else { JsValue::from(status) }
    };
    let undefined = JsValue::UNDEFINED;
    let none = || undefined.clone();
    let (code, rest) = match error {
        Error::OAuth(e) => (
            "oauth_error",
            [
                text(&e.error),
                optional(e.error_description.as_deref()),
                optional(e.error_uri.as_deref()),
                optional(e.request_id.as_deref()),
                status(e.status),
                number(e.retry_after),
            ],
        ),
        Error::Gateway(e) => (
            "gateway_error",
            [
                text(&e.code),
                optional(e.message.as_deref()),
                none(),
                optional(e.request_id.as_deref()),
                status(e.status),
                number(e.retry_after),
            ],
        ),
        Error::Http { status: code, retry_after } => {
            ("http_error", [none(), none(), none(), none(), status(*code), number(*retry_after)])
        }
        Error::Malformed { status: code, path, reason } => (
            "malformed_response",
            [text(path), text(reason), none(), none(), status(*code), none()],
        ),
        Error::Callback { parameter, reason } => {
            ("invalid_callback", [text(parameter), text(reason), none(), none(), none(), none()])
        }
        Error::Argument { name, reason } => {
            ("invalid_argument", [text(name), text(reason), none(), none(), none(), none()])
        }
        Error::NotSupported { endpoint } => {
            ("not_supported", [text(endpoint), none(), none(), none(), none(), none()])
        }
    };
    [text(code), text(&message)].into_iter().chain(rest).collect::<js_sys::Array>().into()
}

fn failure(code: &str, message: &str) -> JsValue {
    [text(code), text(message)].into_iter().collect::<js_sys::Array>().into()
}

fn pairs(list: &[String]) -> impl Iterator<Item = (&str, &str)> {
    list.chunks_exact(2).filter_map(|pair| match pair {
        [name, value] => Some((name.as_str(), value.as_str())),
        _ => None,
    })
}

fn text(text: &str) -> JsValue {
    JsValue::from_str(text)
}

fn optional(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::UNDEFINED, JsValue::from_str)
}

fn bigint(number: Option<i64>) -> JsValue {
    number.map_or(JsValue::UNDEFINED, JsValue::from)
}
