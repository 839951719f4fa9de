//! What holds for every value: what a request is given it says, what an answer has is read, and no
//! answer brings down who reads it.

use eiam_token::base64url;
use eiam_token::client::authorize::{AuthorizationParameters, Transaction};
use eiam_token::client::device::{self, Decision, Polling};
use eiam_token::client::token::{
    AuthorizationCode, ClientCredentials, DeviceCode, Grant, Password, RefreshToken,
};
use eiam_token::client::{Authentication, ErrorKind, discovery, id_token, revoke, user_info};
use eiam_token::form::{self, Encoder, Limits};
use eiam_token::http::{HttpRequest, HttpResponse};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

use crate::support::{
    ISSUER, NOW, authorization_response, client_with, is, malformed, parse_token, public_client,
    transaction,
};

fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

type Pairs = Vec<(String, String)>;

fn pairs(expected: &[(&str, &str)]) -> Pairs {
    expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read(text: &str) -> Pairs {
    form::parse(text, Limits::default()).unwrap()
}

fn body(request: &HttpRequest) -> Pairs {
    read(core::str::from_utf8(&request.body).unwrap())
}

/// Text that is not empty.
fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("empty", |text| !text.is_empty())
}

/// Whether a token request of a public client has exactly these parameters and its own, in order.
fn says<G: Grant>(grant: &G, own: &[(&str, &str)]) -> bool {
    let request = public_client().token_request(grant, &[]).unwrap();
    let expected = [&[("grant_type", grant.grant_type())], own, &[("client_id", "app_x")]].concat();
    body(&request) == pairs(&expected)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_token_request_says_what_it_was_given(a in text(), b in text(), scope in text()) {
        let (a, b, scope) = (a.as_str(), b.as_str(), scope.as_str());
        let password = Password { username: a, password: b, scope: Some(scope) };
        prop_assert!(says(&password, &[("username", a), ("password", b), ("scope", scope)]));
        let refresh = RefreshToken { refresh_token: a, scope: Some(scope) };
        prop_assert!(says(&refresh, &[("refresh_token", a), ("scope", scope)]));
        let machine = ClientCredentials { scope: Some(scope) };
        prop_assert!(says(&machine, &[("scope", scope)]));
        let device = DeviceCode { device_code: a };
        prop_assert!(says(&device, &[("device_code", a)]));
        let response = authorization_response(a);
        prop_assert!(says(&AuthorizationCode(&response), &[
            ("code", a),
            ("redirect_uri", response.redirect_uri()),
            ("code_verifier", response.code_verifier().expose()),
        ]));
    }

    /// RFC 6749 section 2.3.1: whatever characters a secret has, the server reads the same.
    #[test]
    fn a_secret_arrives_as_it_is(secret in text(), value in any::<String>()) {
        let grant = ClientCredentials { scope: None };
        let request = |authentication| {
            client_with(authentication).token_request(&grant, &[("x", &value)]).unwrap()
        };
        let posted = request(Authentication::post(&secret));
        let sent = pairs(&[("client_id", "app_x"), ("client_secret", &secret)]);
        prop_assert!(body(&posted).ends_with(&sent));
        prop_assert!(body(&posted).contains(&("x".to_owned(), value.clone())));

        let basic = request(Authentication::basic(&secret));
        let header = basic.headers.value("authorization").unwrap();
        let credentials = header.strip_prefix("Basic ").unwrap().trim_end_matches('=');
        let url_safe = credentials.replace('+', "-").replace('/', "_");
        let decoded = String::from_utf8(base64url::decode(&url_safe).unwrap()).unwrap();
        let (id, password) = decoded.split_once(':').unwrap();
        prop_assert_eq!(form::decode(id).unwrap(), "app_x");
        prop_assert_eq!(form::decode(password).unwrap(), secret);
        prop_assert!(!basic.url.contains('?') && !posted.url.contains('?'));
    }

    #[test]
    fn an_authorization_url_says_what_it_was_given(
        redirect_uri in "[^#]{1,40}",
        scope in option::of(text()),
        extra in "x[a-z]{0,8}",
        value in any::<String>(),
        random in vec(any::<u8>(), 64),
    ) {
        let parameters = AuthorizationParameters {
            redirect_uri: &redirect_uri,
            scope: scope.as_deref(),
            extra: &[(&extra, &value)], ..AuthorizationParameters::default() };
        let random = random.try_into().unwrap();
        let request = public_client().authorization_request(&parameters, &random).unwrap();
        let said = read(request.url.split_once('?').unwrap().1);
        let one = |name: &str| {
            let mut found = said.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
            let first = found.next();
            assert!(found.next().is_none(), "{name} is there twice");
            first.map(String::as_str)
        };
        let made = &request.transaction;
        prop_assert_eq!(one("redirect_uri"), Some(redirect_uri.as_str()));
        prop_assert_eq!(one("scope"), scope.as_deref());
        prop_assert_eq!(one(&extra), Some(value.as_str()));
        prop_assert_eq!(one("state"), Some(made.state.expose()));
        prop_assert_eq!(one("nonce"), made.nonce.as_ref().map(|nonce| nonce.expose()));
        prop_assert!(!request.url.contains(made.code_verifier.expose()));
        prop_assert_eq!(&Transaction::deserialize(&made.serialize()).unwrap(), made);
    }

    #[test]
    fn a_callback_brings_its_code_in_every_form(
        code in text(),
        others in vec(("x[a-z]{0,4}", any::<String>()), 0..4),
        at in 0usize..4,
    ) {
        let transaction = transaction();
        let mut answer = Encoder::new();
        for (name, value) in &others {
            answer.pair(name, value);
        }
        answer.pair("code", &code).pair("state", transaction.state.expose());
        let place = ["", "https://app.example/cb?", "https://app.example/cb?a=1#", "#"][at];
        let callback = format!("{place}{}", answer.finish());
        let response = public_client().parse_callback(&callback, &transaction).unwrap();
        prop_assert_eq!(response.code().expose(), code);
    }

    #[test]
    fn no_other_state_is_taken(code in text(), state in any::<String>()) {
        let transaction = transaction();
        prop_assume!(state != transaction.state.expose());
        let mut answer = Encoder::new();
        answer.pair("code", &code).pair("state", &state);
        let refused = public_client().parse_callback(&answer.finish(), &transaction);
        prop_assert!(is(&refused, ErrorKind::Callback, "state"));
    }

    #[test]
    fn a_token_answer_is_read_as_it_was_written(
        token in "[ -~]{1,60}",
        refresh in option::of("[ -~]{1,60}"),
        scope in option::of(any::<String>()),
        kind in prop::sample::select(vec!["Bearer", "bEARER", "Basic", "n_a"]),
        expires_in in option::of(0..=i64::MAX),
        more in any::<String>(),
    ) {
        let answer = json!({
            "access_token": token, "token_type": kind, "refresh_token": refresh,
            "scope": scope, "expires_in": expires_in, "more": [more],
        });
        let tokens = parse_token(200, &answer.to_string()).unwrap();
        prop_assert_eq!(tokens.access_token.expose(), token);
        prop_assert_eq!(tokens.token_type, kind);
        prop_assert_eq!(tokens.refresh_token.map(|token| token.expose().to_owned()), refresh);
        prop_assert_eq!(tokens.scope, scope);
        prop_assert_eq!(tokens.expires_in, expires_in);
    }

    /// RFC 6749 appendix A: a token has printable ASCII, since it goes into headers.
    #[test]
    fn a_token_that_no_header_can_carry_is_refused(
        start in "[ -~]{0,20}",
        wrong in "[^ -~]",
        end in "[ -~]{0,20}",
        name in prop::sample::select(vec!["access_token", "refresh_token", "id_token"]),
    ) {
        let mut answer = json!({ "access_token": "ATx", "token_type": "Bearer" });
        answer[name] = Value::String(format!("{start}{wrong}{end}"));
        let (path, reason) = malformed(parse_token(200, &answer.to_string()));
        prop_assert_eq!(path, format!("$.{name}"));
        prop_assert!(!reason.contains(&wrong));
    }

    #[test]
    fn an_id_token_says_what_was_encoded(
        claims in vec(("[a-z]{1,6}", any::<String>(), any::<i64>()), 0..5),
        signature in vec(any::<u8>(), 0..20),
    ) {
        let claims: serde_json::Map<_, _> =
            claims.into_iter().map(|(name, text, number)| (name, json!([text, number]))).collect();
        let claims = Value::Object(claims).to_string();
        let header = r#"{"alg":"RS256"}"#;
        let parts = [header.as_bytes(), claims.as_bytes(), &signature].map(base64url::encode);
        let decoded = id_token::decode(&parts.join(".")).unwrap();
        prop_assert_eq!((decoded.header.as_str(), decoded.claims), (header, claims));
    }

    #[test]
    fn no_answer_brings_the_reader_down(
        status in 100u16..600,
        body in prop_oneof![
            vec(any::<u8>(), 0..60),
            "[\\[\\]{}\",:.eE+0-9a-z\\\\ -]{0,60}".prop_map(String::into_bytes),
            vec((member_name(), value()), 0..8).prop_map(|members| {
                let members: serde_json::Map<_, _> = members.into_iter().collect();
                Value::Object(members).to_string().into_bytes()
            }),
        ],
        retry in any::<String>(),
    ) {
        let response = HttpResponse::new(status, body).header("retry-after", retry);
        let is_success = (200..300).contains(&status);
        let errors = [
            eiam_token::client::token::parse_response(&response, NOW).err(),
            device::parse_response(&response, NOW).err(),
            user_info::parse_response(&response, Some("u")).err(),
            discovery::parse_response(&response, ISSUER).err(),
            revoke::parse_response(&response).err(),
        ];
        for error in errors {
            let Some(error) = error else {
                prop_assert!(is_success);
                continue;
            };
            prop_assert_eq!(error.status(), status);
            prop_assert!(!error.to_string().contains(char::is_control));
            prop_assert!(error.retry_after().is_none_or(|milliseconds| milliseconds >= 0));
        }
    }

    /// Against integers that are large enough; RFC 9110 section 10.2.3 and EIAM's own header.
    #[test]
    fn how_long_to_wait_is_exact_and_saturates(seconds in 0..=i64::MAX, own in any::<bool>()) {
        let name = if own { "x-acs-retry-after" } else { "retry-after" };
        let response = HttpResponse::new(503, "").header(name, format!(" {seconds} "));
        let error = eiam_token::client::token::parse_response(&response, NOW).unwrap_err();
        let milliseconds = i128::from(seconds) * if own { 1 } else { 1000 };
        let expected = i64::try_from(milliseconds).unwrap_or(i64::MAX);
        prop_assert_eq!(error.retry_after(), Some(expected));
    }

    /// RFC 8628 section 3.5: the interval never shrinks, and nobody polls after the deadline.
    #[test]
    fn polling_never_becomes_faster(
        interval in any::<i64>(),
        deadline in option::of(any::<i64>()),
        polls in vec((0usize..5, any::<i64>()), 1..20),
    ) {
        let mut polling = Polling::resume(interval, deadline);
        for (answer, now) in polls {
            let before = polling.interval();
            let oauth = |code: &str| parse_token(400, &json!({ "error": code }).to_string());
            let decision = match answer {
                0 => polling.decide(oauth("authorization_pending"), now),
                1 => polling.decide(oauth("slow_down"), now),
                2 => polling.decide(parse_token(503, ""), now),
                3 => polling.decide(parse_token(429, "{}"), now),
                _ => polling.unreachable(now),
            };
            prop_assert!(polling.interval() >= before.max(1));
            let is_over = deadline.is_some_and(|deadline| now >= deadline);
            match decision {
                Decision::Expired => prop_assert!(is_over),
                Decision::Wait { seconds, slower } => {
                    prop_assert!(!is_over && seconds >= polling.interval());
                    prop_assert_eq!(slower, answer == 1);
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}

/// The names that answers have, and others.
fn member_name() -> impl Strategy<Value = String> {
    let known = vec![
        "access_token",
        "token_type",
        "refresh_token",
        "id_token",
        "scope",
        "expires_in",
        "expires_at",
        "error",
        "error_description",
        "error_uri",
        "request_id",
        "Code",
        "Message",
        "RequestId",
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "interval",
        "sub",
        "issuer",
        "token_endpoint",
        "authorization_endpoint",
    ];
    prop_oneof![
        9 => prop::sample::select(known).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let known = vec!["Bearer", "ATx", ISSUER, "https://as.example/x", "u", "", "invalid_grant"];
    prop_oneof![
        4 => prop::sample::select(known).prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
        2 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => vec(any::<String>(), 0..3).prop_map(Value::from),
    ]
}
