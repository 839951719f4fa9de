//! No `Debug` and no message shows a byte of a secret, code, verifier or token.

use core::fmt::{Debug, Display};

use eiam_token::client::authorize::AuthorizationParameters;
use eiam_token::client::token::{AuthorizationCode, Password, RefreshToken};
use eiam_token::client::{Authentication, device, discovery, id_token, revoke, token, user_info};
use eiam_token::http::HttpResponse;
use eiam_token::json::{self, Limits};
use eiam_token::pkce::{self, Pkce};
use eiam_token::{base64url, form};

use crate::support::{
    NOW, REDIRECT_URI, authorization_response, client_with, parse_token, random, transaction,
};

/// Stands in every secret place; its pieces too must not be seen.
const SENTINEL: &str = "Xq7Zk9Wv3Jt5";

fn assert_hidden(shown: &str) {
    for piece in [SENTINEL, &SENTINEL[..6], &SENTINEL[6..]] {
        assert!(!shown.contains(piece), "{shown}");
    }
}

fn debug(value: &dyn Debug) {
    assert_hidden(&format!("{value:?}"));
    assert_hidden(&format!("{value:#?}"));
}

fn error<E: Debug + Display>(value: E) {
    debug(&value);
    assert_hidden(&value.to_string());
}

#[test]
fn clients_and_requests() {
    for authentication in [
        Authentication::basic(SENTINEL),
        Authentication::post(SENTINEL),
        Authentication::BasicUnencoded(SENTINEL.into()),
    ] {
        debug(&authentication);
        let client = client_with(authentication);
        debug(&client);
        let response = authorization_response(SENTINEL);
        debug(&response);
        debug(&AuthorizationCode(&response));
        let password = Password { username: "alice", password: SENTINEL, scope: None };
        let refresh = RefreshToken { refresh_token: SENTINEL, scope: None };
        for request in [
            client.token_request(&AuthorizationCode(&response), &[]),
            client.token_request(&password, &[("x", SENTINEL)]),
            client.token_request(&refresh, &[]),
            client.device_authorization_request(None, &[("x", SENTINEL)]),
            client.revocation_request(SENTINEL, None),
            client.user_info_request(SENTINEL),
        ] {
            let request = request.unwrap();
            debug(&request);
            debug(&request.headers);
            assert_hidden(&request.url);
        }
    }
}

#[test]
fn authorization() {
    let transaction = transaction();
    let shown = format!("{transaction:?} {:?}", authorization_response("CO"));
    for secret in [&transaction.code_verifier, &transaction.state] {
        assert!(!shown.contains(secret.expose()), "{shown}");
    }

    let extra = [("id_token_hint", SENTINEL)];
    let parameters = AuthorizationParameters {
        redirect_uri: REDIRECT_URI,
        scope: Some("openid"),
        extra: &extra,
        ..AuthorizationParameters::default()
    };
    debug(&parameters);
    let request =
        client_with(Authentication::None).authorization_request(&parameters, &random()).unwrap();
    debug(&request);
    let shown = format!("{request:?}");
    let nonce = request.transaction.nonce.as_ref().unwrap();
    for secret in [&request.transaction.code_verifier, &request.transaction.state, nonce] {
        assert!(!shown.contains(secret.expose()), "{shown}");
    }

    let pkce = Pkce::from_verifier(&SENTINEL.repeat(4)).unwrap();
    debug(&pkce);
    debug(pkce.verifier());
}

#[test]
fn tokens() {
    let body = format!(
        r#"{{"token_type":"Bearer","access_token":"{SENTINEL}","refresh_token":"{SENTINEL}","id_token":"{SENTINEL}"}}"#
    );
    debug(&HttpResponse::new(200, body.as_str()).header("set-cookie", SENTINEL));
    debug(&parse_token(200, &body).unwrap());
    let body = format!(
        r#"{{"device_code":"{SENTINEL}","user_code":"WDJB","verification_uri":"https://as.example/d"}}"#
    );
    debug(&device::parse_response(&HttpResponse::new(200, body), NOW).unwrap());
}

