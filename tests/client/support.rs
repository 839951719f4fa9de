//! A server, a client and answers, as most tests need them.

use eiam_token::client::authorize::{AuthorizationParameters, Transaction};
use eiam_token::client::callback::AuthorizationResponse;
use eiam_token::client::token::{self, TokenSet};
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server};
use eiam_token::http::{HttpRequest, HttpResponse};

pub const ISSUER: &str = "https://as.example/v2/idaas_x/app_x/oidc";
pub const TOKEN_URL: &str = "https://as.example/v2/idaas_x/app_x/oauth2/token";
pub const REDIRECT_URI: &str = "http://localhost:3000/cb?a=1&b=2";
pub const NOW: i64 = 1_700_000_000;

/// Has every character that encodings disagree about.
pub const AWKWARD_SECRET: &str = "CS+/=&x";

pub fn server() -> Server {
    let at = |path: &str| Some(format!("https://as.example/v2/idaas_x/app_x/oauth2/{path}"));
    Server {
        issuer: Some(ISSUER.into()),
        authorization_endpoint: Some(
            "https://pages.example/login/app/app_x/oauth2/authorize".into(),
        ),
        token_endpoint: Some(TOKEN_URL.into()),
        device_authorization_endpoint: at("device/code"),
        userinfo_endpoint: at("userinfo"),
        revocation_endpoint: at("revoke"),
        ..Server::default()
    }
}

pub fn client_with(authentication: Authentication) -> Client {
    Client::new(server(), "app_x", authentication).unwrap()
}

pub fn public_client() -> Client {
    client_with(Authentication::None)
}

/// The octets 0 to 63.
pub fn random() -> [u8; 64] {
    core::array::from_fn(|index| index as u8)
}

/// A transaction of [`public_client`] for OpenID Connect.
pub fn transaction() -> Transaction {
    let parameters = AuthorizationParameters {
        redirect_uri: REDIRECT_URI,
        scope: Some("openid"),
        ..AuthorizationParameters::default()
    };
    public_client().authorization_request(&parameters, &random()).unwrap().transaction
}

/// The response that brings `code` to [`transaction`].
pub fn authorization_response(code: &str) -> AuthorizationResponse {
    let transaction = transaction();
    let mut callback = eiam_token::form::Encoder::new();
    callback.pair("code", code).pair("state", transaction.state.expose());
    public_client().parse_callback(&callback.finish(), &transaction).unwrap()
}

/// A request as text: method and URL, header fields, an empty line, the body.
pub fn wire(request: &HttpRequest) -> String {
    let mut text = format!("{} {}\n", request.method.name(), request.url);
    for (name, value) in request.headers.iter() {
        text += &format!("{name}: {value}\n");
    }
    text + "\n" + core::str::from_utf8(&request.body).unwrap()
}

pub fn parse_token(status: u16, body: &str) -> Result<TokenSet, Error> {
    token::parse_response(&HttpResponse::new(status, body), NOW)
}

/// A token answer with these further members, which begin with a comma.
pub fn token_body(more: &str) -> String {
    format!(r#"{{"token_type":"Bearer","access_token":"ATaccess"{more}}}"#)
}

/// Path and reason of an answer that is refused as malformed.
pub fn malformed<T: core::fmt::Debug>(answer: Result<T, Error>) -> (String, String) {
    refusal_of(answer, ErrorKind::Malformed)
}

/// Subject and reason of an error that has to be of this kind.
#[track_caller]
pub fn refusal_of<T: core::fmt::Debug>(
    result: Result<T, Error>,
    kind: ErrorKind,
) -> (String, String) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error:?}");
    (error.subject().to_owned(), error.reason().to_owned())
}

/// Whether this is an error of this kind about that.
pub fn is<T>(result: &Result<T, Error>, kind: ErrorKind, subject: &str) -> bool {
    result.as_ref().is_err_and(|error| error.kind() == kind && error.subject() == subject)
}

/// Checks for a status without a readable reason, and without a word on when to try again.
#[track_caller]
pub fn assert_http(error: &Error, status: u16) {
    assert_eq!((error.kind(), error.status()), (ErrorKind::Http, status));
    assert_eq!((error.subject(), error.reason(), error.retry_after()), ("", "", None));
}

#[track_caller]
pub fn assert_not_supported<T: core::fmt::Debug>(result: Result<T, Error>, endpoint: &str) {
    assert_eq!(refusal_of(result, ErrorKind::NotSupported), (endpoint.to_owned(), String::new()));
}
