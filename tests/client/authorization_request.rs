//! The authorization request and what is kept of it (RFC 6749 section 4.1.1, RFC 7636).

use eiam_token::client::authorize::{AuthorizationParameters, Transaction};
use eiam_token::client::{Authentication, Client, Error, ErrorKind, Extra, Server};
use eiam_token::pkce;

use crate::support::{
    ISSUER, REDIRECT_URI, assert_not_supported, is, public_client, random, server, transaction,
};

// Encoded by Python from the octets 0 to 31, 32 to 47 and 48 to 63.
const VERIFIER: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const STATE: &str = "ICEiIyQlJicoKSorLC0uLw";
const NONCE: &str = "MDEyMzQ1Njc4OTo7PD0-Pw";
// hashlib.sha256(VERIFIER).digest(), encoded by Python.
const CHALLENGE: &str = "6oZqdX5MOLq_qBJ8vppAnT4fk6AP8UiP9zX8-Rev_9A";

const REDIRECT_URI_ENCODED: &str = "http%3A%2F%2Flocalhost%3A3000%2Fcb%3Fa%3D1%26b%3D2";

fn url(client: &Client, scope: Option<&str>, extra: &Extra<'_>) -> Result<String, Error> {
    let parameters = AuthorizationParameters {
        redirect_uri: REDIRECT_URI,
        scope,
        extra,
        ..AuthorizationParameters::default()
    };
    Ok(client.authorization_request(&parameters, &random())?.url)
}

fn client_at(endpoint: &str) -> Client {
    let server = Server { authorization_endpoint: Some(endpoint.into()), ..server() };
    Client::new(server, "app_x", Authentication::None).unwrap()
}

#[test]
fn open_id_connect() {
    assert_eq!(
        url(&public_client(), Some("openid api://x|read"), &[]).unwrap(),
        format!(
            "https://pages.example/login/app/app_x/oauth2/authorize?response_type=code\
             &client_id=app_x&redirect_uri={REDIRECT_URI_ENCODED}\
             &scope=openid+api%3A%2F%2Fx%7Cread&state={STATE}&nonce={NONCE}\
             &code_challenge={CHALLENGE}&code_challenge_method=S256"
        )
    );
    assert_eq!(pkce::challenge(VERIFIER).as_deref(), Ok(CHALLENGE));
}

#[test]
fn a_nonce_only_where_an_id_token_is_asked_for() {
    for scope in [None, Some("email"), Some("openid_not"), Some("x|openid"), Some("OPENID")] {
        let url = url(&public_client(), scope, &[]).unwrap();
        assert!(!url.contains("nonce="), "{url}");
        assert!(url.contains(&format!("&state={STATE}&code_challenge={CHALLENGE}")), "{url}");
    }
    assert!(url(&public_client(), Some("email openid"), &[]).unwrap().contains(NONCE));
}

#[test]
fn an_endpoint_with_a_query_of_its_own_keeps_it() {
    for (endpoint, start) in [
        ("https://as.example/a", "https://as.example/a?response_type=code&"),
        ("https://as.example/a?", "https://as.example/a?response_type=code&"),
        ("https://as.example/a?tenant=1", "https://as.example/a?tenant=1&response_type=code&"),
        ("https://as.example/a?tenant=1&", "https://as.example/a?tenant=1&response_type=code&"),
        ("https://as.example/a#x?y", "https://as.example/a?response_type=code&"),
    ] {
        let url = url(&client_at(endpoint), None, &[]).unwrap();
        assert!(url.starts_with(start), "{url}");
    }
}

#[test]
fn extra_parameters() {
    let made = url(&public_client(), None, &[("prompt", "login"), ("ui_locales", "zh-CN en")]);
    assert!(made.unwrap().ends_with("&prompt=login&ui_locales=zh-CN+en"));
    for name in [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    ] {
        let refused = url(&public_client(), None, &[(name, "x")]);
        assert!(is(&refused, ErrorKind::Argument, "extra"), "{name}");
    }
    assert!(url(&public_client(), None, &[("prompt", "login"), ("prompt", "none")]).is_err());
}

#[test]
fn a_redirect_uri_that_no_server_takes_is_refused() {
    for redirect_uri in ["", "https://app.example/#/cb", "#"] {
        let parameters = AuthorizationParameters {
            redirect_uri,
            scope: None,
            ..AuthorizationParameters::default()
        };
        let refused = public_client().authorization_request(&parameters, &random());
        assert!(is(&refused, ErrorKind::Argument, "redirect_uri"));
    }
}

#[test]
fn a_server_without_pages_is_named() {
    let server = Server { authorization_endpoint: None, ..server() };
    let client = Client::new(server, "app_x", Authentication::None).unwrap();
    assert_not_supported(url(&client, None, &[]), "authorization_endpoint");
}

