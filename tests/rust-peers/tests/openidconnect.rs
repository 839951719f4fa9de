//! The crate `openidconnect` against the issuer of a test.

use eiam_token::testing::TestIssuer;
use eiam_token_rust_peers::sign_in::SignedIn;
use eiam_token_rust_peers::{Refused, Wanted, sign_in};

/// What a sign-in of alice ends with.
async fn sign_in(issuer: &TestIssuer) -> Result<SignedIn, Refused> {
    let web = issuer.client("web").unwrap();
    let wanted = Wanted {
        issuer: web.issuer().to_owned(),
        client_id: web.client_id,
        client_secret: web.client_secret,
        redirect_uri: "http://127.0.0.1:8700/cb".to_owned(),
        scopes: vec!["email".to_owned()],
    };
    let browser =
        async |url: &str| issuer.visit(url, "alice").map_err(|problem| problem.to_string());
    sign_in::sign_in(&wanted, browser).await
}

#[tokio::test]
async fn a_user_signs_in() {
    let issuer = TestIssuer::start().await.unwrap();
    let alice = sign_in(&issuer).await.unwrap();
    assert_eq!(
        (alice.subject.as_str(), alice.email.as_deref()),
        ("alice", Some("alice@example.com"))
    );
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
        ("signature_stripped", "id_token"),
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
        assert_eq!(refused.at, place, "{case}: {}", refused.reason);
        issuer.hostile().end();
    }
    assert!(sign_in(&issuer).await.is_ok());
}
