//! A user signs in by the authorization code flow with PKCE.

use std::time::Duration;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, RedirectUrl, Scope, TokenResponse,
};

use crate::{Refused, Wanted, callback, http};

/// Who has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The user's id.
    pub subject: String,
    /// The email address, as userinfo says it.
    pub email: Option<String>,
    /// How long the access token is valid; none if it was not told.
    pub expires_in: Option<Duration>,
}

/// Signs a user in and asks for the user's claims. `browser` opens a URL and gives the one at which the browser comes
/// back.
///
/// # Errors
/// Fails as soon as the crate refuses something.
pub async fn sign_in(
    wanted: &Wanted,
    browser: impl AsyncFnOnce(&str) -> Result<String, String>,
) -> Result<SignedIn, Refused> {
    let http = http();
    let name = IssuerUrl::new(wanted.issuer.clone()).map_err(|it| Refused::at("discovery")(&it))?;
    let metadata = CoreProviderMetadata::discover_async(name, &http).await;
    let metadata = metadata.map_err(|it| Refused::at("discovery")(&it))?;
    let redirect_uri = RedirectUrl::new(wanted.redirect_uri.clone());
    let redirect_uri = redirect_uri.map_err(|it| Refused::at("authorization")(&it))?;
    let secret = wanted.client_secret.clone().map(ClientSecret::new);
    let id = ClientId::new(wanted.client_id.clone());
    let client =
        CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(redirect_uri);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (url, state, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(wanted.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(challenge)
        .url();
    let back = browser(url.as_str()).await;
    let back = back.map_err(|reason| Refused::new("authorization", reason))?;
    let code = callback::code(&back, &state)?;

    let exchange = client.exchange_code(code).map_err(|it| Refused::at("token")(&it))?;
    let tokens = exchange.set_pkce_verifier(verifier).request_async(&http).await;
    let tokens: CoreTokenResponse = tokens.map_err(|it| Refused::at("token")(&it))?;

    let refused = |reason: &str| Refused::new("id_token", reason);
    let id_token = tokens.id_token().ok_or_else(|| refused("there is none"))?;
    let trusted = client.id_token_verifier();
    let claims = id_token.claims(&trusted, &nonce).map_err(|it| Refused::at("id_token")(&it))?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = id_token.signing_alg().map_err(|it| Refused::at("id_token")(&it))?;
        let key = id_token.signing_key(&trusted).map_err(|it| Refused::at("id_token")(&it))?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
        if actual.map_err(|it| Refused::at("id_token")(&it))? != *expected {
            return Err(refused("the access token is another one than at_hash says"));
        }
    }

    let subject = claims.subject().clone();
    let asked = client.user_info(tokens.access_token().clone(), Some(subject));
    let asked = asked.map_err(|it| Refused::at("userinfo")(&it))?;
    let user: CoreUserInfoClaims =
        asked.request_async(&http).await.map_err(|it| Refused::at("userinfo")(&it))?;
    Ok(SignedIn {
        subject: user.subject().to_string(),
        email: user.email().map(|email| email.to_string()),
        expires_in: tokens.expires_in(),
    })
}
