//! The parameter `claims`, OpenID Connect Core section 5.5.

use serde_json::Value;

use crate::support::*;

/// Tokens of alice for a request with these claims and the scope openid alone.
fn tokens(server: &mut Server, claims: &str) -> Value {
    let mut request: Vec<(&str, &str)> = changed(web_request(), "scope", "openid");
    request.push(("claims", claims));
    let code = Browser::default().code(server, WEB, &request);
    ok(&server.redeem(&code))
}

fn error(server: &mut Server, claims: &str) -> String {
    let request = changed(web_request(), "claims", claims);
    let response = Browser::default().authorize(server, WEB, &request);
    redirected(&response)["error"].clone()
}

#[test]
fn oidc_core_section_5_5_userinfo_and_id_token_members() {
    for mut server in [Server::new(), Server::rfc9700()] {
        let tokens = tokens(
            &mut server,
            r#"{"userinfo":{"email":{"essential":true},"name":null},"id_token":{"phone_number":null},"else":3}"#,
        );
        let (_, claims) = verified(member(&tokens, "id_token"));
        assert_eq!(claims["phone_number"], "+1 555 0100");
        assert_eq!(claims.get("email"), None);
        let info = ok(&server.userinfo(WEB, member(&tokens, "access_token")));
        assert_eq!(info["email"], "alice@example.com");
        assert_eq!(info["name"], "Alice Example");
        assert_eq!(info.get("phone_number"), None);
        // They stay with the sign-in.
        let again = ok(&server.refresh(member(&tokens, "refresh_token")));
        let info = ok(&server.userinfo(WEB, member(&again, "access_token")));
        assert_eq!(info["email"], "alice@example.com");
        let (_, claims) = verified(member(&again, "id_token"));
        assert_eq!(claims["phone_number"], "+1 555 0100");
    }
}

#[test]
fn oidc_core_section_5_5_1_claims_that_are_not_there_or_not_the_applications_are_left_out() {
    let mut server = Server::with(|config| {
        config.applications[1].scopes.retain(|scope| scope != "phone");
    });
    let claims = r#"{"userinfo":{"phone_number":{"essential":true},"birthdate":{"essential":true},"favourite colour":null}}"#;
    let tokens = tokens(&mut server, claims);
    let info = ok(&server.userinfo(WEB, member(&tokens, "access_token")));
    assert_eq!(info.as_object().unwrap().len(), 1, "{info}");
}

#[test]
fn oidc_core_section_5_5_1_1_acr() {
    let mut server = Server::new();
    let url = format!("{}/.well-known/openid-configuration", WEB.issuer());
    let document = ok(&server.get(&url));
    let acr = document["acr_values_supported"][0].as_str().unwrap().to_owned();
    for claims in [
        r#"{"id_token":{"acr":null}}"#.to_owned(),
        r#"{"id_token":{"acr":{"values":["urn:other"]}}}"#.to_owned(),
        format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":["urn:other","{acr}"]}}}}}}"#),
    ] {
        let tokens = tokens(&mut server, &claims);
        let (_, claims) = verified(member(&tokens, "id_token"));
        assert_eq!(claims["acr"], acr.as_str());
        assert_eq!(claims["amr"][0], "pwd");
    }
    assert_eq!(acr, "urn:oasis:names:tc:SAML:2.0:ac:classes:Password");
    let essential = r#"{"id_token":{"acr":{"essential":true,"value":"urn:other"}}}"#;
    assert_eq!(error(&mut server, essential), "unmet_authentication_requirements");
}

#[test]
fn oidc_core_section_5_5_1_sub_with_a_value() {
    let mut server = Server::new();
    let claims = r#"{"id_token":{"sub":{"value":"user_bob"}}}"#;
    let request = changed(spa_request(), "claims", claims);
    let mut browser = Browser::default();
    // Alice is signed in, and bob is wanted.
    browser.code(&mut server, SPA, &spa_request());
    let silent = changed(request.clone(), "prompt", "none");
    let response = browser.authorize(&mut server, SPA, &silent);
    assert_eq!(redirected(&response)["error"], "login_required");
    let page = browser.authorize(&mut server, SPA, &request);
    let as_alice = browser.login(&mut server, &page);
    assert_eq!(redirected(&as_alice)["error"], "login_required");
    let page = browser.authorize(&mut server, SPA, &request);
    let bob = [("username", "bob"), ("password", "bob-password")];
    let as_bob = browser.submit(&mut server, &page, &bob);
    assert!(redirected(&as_bob).contains_key("code"));
}

/// What is asked for claim by claim is agreed to as what is asked for by scope.
#[test]
fn oidc_core_section_5_5_2_the_user_is_told() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let scope = changed(web_request(), "scope", "openid");
    browser.code(&mut server, WEB, &scope);
    let request = changed(scope, "claims", r#"{"userinfo":{"email":null}}"#);
    let page = browser.authorize(&mut server, WEB, &request);
    assert!(text(&page).contains("see your email address"));
    let silent = changed(request.clone(), "prompt", "none");
    let response = browser.authorize(&mut server, WEB, &silent);
    assert_eq!(redirected(&response)["error"], "consent_required");
    browser.submit(&mut server, &page, &[("decision", "allow")]);
    let response = browser.authorize(&mut server, WEB, &silent);
    assert!(redirected(&response).contains_key("code"));
}

/// Tokens carry the names, so they are not longer for whatever somebody asks.
#[test]
fn oidc_core_section_5_5_no_more_names_than_tokens_can_carry() {
    let mut server = Server::new();
    let names: Vec<_> = (0..400).map(|number| format!("\"claim_{number}\":null")).collect();
    let claims = format!("{{\"userinfo\":{{\"email\":null,{}}}}}", names.join(","));
    let tokens = tokens(&mut server, &claims);
    assert!(member(&tokens, "access_token").len() < 2000);
    let info = ok(&server.userinfo(WEB, member(&tokens, "access_token")));
    assert_eq!(info["email"], "alice@example.com");
}

#[test]
fn oidc_core_section_5_5_malformed() {
    let mut server = Server::new();
    for claims in ["x", "[]", "\"a\"", r#"{"userinfo":[]}"#, r#"{"userinfo":{},"userinfo":{}}"#] {
        assert_eq!(error(&mut server, claims), "invalid_request", "{claims}");
    }
}
