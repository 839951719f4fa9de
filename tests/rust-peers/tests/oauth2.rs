//! The crate `oauth2` against the issuer of a test.

use std::time::Duration;

use eiam_token::testing::{TestClient, TestIssuer};
use oauth2::basic::{BasicClient, BasicErrorResponseType};
use oauth2::reqwest;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DeviceAuthorizationUrl,
    IntrospectionUrl, PkceCodeChallenge, RedirectUrl, RequestTokenError, Scope,
    StandardDeviceAuthorizationResponse, TokenIntrospectionResponse, TokenResponse, TokenUrl,
};

type Connected = BasicClient<
    oauth2::EndpointSet,
    oauth2::EndpointSet,
    oauth2::EndpointSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointSet,
>;

fn connect(client: &TestClient) -> Connected {
    let server = &client.server;
    let url = |endpoint: &Option<String>| endpoint.clone().unwrap_or_default();
    let mut connected = BasicClient::new(ClientId::new(client.client_id.clone()));
    if let Some(secret) = &client.client_secret {
        connected = connected.set_client_secret(ClientSecret::new(secret.clone()));
    }
    let device = DeviceAuthorizationUrl::new(url(&server.device_authorization_endpoint));
    let introspection = IntrospectionUrl::new(url(&server.introspection_endpoint));
    connected
        .set_auth_uri(AuthUrl::new(url(&server.authorization_endpoint)).unwrap())
        .set_token_uri(TokenUrl::new(url(&server.token_endpoint)).unwrap())
        .set_device_authorization_url(device.unwrap())
        .set_introspection_url(introspection.unwrap())
        .set_redirect_uri(RedirectUrl::new("http://127.0.0.1:8700/cb".to_owned()).unwrap())
}

fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// A parameter of a callback whose value needs no decoding.
fn parameter(callback: &str, name: &str) -> String {
    let (_, query) = callback.split_once('?').unwrap();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(other, _)| *other == name).unwrap().1.to_owned()
}

#[tokio::test]
async fn a_user_signs_in_until_the_refresh_token_ends() {
    let issuer = TestIssuer::start().await.unwrap();
    let (client, http) = (connect(&issuer.client("web").unwrap()), http());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = client
        .authorize_url(CsrfToken::new_random)
        .add_scope(Scope::new("offline_access".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let callback = issuer.visit(url.as_str(), "alice").unwrap();
    assert_eq!(&parameter(&callback, "state"), state.secret());
    let code = AuthorizationCode::new(parameter(&callback, "code"));
    let exchange = client.exchange_code(code).set_pkce_verifier(verifier);
    let tokens = exchange.request_async(&http).await.unwrap();
    assert!(issuer.is_valid(tokens.access_token().secret()));
    let said = client.introspect(tokens.access_token()).request_async(&http).await.unwrap();
    assert!(said.active());
    let refresh = tokens.refresh_token().unwrap();
    let again = client.exchange_refresh_token(refresh).request_async(&http).await.unwrap();
    assert_ne!(again.access_token().secret(), tokens.access_token().secret());
    let refresh = again.refresh_token().unwrap();
    issuer.expire(refresh.secret()).unwrap();
    let error = client.exchange_refresh_token(refresh).request_async(&http).await.unwrap_err();
    let RequestTokenError::ServerResponse(refusal) = error else { panic!("{error:?}") };
    assert_eq!(refusal.error(), &BasicErrorResponseType::InvalidGrant);
    let entry = issuer.journal().last("token").unwrap();
    assert!(entry.refused.is_some(), "{entry:?}");
    // RFC 6749 section 5.2: `error_uri` leads to the page about the rule.
    assert_eq!(refusal.error_uri().cloned(), entry.page());
}

#[tokio::test]
async fn a_machine_gets_a_token_unless_the_test_says_otherwise() {
    let issuer = TestIssuer::start().await.unwrap();
    let (client, http) = (connect(&issuer.client("web").unwrap()), http());
    let ask = || client.exchange_client_credentials().request_async(&http);
    assert_eq!(ask().await.unwrap().expires_in(), Some(Duration::from_secs(1200)));
    issuer.next("token").gateway(503).unwrap();
    assert!(matches!(ask().await, Err(RequestTokenError::Parse(..))));
    issuer.next("token").drop_connection().unwrap();
    assert!(matches!(ask().await, Err(RequestTokenError::Request(_))));
    issuer.next("token").truncate(20).unwrap();
    assert!(ask().await.is_err());
    assert!(ask().await.is_ok());
}

#[tokio::test]
async fn a_device_is_approved_at_the_third_poll() {
    let issuer = TestIssuer::start().await.unwrap();
    let (client, http) = (connect(&issuer.client("web").unwrap()), http());
    issuer.next("token").after(2).approve("alice").unwrap();
    let device: StandardDeviceAuthorizationResponse =
        client.exchange_device_code().request_async(&http).await.unwrap();
    let exchange = client.exchange_device_access_token(&device);
    // Nobody has to wait: the time between the polls passes at once.
    let pass = |time: Duration| {
        issuer.clock().advance(time);
        std::future::ready(())
    };
    let tokens = exchange.request_async(&http, pass, None).await.unwrap();
    assert!(issuer.is_valid(tokens.access_token().secret()));
    assert_eq!(issuer.journal().find(&eiam_token::testing::Filter::at("token")).len(), 3);
}
