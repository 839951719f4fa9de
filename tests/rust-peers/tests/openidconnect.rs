//! The crate `openidconnect` against the issuer of a test.

use eiam_token::testing::TestIssuer;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::reqwest;
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, RedirectUrl, Scope,
};

fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// What a sign-in of alice ends with: her id and her email address, or why it was refused.
async fn sign_in(issuer: &TestIssuer) -> Result<(String, String), String> {
    let http = http();
    let web = issuer.client("web").unwrap();
    let name = IssuerUrl::new(web.issuer().to_owned()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(name, &http).await;
    let metadata = metadata.map_err(|error| format!("discovery: {error}"))?;
    let secret = web.client_secret.clone().map(ClientSecret::new);
    let redirect_uri = RedirectUrl::new("http://127.0.0.1:8700/cb".to_owned()).unwrap();
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(web.client_id), secret)
        .set_redirect_uri(redirect_uri);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (url, _, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let callback = issuer.visit(url.as_str(), "alice").unwrap();
    let code = callback.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let exchange = client.exchange_code(AuthorizationCode::new(code.to_owned())).unwrap();
    let tokens = exchange.set_pkce_verifier(verifier).request_async(&http).await;
    let tokens: CoreTokenResponse = tokens.map_err(|error| format!("token: {error}"))?;
    let id_token = tokens.extra_fields().id_token().ok_or("there is no id_token")?;
    let claims = id_token.claims(&client.id_token_verifier(), &nonce);
    let subject = claims.map_err(|error| format!("id_token: {error}"))?.subject().clone();
    let asked = client.user_info(tokens.access_token().clone(), Some(subject)).unwrap();
    let user: CoreUserInfoClaims =
        asked.request_async(&http).await.map_err(|error| format!("userinfo: {error}"))?;
    let email = user.email().ok_or("there is no email address")?;
    Ok((user.subject().to_string(), email.to_string()))
}

#[tokio::test]
async fn a_user_signs_in() {
    let issuer = TestIssuer::start().await.unwrap();
    let alice = ("alice".to_owned(), "alice@example.com".to_owned());
    assert_eq!(sign_in(&issuer).await, Ok(alice));
}

#[tokio::test]
async fn what_an_issuer_must_not_say_is_refused() {
    let issuer = TestIssuer::start().await.unwrap();
    for (case, place) in [
        ("iss_other", "id_token"),
        ("aud_other", "id_token"),
        ("exp_past", "id_token"),
        ("nonce_other", "id_token"),
        ("alg_none", "id_token"),
        ("alg_hs256_public_pem", "id_token"),
        ("alg_hs256_public_jwk", "id_token"),
        ("alg_hs256_empty", "id_token"),
        ("signature_stripped", ""),
        ("signature_flipped", "id_token"),
        ("signature_of_other_claims", "id_token"),
        ("keys_changed_same_kid", "id_token"),
        ("keys_changed_other_kid", "id_token"),
        ("crit_unknown", "id_token"),
        ("metadata_issuer_other", "discovery"),
        ("metadata_no_json", "discovery"),
        ("keys_empty", "id_token"),
        ("userinfo_sub_other", "userinfo"),
        ("redirect_307", "token"),
        ("body_truncated", "token"),
    ] {
        issuer.hostile().be(case).unwrap();
        let refused = sign_in(&issuer).await.expect_err(case);
        assert!(refused.starts_with(place), "{case}: {refused}");
        issuer.hostile().end();
    }
    assert!(sign_in(&issuer).await.is_ok());
}
