//! What the profile `fapi2` demands of a configuration: FAPI 2.0 Security Profile sections 5.3.2 and 5.4.

use eiam_token::http::{HttpRequest, Method};
use eiam_token::issuer::{
    Application, AuthMethod, Config, GrantType, Profile, Registration, Resource, SigningAlgorithm,
};
use serde_json::json;

use crate::keys::ClientKey;
use crate::support::*;

fn config() -> Config {
    let mut config = Config::example(BASE);
    config.profile = Profile::Fapi2;
    config.signing = SigningAlgorithm::Ps256;
    let mut application = Application::new("app");
    application.jwks = vec![ClientKey::es256(1).registered()].into();
    application.redirect_uris = vec!["https://client.example/cb".into()];
    config.applications = vec![application];
    config
}

#[track_caller]
fn refuses(path: &str, change: impl Fn(&mut Config)) {
    let mut config = config();
    change(&mut config);
    let error = config.check().unwrap_err().to_string();
    assert!(error.starts_with(path), "{error}");
    // It is about this profile, and nothing else.
    config.profile = Profile::Rfc9700;
    assert_eq!(config.check().err().map(|error| error.to_string()), None);
}

#[test]
fn a_good_one() {
    config().check().unwrap();
}

#[test]
fn section_5_3_2_1_confidential_clients_only() {
    refuses("applications[0].public", |config| config.applications[0].public = true);
}

#[test]
fn section_5_3_2_1_private_key_jwt_only() {
    let secret = "CSa secret that is long enough for all";
    refuses("applications[0].clientSecrets", |config| {
        config.applications[0].client_secrets = vec![secret.into()];
    });
    // A client without keys is told what it needs in every profile.
    let mut config = config();
    config.applications[0].jwks = Vec::new().into();
    let error = config.check().unwrap_err().to_string();
    assert!(error.contains("jwks"), "{error}");
    let mut config = self::config();
    config.applications[0].token_endpoint_auth_methods = Some(vec![AuthMethod::ClientSecretBasic]);
    let error = config.check().unwrap_err().to_string();
    assert!(error.starts_with("applications[0].tokenEndpointAuthMethods"), "{error}");
}

#[test]
fn section_5_3_2_1_codes_of_a_minute() {
    refuses("applications[0].lifetimes.code", |config| {
        config.applications[0].lifetimes.code = 61;
    });
}

#[test]
fn section_5_3_2_2_redirect_uris_are_registered_and_have_tls() {
    refuses("applications[0].anyLoopbackRedirectUri", |config| {
        config.applications[0].any_loopback_redirect_uri = true;
    });
    let mut config = config();
    config.applications[0].redirect_uris = vec!["http://client.example/cb".into()];
    let error = config.check().unwrap_err().to_string();
    assert!(error.starts_with("applications[0].redirectUris[0]"), "{error}");
}

#[test]
fn section_5_4_1_algorithms() {
    refuses("signing", |config| config.signing = SigningAlgorithm::Rs256);
    refuses("applications[0].jwks.keys[0]", |config| {
        config.applications[0].jwks = vec![ClientKey::es384(1).registered()].into();
    });
    refuses("applications[0].requestObjectSigningAlg", |config| {
        config.applications[0].jwks =
            vec![ClientKey::es256(1).registered(), ClientKey::ps256().registered()].into();
        config.applications[0].request_object_signing_alg = Some(SigningAlgorithm::Ps384);
    });
    refuses("resources[0].signing", |config| {
        config.resources = vec![Resource::new("https://api.example.com")];
        config.resources[0].signing = Some(SigningAlgorithm::Rs256);
    });
    let mut config = config();
    config.applications[0].userinfo_signed_response_alg = Some(SigningAlgorithm::Rs256);
    let error = config.check().unwrap_err().to_string();
    assert!(error.starts_with("applications[0].userinfoSignedResponseAlg"), "{error}");
    assert!(error.contains("fapi2"), "{error}");
}

#[test]
fn section_5_3_2_1_no_password_grant() {
    let mut server = Server::with(|config| {
        *config = self::config();
        config.applications[0].grants.push(GrantType::Password);
    });
    let pairs = [
        ("client_id", "app"),
        ("grant_type", "password"),
        ("username", "alice"),
        ("password", "alice-password"),
    ];
    refused(&server.token(Place::App("app"), &pairs), 400, "unsupported_grant_type");
}

#[test]
fn section_5_3_2_1_clients_that_register_themselves() {
    let mut server = Server::with(|config| {
        *config = self::config();
        config.registration = Some(Registration::default());
    });
    let key = ClientKey::es256(1);
    let mut register = |method: &str, key: &ClientKey| {
        let body = json!({
            "redirect_uris": ["https://client.example/cb"],
            "token_endpoint_auth_method": method,
            "jwks": { "keys": [key.jwk()] },
        });
        let mut request = HttpRequest::get(Place::Instance.api("register"))
            .header("content-type", "application/json");
        request.method = Method::Post;
        request.body = body.to_string().into_bytes();
        server.send(&request)
    };
    assert_eq!(register("private_key_jwt", &key).status, 201);
    for method in ["client_secret_basic", "client_secret_post", "none"] {
        refused(&register(method, &key), 400, "invalid_client_metadata");
    }
    // A key that signs by another algorithm.
    refused(&register("private_key_jwt", &ClientKey::es384(1)), 400, "invalid_client_metadata");
    let url = format!("{}/.well-known/openid-configuration", Place::Instance.issuer());
    let methods = ok(&server.get(&url))["token_endpoint_auth_methods_supported"].clone();
    assert_eq!(methods, json!(["private_key_jwt"]));
}
