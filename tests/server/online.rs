//! The client that sends its requests itself, against the issuer of a test.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use eiam_token::client::authorize::AuthorizationParameters;
use eiam_token::client::online::{OnlineClient, OnlineError, OnlineOptions};
use eiam_token::client::token::Password;
use eiam_token::client::{Authentication, Client, ErrorKind, PlainHttp, Server};
use eiam_token::testing::TestIssuer;

use crate::keys::hs256;

const CALLBACK: &str = "http://127.0.0.1:8700/cb";

/// A client of the issuer, by discovery.
async fn connect(issuer: &TestIssuer, id: &str) -> OnlineClient {
    let client = issuer.client(id).unwrap();
    let secret = client.client_secret.as_deref();
    let authentication = secret.map_or(Authentication::None, Authentication::basic);
    OnlineClient::discover(client.issuer(), id, authentication).await.unwrap()
}

fn parameters() -> AuthorizationParameters<'static> {
    AuthorizationParameters {
        redirect_uri: CALLBACK,
        scope: Some("openid email offline_access"),
        ..AuthorizationParameters::default()
    }
}

fn protocol(error: OnlineError) -> eiam_token::client::Error {
    match error {
        OnlineError::Protocol(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_user_signs_in_refreshes_and_signs_out() {
    let issuer = TestIssuer::start().await.unwrap();
    let client = connect(&issuer, "web").await;
    let request = client.authorization_request(&parameters()).unwrap();
    let callback = issuer.visit(&request.url, "alice").unwrap();
    let tokens = client.sign_in(&callback, &request.transaction).await.unwrap();
    let claims = client.user_info(&tokens).await.unwrap();
    assert!(claims.contains("alice@example.com"), "{claims}");
    let refreshed = client.refresh(&tokens).await.unwrap();
    assert_ne!(refreshed.access_token, tokens.access_token);
    // The keys were fetched once, for both id_tokens.
    assert_eq!(issuer.journal().find(&eiam_token::testing::Filter::at("jwks")).len(), 1);
    client.revoke(refreshed.refresh_token.as_ref().unwrap().expose(), None).await.unwrap();
    let error = protocol(client.refresh(&refreshed).await.unwrap_err());
    assert_eq!(error.oauth_code(), Some("invalid_grant"));
    // A code is worth something once.
    let error = protocol(client.sign_in(&callback, &request.transaction).await.unwrap_err());
    assert_eq!(error.oauth_code(), Some("invalid_grant"));
}

#[tokio::test]
async fn a_device_waits_no_longer_than_its_code_lasts() {
    let issuer = TestIssuer::start().await.unwrap();
    let client = connect(&issuer, "device").await;
    let short = serde_json::json!({ "interval": 600, "expires_in": 1 });
    issuer.next("device_authorization").merge(short).unwrap();
    let device = client.start_device(None).await.unwrap();
    let polling = tokio::time::timeout(Duration::from_secs(60), client.poll_device(&device));
    let expired = polling.await.unwrap().unwrap_err();
    assert!(matches!(expired, OnlineError::Expired), "{expired:?}");
    assert!(issuer.journal().last("token").is_none());
}

#[tokio::test]
async fn a_device_polls_until_its_user_has_decided() {
    let issuer = TestIssuer::start().await.unwrap();
    let client = connect(&issuer, "device").await;
    // The shortest interval that there is.
    issuer
        .next("device_authorization")
        .times(2)
        .merge(serde_json::json!({ "interval": 1 }))
        .unwrap();
    let device = client.start_device(Some("openid")).await.unwrap();
    issuer.next("token").drop_connection().unwrap();
    issuer.next("token").approve("alice").unwrap();
    let tokens = client.poll_device(&device).await.unwrap();
    assert_eq!(tokens.claims.unwrap().text("sub").as_deref(), Some("alice"));
    let device = client.start_device(None).await.unwrap();
    issuer.deny(&device.user_code).unwrap();
    let denied = client.poll_device(&device).await.unwrap_err();
    assert!(matches!(denied, OnlineError::Denied), "{denied:?}");
}

#[tokio::test]
async fn tokens_without_a_browser() {
    let issuer = TestIssuer::start().await.unwrap();
    let machine = connect(&issuer, "machine").await;
    let tokens = machine.client_credentials(Some("api")).await.unwrap();
    assert!(issuer.is_valid(tokens.access_token.expose()));
    let web = connect(&issuer, "web").await;
    let password = |password| Password { username: "alice", password, scope: Some("openid") };
    let tokens = web.password(&password("alice-password")).await.unwrap();
    assert!(tokens.id_token.is_some());
    let error = protocol(web.password(&password("wrong")).await.unwrap_err());
    assert_eq!(error.oauth_code(), Some("invalid_grant"));
}

#[tokio::test]
async fn rfc_7519_section_4_1_4_the_clock_is_the_one_that_it_is_given() {
    let issuer = TestIssuer::options().clock(1_700_000_000).start().await.unwrap();
    let sign_in = async |client: &OnlineClient| {
        let request = client.authorization_request(&parameters()).unwrap();
        let callback = issuer.visit(&request.url, "alice").unwrap();
        client.sign_in(&callback, &request.transaction).await
    };
    let client = connect(&issuer, "web").await;
    let error = protocol(sign_in(&client).await.unwrap_err());
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Malformed, "id_token.exp"));
    let client = client.with_clock(|| 1_700_000_000);
    assert!(sign_in(&client).await.is_ok());
}

#[tokio::test]
async fn an_id_token_that_the_server_has_not_signed_is_refused() {
    let issuer = TestIssuer::start().await.unwrap();
    for case in ["alg_none", "signature_flipped", "keys_changed_same_kid"] {
        issuer.hostile().be(case).unwrap();
        let client = connect(&issuer, "web").await;
        let request = client.authorization_request(&parameters()).unwrap();
        let callback = issuer.visit(&request.url, "alice").unwrap();
        let error = client.sign_in(&callback, &request.transaction).await.unwrap_err();
        let error = protocol(error);
        assert!(error.subject().starts_with("id_token"), "{case}: {error:?}");
        issuer.hostile().end();
    }
}

/// How often an endpoint was asked.
fn times(issuer: &TestIssuer, endpoint: &str) -> usize {
    issuer.journal().find(&eiam_token::testing::Filter::at(endpoint)).len()
}

#[tokio::test]
async fn a_code_is_not_spent_while_the_keys_cannot_be_had() {
    let issuer = TestIssuer::start().await.unwrap();
    let client = connect(&issuer, "web").await;
    let request = client.authorization_request(&parameters()).unwrap();
    let callback = issuer.visit(&request.url, "alice").unwrap();
    issuer.next("jwks").fail(503).unwrap();
    let error = protocol(client.sign_in(&callback, &request.transaction).await.unwrap_err());
    assert_eq!(error.status(), 503);
    issuer.next("jwks").endless().unwrap();
    let error = client.sign_in(&callback, &request.transaction).await.unwrap_err();
    assert!(matches!(error, OnlineError::TooLarge(_)), "{error:?}");
    assert_eq!(times(&issuer, "token"), 0);
    // The code is still worth something. The keys are believed for no longer than they come in.
    issuer.next("jwks").header("cache-control", Some("no-store")).unwrap();
    issuer.next("jwks").after(1).always().fail(503).unwrap();
    let seconds = Arc::new(AtomicI64::new(issuer.clock().now()));
    let client = client.with_clock(move || seconds.fetch_add(1, Ordering::Relaxed));
    assert!(client.sign_in(&callback, &request.transaction).await.is_ok());
    assert_eq!(times(&issuer, "jwks"), 3);
}

#[tokio::test]
async fn a_device_code_is_not_spent_while_the_keys_cannot_be_had() {
    let issuer = TestIssuer::start().await.unwrap();
    let client = connect(&issuer, "device").await;
    let interval = serde_json::json!({ "interval": 1 });
    issuer.next("device_authorization").times(2).merge(interval).unwrap();
    let device = client.start_device(Some("openid profile")).await.unwrap();
    issuer.approve(&device.user_code, "alice").unwrap();
    issuer.next("jwks").fail(404).unwrap();
    let error = protocol(client.poll_device(&device).await.unwrap_err());
    assert_eq!(error.status(), 404);
    assert_eq!(times(&issuer, "token"), 0);
    // What may pass is waited for, as for the token endpoint.
    issuer.next("jwks").fail(503).unwrap();
    assert!(client.poll_device(&device).await.unwrap().id_token.is_some());
    // Who asks for no id_token needs no keys.
    let client = connect(&issuer, "device").await;
    issuer.next("jwks").always().fail(404).unwrap();
    let device = client.start_device(Some("profile")).await.unwrap();
    issuer.approve(&device.user_code, "alice").unwrap();
    assert!(client.poll_device(&device).await.is_ok());
}

#[tokio::test]
async fn a_refresh_is_sent_while_the_keys_cannot_be_had() {
    let issuer = TestIssuer::start().await.unwrap();
    let client = connect(&issuer, "web").await;
    let request = client.authorization_request(&parameters()).unwrap();
    let callback = issuer.visit(&request.url, "alice").unwrap();
    let tokens = client.sign_in(&callback, &request.transaction).await.unwrap();
    // A client that has no keys yet.
    let other = connect(&issuer, "web").await;
    issuer.next("jwks").always().fail(503).unwrap();
    let refreshed = other.refresh(&tokens).await.unwrap();
    assert_ne!(refreshed.access_token, tokens.access_token);
    assert_eq!((&refreshed.id_token, &refreshed.claims), (&tokens.id_token, &tokens.claims));
    issuer.faults().clear();
    // One whose keys did not make the signature, while newer ones cannot be had.
    issuer.hostile().be("signature_flipped").unwrap();
    issuer.next("jwks").always().fail(503).unwrap();
    let later = issuer.clock().now() + 1;
    let client = client.with_clock(move || later);
    let again = client.refresh(&refreshed).await.unwrap();
    assert_ne!(again.refresh_token, None);
    assert_eq!(again.id_token, tokens.id_token);
    // A minute has to pass before they are asked for once more, and the signature is wrong by those that there are.
    let asked = times(&issuer, "jwks");
    let error = protocol(client.refresh(&again).await.unwrap_err());
    assert_eq!((error.subject(), times(&issuer, "jwks")), ("id_token.signature", asked));
}

#[tokio::test]
async fn what_the_network_does_is_told_without_secrets() {
    let issuer = TestIssuer::start().await.unwrap();
    let client = connect(&issuer, "machine").await;
    issuer.next("token").drop_connection().unwrap();
    let error = client.client_credentials(None).await.unwrap_err();
    assert!(matches!(error, OnlineError::Network(_)), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("http:"), "{error:?}");
    issuer.next("token").truncate(5).unwrap();
    assert!(matches!(client.client_credentials(None).await, Err(OnlineError::Network(_))));
    issuer.next("token").endless().unwrap();
    let error = client.client_credentials(None).await.unwrap_err();
    assert!(matches!(error, OnlineError::TooLarge(1_048_576)), "{error:?}");
    issuer.next("token").html(502).unwrap();
    let error = protocol(client.client_credentials(None).await.unwrap_err());
    assert_eq!((error.kind(), error.status()), (ErrorKind::Http, 502));
    // Credentials follow nobody.
    issuer.hostile().be("redirect_307").unwrap();
    let error = protocol(client.client_credentials(None).await.unwrap_err());
    assert_eq!(error.status(), 307);
    assert_eq!(issuer.journal().last("token").unwrap().status, 307);
    assert_eq!(format!("{client:?}").matches("Secret").count(), 0, "{client:?}");
    drop(issuer);
    let error = client.client_credentials(None).await.unwrap_err();
    assert!(matches!(error, OnlineError::Network(_)), "{error:?}");
}

#[tokio::test]
async fn rfc_8414_section_3_metadata_that_are_not_there_or_of_another_issuer() {
    let issuer = TestIssuer::start().await.unwrap();
    let name = issuer.client("web").unwrap().issuer().to_owned();
    let discover =
        async || OnlineClient::discover(&name, "web", Authentication::None).await.map(|_| ());
    issuer.next("discovery").always().fail(404).unwrap();
    let error = protocol(discover().await.unwrap_err());
    assert_eq!(error.status(), 404);
    issuer.faults().clear();
    issuer
        .next("discovery")
        .merge(serde_json::json!({ "issuer": "https://other.example" }))
        .unwrap();
    let error = protocol(discover().await.unwrap_err());
    assert_eq!(error.subject(), "$.issuer");
    assert!(discover().await.is_ok());
}

#[tokio::test]
async fn rfc_8414_section_3_of_several_places_the_first_one_says_why() {
    let issuer = TestIssuer::start().await.unwrap();
    let name = issuer.client("web").unwrap().issuer().to_owned();
    issuer.next("discovery").fail(404).unwrap();
    issuer.next("discovery").always().fail(410).unwrap();
    let refused = OnlineClient::discover(&name, "web", Authentication::None).await.map(|_| ());
    assert_eq!(protocol(refused.unwrap_err()).status(), 404);
    assert!(times(&issuer, "discovery") > 1);
}

#[tokio::test]
async fn rfc_6749_section_3_1_plain_http_is_for_whoever_allows_it() {
    let name = "http://as.invalid/tenant";
    let refused = OnlineClient::discover(name, "web", Authentication::None).await.map(|_| ());
    let error = protocol(refused.unwrap_err());
    assert_eq!((error.kind(), error.subject()), (ErrorKind::Argument, "issuer"));
    // A name that nobody has and that leads to the test's issuer, which answers to its own name alone.
    let issuer = TestIssuer::start().await.unwrap();
    let local = issuer.url();
    let address = local.trim_start_matches("http://");
    let headers = [(reqwest::header::HOST, address.parse().unwrap())].into_iter().collect();
    let plain = reqwest::Client::builder().no_proxy().default_headers(headers);
    let plain = plain.resolve("as.invalid", address.parse().unwrap()).build().unwrap();
    let named = local.replace("127.0.0.1", "as.invalid");
    assert_ne!(named, local);
    let name = issuer.client("web").unwrap().issuer().replace(local, &named);
    issuer.next("discovery").replace(local, &named).unwrap();
    let options = OnlineOptions::default().connector(plain);
    let strict = options.clone().discover(&name, "web", Authentication::None).await.map(|_| ());
    assert_eq!(protocol(strict.unwrap_err()).subject(), "issuer");
    assert_eq!(times(&issuer, "discovery"), 0);
    let options = options.plain_http(PlainHttp::Anywhere);
    let client = options.discover(&name, "web", Authentication::None).await.unwrap();
    assert!(client.client().server().unusable.is_empty());
    let request = client.authorization_request(&parameters()).unwrap();
    assert!(request.url.starts_with(&named), "{request:?}");
}

#[tokio::test]
async fn keys_are_believed_for_as_long_as_the_application_says() {
    let issuer = TestIssuer::start().await.unwrap();
    for (longest, fetched) in [(3600, 1), (60, 2)] {
        issuer.journal().clear();
        let seconds = Arc::new(AtomicI64::new(issuer.clock().now()));
        let clock = seconds.clone();
        let client = issuer.client("web").unwrap().connect().unwrap();
        let options = OnlineOptions::default().longest_key_age(longest);
        let client = options.connect(client).unwrap();
        let client = client.with_clock(move || clock.load(Ordering::Relaxed));
        issuer.next("jwks").always().header("cache-control", None).unwrap();
        for _ in 0..2 {
            let request = client.authorization_request(&parameters()).unwrap();
            let callback = issuer.visit(&request.url, "alice").unwrap();
            client.sign_in(&callback, &request.transaction).await.unwrap();
            seconds.fetch_add(61, Ordering::Relaxed);
            issuer.clock().advance(Duration::from_secs(61));
        }
        assert_eq!(times(&issuer, "jwks"), fetched, "{longest}");
        issuer.faults().clear();
    }
}

#[tokio::test]
async fn rfc_7518_section_3_2_the_client_s_secret_signs_where_it_is_asked_for() {
    const SECRET: &str = "a secret that has 32 octets or so";
    let issuer = TestIssuer::options().configure(|config| {
        let web = config.applications.iter_mut().find(|it| it.application_id == "web").unwrap();
        web.client_secrets = vec![SECRET.into()];
    });
    let issuer = issuer.start().await.unwrap();
    let connected = |options: OnlineOptions| {
        options.connect(issuer.client("web").unwrap().connect().unwrap()).unwrap()
    };
    let sign_in = async |client: &OnlineClient, secret: &str| {
        let request = client.authorization_request(&parameters()).unwrap();
        let now = issuer.clock().now();
        let claims = serde_json::json!({
            "iss": request.transaction.issuer, "sub": "alice", "aud": "web", "iat": now, "exp": now + 60,
            "nonce": request.transaction.nonce.as_ref().unwrap().expose(),
        });
        let id_token = hs256(secret, &claims);
        issuer.next("token").merge(serde_json::json!({ "id_token": id_token })).unwrap();
        let callback = issuer.visit(&request.url, "alice").unwrap();
        client.sign_in(&callback, &request.transaction).await
    };
    let client = connected(OnlineOptions::default().signed_by_secret());
    let tokens = sign_in(&client, SECRET).await.unwrap();
    assert_eq!(tokens.claims.unwrap().text("sub").as_deref(), Some("alice"));
    assert_eq!(times(&issuer, "jwks"), 0);
    let error = protocol(sign_in(&client, "another secret of 32 octets or so").await.unwrap_err());
    assert_eq!(error.subject(), "id_token.signature");
    // One of the server's keys does not count then, nor does the secret otherwise.
    let request = client.authorization_request(&parameters()).unwrap();
    let callback = issuer.visit(&request.url, "alice").unwrap();
    let error = protocol(client.sign_in(&callback, &request.transaction).await.unwrap_err());
    assert_eq!(error.subject(), "id_token.alg");
    let error = protocol(sign_in(&connected(OnlineOptions::default()), SECRET).await.unwrap_err());
    assert_eq!(error.subject(), "id_token.alg");
    // RFC 7518 section 3.2: it has as many octets as the hash.
    for authentication in [Authentication::None, Authentication::basic(&"x".repeat(31))] {
        let client = Client::new(Server::default(), "web", authentication).unwrap();
        let refused = OnlineOptions::default().signed_by_secret().connect(client).map(|_| ());
        assert_eq!(protocol(refused.unwrap_err()).subject(), "client_secret");
    }
}

#[tokio::test]
async fn waiting_ends_with_the_code_of_the_device() {
    let issuer = TestIssuer::start().await.unwrap();
    let client = connect(&issuer, "device").await;
    issuer.next("device_authorization").merge(serde_json::json!({ "interval": 1 })).unwrap();
    let device = client.start_device(None).await.unwrap();
    issuer.clock().advance(Duration::from_secs(86_400));
    let error = client.poll_device(&device).await.unwrap_err();
    assert!(matches!(error, OnlineError::Expired), "{error:?}");
}
