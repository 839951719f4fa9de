//! An issuer starts, listens, begins again and stops.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use eiam_token::issuer::{Config, SigningAlgorithm};
use eiam_token::testing::{Filter, StartError, TestIssuer, TokensFor};
use serde_json::Value;

use crate::raw;

const DISCOVERY: &str = "/v2/idaas_test/web/oidc/.well-known/openid-configuration";

fn json(answer: &str) -> Value {
    serde_json::from_str(raw::body(answer)).unwrap_or_else(|_| panic!("{answer}"))
}

#[tokio::test]
async fn it_is_ready_when_it_is_started() {
    let issuer = TestIssuer::start().await.unwrap();
    assert!(issuer.url().starts_with("http://127.0.0.1:"), "{}", issuer.url());
    let answer = raw::get(issuer.url(), DISCOVERY);
    assert_eq!(raw::status(&answer), 200, "{answer}");
    let web = issuer.client("web").unwrap();
    assert_eq!(json(&answer)["issuer"], web.issuer());
    assert!(web.issuer().starts_with(issuer.url()));
    let endpoint = web.server.token_endpoint.as_deref().unwrap();
    assert_eq!(json(&answer)["token_endpoint"], endpoint);
    assert_eq!(web.client_secret.as_deref(), Some("CSwebSecretThatEverybodyKnows123456"));
    let instance = issuer.instance().unwrap();
    assert!(instance.issuer.unwrap().ends_with("/api/v2/iauths_system/oauth2"));
    let users: Vec<_> = issuer.users().into_iter().map(|user| user.username).collect();
    assert_eq!(users, ["alice", "bob"]);
    assert_eq!(issuer.user("alice").unwrap().password.expose(), "alice-password");
    let problem = issuer.user("carol").unwrap_err().to_string();
    assert_eq!(problem, "user: there is no such user: there are alice, bob");
    let problem = issuer.client("nobody").unwrap_err().to_string();
    assert_eq!(problem, "client: there is no such client: there are web, spa, device, machine");
}

#[tokio::test]
async fn what_the_test_reads_is_no_request() {
    let issuer = TestIssuer::start().await.unwrap();
    issuer.next("discovery").always().fail(503).unwrap();
    issuer.hostile().be("metadata_no_json").unwrap();
    assert!(issuer.client("web").is_ok());
    assert_eq!((issuer.journal().latest(), issuer.faults().list()[0].used), (0, 0));
    assert_eq!(raw::status(&raw::get(issuer.url(), DISCOVERY)), 503);
    assert_eq!((issuer.journal().latest(), issuer.faults().list()[0].used), (1, 1));
}

#[tokio::test]
async fn it_stops_when_it_is_closed_or_dropped() {
    let start = || async {
        let options = TestIssuer::options().configure(|c| c.instance_id = "idaas_stops".into());
        options.start().await.unwrap()
    };
    let path = DISCOVERY.replace("idaas_test", "idaas_stops");
    for is_closed in [true, false] {
        let issuer = start().await;
        let url = issuer.url().to_owned();
        assert_eq!(raw::status(&raw::get(&url, &path)), 200);
        // A connection that stays open keeps nothing from stopping.
        let mut idle = raw::open(&url);
        if is_closed {
            issuer.close().await;
        } else {
            drop(issuer);
        }
        assert!(!matches!(idle.read(&mut [0]), Ok(1..)));
        // Another test may have got the same port meanwhile, but not with the same instance.
        if TcpStream::connect(raw::authority(&url)).is_ok() {
            assert_ne!(raw::status(&raw::get(&url, &path)), 200);
        }
    }
}

#[test]
fn it_answers_without_the_runtime_of_the_test() {
    // Blocks this thread, which is the only one that the runtime has.
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let issuer = TestIssuer::start().await.unwrap();
        assert_eq!(raw::status(&raw::get(issuer.url(), DISCOVERY)), 200);
        issuer.close().await;
    });
}

