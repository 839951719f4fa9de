//! Scopes of any name, in every grant: RFC 6749 section 3.3.

use eiam_token::issuer::{Application, GrantType, Profile};
use serde_json::Value;

use crate::support::*;

const CUSTOM: [&str; 3] = ["api", "mcp:tools", "read"];

/// Every application has plain scopes beside the others, and `app_web` is as it was changed.
fn open(change: impl Fn(&mut Application)) -> [Server; 2] {
    PROFILES.map(|profile| {
        Server::with(|config| {
            config.profile = profile;
            for application in &mut config.applications {
                application.scopes.extend(CUSTOM.map(str::to_owned));
            }
            change(&mut config.applications[1]);
        })
    })
}

fn scope_of(server: &mut Server, place: Place, tokens: &Value) -> String {
    let pairs = [
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("token", member(tokens, "access_token")),
    ];
    member(&ok(&server.post(&place.api("introspect"), &pairs)), "scope").to_owned()
}

fn redeem(server: &mut Server, place: Place, code: &str) -> Value {
    ok(&server.token(place, &web_redemption(code)))
}

#[test]
fn rfc_6749_section_3_3_plain_scopes_in_every_grant() {
    for mut server in open(|_| {}) {
        let profile = server.issuer.config().profile;
        for place in [WEB, Place::Instance] {
            let mut browser = Browser::default();
            let request = changed(web_request(), "scope", "mcp:tools read offline_access");
            let code = browser.code(&mut server, place, &request);
            let tokens = redeem(&mut server, place, &code);
            // OAuth without OpenID Connect: there is no id_token.
            assert_eq!(tokens.get("id_token"), None);
            let scope = scope_of(&mut server, place, &tokens);
            assert_eq!(scope, "mcp:tools read offline_access");
            // RFC 6749 section 6: less, and never more.
            let refresh = |scope, token| {
                let mut pairs = vec![("client_id", "app_web"), ("client_secret", WEB_SECRET)];
                pairs.extend([("grant_type", "refresh_token"), ("refresh_token", token)]);
                pairs.push(("scope", scope));
                pairs
            };
            let token = member(&tokens, "refresh_token");
            let wide = server.token(place, &refresh("read api", token));
            refused(&wide, 400, "invalid_scope");
            let less = ok(&server.token(place, &refresh("read", token)));
            assert_eq!(less["scope"], "read");

            let device =
                [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("scope", "mcp:tools")];
            ok(&server.post(&place.api("device/code"), &device));
            let mut machine = device.to_vec();
            machine.push(("grant_type", "client_credentials"));
            let tokens = ok(&server.token(place, &machine));
            assert_eq!(scope_of(&mut server, place, &tokens), "mcp:tools");
            if profile == Profile::Eiam {
                machine[3].1 = "password";
                machine.extend([("username", "alice"), ("password", "alice-password")]);
                let tokens = ok(&server.token(place, &machine));
                assert_eq!(scope_of(&mut server, place, &tokens), "mcp:tools");
            }
        }
    }
}

#[test]
fn rfc_6749_section_4_4_2_only_what_is_about_a_user_is_none_of_a_machine() {
    for mut server in open(|_| {}) {
        let machine = |scope: &'static str| {
            let pairs = vec![("grant_type", "client_credentials"), ("scope", scope)];
            changed(pairs, "scope", scope)
        };
        for scope in ["openid", "profile", "email", "phone", "offline_access", "read openid"] {
            let answer = server.web_token(&machine(scope));
            let said = refused(&answer, 400, "invalid_scope");
            assert!(said.contains("is about a user"), "{said}");
        }
        // Unknown, and about a user: what is unknown is said to be unknown.
        let said = refused(&server.web_token(&machine("address")), 400, "invalid_scope");
        assert!(said.contains("does not have the scope address"), "{said}");
        let all = ok(&server.web_token(&machine("")));
        assert_eq!(
            all["scope"],
            "api://api.example.com|read:file api://api.example.com|write:file api mcp:tools read"
        );
    }
}

#[test]
fn rfc_6749_section_3_3_the_default_scope_of_the_application() {
    let default = |application: &mut Application| {
        application.default_scope = Some("openid read".to_owned());
    };
    for mut server in open(default) {
        for scope in ["", " ", "  "] {
            let mut request = changed(web_request(), "scope", "");
            if !scope.is_empty() {
                request.push(("scope", scope));
            }
            let code = Browser::default().code(&mut server, WEB, &request);
            let tokens = ok(&server.redeem(&code));
            assert_eq!(scope_of(&mut server, WEB, &tokens), "openid read");
            // A pushed request is the same.
            request.push(("client_secret", WEB_SECRET));
            assert_eq!(server.post(&WEB.api("par"), &request).status, 201);
        }
        let device = server.post(&WEB.api("device/code"), &[("client_secret", WEB_SECRET)]);
        ok(&device);
        // A machine gets what of it is not about a user.
        let tokens = ok(&server.web_token(&[("grant_type", "client_credentials")]));
        assert_eq!(scope_of(&mut server, WEB, &tokens), "read");
    }
}

#[test]
fn rfc_6749_section_3_3_without_a_default_it_is_invalid_scope() {
    for mut server in open(|_| {}) {
        let mut request = changed(web_request(), "scope", "");
        let answer = redirected(&Browser::default().authorize(&mut server, WEB, &request));
        assert_eq!(answer["error"], "invalid_scope");
        assert!(answer["error_description"].contains("app_web.defaultScope"));
        request.push(("client_secret", WEB_SECRET));
        refused(&server.post(&WEB.api("par"), &request), 400, "invalid_scope");
        request.push(("scope", " "));
        refused(&server.post(&WEB.api("par"), &request), 400, "invalid_scope");
    }
}

#[test]
fn rfc_8414_section_2_no_scope_twice() {
    for mut server in open(|application| {
        application.scopes.extend(["offline_access".to_owned(), "read".to_owned()]);
        assert!(application.grants.contains(&GrantType::RefreshToken));
    }) {
        for place in [WEB, MACHINE, Place::Instance] {
            let url = format!("{}/.well-known/openid-configuration", place.issuer());
            let document = ok(&server.get(&url));
            let scopes = document["scopes_supported"].as_array().unwrap().clone();
            for scope in CUSTOM {
                assert!(scopes.contains(&scope.into()), "{scope}");
            }
            let mut once = scopes.clone();
            once.sort_by_key(Value::to_string);
            once.dedup();
            assert_eq!(once.len(), scopes.len(), "{scopes:?}");
        }
    }
}
