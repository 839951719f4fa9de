//! Discovery and keys: OpenID Connect Discovery, RFC 8414, RFC 7517.

use eiam_token::issuer::Signer;
use serde_json::{Value, json};

use crate::support::*;

fn metadata(server: &mut Server, place: Place) -> Value {
    let url = format!("{}/.well-known/openid-configuration", place.issuer());
    ok(&server.get(&url))
}

#[test]
fn oidcc_discovery_endpoint_verification() {
    let mut server = Server::new();
    for place in [WEB, Place::Instance] {
        let document = metadata(&mut server, place);
        assert_eq!(document["issuer"], place.issuer());
        assert_eq!(document["authorization_endpoint"], place.page("authorize"));
        assert_eq!(document["end_session_endpoint"], place.page("logout"));
        assert_eq!(document["jwks_uri"], format!("{}/jwks", place.issuer()));
        for (member, name) in [
            ("token_endpoint", "token"),
            ("device_authorization_endpoint", "device/code"),
            ("userinfo_endpoint", "userinfo"),
            ("revocation_endpoint", "revoke"),
            ("introspection_endpoint", "introspect"),
        ] {
            assert_eq!(document[member], place.api(name), "{member}");
        }
        assert_eq!(document["response_types_supported"], json!(["code"]));
        assert_eq!(document["id_token_signing_alg_values_supported"], json!(["RS256"]));
        assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    }
}

#[test]
fn rfc_8414_section_3_both_well_known_places() {
    let mut server = Server::new();
    let document = metadata(&mut server, WEB);
    for path in [
        "/.well-known/oauth-authorization-server/v2/idaas_example/app_web/oidc",
        "/v2/idaas_example/app_web/oidc/.well-known/oauth-authorization-server",
    ] {
        assert_eq!(ok(&server.get(&format!("{BASE}{path}"))), document, "{path}");
    }
    let document = metadata(&mut server, Place::Instance);
    let path = "/.well-known/oauth-authorization-server/api/v2/iauths_system/oauth2";
    assert_eq!(ok(&server.get(&format!("{BASE}{path}"))), document);
    // Below a path prefix the name stands before the prefix.
    let mut server = Server::with(|config| config.base_url = "http://localhost:8600/issuer".into());
    let url = "http://localhost:8600/.well-known/oauth-authorization-server/issuer/v2/idaas_example/app_web/oidc";
    let document = ok(&server.get(url));
    assert_eq!(document["issuer"], "http://localhost:8600/issuer/v2/idaas_example/app_web/oidc");
}

#[test]
fn exactly_what_is_on_is_advertised() {
    let mut server = Server::new();
    let machine = metadata(&mut server, MACHINE);
    assert_eq!(machine["grant_types_supported"], json!(["client_credentials"]));
    for absent in [
        "authorization_endpoint",
        "device_authorization_endpoint",
        "code_challenge_methods_supported",
    ] {
        assert_eq!(machine.get(absent), None, "{absent}");
    }
    assert_eq!(machine["response_types_supported"], json!([]));
    let spa = metadata(&mut server, SPA);
    assert_eq!(spa["token_endpoint_auth_methods_supported"], json!(["none"]));
    assert_eq!(spa["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(spa.get("introspection_endpoint"), None);
    let web = metadata(&mut server, WEB);
    assert_eq!(web["code_challenge_methods_supported"], json!(["S256", "plain"]));
    let mut server = Server::rfc9700();
    let web = metadata(&mut server, WEB);
    assert_eq!(web["code_challenge_methods_supported"], json!(["S256"]));
    let grants = web["grant_types_supported"].as_array().unwrap();
    assert!(!grants.contains(&json!("password")) && grants.contains(&json!(DEVICE_GRANT)));
}

#[test]
fn every_advertised_endpoint_is_there() {
    for mut server in [Server::new(), Server::rfc9700()] {
        for place in [WEB, SPA, DEVICE, MACHINE, Place::Instance] {
            let document = metadata(&mut server, place);
            for (name, url) in document.as_object().unwrap() {
                if name.ends_with("_endpoint") || name == "jwks_uri" {
                    let response = server.get(url.as_str().unwrap());
                    assert_ne!(response.status, 404, "{name}");
                }
            }
        }
    }
}

#[test]
fn rfc_7517_section_5_keys() {
    let mut server = Server::new();
    for place in [WEB, Place::Instance] {
        let url = format!("{}/jwks", place.issuer());
        let response = server.get(&url);
        assert_eq!(response.headers.value("access-control-allow-origin"), Some("*"));
        let keys = ok(&response);
        let key = &keys["keys"][0];
        assert_eq!(key["kty"], "RSA");
        assert_eq!(key["use"], "sig");
        assert_eq!(key["alg"], "RS256");
        assert_eq!(key["e"], "AQAB");
        assert_eq!(key["kid"], KEY.public_jwk().kid());
        assert_eq!(key.get("d"), None);
    }
}

#[test]
fn without_a_key_nothing_is_spent() {
    use eiam_token::issuer::{Config, Issuer, Sessions};
    let mut server = Server::new();
    server.issuer = Issuer::new(Config::example(BASE), Sessions::Cookie, [1; 32]).unwrap();
    let code = server.web_code();
    server.issuer = Issuer::new(Config::example(BASE), Sessions::Cookie, [1; 32]).unwrap();
    let request =
        eiam_token::http::HttpRequest::post_form(WEB.api("token"), encode(&web_redemption(&code)));
    let response = server.issuer.handle(&request, NOW).complete(&[]).unwrap();
    refused(&response, 500, "server_error");
    server.issuer.set_signing_key(KEY.public_jwk());
    ok(&server.send(&request));
}