#[test]
fn the_transaction_holds_what_finishes_the_request() {
    let transaction = transaction();
    assert_eq!(transaction.issuer.as_deref(), Some(ISSUER));
    assert_eq!(transaction.client_id, "app_x");
    assert_eq!(transaction.redirect_uri, REDIRECT_URI);
    assert_eq!(transaction.scope.as_deref(), Some("openid"));
    assert_eq!(transaction.state.expose(), STATE);
    assert_eq!(transaction.nonce.as_ref().map(|nonce| nonce.expose()), Some(NONCE));
    assert_eq!(transaction.code_verifier.expose(), VERIFIER);
}

#[test]
fn a_transaction_survives_being_stored() {
    let full = transaction();
    let mut bare = full.clone();
    (bare.issuer, bare.scope, bare.nonce) = (None, None, None);
    let mut awkward = full.clone();
    awkward.redirect_uri = "https://app.example/\"\\\n\u{1}é😀".into();
    for transaction in [full, bare, awkward] {
        assert_eq!(Transaction::deserialize(&transaction.serialize()), Ok(transaction));
    }
}

#[test]
fn stored_text_that_is_no_transaction_is_refused() {
    let stored = transaction().serialize();
    for text in [
        String::new(),
        "null".into(),
        "[]".into(),
        "{}".into(),
        format!("{stored}{stored}"),
        stored.replace("\"state\"", "\"status\""),
        stored.replace("\"client_id\"", "\"client\""),
        stored.replace("\"redirect_uri\"", "\"redirect\""),
        stored.replace("\"code_verifier\"", "\"verifier\""),
        stored.replace(&format!("\"{STATE}\""), "5"),
        stored.replace("{", "{\"state\":\"other\","),
    ] {
        assert_ne!(text, stored);
        let refused = Transaction::deserialize(&text);
        assert!(is(&refused, ErrorKind::Argument, "transaction"), "{text}");
    }
}

#[test]
fn core_3_1_2_1_max_age_is_sent_and_kept() {
    let request = |max_age| {
        let parameters = AuthorizationParameters {
            redirect_uri: REDIRECT_URI,
            scope: Some("openid"),
            max_age: Some(max_age),
            ..AuthorizationParameters::default()
        };
        public_client().authorization_request(&parameters, &random())
    };
    for seconds in [60, 0, i64::MAX] {
        let made = request(seconds).unwrap();
        let query = made.url.split_once('?').unwrap().1;
        assert!(query.split('&').any(|pair| pair == format!("max_age={seconds}")), "{query}");
        assert_eq!(made.transaction.max_age, Some(seconds));
        let stored = Transaction::deserialize(&made.transaction.serialize()).unwrap();
        assert_eq!(stored, made.transaction);
        let callback = format!("code=CO&state={STATE}");
        let response = public_client().parse_callback(&callback, &stored).unwrap();
        assert_eq!(response.max_age(), Some(seconds));
    }
    for wrong in [-1, i64::MIN] {
        assert!(is(&request(wrong), ErrorKind::Argument, "max_age"), "{wrong}");
    }
    let among_extra = |max_age| {
        let parameters = AuthorizationParameters {
            redirect_uri: REDIRECT_URI,
            scope: Some("openid"),
            extra: &[("max_age", max_age)],
            ..AuthorizationParameters::default()
        };
        public_client().authorization_request(&parameters, &random())
    };
    assert_eq!(among_extra("60").unwrap().transaction.max_age, Some(60));
    for wrong in ["", "-1", "1.5", "soon", "9223372036854775808", " 60"] {
        assert!(is(&among_extra(wrong), ErrorKind::Argument, "max_age"), "{wrong}");
    }
    assert_eq!(transaction().max_age, None);
}

/// OpenID Connect Core section 3.1.2.1, RFC 8707 section 2.1.
#[test]
fn every_parameter_is_sent_by_its_name() {
    let parameters = AuthorizationParameters {
        redirect_uri: "https://app.example/cb",
        prompt: Some("login"),
        login_hint: Some("a@b"),
        max_age: Some(0),
        response_mode: Some("form_post"),
        ui_locales: Some("zh-CN en"),
        acr_values: Some("urn:a"),
        claims: Some(r#"{"id_token":{}}"#),
        display: Some("popup"),
        resource: &["https://a.example", "https://b.example"],
        extra: &[("x", "y")],
        ..AuthorizationParameters::default()
    };
    let made = public_client().authorization_request(&parameters, &random()).unwrap();
    for pair in [
        "prompt=login",
        "login_hint=a%40b",
        "max_age=0",
        "response_mode=form_post",
        "ui_locales=zh-CN+en",
        "acr_values=urn%3Aa",
        "claims=%7B%22id_token%22%3A%7B%7D%7D",
        "display=popup",
        "resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example",
        "x=y",
    ] {
        assert!(made.url.contains(&format!("&{pair}")), "{pair} in {}", made.url);
    }
    let shown = format!("{parameters:?}");
    assert!(!shown.contains("a@b") && !shown.contains("id_token"), "{shown}");
    let twice = AuthorizationParameters { extra: &[("prompt", "none")], ..parameters };
    let refused = public_client().authorization_request(&twice, &random());
    assert!(is(&refused, ErrorKind::Argument, "extra"));
}
