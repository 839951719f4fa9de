//! Answers about registrations and pushed requests: a letter for the kind, a status in three digits, then the body.

#![no_main]

use std::sync::LazyLock;

use eiam_token::client::authorize::AuthorizationParameters;
use eiam_token::client::pushed::PushedRequest;
use eiam_token::client::registration::{self, Registration};
use eiam_token::client::{Authentication, Client, Error, Server};
use eiam_token::http::HttpResponse;
use eiam_token_fuzz::{assert_error_of_response, assert_printable};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const FORMER: &str = "{\"client_id\":\"c\",\"client_secret\":\"S\",\"registration_access_token\":\"T\",\
                      \"registration_client_uri\":\"https://as/c\"}";

static SERVER: LazyLock<Server> = LazyLock::new(|| Server {
    issuer: Some("https://as".into()),
    authorization_endpoint: Some("https://as/authorize".into()),
    pushed_authorization_request_endpoint: Some("https://as/par".into()),
    registration_endpoint: Some("https://as/register".into()),
    ..Server::default()
});

static CLIENT: LazyLock<Client> =
    LazyLock::new(|| Client::new(SERVER.clone(), "app", Authentication::None).expect("a client"));

/// The registration before.
static REGISTERED: LazyLock<Registration> = LazyLock::new(|| {
    let response = HttpResponse::new(201, FORMER);
    registration::parse_response(&SERVER, &response, None).expect("a registration")
});

fuzz_target!(|bytes: &[u8]| {
    let Some(([kind, digits @ ..], body)) = bytes.split_first_chunk::<4>() else { return };
    let status = digits.iter().fold(0, |status, digit| status * 10 + u16::from(digit % 10));
    let response = HttpResponse::new(status, body);
    let read = match kind {
        b'r' => registration::parse_response(&SERVER, &response, None)
            .map(|registration| check_registration(&registration, None, body)),
        b'u' => registration::parse_response(&SERVER, &response, Some(&REGISTERED))
            .map(|registration| check_registration(&registration, Some(&REGISTERED), body)),
        b'd' => registration::parse_deletion(&response),
        b'p' => push(&response),
        _ => return,
    };
    let is_success = (200..300).contains(&status);
    match read {
        Ok(()) => assert!(is_success),
        Err(error) => assert_error_of_response(&error, status, is_success),
    }
});

fn push(response: &HttpResponse) -> Result<(), Error> {
    let parameters = AuthorizationParameters {
        redirect_uri: "https://app/cb",
        ..AuthorizationParameters::default()
    };
    let PushedRequest { transaction, .. } =
        CLIENT.pushed_authorization_request(&parameters, &[7; 64]).expect("a request");
    let state = transaction.state.clone();
    let request = CLIENT.parse_pushed_authorization(transaction, response)?;
    assert_eq!(request.transaction.state, state);
    let query = request.url.strip_prefix("https://as/authorize?").expect("a page of the server");
    let mut uris = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "client_id" => assert_eq!(value, "app"),
            "request_uri" => uris.push(value.into_owned()),
            other => panic!("the browser gets {other}"),
        }
    }
    assert!(matches!(&*uris, [uri] if !uri.is_empty()));
    Ok(())
}

fn check_registration(registration: &Registration, former: Option<&Registration>, body: &[u8]) {
    assert!(!registration.client_id.is_empty());
    assert!(former.is_none_or(|former| former.client_id == registration.client_id));
    assert_ne!(registration.client_secret_expires_at, Some(0));
    let seconds = [registration.client_secret_expires_at, registration.client_id_issued_at];
    assert!(seconds.into_iter().flatten().all(|seconds| seconds >= 0));
    // Credentials go to no URL that is less safe than the server's.
    let uri = registration.client_uri.as_deref();
    assert!(uri.is_none_or(|uri| {
        uri.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
    }));
    let shown = format!("{registration:?}");
    for secret in [&registration.client_secret, &registration.access_token].into_iter().flatten() {
        let text = secret.expose();
        assert!(!text.is_empty());
        // What is that long is nowhere else by chance.
        assert!(text.len() < 40 || !shown.contains(text) || registration.client_id.contains(text));
    }
    for request in [
        registration::read_request(registration),
        registration::update_request(registration, "{\"client_name\":\"n\"}"),
        registration::delete_request(registration),
    ] {
        match request {
            Ok(request) => {
                assert_eq!(Some(&*request.url), uri);
                let field = request
                    .headers
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
                let (_, value) = field.expect("the token");
                assert!(!value.contains(['\r', '\n']));
            }
            Err(error) => assert_printable(&error.to_string()),
        }
    }
    let Ok(json) = serde_json::from_slice::<Value>(body) else { return };
    assert_eq!(json["client_id"].as_str(), Some(&*registration.client_id));
}
