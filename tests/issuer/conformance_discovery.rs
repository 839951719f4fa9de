//! The module of the OpenID Foundation's conformance plan "Config OP", and the first of "RP-Initiated
//! Logout OP": OpenID Connect Discovery section 3, RFC 8414 section 2.

use serde_json::{Value, json};

use crate::support::*;

const EVERYWHERE: [Place; 5] = [WEB, SPA, DEVICE, MACHINE, Place::Instance];

fn metadata(server: &mut Server, place: Place) -> Value {
    ok(&server.get(&format!("{}/.well-known/openid-configuration", place.issuer())))
}

fn strings(document: &Value, name: &str) -> Vec<String> {
    let values = document[name].as_array().unwrap_or_else(|| panic!("{name}: {document}"));
    values.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

#[test]
fn oidcc_discovery_endpoint_verification() {
    for mut server in [Server::new(), Server::rfc9700()] {
        for place in [WEB, SPA, Place::Instance] {
            let url = format!("{}/.well-known/openid-configuration", place.issuer());
            let response = server.get(&url);
            let media_type = response.headers.value("content-type").unwrap();
            assert!(media_type.starts_with("application/json"), "{media_type}");
            let document = ok(&response);
            assert_eq!(document["issuer"], place.issuer());
            for name in
                ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"]
            {
                assert!(document[name].as_str().unwrap().starts_with(BASE), "{name}");
            }
            assert!(strings(&document, "scopes_supported").contains(&"openid".into()));
            assert_eq!(document["response_types_supported"], json!(["code"]));
            assert_eq!(document["subject_types_supported"], json!(["public"]));
            assert_eq!(document["id_token_signing_alg_values_supported"], json!(["RS256"]));
            assert_eq!(document["claims_parameter_supported"], true);
            assert_eq!(document["request_parameter_supported"], false);
            assert_eq!(document["request_uri_parameter_supported"], false);
            let claims = strings(&document, "claims_supported");
            for name in ["sub", "iss", "name", "email", "acr", "sid"] {
                assert!(claims.contains(&name.into()), "{name}");
            }
            let mut unique = claims.clone();
            unique.sort();
            unique.dedup();
            assert_eq!(unique.len(), claims.len());
        }
    }
}

/// RP-Initiated Logout section 2.1.
#[test]
fn oidcc_rp_initiated_logout_discovery_endpoint_verification() {
    let mut server = Server::new();
    for place in EVERYWHERE {
        let document = metadata(&mut server, place);
        assert_eq!(document["end_session_endpoint"], place.page("logout"));
    }
}

/// Discovery section 4 and RFC 8414 section 3.1: each name behind the issuer and in front of its path.
#[test]
fn rfc_8414_section_3_1_both_names_in_both_places() {
    for prefix in ["", "/issuer"] {
        let mut server = Server::with(|config| config.base_url = format!("{BASE}{prefix}"));
        for path in [format!("/v2/{INSTANCE}/app_web/oidc"), "/api/v2/iauths_system/oauth2".into()]
        {
            for name in ["openid-configuration", "oauth-authorization-server"] {
                for url in [
                    format!("{BASE}{prefix}{path}/.well-known/{name}"),
                    format!("{BASE}/.well-known/{name}{prefix}{path}"),
                ] {
                    let document = ok(&server.get(&url));
                    assert_eq!(document["issuer"], format!("{BASE}{prefix}{path}"), "{url}");
                }
            }
        }
    }
}

/// What is advertised is there, and is taken.
#[test]
fn rfc_8414_section_2_every_endpoint_answers_and_every_mode_works() {
    for mut server in [Server::new(), Server::rfc9700()] {
        for place in EVERYWHERE {
            let document = metadata(&mut server, place);
            for (name, url) in document.as_object().unwrap() {
                if name.ends_with("_endpoint") || name == "jwks_uri" {
                    let response = server.get(url.as_str().unwrap());
                    assert_ne!(response.status, 404, "{name}");
                }
            }
        }
        let document = metadata(&mut server, SPA);
        for (parameter, name) in [
            ("response_mode", "response_modes_supported"),
            ("response_type", "response_types_supported"),
            ("display", "display_values_supported"),
            ("prompt", "prompt_values_supported"),
            ("ui_locales", "ui_locales_supported"),
            ("code_challenge_method", "code_challenge_methods_supported"),
        ] {
            for value in strings(&document, name) {
                let mut request = spa_request();
                request.retain(|(name, _)| *name != parameter);
                let mut request: Vec<(&str, &str)> = request;
                request.push((parameter, &value));
                let response = Browser::default().authorize(&mut server, SPA, &request);
                // A page, or that nobody is signed in for prompt=none.
                if response.status != 200 {
                    assert_eq!(redirected(&response)["error"], "login_required", "{value}");
                }
            }
        }
    }
}

#[test]
fn rfc_8414_section_2_nothing_that_is_off() {
    let mut server = Server::new();
    let machine = metadata(&mut server, MACHINE);
    for name in [
        "authorization_endpoint",
        "pushed_authorization_request_endpoint",
        "device_authorization_endpoint",
        "userinfo_endpoint",
        "acr_values_supported",
        "prompt_values_supported",
        "require_pushed_authorization_requests",
    ] {
        assert_eq!(machine.get(name), None, "{name}");
    }
    assert_eq!(machine["claims_parameter_supported"], false);
    assert_eq!(machine["authorization_response_iss_parameter_supported"], false);
    assert_eq!(machine["response_modes_supported"], json!([]));
    let web = metadata(&mut server, WEB);
    let modes =
        ["query", "fragment", "form_post", "query.jwt", "fragment.jwt", "form_post.jwt", "jwt"];
    assert_eq!(web["response_modes_supported"], json!(modes));
    assert_eq!(web["pushed_authorization_request_endpoint"], WEB.api("par"));
    assert_eq!(web["ui_locales_supported"], json!(["en", "zh-CN"]));
    assert!(!strings(&web, "grant_types_supported").contains(&"implicit".into()));
}
