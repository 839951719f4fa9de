//! The client's exports. They are not the package's public surface: the facade in `pkg/src/client`
//! gives them names, types and documentation.
//!
//! One call crosses the boundary once: arguments are strings, bytes and flat lists of name and
//! value, results are flat arrays, and a failure is thrown as an array (see [`values`]).

use wasm_bindgen::prelude::*;

use crate::client::authorize::{AuthorizationParameters, Transaction};
use crate::client::callback::AuthorizationResponse;
use crate::client::device::{self, Decision, Polling};
use crate::client::id_token::{self, Expected};
use crate::client::revoke::{self, TokenTypeHint};
use crate::client::token::{
    self, AuthorizationCode, ClientCredentials, DeviceCode, Grant, Password, RefreshToken, TokenSet,
};
use crate::client::{Authentication, Client, EiamServer, Error, Server};
use crate::client::{discovery, user_info};
use crate::form::Encoder;
use crate::http::{Headers, HttpRequest, HttpResponse};
use crate::json::{self, Limits};
use crate::pkce::{self, Pkce};
use crate::seconds;
use crate::secret::Secret;

use super::random;

mod values;

use values::{Array, Row, bigint, optional, pairs};

/// Verifier and challenge.
#[wasm_bindgen(unchecked_return_type = "string[]")]
pub fn generate_pkce() -> Result<Array, JsValue> {
    let pkce = Pkce::from_random(&random::take()?);
    let row = Row::new();
    row.text(pkce.verifier().expose()).text(pkce.challenge());
    Ok(row.finish())
}

/// The challenge of a verifier.
#[wasm_bindgen(unchecked_return_type = "string")]
pub fn code_challenge(verifier: &str) -> Result<JsValue, Error> {
    match pkce::challenge(verifier) {
        Ok(challenge) => Ok(JsValue::from_str(&challenge)),
        Err(error) => Err(Error::argument("verifier", &error.message())),
    }
}

/// The seconds that a JSON text stands for; nothing for `null`.
#[wasm_bindgen]
pub fn parse_seconds(text: &str) -> Result<JsValue, Error> {
    let wrong = |reason: &str| Error::argument("text", reason);
    let value = json::parse(text, Limits::default()).map_err(|error| wrong(&error.message()))?;
    seconds::read(Some(&value)).map(bigint).map_err(|error| wrong(error.message()))
}

/// Header and claims of an id_token, not verified.
#[wasm_bindgen(unchecked_return_type = "string[]")]
pub fn decode_id_token(id_token: &str) -> Result<Array, Error> {
    Ok(decoded(&id_token::decode(id_token)?))
}

/// EIAM's endpoints, as [`RawClient::new`] takes them.
#[wasm_bindgen(unchecked_return_type = "string[]")]
pub fn eiam_server(
    region: &str,
    instance_id: &str,
    application_id: &str,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] portal: &JsValue,
) -> Result<Array, Error> {
    let portal = optional("portal", portal)?;
    let mut eiam = EiamServer::new(region, instance_id, application_id);
    eiam.portal = portal.as_deref();
    Ok(metadata(&eiam.server()?))
}

/// The request for an issuer's metadata.
#[wasm_bindgen]
pub fn discovery_request(issuer: &str) -> Result<Array, Error> {
    request(discovery::request(issuer))
}

/// The endpoints of an issuer, as [`RawClient::new`] takes them.
#[wasm_bindgen(unchecked_return_type = "string[]")]
pub fn parse_discovery(status: u16, body: Vec<u8>, issuer: &str) -> Result<Array, Error> {
    Ok(metadata(&discovery::parse_response(&HttpResponse::new(status, body), issuer)?))
}

/// The tokens of an answer.
#[wasm_bindgen]
pub fn parse_token_response(
    status: u16,
    body: Vec<u8>,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] retry_after: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] acs_retry_after: &JsValue,
    now: f64,
) -> Result<Array, Error> {
    let response = response(status, body, retry_after, acs_retry_after);
    Ok(tokens(&token::parse_response(&response, now as i64)?))
}

