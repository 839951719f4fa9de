//! Userinfo responses as JWTs: OpenID Connect Core section 5.3.2.

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{AccessTokenFormat, Config, Issuer, Profile, Sessions, SigningAlgorithm};
use serde_json::{Value, json};

use crate::support::*;

fn server(profile: Profile) -> Server {
    Server::with(|config| {
        config.profile = profile;
        config.applications[1].userinfo_signed_response_alg = Some(SigningAlgorithm::Rs256);
    })
}

fn claims(response: &HttpResponse) -> Value {
    assert_eq!(response.status, 200, "{}", text(response));
    assert_eq!(response.headers.value("content-type"), Some("application/jwt"));
    assert_eq!(response.headers.value("cache-control"), Some("no-store"));
    verified(text(response)).1
}

#[test]
fn openid_connect_core_section_5_3_2_a_signed_response_at_both_issuers() {
    for profile in PROFILES {
        for format in AccessTokenFormat::ALL {
            for place in [WEB, Place::Instance] {
                let mut server = server(profile);
                let mut web = server.issuer.config().applications[1].clone();
                web.access_token_format = Some(format);
                server.issuer.set_application(web).unwrap();
                let code = Browser::default().code(&mut server, place, &web_request());
                let tokens = ok(&server.token(place, &web_redemption(&code)));
                let claims = claims(&server.userinfo(place, member(&tokens, "access_token")));
                assert_eq!(claims["iss"], place.issuer());
                assert_eq!(claims["aud"], "app_web");
                assert_eq!(claims["sub"], "user_alice");
                assert_eq!(claims["email"], "alice@example.com");
            }
        }
    }
}

#[test]
fn openid_connect_core_section_5_3_3_errors_are_not_signed() {
    let mut server = server(Profile::Rfc9700);
    refused(&server.userinfo(WEB, "ATunknown"), 401, "invalid_token");
}

#[test]
fn rfc_8725_section_3_11_it_is_no_hint_and_no_token() {
    let mut server = server(Profile::Rfc9700);
    let tokens = server.web_tokens();
    let response = server.userinfo(WEB, member(&tokens, "access_token"));
    let signed = text(&response).to_owned();
    let mut request: Vec<(&str, &str)> = web_request();
    request.push(("id_token_hint", &signed));
    let answer = redirected(&Browser::default().authorize(&mut server, WEB, &request));
    assert_eq!(answer["error"], "invalid_request");
    refused(&server.userinfo(WEB, &signed), 401, "invalid_token");
}

#[test]
fn openid_connect_discovery_section_3_metadata() {
    let mut server = server(Profile::Eiam);
    let mut announced = |place: Place| {
        let url = format!("{}/.well-known/openid-configuration", place.issuer());
        ok(&server.get(&url))["userinfo_signing_alg_values_supported"].clone()
    };
    assert_eq!(announced(WEB), json!(["RS256"]));
    assert_eq!(announced(Place::Instance), json!(["RS256"]));
    assert_eq!(announced(SPA), Value::Null);
}

#[test]
fn a_driver_is_told_that_a_key_is_needed_and_a_configuration_that_none_is_there() {
    let request = HttpRequest::get(WEB.api("userinfo"));
    let needs = |algorithm| {
        let mut config = Config::example(BASE);
        config.applications[1].userinfo_signed_response_alg = algorithm;
        let issuer = Issuer::new(config, Sessions::Cookie, [1; 32]);
        issuer.map(|issuer| issuer.needs_signing_key(&request))
    };
    assert!(!needs(None).unwrap());
    assert!(needs(Some(SigningAlgorithm::Rs256)).unwrap());
    let error = needs(Some(SigningAlgorithm::Es256)).unwrap_err().to_string();
    assert!(error.starts_with("applications[1].userinfoSignedResponseAlg"), "{error}");
}