#[tokio::test]
async fn a_configuration_of_ones_own_gets_its_url() {
    let mut config = Config::example("http://127.0.0.1:9400");
    config.base_url = String::new();
    let options = TestIssuer::options().config(config);
    let issuer = options
        .configure(|config| {
            assert!(config.base_url.starts_with("http://127.0.0.1:"));
            config.signing = SigningAlgorithm::EdDsa;
        })
        .start()
        .await
        .unwrap();
    let path = "/v2/idaas_example/app_web/oidc/.well-known/openid-configuration";
    let metadata = json(&raw::get(issuer.url(), path));
    assert_eq!(metadata["id_token_signing_alg_values_supported"][0], "EdDSA");
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_said() {
    let wrong = TestIssuer::options().configure(|config| config.users[1].username.clear());
    let error = wrong.start().await.unwrap_err();
    let StartError::Config(config) = &error else { panic!("{error:?}") };
    assert_eq!(config.path(), "users[1].username");

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = TestIssuer::options().port(port).start().await.unwrap_err();
    assert!(matches!(error, StartError::Listen(..)), "{error:?}");
    assert!(error.to_string().starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")));

    let options = TestIssuer::options().auto_sign_in("nobody");
    let error = options.start().await.unwrap_err().to_string();
    assert!(error.contains("automatic.user: there is no user"), "{error}");
}

#[tokio::test]
async fn the_same_seed_repeats_every_octet() {
    let start = |seed: &'static str| async move {
        let options = TestIssuer::options().seed(seed).clock(1_700_000_000).configure(|config| {
            config.base_url = "http://issuer.test".to_owned();
        });
        let issuer = options.start().await.unwrap();
        let tokens = TokensFor::client("web").user("alice").scope("openid offline_access");
        issuer.tokens(&tokens).unwrap()
    };
    let (one, same, other) = (start("a").await, start("a").await, start("b").await);
    assert_eq!(one, same);
    assert!(one.refresh_token.is_some() && one.id_token.is_some());
    assert_ne!(one.access_token, other.access_token);
}

#[tokio::test]
async fn it_begins_again_where_it_began() {
    let issuer = TestIssuer::options().clock(1_700_000_000).start().await.unwrap();
    let wanted = TokensFor::client("web").user("alice").scope("openid");
    let first = issuer.tokens(&wanted).unwrap();
    issuer.clock().advance(Duration::from_secs(60));
    issuer.remove_user("bob");
    issuer.next("token").always().fail(500).unwrap();
    issuer.hostile().be("alg_none").unwrap();
    let _ = raw::get(issuer.url(), "/");
    issuer.reset();
    assert_eq!(issuer.clock().now(), 1_700_000_000);
    assert_eq!(issuer.users().len(), 2);
    assert_eq!((issuer.faults().list().len(), issuer.journal().latest()), (0, 0));
    assert_eq!(issuer.tokens(&wanted).unwrap(), first);
}

#[tokio::test]
async fn a_fork_goes_its_own_way() {
    let issuer = TestIssuer::options().clock(1_700_000_000).start().await.unwrap();
    let tokens = issuer.tokens(&TokensFor::client("web").user("alice")).unwrap();
    let fork = issuer.fork();
    fork.clock().advance(Duration::from_secs(86_400));
    let token = tokens.access_token.expose();
    assert_eq!((issuer.is_valid(token), fork.is_valid(token)), (true, false));
    let request = eiam_token::http::HttpRequest::get(format!("{}{DISCOVERY}", fork.url()));
    assert_eq!(fork.handle(&request).response.status, 200);
    assert_eq!((issuer.journal().latest(), fork.journal().latest()), (0, 1));
    let found = fork.journal().expect(&Filter::at("discovery"));
    assert_eq!(found.map(|entry| entry.sequence), Ok(1));
    assert!(fork.journal().wait_for(&Filter::at("discovery"), Duration::MAX).await.is_err());
    fork.reset();
    assert_eq!(fork.clock().now(), 1_700_000_000);
}

#[tokio::test]
async fn a_snapshot_goes_on_in_another_issuer() {
    let options = || TestIssuer::options().configure(|c| c.base_url = "http://issuer.test".into());
    let (one, other) = (options().start().await.unwrap(), options().start().await.unwrap());
    let tokens = one.tokens(&TokensFor::client("web").user("alice")).unwrap();
    assert!(!other.is_valid(tokens.access_token.expose()));
    other.load(&one.snapshot()).unwrap();
    assert!(other.is_valid(tokens.access_token.expose()));
    assert!(other.load(b"x").is_err());
}

#[tokio::test]
async fn control_over_http_is_for_those_who_have_the_token() {
    let hidden = TestIssuer::start().await.unwrap();
    assert_eq!(hidden.control_token(), None);
    assert_eq!(raw::status(&raw::get(hidden.url(), "/_control/clock")), 404);

    let issuer = TestIssuer::options().control(true).clock(5).start().await.unwrap();
    let url = issuer.url();
    assert_eq!(raw::status(&raw::get(url, "/_control/clock")), 401);
    let token = issuer.control_token().unwrap();
    let host = raw::authority(url);
    let head = format!("host: {host}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n");
    let answer = raw::send(url, &format!("GET /_control/clock HTTP/1.1\r\n{head}\r\n"));
    assert_eq!(json(&answer)["now"], 5, "{answer}");
    // A snapshot is larger than any other request.
    let answer = raw::send(url, &format!("GET /_control/snapshot HTTP/1.1\r\n{head}\r\n"));
    let text = raw::body(&answer).replacen('{', &format!("{{{}", " ".repeat(100_000)), 1);
    let length = text.len();
    let put =
        format!("PUT /_control/snapshot HTTP/1.1\r\n{head}content-length: {length}\r\n\r\n{text}");
    let answer = raw::send(url, &put);
    assert_eq!(raw::status(&answer), 204, "{answer}");
}