/// Every answer is broken somewhere around the sentinel.
#[test]
fn malformed_answers() {
    let quoted = format!("\"{SENTINEL}\"");
    for body in [
        SENTINEL.to_owned(),
        quoted.clone(),
        format!("[{quoted}]"),
        format!("{{{quoted}"),
        format!("{{\"access_token\":{quoted}"),
        format!("{{\"access_token\":{quoted},\"access_token\":{quoted}}}"),
        format!("{{\"access_token\":\"{SENTINEL}\\x\"}}"),
        format!("{{\"access_token\":\"{SENTINEL}\n\"}}"),
        format!("{{\"access_token\":\"{SENTINEL}é\",\"token_type\":\"Bearer\"}}"),
        format!("{{\"access_token\":[{quoted}]}}"),
        format!("{{\"access_token\":{quoted}}}"),
        format!("{{\"token_type\":{quoted}}}"),
        format!("{{\"access_token\":{quoted},\"token_type\":\"B\",\"expires_in\":{quoted}}}"),
        format!("{{\"error\":[{quoted}],\"error_description\":[{quoted}]}}"),
        format!("{{\"issuer\":{quoted},\"sub\":[{quoted}]}}"),
        format!("{{\"device_code\":{quoted},\"verification_uri\":{quoted}}}"),
        // As the name of a member, where a path might show it.
        format!("{{\"{SENTINEL} \":x}}"),
        format!("{{\"{SENTINEL}\":{{\"{SENTINEL}-\":x}}}}"),
    ] {
        for status in [200, 400] {
            let response = HttpResponse::new(status, body.as_str());
            error(token::parse_response(&response, NOW).unwrap_err());
            error(device::parse_response(&response, NOW).unwrap_err());
            error(discovery::parse_response(&response, "https://as.example").unwrap_err());
            error(user_info::parse_response(&response, Some(SENTINEL)).unwrap_err());
            if let Err(refused) = revoke::parse_response(&response) {
                error(refused);
            }
        }
    }
    let other = HttpResponse::new(200, format!("{{\"sub\":{quoted}}}"));
    error(user_info::parse_response(&other, Some("user_a")).unwrap_err());
}

#[test]
fn callbacks_and_id_tokens() {
    let client = client_with(Authentication::None);
    let state = transaction().state.expose().to_owned();
    for callback in [
        format!("code={SENTINEL}"),
        format!("code={SENTINEL}&state={SENTINEL}"),
        format!("code={SENTINEL}&code={SENTINEL}&state={state}"),
        format!("code={SENTINEL}%&state={state}"),
        format!("code={SENTINEL}&state={state}&iss={SENTINEL}"),
        format!("{SENTINEL}={SENTINEL}&state={state}"),
    ] {
        error(client.parse_callback(&callback, &transaction()).unwrap_err());
    }
    let payload = base64url::encode(format!(r#"{{"iss":"{SENTINEL}"}}"#).as_bytes());
    for id_token in [
        SENTINEL.to_owned(),
        format!("{SENTINEL}.{SENTINEL}.{SENTINEL}"),
        format!("e30.{payload}."),
        format!("e30.{payload}.!"),
        format!("e30.{}.", base64url::encode(SENTINEL.as_bytes())),
    ] {
        if let Err(refused) = id_token::decode(&id_token) {
            error(refused);
        }
        error(client.check_id_token(&id_token.into(), &Default::default(), NOW, 0).unwrap_err());
    }
}

#[test]
fn arguments() {
    let client = client_with(Authentication::None);
    error(client.user_info_request(&format!("{SENTINEL}\n")).unwrap_err());
    let refresh = RefreshToken { refresh_token: SENTINEL, scope: None };
    error(client.token_request(&refresh, &[("refresh_token", SENTINEL)]).unwrap_err());
    error(pkce::challenge(SENTINEL).unwrap_err());
    error(pkce::challenge(&format!("{SENTINEL}/{}", SENTINEL.repeat(4))).unwrap_err());
    error(base64url::decode(&format!("{SENTINEL}=")).unwrap_err());
    error(form::decode(&format!("{SENTINEL}%")).unwrap_err());
    error(form::parse(&format!("a={SENTINEL}%ff"), form::Limits::default()).unwrap_err());
}

#[test]
fn values_of_the_json_reader() {
    let text = format!(r#"{{"a":["{SENTINEL}",{{"{SENTINEL}":12345678}}]}}"#);
    let value = json::parse(&text, Limits::default()).unwrap();
    debug(&value);
    let elements =
        value.as_object().unwrap().member("a").and_then(|value| value.as_array()).unwrap();
    debug(&elements);
    let number = elements[1].as_object().unwrap().member(SENTINEL);
    assert!(!format!("{number:?}").contains("1234"));
}