/// What a device authorization says.
#[wasm_bindgen]
pub fn parse_device_authorization(
    status: u16,
    body: Vec<u8>,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] retry_after: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] acs_retry_after: &JsValue,
    now: f64,
) -> Result<Array, Error> {
    let response = response(status, body, retry_after, acs_retry_after);
    let device = device::parse_response(&response, now as i64)?;
    let row = Row::new();
    row.text(device.device_code.expose())
        .text(&device.user_code)
        .text(&device.verification_uri)
        .optional(device.verification_uri_complete.as_deref())
        .seconds(device.expires_in)
        .seconds(device.expires_at)
        .seconds(Some(device.interval))
        .seconds(device.deadline());
    Ok(row.finish())
}

/// What an answer to a poll means: tokens, or the seconds to wait, whether the server asked to slow
/// down, and the interval from now on.
#[wasm_bindgen]
pub fn parse_device_poll(
    status: u16,
    body: Vec<u8>,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] retry_after: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] acs_retry_after: &JsValue,
    now: f64,
    interval: i64,
    deadline: Option<i64>,
) -> Result<Array, JsValue> {
    let response = response(status, body, retry_after, acs_retry_after);
    let mut polling = Polling::resume(interval, deadline);
    let answer = token::parse_response(&response, now as i64);
    let decision = polling.decide(answer, now as i64);
    decided(decision, polling)
}

/// As [`parse_device_poll`], for a poll that got no answer.
#[wasm_bindgen]
pub fn device_unreachable(
    now: f64,
    interval: i64,
    deadline: Option<i64>,
) -> Result<Array, JsValue> {
    let mut polling = Polling::resume(interval, deadline);
    let decision = polling.unreachable(now as i64);
    decided(decision, polling)
}

/// The `sub` of a userinfo answer that is what it should be.
#[wasm_bindgen(unchecked_return_type = "string")]
pub fn parse_user_info(
    status: u16,
    body: Vec<u8>,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] expected_sub: &JsValue,
) -> Result<JsValue, Error> {
    let expected_sub = optional("expected_sub", expected_sub)?;
    let response = HttpResponse::new(status, body);
    let sub = user_info::parse_response(&response, expected_sub.as_deref())?;
    Ok(JsValue::from_str(&sub))
}

/// Nothing, if the token is revoked.
#[wasm_bindgen]
pub fn parse_revocation(
    status: u16,
    body: Vec<u8>,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] retry_after: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] acs_retry_after: &JsValue,
) -> Result<(), Error> {
    revoke::parse_response(&response(status, body, retry_after, acs_retry_after))
}

/// A client; its secret stays in here.
#[wasm_bindgen]
pub struct RawClient(Client);

