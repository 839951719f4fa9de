//! Authorization responses as signed JWTs: JWT Secured Authorization Response Mode for OAuth 2.0 (JARM).

use std::collections::BTreeMap;

use eiam_token::http::HttpResponse;
use eiam_token::issuer::{Config, GrantType, Issuer, Profile, Sessions};
use serde_json::{Value, json};

use crate::support::*;

fn server(profile: Profile) -> Server {
    Server::with(|config| config.profile = profile)
}

/// What a request in this mode is answered once alice has signed in.
fn answer(server: &mut Server, mode: &str, change: &[(&str, &str)]) -> HttpResponse {
    let mut request: Vec<(&str, &str)> = changed(spa_request(), "response_mode", mode);
    for (name, value) in change {
        request = changed(request, name, value);
    }
    let mut browser = Browser::default();
    let page = browser.authorize(server, SPA, &request);
    if text(&page).contains("name=\"password\"") { browser.login(server, &page) } else { page }
}

/// The one parameter of a response.
#[track_caller]
fn only(parameters: &BTreeMap<String, String>) -> &str {
    assert_eq!(parameters.len(), 1, "{parameters:?}");
    &parameters["response"]
}

/// The claims of a response, wherever its mode puts it.
#[track_caller]
fn claims(mode: &str, response: &HttpResponse) -> Value {
    let token = match mode {
        "query.jwt" | "jwt" => only(&redirected(response)).to_owned(),
        "fragment.jwt" => only(&in_fragment(response)).to_owned(),
        _ => {
            let (action, fields) = posted(response);
            assert_eq!(action, SPA_URI);
            only(&fields).to_owned()
        }
    };
    verified(&token).1
}

const MODES: [&str; 4] = ["jwt", "query.jwt", "fragment.jwt", "form_post.jwt"];

#[test]
fn jarm_section_2_1_a_code_in_a_jwt() {
    for profile in PROFILES {
        let mut server = server(profile);
        for mode in MODES {
            let response = answer(&mut server, mode, &[]);
            let claims = claims(mode, &response);
            assert_eq!(claims["iss"], SPA.issuer());
            assert_eq!(claims["aud"], "app_spa");
            assert_eq!(claims["exp"], NOW + 600);
            assert_eq!(claims["state"], "st&te");
            ok(&server.token(SPA, &spa_redemption(member(&claims, "code"))));
        }
    }
}

#[test]
fn jarm_section_2_1_1_errors_in_a_jwt() {
    let mut server = Server::new();
    for mode in MODES {
        let claims = claims(mode, &answer(&mut server, mode, &[("scope", "admin")]));
        assert_eq!(claims["error"], "invalid_scope");
        assert!(claims["error_description"].is_string());
        assert_eq!((&claims["state"], &claims["aud"]), (&json!("st&te"), &json!("app_spa")));
        // Nobody is signed in.
        let response = answer(&mut server, mode, &[("prompt", "none")]);
        assert_eq!(self::claims(mode, &response)["error"], "login_required");
        // The user refuses on a page.
        let mut browser = Browser::default();
        let request = changed(spa_request(), "response_mode", mode);
        let page = browser.authorize(&mut server, SPA, &request);
        let denied = browser.submit(&mut server, &page, &[("decision", "deny")]);
        assert_eq!(self::claims(mode, &denied)["error"], "access_denied");
    }
    // What is wrong with the mode itself is told in the usual one.
    let unknown = redirected(&answer(&mut server, "header.jwt", &[]));
    assert_eq!(unknown["error"], "invalid_request");
}

#[test]
fn jarm_section_2_3_no_tokens_in_it() {
    let mut server = Server::with(|config| config.applications[0].grants.push(GrantType::Implicit));
    for mode in MODES {
        for wanted in ["token", "id_token", "id_token token"] {
            let response = answer(&mut server, mode, &[("response_type", wanted)]);
            assert_eq!(in_fragment(&response)["error"], "invalid_request");
        }
    }
}

#[test]
fn jarm_a_response_is_no_hint_and_no_token() {
    let mut server = Server::new();
    let response = answer(&mut server, "jwt", &[]);
    let token = only(&redirected(&response)).to_owned();
    let hinted = answer(&mut server, "query", &[("id_token_hint", &token)]);
    assert_eq!(redirected(&hinted)["error"], "invalid_request");
    assert_eq!(server.userinfo(SPA, &token).status, 400);
}

#[test]
fn jarm_section_4_metadata() {
    for profile in PROFILES {
        let mut server = server(profile);
        let url = format!("{}/.well-known/openid-configuration", SPA.issuer());
        let announced = ok(&server.get(&url));
        assert_eq!(announced["authorization_signing_alg_values_supported"], json!(["RS256"]));
        let modes = announced["response_modes_supported"].as_array().unwrap();
        for mode in MODES {
            assert!(modes.contains(&json!(mode)), "{mode}");
        }
        // Where there are no codes there are no such modes.
        let url = format!("{}/.well-known/openid-configuration", MACHINE.issuer());
        assert!(ok(&server.get(&url))["authorization_signing_alg_values_supported"].is_null());
    }
}

#[test]
fn jarm_no_key_no_response() {
    let mut issuer = Issuer::new(Config::example(BASE), Sessions::Cookie, [1; 32]).unwrap();
    let mut request = changed(spa_request(), "response_mode", "jwt");
    request.push(("prompt", "none"));
    let url = format!("{}?{}", SPA.page("authorize"), encode(&request));
    let reply = issuer.handle(&eiam_token::http::HttpRequest::get(url), NOW);
    page_refused(&reply.complete(&[]).unwrap(), 500, "server_error");
}
