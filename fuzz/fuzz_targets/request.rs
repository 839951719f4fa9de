//! Requests: a letter for how the client authenticates, one for the kind of request, then lines: the
//! client's id, its secret, three values, and names and values of additional parameters. What is sent is
//! read back by another reader of forms.

#![no_main]

use eiam_token::base64url;
use eiam_token::client::authorize::AuthorizationParameters;
use eiam_token::client::logout::LogoutParameters;
use eiam_token::client::token::{ClientCredentials, DeviceCode, Password, RefreshToken};
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server};
use eiam_token::http::HttpRequest;
use eiam_token_fuzz::assert_printable;
use libfuzzer_sys::fuzz_target;

type Pairs = Vec<(String, String)>;

fuzz_target!(|text: &str| {
    let mut letters = text.chars();
    let (Some(method), Some(kind)) = (letters.next(), letters.next()) else { return };
    let mut lines = letters.as_str().split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (id, secret) = (next(), next());
    let values = [next(), next(), next()];
    let rest: Vec<_> = lines.collect();
    let extra: Vec<_> =
        rest.as_chunks::<2>().0.iter().map(|[name, value]| (*name, *value)).collect();
    let authentication = match method {
        'b' => Authentication::basic(secret),
        'u' => Authentication::BasicUnencoded(secret.into()),
        'p' => Authentication::post(secret),
        _ => Authentication::None,
    };
    let Ok(client) = Client::new(server(), id, authentication) else {
        assert!(id.is_empty() || id.contains(':') || secret.is_empty());
        return;
    };
    let scope = Some(values[2]).filter(|scope| !scope.is_empty());
    let [first, second, _] = values;
    let token = |request: Result<HttpRequest, Error>, own: &[(&str, &str)]| {
        check(&client, method, secret, request, own, &extra);
    };
    match kind {
        'c' => token(
            client.token_request(&ClientCredentials { scope }, &extra),
            &[("grant_type", "client_credentials"), ("scope", values[2])],
        ),
        'r' => token(
            client.token_request(&RefreshToken { refresh_token: first, scope }, &extra),
            &[("grant_type", "refresh_token"), ("refresh_token", first), ("scope", values[2])],
        ),
        'w' => token(
            client.token_request(&Password { username: first, password: second, scope }, &extra),
            &[
                ("grant_type", "password"),
                ("username", first),
                ("password", second),
                ("scope", values[2]),
            ],
        ),
        'd' => token(
            client.token_request(&DeviceCode { device_code: first }, &extra),
            &[
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", first),
            ],
        ),
        'l' => {
            let parameters = LogoutParameters {
                id_token: Some(first),
                post_logout_redirect_uri: Some(second),
                state: scope,
                extra: &extra,
            };
            let own = [
                ("client_id", id),
                ("id_token_hint", first),
                ("post_logout_redirect_uri", second),
                ("state", values[2]),
            ];
            check_page(client.logout_url(&parameters), &own, &extra);
        }
        'i' => {
            if let Ok(request) = client.user_info_request(first) {
                let header = request.headers.value("authorization").expect("a token");
                assert_eq!(header, format!("Bearer {first}"));
                assert!(
                    request.body.is_empty()
                        && header.bytes().all(|byte| (0x20..0x7f).contains(&byte))
                );
            }
        }
        _ => {
            let parameters = AuthorizationParameters {
                redirect_uri: first,
                prompt: Some(second),
                scope,
                extra: &extra,
                ..AuthorizationParameters::default()
            };
            match client.authorization_request(&parameters, &[7; 64]) {
                Ok(made) => {
                    let (state, challenge) = (made.transaction.state.expose(), CHALLENGE);
                    let nonce = made.transaction.nonce.as_ref().map_or("", |nonce| nonce.expose());
                    let own = [
                        ("response_type", "code"),
                        ("client_id", id),
                        ("redirect_uri", first),
                        ("scope", values[2]),
                        ("state", state),
                        ("nonce", nonce),
                        ("code_challenge", challenge),
                        ("code_challenge_method", "S256"),
                        ("prompt", second),
                    ];
                    check_page(Ok(made.url.clone()), &own, &extra);
                    assert!(!made.url.contains(made.transaction.code_verifier.expose()));
                }
                Err(error) => check_error(&error),
            }
        }
    }
});

/// Of the verifier that 32 sevens make, by Python.
const CHALLENGE: &str = "3Ev4DHdHPRMPoN6GukAY_pi7IUAF5qWJHRK6kURvnoE";

fn server() -> Server {
    let at = |path: &str| Some(format!("https://as/{path}"));
    Server {
        authorization_endpoint: at("authorize?own=1"),
        token_endpoint: at("token"),
        userinfo_endpoint: at("userinfo"),
        end_session_endpoint: at("logout#x"),
        ..Server::default()
    }
}

/// A form says what it was given, in its order, and who the client is.
fn check(
    client: &Client,
    method: char,
    secret: &str,
    request: Result<HttpRequest, Error>,
    own: &[(&str, &str)],
    extra: &[(&str, &str)],
) {
    let request = match request {
        Ok(request) => request,
        Err(error) => return check_error(&error),
    };
    assert_eq!(request.url, "https://as/token");
    let id = client.client_id();
    let mut expected = expected(own, extra);
    let header = request.headers.value("authorization");
    match method {
        'b' | 'u' => {
            let credentials = header.and_then(|value| value.strip_prefix("Basic ")).expect("Basic");
            let text = credentials.trim_end_matches('=').replace('+', "-").replace('/', "_");
            let decoded =
                String::from_utf8(base64url::decode(&text).expect("base64")).expect("text");
            let (user, password) = decoded.split_once(':').expect("a colon");
            match method {
                'b' => assert_eq!((form(user), form(password)), (id.to_owned(), secret.to_owned())),
                _ => assert_eq!((user, password), (id, secret)),
            }
        }
        _ => {
            assert_eq!(header, None);
            expected.push(("client_id".to_owned(), id.to_owned()));
            if method == 'p' {
                expected.push(("client_secret".to_owned(), secret.to_owned()));
            }
        }
    }
    assert_eq!(read(&request.body), expected);
}

fn check_page(url: Result<String, Error>, own: &[(&str, &str)], extra: &[(&str, &str)]) {
    match url {
        Ok(url) => {
            assert!(!url.contains('#'));
            let (_, query) = url.split_once('?').expect("a query");
            let mut said = read(query.as_bytes());
            said.retain(|(name, value)| (&**name, &**value) != ("own", "1"));
            let mut expected = expected(own, extra);
            expected.retain(|(name, value)| (&**name, &**value) != ("own", "1"));
            assert_eq!(said, expected);
        }
        Err(error) => check_error(&error),
    }
}

/// What is not empty, and everything additional.
fn expected(own: &[(&str, &str)], extra: &[(&str, &str)]) -> Pairs {
    let own = own.iter().filter(|(_, value)| !value.is_empty());
    own.chain(extra).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read(form: &[u8]) -> Pairs {
    form_urlencoded::parse(form).into_owned().collect()
}

/// One value of a form.
fn form(encoded: &str) -> String {
    let whole = format!("x={encoded}");
    form_urlencoded::parse(whole.as_bytes()).next().expect("a value").1.into_owned()
}

fn check_error(error: &Error) {
    assert_printable(&error.to_string());
    assert_eq!((error.kind(), error.status()), (ErrorKind::Argument, 0));
    assert!(!error.subject().is_empty() && !error.reason().is_empty());
}