#[wasm_bindgen]
impl RawClient {
    /// `metadata`: names and values of the server's metadata.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "string[]")] metadata: &Array,
        client_id: &str,
        method: &str,
        #[wasm_bindgen(unchecked_param_type = "string | undefined")] secret: &JsValue,
    ) -> Result<Self, Error> {
        let mut server = Server::default();
        for (name, value) in pairs("server", metadata)?.borrowed() {
            if name == ISS_IN_CALLBACK {
                server.iss_in_callback = value == "true";
            }
            server.set_endpoint(name, value);
        }
        let secret = Secret::from(optional("client_secret", secret)?.unwrap_or_default());
        let authentication = match method {
            "none" => Authentication::None,
            "client_secret_basic" => Authentication::Basic(secret),
            "client_secret_basic_unencoded" => Authentication::BasicUnencoded(secret),
            "client_secret_post" => Authentication::Post(secret),
            _ => return Err(Error::argument("authentication", "not a known method")),
        };
        Ok(Self(Client::new(server, client_id, authentication)?))
    }

    /// The URL, and the transaction as text.
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn authorization_request(
        &self,
        redirect_uri: &str,
        #[wasm_bindgen(unchecked_param_type = "string | undefined")] scope: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string[]")] extra: &Array,
    ) -> Result<Array, JsValue> {
        let scope = optional("scope", scope)?;
        let extra = pairs("extra", extra)?;
        let parameters = AuthorizationParameters {
            redirect_uri,
            scope: scope.as_deref(),
            extra: &extra.borrowed(),
        };
        let request = self.0.authorization_request(&parameters, &random::take()?)?;
        let row = Row::new();
        row.text(&request.url).text(&request.transaction.serialize());
        Ok(row.finish())
    }

    /// Checks a callback against the transaction; gives code, redirect URI, verifier and nonce.
    pub fn parse_callback(&self, callback: &str, transaction: &str) -> Result<Array, Error> {
        let transaction = Transaction::deserialize(transaction)?;
        let response = self.0.parse_callback(callback, &transaction)?;
        let row = Row::new();
        row.text(response.code().expose())
            .text(response.redirect_uri())
            .text(response.code_verifier().expose())
            .secret(response.nonce());
        Ok(row.finish())
    }

    /// The token request for what [`RawClient::parse_callback`] gave.
    pub fn authorization_code(
        &self,
        code: String,
        redirect_uri: String,
        code_verifier: String,
        #[wasm_bindgen(unchecked_param_type = "string[]")] extra: &Array,
    ) -> Result<Array, Error> {
        let response = AuthorizationResponse::from_parts(code, redirect_uri, code_verifier);
        self.token_request(&AuthorizationCode(&response), extra)
    }

    /// The token request for a device code.
    pub fn device_code(
        &self,
        device_code: &str,
        #[wasm_bindgen(unchecked_param_type = "string[]")] extra: &Array,
    ) -> Result<Array, Error> {
        self.token_request(&DeviceCode { device_code }, extra)
    }

    /// The token request for a refresh token.
    pub fn refresh_token(
        &self,
        refresh_token: &str,
        #[wasm_bindgen(unchecked_param_type = "string | undefined")] scope: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string[]")] extra: &Array,
    ) -> Result<Array, Error> {
        let scope = optional("scope", scope)?;
        self.token_request(&RefreshToken { refresh_token, scope: scope.as_deref() }, extra)
    }

    /// The token request for the client itself.
    pub fn client_credentials(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string | undefined")] scope: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string[]")] extra: &Array,
    ) -> Result<Array, Error> {
        let scope = optional("scope", scope)?;
        self.token_request(&ClientCredentials { scope: scope.as_deref() }, extra)
    }

    /// The token request for a user's password.
    pub fn password(
        &self,
        username: &str,
        password: &str,
        #[wasm_bindgen(unchecked_param_type = "string | undefined")] scope: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string[]")] extra: &Array,
    ) -> Result<Array, Error> {
        let scope = optional("scope", scope)?;
        self.token_request(&Password { username, password, scope: scope.as_deref() }, extra)
    }

    /// The request that starts the device flow.
    pub fn device_authorization(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string | undefined")] scope: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string[]")] extra: &Array,
    ) -> Result<Array, Error> {
        let scope = optional("scope", scope)?;
        let extra = pairs("extra", extra)?;
        request(self.0.device_authorization_request(scope.as_deref(), &extra.borrowed()))
    }

    /// The request for the user's claims.
    pub fn user_info(&self, access_token: &str) -> Result<Array, Error> {
        request(self.0.user_info_request(access_token))
    }

    /// The request that revokes a token.
    pub fn revocation(
        &self,
        token: &str,
        #[wasm_bindgen(unchecked_param_type = "string | undefined")] hint: &JsValue,
    ) -> Result<Array, Error> {
        let hint = match optional("tokenTypeHint", hint)?.as_deref() {
            None => None,
            Some("access_token") => Some(TokenTypeHint::AccessToken),
            Some("refresh_token") => Some(TokenTypeHint::RefreshToken),
            Some(_) => return Err(Error::argument("tokenTypeHint", "not a known hint")),
        };
        request(self.0.revocation_request(token, hint))
    }

    /// Checks the claims of an id_token that came from the token endpoint; gives header and claims.
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn check_id_token(
        &self,
        id_token: String,
        #[wasm_bindgen(unchecked_param_type = "string | undefined")] nonce: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string | undefined")] subject: &JsValue,
        now: f64,
        tolerance: f64,
    ) -> Result<Array, Error> {
        let nonce = optional("nonce", nonce)?.map(Secret::from);
        let subject = optional("expectedSub", subject)?;
        let expected = Expected { nonce: nonce.as_ref(), subject: subject.as_deref() };
        let id_token = Secret::from(id_token);
        let (now, tolerance) = (now as i64, tolerance as i64);
        Ok(decoded(&self.0.check_id_token(&id_token, &expected, now, tolerance)?))
    }
}

