use std::time::Duration;

use eiam_token::testing::{TestIssuer, TokensFor};

#[tokio::test]
async fn a_token_ages() -> Result<(), Box<dyn std::error::Error>> {
    let issuer = TestIssuer::start().await?;
    let tokens = issuer.tokens(&TokensFor::client("web").user("alice").scope("openid api"))?;
    // Give your application `issuer.client("web")?.issuer()`, and send it the token.
    assert!(issuer.is_valid(tokens.access_token.expose()));
    issuer.clock().advance(Duration::from_secs(20 * 60));
    assert!(!issuer.is_valid(tokens.access_token.expose()));
    Ok(())
}
