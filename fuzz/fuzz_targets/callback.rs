//! What comes to the redirect URI, in whatever form, for one request that was made.

#![no_main]

use std::sync::LazyLock;

use eiam_token::client::authorize::{AuthorizationParameters, Transaction};
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Server, callback};
use eiam_token_fuzz::assert_printable;
use libfuzzer_sys::fuzz_target;

const ISSUER: &str = "https://as";
const STATE: &str = "s7&";

static CLIENT: LazyLock<Client> = LazyLock::new(|| client(false));
static CLIENT_TOLD_OF_ISS: LazyLock<Client> = LazyLock::new(|| client(true));
static TRANSACTION: LazyLock<Transaction> = LazyLock::new(|| {
    let parameters = AuthorizationParameters {
        redirect_uri: "https://app/cb",
        scope: Some("openid"),
        ..AuthorizationParameters::default()
    };
    let request = CLIENT.authorization_request(&parameters, &[7; 64]).expect("a request");
    // Short enough to be found.
    Transaction { state: STATE.into(), ..request.transaction }
});

fn client(iss_in_callback: bool) -> Client {
    let server = Server {
        issuer: Some(ISSUER.into()),
        authorization_endpoint: Some("https://as/authorize".into()),
        iss_in_callback,
        ..Server::default()
    };
    Client::new(server, "app", Authentication::None).expect("a client")
}

fuzz_target!(|callback: &str| {
    let owner = callback::state(callback);
    let answer = CLIENT.parse_callback(callback, &TRANSACTION);
    let with_iss = CLIENT_TOLD_OF_ISS.parse_callback(callback, &TRANSACTION);
    match &answer {
        Ok(response) => {
            let code = response.code().expose();
            assert!(!code.is_empty());
            // Without a request to go by, a query that could be the answer is taken for it.
            assert!(owner.as_deref() == Some(STATE) || query_is_response(callback));
            assert_eq!(response.code_verifier(), &TRANSACTION.code_verifier);
            let mut parts = parts_of_this_request(callback);
            parts.retain(|part| values(part, "code") == [code]);
            assert!(!parts.is_empty());
            // Query and fragment may both have state and code; one of them is the answer.
            let mut names_issuer = parts.iter().map(|part| values(part, "iss") == [ISSUER]);
            match with_iss {
                Ok(_) => assert!(names_issuer.any(|names| names)),
                Err(_) => assert!(!names_issuer.all(|names| names)),
            }
        }
        Err(error) => {
            assert!(with_iss.is_err());
            check_error(error, callback);
        }
    }
});

/// Whether the query has a state, and a code or an error.
fn query_is_response(callback: &str) -> bool {
    let (before, _) = callback.split_once('#').unwrap_or((callback, ""));
    let query = before.split_once('?').map_or("", |(_, query)| query);
    [before, query].into_iter().any(|part| {
        let part: Vec<_> = form_urlencoded::parse(part.as_bytes()).into_owned().collect();
        let has = |name| !values(&part, name).is_empty();
        has("state") && (has("code") || has("error"))
    })
}

/// The queries and fragments with the state of the request, once, by a reader that takes everything.
fn parts_of_this_request(callback: &str) -> Vec<Vec<(String, String)>> {
    let (before, fragment) = callback.split_once('#').unwrap_or((callback, ""));
    let query = before.split_once('?').map_or("", |(_, query)| query);
    [before, query, fragment]
        .into_iter()
        .map(|part| form_urlencoded::parse(part.as_bytes()).into_owned().collect::<Vec<_>>())
        .filter(|part| values(part, "state") == [STATE])
        .collect()
}

fn values<'a>(pairs: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
}

fn check_error(error: &Error, callback: &str) {
    assert_printable(&error.to_string());
    match error.kind() {
        // What a server refuses is believed only if it answers this request.
        ErrorKind::OAuth => assert!(!parts_of_this_request(callback).is_empty()),
        ErrorKind::Callback => assert!(!error.reason().is_empty()),
        other => panic!("not an error of a callback: {other:?}"),
    }
}
