//! What the issuer signs, and which signatures of others count.

use eiam_token::client::authorize::AuthorizationParameters;
use eiam_token::client::online::OnlineClient;
use eiam_token::http::HttpRequest;
use eiam_token::issuer::SigningAlgorithm;
use eiam_token::testing::TestIssuer;
use serde_json::json;

use crate::keys::ClientKey;

const NOW: i64 = 1_700_000_000;

#[tokio::test]
async fn rfc_7518_section_3_every_algorithm_signs_what_a_client_verifies() {
    for algorithm in SigningAlgorithm::ALL {
        let name = algorithm.name();
        let options = TestIssuer::options().configure(move |config| config.signing = algorithm);
        let issuer = options.start().await.unwrap();
        let client = issuer.client("web").unwrap().connect().unwrap();
        let client = OnlineClient::new(client).unwrap();
        let parameters = AuthorizationParameters {
            redirect_uri: "http://127.0.0.1:8700/cb",
            scope: Some("openid"),
            ..AuthorizationParameters::default()
        };
        let request = client.authorization_request(&parameters).unwrap();
        let callback = issuer.visit(&request.url, "alice").unwrap();
        let tokens = client.sign_in(&callback, &request.transaction).await;
        let tokens = tokens.unwrap_or_else(|error| panic!("{name}: {error}"));
        let token = tokens.id_token.unwrap();
        let header = token.expose().split('.').next().unwrap();
        let header = eiam_token::base64url::decode(header).unwrap();
        let header = String::from_utf8(header).unwrap();
        assert!(header.contains(&format!("\"alg\":\"{name}\"")), "{header}");
    }
}

#[tokio::test]
async fn rfc_7523_section_3_an_assertion_counts_if_the_key_of_the_client_made_it() {
    for key in ClientKey::all() {
        let registered = key.registered();
        let options = TestIssuer::options().clock(NOW).configure(move |config| {
            let machine = &mut config.applications[3];
            machine.client_secrets.clear();
            machine.jwks = vec![registered].into();
        });
        let issuer = options.start().await.unwrap();
        let endpoint = issuer.client("machine").unwrap().server.token_endpoint.unwrap();
        let status = |id: &str, change: fn(&mut String)| {
            let claims = json!({
                "iss": "machine", "sub": "machine", "aud": endpoint, "jti": id,
                "iat": NOW, "exp": NOW + 60,
            });
            let mut assertion = key.jws(&json!({ "alg": key.algorithm() }), &claims);
            change(&mut assertion);
            let form = format!(
                "grant_type=client_credentials&client_assertion={assertion}&client_assertion_type=\
                 urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            );
            issuer.handle(&HttpRequest::post_form(endpoint.clone(), form)).response.status
        };
        assert_eq!(status("right", |_| {}), 200, "{}", key.algorithm());
        let flip = |assertion: &mut String| {
            // The first character of the signature, whose bits all count.
            let place = assertion.rfind('.').unwrap() + 1;
            let other = if assertion[place..].starts_with('A') { "B" } else { "A" };
            assertion.replace_range(place..=place, other);
        };
        assert_eq!(status("wrong", flip), 401, "{}", key.algorithm());
    }
}