impl RawClient {
    fn token_request<G: Grant>(&self, grant: &G, extra: &Array) -> Result<Array, Error> {
        self.post_to_token_endpoint(token::form(grant)?, G::PARAMETERS, extra)
    }

    /// What all grants have in common, compiled once.
    fn post_to_token_endpoint(
        &self,
        form: Encoder,
        parameters: &[&str],
        extra: &Array,
    ) -> Result<Array, Error> {
        let extra = pairs("extra", extra)?;
        request(self.0.post_to_token_endpoint(form, parameters, &extra.borrowed()))
    }
}

const ISS_IN_CALLBACK: &str = "authorization_response_iss_parameter_supported";

fn metadata(server: &Server) -> Array {
    let row = Row::new();
    for name in Server::ENDPOINTS {
        if let Some(url) = server.endpoint(name) {
            row.text(name).text(url);
        }
    }
    row.text(ISS_IN_CALLBACK).text(if server.iss_in_callback { "true" } else { "false" });
    row.finish()
}

/// Method, URL, body (if any), then names and values of header fields.
fn request(made: Result<HttpRequest, Error>) -> Result<Array, Error> {
    let request = made?;
    let body = core::str::from_utf8(&request.body).ok().filter(|body| !body.is_empty());
    let row = Row::new();
    row.text(request.method.name()).text(&request.url).optional(body);
    for (name, value) in request.headers.iter() {
        row.text(name).text(value);
    }
    Ok(row.finish())
}

fn response(
    status: u16,
    body: Vec<u8>,
    retry_after: &JsValue,
    acs_retry_after: &JsValue,
) -> HttpResponse {
    let mut headers = Headers::new();
    for (name, value) in [("retry-after", retry_after), ("x-acs-retry-after", acs_retry_after)] {
        if let Some(value) = value.as_string() {
            headers.push(name, value);
        }
    }
    HttpResponse { status, headers, body }
}

fn decided(decision: Decision, polling: Polling) -> Result<Array, JsValue> {
    let row = Row::new();
    match decision {
        Decision::Done(answer) => return Ok(tokens(&answer)),
        Decision::Wait { seconds, slower } => {
            row.seconds(Some(seconds)).flag(slower).seconds(Some(polling.interval()));
            return Ok(row.finish());
        }
        Decision::Failed(error) => return Err(error.into()),
        Decision::Denied => row.text("device_denied").text("the user refused the device"),
        Decision::Expired => row.text("device_expired").text("the device code has expired"),
    };
    Err(row.finish().into())
}

fn tokens(tokens: &TokenSet) -> Array {
    let row = Row::new();
    row.text(tokens.access_token.expose())
        .text(&tokens.token_type)
        .secret(tokens.refresh_token.as_ref())
        .secret(tokens.id_token.as_ref())
        .optional(tokens.scope.as_deref())
        .seconds(tokens.expires_in)
        .seconds(tokens.expires_at)
        .seconds(tokens.deadline());
    row.finish()
}

fn decoded(id_token: &id_token::Decoded) -> Array {
    let row = Row::new();
    row.text(&id_token.header).text(&id_token.claims);
    row.finish()
}
