//! Token exchange: RFC 8693.

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{
    AccessTokenFormat, Application, ClientKey as Registered, Config, GrantType, Introspects,
    Profile, PublicKey, Resource, Signer, SubjectType, TrustedIssuer,
};
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const API: &str = "https://api.example.com";
const BACK: &str = "https://back.example.com";
const SECRET: &str = "CSapiExampleSecretThatEverybodyKnows12345678";
const FOREIGN: &str = "https://login.example.net";

const API_PLACE: Place = Place::App("app_api");
const BOTH: [Place; 2] = [API_PLACE, Place::Instance];

/// `app_api` runs `API`, which `app_spa` has tokens for, and exchanges those for tokens for `BACK`, which
/// `app_back` runs.
fn open(config: &mut Config) {
    for (id, scopes) in [("app_api", &["read", "openid", "back"][..]), ("app_back", &["deep"])] {
        let mut application = Application::new(id);
        application.client_secrets = vec![SECRET.into()];
        application.grants = vec![GrantType::ClientCredentials, GrantType::TokenExchange];
        application.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        config.applications.push(application);
    }
    for (identifier, owner, scopes) in
        [(API, "app_api", &["read", "write"][..]), (BACK, "app_back", &["back", "deep"])]
    {
        let mut resource = Resource::new(identifier);
        resource.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        resource.application_id = Some(owner.into());
        config.resources.push(resource);
    }
    let spa = &mut config.applications[0];
    spa.scopes.extend(["read", "write", "mail"].map(Into::into));
}

fn server_with(change: impl FnOnce(&mut Config)) -> Server {
    Server::with(|config| {
        open(config);
        change(config);
    })
}

/// Tokens of alice at `app_spa` for `API`.
fn spa_tokens(server: &mut Server, place: Place) -> Value {
    let mut request = changed(spa_request(), "scope", "openid read write mail offline_access");
    request.push(("resource", API));
    let code = Browser::default().code(server, place, &request);
    ok(&server.token(place, &spa_redemption(&code)))
}

/// Where `app_spa` has its tokens, if `place` is where they are exchanged.
fn at_spa(place: Place) -> Place {
    if place == Place::Instance { place } else { SPA }
}

fn exchange_as(
    server: &mut Server,
    place: Place,
    client: &str,
    subject: &str,
    more: &[(&str, &str)],
) -> HttpResponse {
    let mut pairs = vec![
        ("client_id", client),
        ("client_secret", SECRET),
        ("grant_type", GRANT),
        ("subject_token", subject),
        ("subject_token_type", ACCESS_TOKEN),
    ];
    for (name, value) in more {
        if !matches!(*name, "resource" | "audience") {
            pairs.retain(|(known, _)| known != name);
        }
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    server.token(place, &pairs)
}

fn exchange(
    server: &mut Server,
    place: Place,
    subject: &str,
    more: &[(&str, &str)],
) -> HttpResponse {
    exchange_as(server, place, "app_api", subject, more)
}

fn introspect_as(server: &mut Server, place: Place, client: &str, token: &str) -> Value {
    let pairs = [("client_id", client), ("client_secret", SECRET), ("token", token)];
    ok(&server.post(&place.api("introspect"), &pairs))
}

fn is_active(server: &mut Server, place: Place, token: &str) -> bool {
    introspect_as(server, place, "app_api", token)["active"] == true
}

/// A token of `app_api` for itself.
fn own_token(server: &mut Server, place: Place) -> String {
    let pairs =
        [("client_id", "app_api"), ("client_secret", SECRET), ("grant_type", "client_credentials")];
    let tokens = ok(&server.token(place, &[&pairs[..], &[("scope", "read")]].concat()));
    member(&tokens, "access_token").to_owned()
}

#[track_caller]
fn said(response: &HttpResponse, code: &str, reason: &str) {
    let description = refused(response, 400, code);
    assert!(description.contains(reason), "{description}");
}

#[test]
fn rfc_8693_section_2_2_1_impersonation_at_another_resource() {
    for profile in PROFILES {
        for place in BOTH {
            let mut server = server_with(|config| config.profile = profile);
            let tokens = spa_tokens(&mut server, at_spa(place));
            let subject = member(&tokens, "access_token");
            let more = [("resource", BACK), ("scope", "back")];
            let answer = ok(&exchange(&mut server, place, subject, &more));
            assert_eq!(answer["issued_token_type"], ACCESS_TOKEN);
            assert_eq!(answer["token_type"], "Bearer");
            assert_eq!(answer["expires_in"], 1200);
            // Section 2.2.1: none is given for a temporary token; the scope is told.
            assert_eq!((answer.get("refresh_token"), answer.get("id_token")), (None, None));
            if place == Place::Instance || profile == Profile::Rfc9700 {
                assert_eq!(answer["scope"], "back");
            }
            let said = introspect_as(
                &mut server,
                if place == Place::Instance { place } else { API_PLACE },
                "app_back",
                member(&answer, "access_token"),
            );
            assert_eq!(said["active"], true, "{said}");
            assert_eq!(
                (&said["sub"], &said["client_id"]),
                (&json!("user_alice"), &json!("app_api"))
            );
            assert_eq!((&said["aud"], &said["scope"]), (&json!(BACK), &json!("back")));
            assert_eq!((said.get("act"), &said["auth_time"]), (None, &json!(NOW)));
            assert_eq!(said["username"], "alice");
            // The subject token still works, and so does what it came from.
            assert!(is_active(&mut server, at_spa(place), subject));
        }
    }
}

#[test]
fn rfc_8693_section_4_1_delegation_and_its_chain() {
    for place in BOTH {
        let mut server = server_with(|config| {
            config.applications.last_mut().unwrap().exchanges =
                Introspects::Audiences(vec![BACK.into()]);
            for resource in &mut config.resources {
                resource.access_token_format = Some(AccessTokenFormat::Jwt);
            }
        });
        let tokens = spa_tokens(&mut server, at_spa(place));
        let actor = own_token(&mut server, place);
        let more = [
            ("audience", "app_back"),
            ("scope", "back"),
            ("actor_token", actor.as_str()),
            ("actor_token_type", ACCESS_TOKEN),
        ];
        let first = ok(&exchange(&mut server, place, member(&tokens, "access_token"), &more));
        let first = member(&first, "access_token");
        let (header, claims) = verified(first);
        assert_eq!(header["typ"], "at+jwt");
        assert_eq!(claims["act"], json!({ "sub": "app_api" }));
        assert_eq!((&claims["sub"], &claims["aud"]), (&json!("user_alice"), &json!(BACK)));
        let place_of_back = if place == Place::Instance { place } else { Place::App("app_back") };
        // The next service acts in its turn.
        let pairs = [
            ("client_id", "app_back"),
            ("client_secret", SECRET),
            ("grant_type", "client_credentials"),
        ];
        let actor = ok(&server.token(place_of_back, &pairs));
        let more = [
            ("subject_token_type", JWT),
            ("scope", "deep"),
            ("actor_token", member(&actor, "access_token")),
            ("actor_token_type", ACCESS_TOKEN),
        ];
        // Not a scope that the subject token for the same resource did not have.
        said(
            &exchange_as(&mut server, place_of_back, "app_back", first, &more),
            "invalid_scope",
            "deep",
        );
        let more = [more[0], more[2], more[3]];
        let second = ok(&exchange_as(&mut server, place_of_back, "app_back", first, &more));
        let second = member(&second, "access_token");
        let chain = json!({ "sub": "app_back", "act": { "sub": "app_api" } });
        assert_eq!(verified(second).1["act"], chain);
        let told = introspect_as(&mut server, place_of_back, "app_back", second);
        assert_eq!((&told["act"], &told["sub"]), (&chain, &json!("user_alice")));
        // Without an actor token nobody is added, and nobody is forgotten.
        let third = ok(&exchange_as(&mut server, place_of_back, "app_back", second, &[]));
        assert_eq!(verified(member(&third, "access_token")).1["act"], chain);
    }
}

#[test]
fn rfc_8693_section_4_1_a_chain_has_an_end() {
    let mut server = server_with(|_| {});
    let tokens = spa_tokens(&mut server, SPA);
    let mut token = member(&tokens, "access_token").to_owned();
    for _ in 0..8 {
        let answer = ok(&exchange(&mut server, API_PLACE, &token, &[]));
        token = member(&answer, "access_token").to_owned();
    }
    let response = exchange(&mut server, API_PLACE, &token, &[]);
    said(&response, "invalid_request", "eight times");
}

#[test]
fn rfc_8693_section_4_4_may_act() {
    for place in BOTH {
        let mut server = server_with(|config| {
            config.applications[0].may_act = Some("app_back".into());
            config.applications[0].access_token_format = Some(AccessTokenFormat::Jwt);
        });
        let tokens = spa_tokens(&mut server, at_spa(place));
        let subject = member(&tokens, "access_token");
        assert_eq!(verified(subject).1["may_act"], json!({ "sub": "app_back" }));
        let told = introspect_as(&mut server, at_spa(place), "app_api", subject);
        assert_eq!(told["may_act"], json!({ "sub": "app_back" }));
        // Who runs the resource is not the one, with and without an actor token.
        let response = exchange(&mut server, place, subject, &[]);
        said(&response, "invalid_request", "may_act names somebody else");
        let actor = own_token(&mut server, place);
        let more = [("actor_token", actor.as_str()), ("actor_token_type", ACCESS_TOKEN)];
        let response = exchange(&mut server, place, subject, &more);
        said(&response, "invalid_request", "The actor token is refused: may_act");
        // The one that is named may, whatever else it may not.
        let place = if place == Place::Instance { place } else { Place::App("app_back") };
        for subject in [(subject, ACCESS_TOKEN), (member(&tokens, "id_token"), ID_TOKEN)] {
            let more = [("subject_token_type", subject.1), ("resource", BACK), ("scope", "deep")];
            ok(&exchange_as(&mut server, place, "app_back", subject.0, &more));
        }
    }
}

#[test]
fn rfc_8693_section_2_1_who_may_exchange_which_token() {
    let token_of =
        |server: &mut Server| member(&spa_tokens(server, SPA), "access_token").to_owned();
    let back = Place::App("app_back");
    for (exchanges, expected) in [
        (Introspects::Own, false),
        (Introspects::Audiences(vec![API.into()]), true),
        (Introspects::Audiences(vec![BACK.into()]), false),
        (Introspects::All, true),
    ] {
        let mut server =
            server_with(|config| config.applications.last_mut().unwrap().exchanges = exchanges);
        let token = token_of(&mut server);
        let response = exchange_as(&mut server, back, "app_back", &token, &[("resource", BACK)]);
        if expected {
            ok(&response);
        } else {
            said(&response, "invalid_request", "this client may not exchange it");
        }
    }
    // What it was given itself it always may.
    let mut server = server_with(|_| {});
    let own = own_token(&mut server, API_PLACE);
    ok(&exchange(&mut server, API_PLACE, &own, &[]));
}

#[test]
fn rfc_8693_section_2_1_clients_that_may_not() {
    for (profile, code) in
        [(Profile::Eiam, "invalid_grant"), (Profile::Rfc9700, "unauthorized_client")]
    {
        let mut server = server_with(|config| {
            config.profile = profile;
            config.applications[4].grants = vec![GrantType::ClientCredentials];
        });
        let tokens = spa_tokens(&mut server, SPA);
        let response = exchange(&mut server, API_PLACE, member(&tokens, "access_token"), &[]);
        refused(&response, 400, code);
        // It authenticates.
        let mut server = server_with(|config| config.profile = profile);
        let tokens = spa_tokens(&mut server, SPA);
        for secret in ["", "CSwrong"] {
            let more = [("client_secret", secret)];
            let token = member(&tokens, "access_token");
            refused(&exchange(&mut server, API_PLACE, token, &more), 401, "invalid_client");
        }
    }
    // An application that cannot is refused by the configuration.
    let mut config = Config::example(BASE);
    config.applications[0].grants.push(GrantType::TokenExchange);
    assert_eq!(config.check().unwrap_err().path(), "applications[0].clientSecrets");
}

#[test]
fn rfc_8693_section_2_1_scopes_are_narrowed_and_not_widened() {
    let mut server = server_with(|config| {
        config.applications[4].scopes.extend(["write", "mail", "profile", "pay"].map(Into::into));
    });
    let tokens = spa_tokens(&mut server, SPA);
    let subject = member(&tokens, "access_token").to_owned();
    for (resource, scope, given) in [
        ("", "read", Some("read")),
        ("", "write read", Some("write read")),
        // All that both have, and nothing new.
        ("", "", Some("read openid write mail")),
        (API, "", Some("read openid write mail")),
        // There the application's own scopes count; what is about nobody's resource came along.
        (BACK, "", Some("openid back mail")),
        (BACK, "back", Some("back")),
        ("", "back", Some("back")),
        // In the other spelling.
        ("", "https://api.example.com|read", Some("https://api.example.com|read")),
        // Neither what is about the user, nor what is for no resource, nor what its client does not have.
        ("", "profile", None),
        (BACK, "profile", None),
        ("", "pay", None),
        (BACK, "pay", None),
        ("", "deep", None),
        ("", "offline_access", None),
        (BACK, "read", None),
    ] {
        let mut more = vec![("scope", scope)];
        if !resource.is_empty() {
            more.push(("resource", resource));
        }
        let response = exchange(&mut server, API_PLACE, &subject, &more);
        match given {
            Some(given) => {
                let answer = ok(&response);
                let token = member(&answer, "access_token");
                let told = introspect_as(&mut server, API_PLACE, "app_api", token);
                let given = given.replace("https://api.example.com|", "");
                assert_eq!(told["scope"], given, "{more:?}");
            }
            None => drop(refused(&response, 400, "invalid_scope")),
        }
    }
    // What is about the user is so even if a resource lists it.
    let mut other = server_with(|config| {
        config.applications[4].scopes.push("email".into());
        config.resources[1].scopes.push("email".into());
    });
    let tokens = spa_tokens(&mut other, SPA);
    let more = [("resource", BACK), ("scope", "email")];
    let response = exchange(&mut other, API_PLACE, member(&tokens, "access_token"), &more);
    said(&response, "invalid_scope", "email");
    // What was narrowed stays so.
    let more = [("scope", "read")];
    let narrow = ok(&exchange(&mut server, API_PLACE, &subject, &more));
    let narrow = member(&narrow, "access_token");
    said(
        &exchange(&mut server, API_PLACE, narrow, &[("scope", "write")]),
        "invalid_scope",
        "write",
    );
}

#[test]
fn rfc_8693_section_2_2_2_targets_that_are_unknown() {
    for place in BOTH {
        let mut server = server_with(|_| {});
        let tokens = spa_tokens(&mut server, at_spa(place));
        let subject = member(&tokens, "access_token");
        for target in [
            [("resource", "https://x.example")],
            [("audience", "https://x.example")],
            [("audience", "app_web")],
            [("audience", "app_unknown")],
            [("resource", "app_back")],
        ] {
            refused(&exchange(&mut server, place, subject, &target), 400, "invalid_target");
        }
        // Several, of both kinds; without a target it stays where it was.
        let more = [("audience", API), ("audience", "app_back"), ("scope", "read back")];
        for (more, aud) in [(&more[..], json!([API, BACK])), (&[], json!(API))] {
            let answer = ok(&exchange(&mut server, place, subject, more));
            let told =
                introspect_as(&mut server, place, "app_api", member(&answer, "access_token"));
            assert_eq!(told["aud"], aud);
        }
    }
}

#[test]
fn rfc_8693_section_3_token_types() {
    let mut server = server_with(|_| {});
    let tokens = spa_tokens(&mut server, SPA);
    let subject = member(&tokens, "access_token").to_owned();
    // What is requested: a JWT, whatever the application has else.
    let answer = ok(&exchange(&mut server, API_PLACE, &subject, &[("requested_token_type", JWT)]));
    assert_eq!(answer["issued_token_type"], JWT);
    let jwt = member(&answer, "access_token").to_owned();
    assert_eq!(verified(&jwt).0["typ"], "at+jwt");
    for kind in [ACCESS_TOKEN, JWT] {
        ok(&exchange(&mut server, API_PLACE, &jwt, &[("subject_token_type", kind)]));
    }
    for kind in [
        ID_TOKEN,
        "urn:ietf:params:oauth:token-type:refresh_token",
        "urn:ietf:params:oauth:token-type:saml2",
        "access_token",
    ] {
        let more = [("requested_token_type", kind)];
        said(
            &exchange(&mut server, API_PLACE, &subject, &more),
            "invalid_request",
            "requested_token_type",
        );
        let more = [("subject_token_type", kind)];
        refused(&exchange(&mut server, API_PLACE, &subject, &more), 400, "invalid_request");
    }
    // An opaque token is no JWT, and a refresh token is no access token.
    let more = [("subject_token_type", JWT)];
    said(&exchange(&mut server, API_PLACE, &subject, &more), "invalid_request", "not valid");
    let refresh = member(&tokens, "refresh_token");
    said(&exchange(&mut server, API_PLACE, refresh, &[]), "invalid_request", "not valid");
}

#[test]
fn rfc_8693_section_2_1_parameters_that_go_together() {
    let mut server = server_with(|_| {});
    let tokens = spa_tokens(&mut server, SPA);
    let subject = member(&tokens, "access_token");
    for (more, missing) in [
        (&[("subject_token", "")][..], "subject_token"),
        (&[("subject_token_type", "")], "subject_token_type"),
        (&[("subject_token", ""), ("subject_token_type", "")], "subject_token"),
        (&[("actor_token", subject)], "actor_token_type"),
        (&[("actor_token_type", ACCESS_TOKEN)], "actor_token"),
    ] {
        said(&exchange(&mut server, API_PLACE, subject, more), "invalid_request", missing);
    }
    for token in ["x", "ATx", "a.b.c", "e30.e30.AA", &"x".repeat(8000)] {
        for kind in [ACCESS_TOKEN, JWT, ID_TOKEN] {
            let more = [("subject_token_type", kind)];
            said(
                &exchange(&mut server, API_PLACE, token, &more),
                "invalid_request",
                "subject token",
            );
            let more = [("actor_token", token), ("actor_token_type", kind)];
            said(
                &exchange(&mut server, API_PLACE, subject, &more),
                "invalid_request",
                "actor token",
            );
        }
    }
    assert!(!server.take_changed() || is_active(&mut server, SPA, subject));
}

#[test]
fn rfc_8693_an_id_token_is_for_the_client_that_it_was_given_to() {
    for place in [WEB, Place::Instance] {
        let mut server = server_with(|config| {
            config.applications[1].grants.push(GrantType::TokenExchange);
        });
        let code = Browser::default().code(&mut server, place, &web_request());
        let tokens = ok(&server.token(place, &web_redemption(&code)));
        let id_token = member(&tokens, "id_token");
        let more = [
            ("subject_token_type", ID_TOKEN),
            ("client_secret", WEB_SECRET),
            ("scope", "api://api.example.com|read:file"),
        ];
        let answer = ok(&exchange_as(&mut server, place, "app_web", id_token, &more));
        // It lives no longer than the id_token.
        assert_eq!(answer["expires_in"], 300);
        let pairs = [
            ("client_id", "app_web"),
            ("client_secret", WEB_SECRET),
            ("token", member(&answer, "access_token")),
        ];
        let told = ok(&server.post(&place.api("introspect"), &pairs));
        assert_eq!(
            (&told["sub"], &told["aud"]),
            (&json!("user_alice"), &json!("api://api.example.com"))
        );
        // An id_token does not always say how its user signed in.
        assert_eq!(told.get("auth_time"), None);
        let other = if place == Place::Instance { place } else { API_PLACE };
        let response = exchange(&mut server, other, id_token, &[("subject_token_type", ID_TOKEN)]);
        refused(&response, 400, "invalid_request");
        // As an access token it is none, and an access token is no id_token.
        for (token, kind) in [(id_token, ACCESS_TOKEN), (member(&tokens, "access_token"), ID_TOKEN)]
        {
            let more = [("subject_token_type", kind), ("client_secret", WEB_SECRET)];
            let response = exchange_as(&mut server, place, "app_web", token, &more);
            said(&response, "invalid_request", "not valid");
        }
        server.now += 300;
        let response = exchange_as(&mut server, place, "app_web", id_token, &more);
        said(&response, "invalid_request", "not valid");
    }
}

/// What a user or an application that was disabled had does not come back with them.
#[test]
fn rfc_8693_section_2_2_2_an_id_token_of_before_the_end_of_its_user() {
    fn disable_user(server: &mut Server, disabled: bool) {
        let mut user = server.issuer.config().users[0].clone();
        user.disabled = disabled;
        server.issuer.set_user(user).unwrap();
    }
    fn disable_spa(server: &mut Server, disabled: bool) {
        let mut application = server.issuer.config().applications[0].clone();
        application.disabled = disabled;
        server.issuer.set_application(application).unwrap();
    }
    let more = [("subject_token_type", ID_TOKEN)];
    for end in [disable_user, disable_spa] {
        let mut server = server_with(|config| config.applications[4].exchanges = Introspects::All);
        let tokens = spa_tokens(&mut server, SPA);
        let id_token = member(&tokens, "id_token");
        ok(&exchange(&mut server, API_PLACE, id_token, &more));
        end(&mut server, true);
        let response = exchange(&mut server, API_PLACE, id_token, &more);
        said(&response, "invalid_request", "not valid");
        end(&mut server, false);
        let mut server = server.restarted();
        let response = exchange(&mut server, API_PLACE, id_token, &more);
        said(&response, "invalid_request", "not valid");
        // One of afterwards works.
        let tokens = spa_tokens(&mut server, SPA);
        ok(&exchange(&mut server, API_PLACE, member(&tokens, "id_token"), &more));
    }
}

#[test]
fn rfc_8693_section_1_1_a_client_is_a_subject_as_well() {
    for place in BOTH {
        let mut server = server_with(|config| {
            config.applications.last_mut().unwrap().exchanges = Introspects::All;
        });
        let own = own_token(&mut server, place);
        let other = if place == Place::Instance { place } else { Place::App("app_back") };
        let more = [("resource", BACK), ("requested_token_type", JWT)];
        let answer = ok(&exchange_as(&mut server, other, "app_back", &own, &more));
        let token = member(&answer, "access_token");
        let (_, claims) = verified(token);
        assert_eq!((&claims["sub"], &claims["client_id"]), (&json!("app_api"), &json!("app_back")));
        assert_eq!(claims.get("auth_time"), None);
        let told = introspect_as(&mut server, other, "app_back", token);
        assert_eq!((&told["sub"], told.get("username")), (&json!("app_api"), None));
        // It ends with the client that it is about.
        let mut gone = server.issuer.config().applications[4].clone();
        gone.disabled = true;
        server.issuer.set_application(gone).unwrap();
        let told = introspect_as(&mut server, other, "app_back", token);
        assert_eq!(told, json!({ "active": false }));
    }
}

#[test]
fn rfc_7009_section_2_1_what_came_of_a_token_ends_with_it() {
    let revoke = |server: &mut Server, token: &str| {
        let pairs = [("client_id", "app_spa"), ("token", token)];
        ok(&server.post(&SPA.api("revoke"), &pairs));
    };
    let chain = |server: &mut Server| {
        let tokens = spa_tokens(server, SPA);
        let subject = member(&tokens, "access_token").to_owned();
        let first = ok(&exchange(server, API_PLACE, &subject, &[]));
        let first = member(&first, "access_token").to_owned();
        let second = ok(&exchange(server, API_PLACE, &first, &[("requested_token_type", JWT)]));
        let second = member(&second, "access_token").to_owned();
        (tokens, subject, first, second)
    };
    let alive = |server: &mut Server, tokens: [&str; 2]| {
        tokens.map(|token| is_active(server, API_PLACE, token))
    };
    // The subject token alone.
    let mut server = server_with(|_| {});
    let (_, subject, first, second) = chain(&mut server);
    assert_eq!(alive(&mut server, [&first, &second]), [true, true]);
    revoke(&mut server, &subject);
    assert_eq!(alive(&mut server, [&first, &second]), [false, false]);
    assert_eq!(alive(&mut server.restarted(), [&first, &second]), [false, false]);
    said(&exchange(&mut server, API_PLACE, &subject, &[]), "invalid_request", "not valid");
    said(&exchange(&mut server, API_PLACE, &first, &[]), "invalid_request", "not valid");
    // The whole sign-in, by its refresh token.
    let (tokens, _, first, second) = chain(&mut server);
    revoke(&mut server, member(&tokens, "refresh_token"));
    assert_eq!(alive(&mut server, [&first, &second]), [false, false]);
    // One in the middle: not what it came from.
    let (_, subject, first, second) = chain(&mut server);
    let pairs = [("client_id", "app_api"), ("client_secret", SECRET), ("token", &*first)];
    ok(&server.post(&API_PLACE.api("revoke"), &pairs));
    assert_eq!(alive(&mut server, [&first, &second]), [false, false]);
    assert!(is_active(&mut server, SPA, &subject));
    // The application that the sign-in was at, and the user.
    let (_, _, first, second) = chain(&mut server);
    let mut other = server.restarted();
    other.issuer.remove_user("user_alice");
    assert_eq!(alive(&mut other, [&first, &second]), [false, false]);
    server.issuer.remove_application("app_spa");
    assert_eq!(alive(&mut server, [&first, &second]), [false, false]);
}

#[test]
fn oidc_core_section_8_pairwise_subjects_stay_so() {
    let mut server = server_with(|config| {
        let spa = &mut config.applications[0];
        spa.subject_type = SubjectType::Pairwise;
        spa.sector_identifier_uri = Some("https://spa.example/sector.json".into());
        spa.access_token_format = Some(AccessTokenFormat::Jwt);
        let api = &mut config.applications[4];
        api.subject_type = SubjectType::Pairwise;
        api.sector_identifier_uri = Some("https://api.example/sector.json".into());
        api.exchanges = Introspects::All;
    });
    let tokens = spa_tokens(&mut server, SPA);
    let at_spa = verified(member(&tokens, "access_token")).1["sub"].clone();
    // Whatever is exchanged, the client knows the user by its own name for them, also if they act.
    let mut names = Vec::new();
    for (name, kind) in [("access_token", ACCESS_TOKEN), ("id_token", ID_TOKEN)] {
        let more = [
            ("subject_token_type", kind),
            ("requested_token_type", JWT),
            ("actor_token", member(&tokens, "access_token")),
            ("actor_token_type", ACCESS_TOKEN),
        ];
        let answer = ok(&exchange(&mut server, API_PLACE, member(&tokens, name), &more));
        let (_, claims) = verified(member(&answer, "access_token"));
        assert_eq!(claims["act"], json!({ "sub": claims["sub"] }));
        names.push(claims["sub"].clone());
    }
    assert_eq!(names[0], names[1]);
    assert!(names[0] != at_spa && names[0] != "user_alice");
}

#[test]
fn rfc_9396_section_6_details_are_narrowed_and_not_widened() {
    let mut server = server_with(|config| {
        for place in [0, 4] {
            config.applications[place].authorization_details_types = vec!["pay".into()];
        }
    });
    let granted = r#"[{"type":"pay","actions":["read","send"]}]"#;
    let mut request = changed(spa_request(), "scope", "openid");
    request.push(("resource", API));
    request.push(("authorization_details", granted));
    let code = Browser::default().code(&mut server, SPA, &request);
    let tokens = ok(&server.token(SPA, &spa_redemption(&code)));
    let subject = member(&tokens, "access_token").to_owned();
    let less = r#"[{"type":"pay","actions":["read"]}]"#;
    for (asked, given) in [("", "null"), (granted, granted), (less, less)] {
        let more = [("authorization_details", asked)];
        let answer = ok(&exchange(&mut server, API_PLACE, &subject, &more));
        let given: Value = serde_json::from_str(given).unwrap();
        assert_eq!(answer["authorization_details"], given);
        let token = member(&answer, "access_token");
        let told = introspect_as(&mut server, API_PLACE, "app_api", token);
        assert_eq!(told["authorization_details"], given);
    }
    let wider = r#"[{"type":"pay","actions":["read","delete"]}]"#;
    let more = [("authorization_details", wider)];
    let response = exchange(&mut server, API_PLACE, &subject, &more);
    refused(&response, 400, "invalid_authorization_details");
}

#[test]
fn rfc_8693_section_2_2_1_nothing_outlives_the_subject_token() {
    let mut server = server_with(|_| {});
    let tokens = spa_tokens(&mut server, SPA);
    let subject = member(&tokens, "access_token").to_owned();
    server.now += 1000;
    let answer = ok(&exchange(&mut server, API_PLACE, &subject, &[]));
    assert_eq!((&answer["expires_in"], &answer["expires_at"]), (&json!(200), &json!(NOW + 1200)));
    server.now += 200;
    assert!(!is_active(&mut server, API_PLACE, member(&answer, "access_token")));
    said(&exchange(&mut server, API_PLACE, &subject, &[]), "invalid_request", "not valid");
}

#[test]
fn rfc_8693_tokens_of_the_other_issuer_are_not_taken() {
    let mut server = server_with(|_| {});
    for (from, to) in [(SPA, Place::Instance), (Place::Instance, API_PLACE)] {
        let tokens = spa_tokens(&mut server, from);
        for (name, kind) in [("access_token", ACCESS_TOKEN), ("id_token", ID_TOKEN)] {
            let more = [("subject_token_type", kind)];
            refused(
                &exchange(&mut server, to, member(&tokens, name), &more),
                400,
                "invalid_request",
            );
        }
    }
}

#[test]
fn rfc_9449_section_5_exchanged_tokens_are_bound_to_the_key_of_who_exchanges() {
    let key = ClientKey::es256(9);
    let mut server = server_with(|_| {});
    let tokens = spa_tokens(&mut server, SPA);
    let proof = |id: &str| {
        let header = json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": key.jwk() });
        let url = API_PLACE.api("token");
        key.jws(&header, &json!({ "jti": id, "htm": "POST", "htu": url, "iat": NOW }))
    };
    let pairs = |token: &str| {
        encode(&[
            ("client_id", "app_api"),
            ("client_secret", SECRET),
            ("grant_type", GRANT),
            ("subject_token", token),
            ("subject_token_type", ACCESS_TOKEN),
        ])
    };
    let request = |token: &str, id: &str| {
        HttpRequest::post_form(API_PLACE.api("token"), pairs(token)).header("dpop", proof(id))
    };
    let answer = ok(&server.send(&request(member(&tokens, "access_token"), "1")));
    assert_eq!(answer["token_type"], "DPoP");
    let bound = member(&answer, "access_token");
    let told = introspect_as(&mut server, API_PLACE, "app_api", bound);
    assert!(told["cnf"]["jkt"].is_string());
    // A proof works once, and its own bound token needs one.
    let again = server.send(&request(member(&tokens, "access_token"), "1"));
    refused(&again, 400, "invalid_dpop_proof");
    said(&exchange(&mut server, API_PLACE, bound, &[]), "invalid_request", "bound to another key");
    ok(&server.send(&request(bound, "2")));
}

fn foreign_key() -> ClientKey {
    ClientKey::es256(7)
}

fn trust(config: &mut Config) {
    let jwk = foreign_key().jwk();
    let key = PublicKey::from_members(|name| jwk[name].as_str().map(Into::into)).unwrap();
    let mut trusted = TrustedIssuer::new(FOREIGN, vec![Registered::new(key)]);
    trusted.audiences = vec!["their-client".into()];
    trusted.subject_claim = "email".into();
    trusted.user_attribute = "email".into();
    config.trusted_issuers.push(trusted);
}

fn foreign(change: &[(&str, Value)]) -> String {
    let mut claims = json!({
        "iss": FOREIGN, "sub": "their-alice", "email": "alice@example.com", "aud": "their-client",
        "iat": NOW, "exp": NOW + 600,
    });
    for (name, value) in change {
        claims[name] = value.clone();
    }
    foreign_key().jws(&json!({ "alg": "ES256", "typ": "JWT" }), &claims)
}

#[test]
fn rfc_8693_section_3_jwts_of_trusted_issuers() {
    for place in BOTH {
        let mut server = server_with(trust);
        for kind in [JWT, ID_TOKEN, ACCESS_TOKEN] {
            let more =
                [("subject_token_type", kind), ("scope", "read"), ("requested_token_type", JWT)];
            let answer = ok(&exchange(&mut server, place, &foreign(&[]), &more));
            assert_eq!(answer["expires_in"], 600);
            let (_, claims) = verified(member(&answer, "access_token"));
            assert_eq!((&claims["sub"], &claims["aud"]), (&json!("user_alice"), &json!(API)));
            assert_eq!((claims.get("act"), claims.get("auth_time")), (None, None));
            assert!(is_active(&mut server, place, member(&answer, "access_token")));
        }
        // Who acts there still does, and who may is heeded.
        let act = json!({ "sub": "agent", "act": { "sub": "x", "iss": "https://y.example" } });
        let more = [("subject_token_type", JWT), ("requested_token_type", JWT)];
        let answer = ok(&exchange(&mut server, place, &foreign(&[("act", act)]), &more));
        assert_eq!(
            verified(member(&answer, "access_token")).1["act"],
            json!({ "sub": "agent", "iss": FOREIGN, "act": { "sub": "x", "iss": "https://y.example" } })
        );
        let may = |name: &str| foreign(&[("may_act", json!({ "sub": name }))]);
        let actor = foreign(&[("sub", json!("agent"))]);
        let more = [more[0], more[1], ("actor_token", &actor), ("actor_token_type", JWT)];
        let answer = ok(&exchange(&mut server, place, &may("agent"), &more));
        assert_eq!(
            verified(member(&answer, "access_token")).1["act"],
            json!({ "sub": "agent", "iss": FOREIGN })
        );
        for (token, more) in
            [(may("other"), &more[..]), (may("agent"), &more[..2]), (may("app_api"), &more[..2])]
        {
            said(&exchange(&mut server, place, &token, more), "invalid_request", "may_act");
        }
    }
}

#[test]
fn rfc_7517_section_4_5_another_issuer_may_call_its_key_as_this_one_does() {
    let kid = KEY.public_jwk().kid().to_owned();
    let key = ClientKey::rs256();
    let mut server = server_with(|config| {
        trust(config);
        let mut jwk = key.jwk();
        jwk["kid"] = json!(kid);
        let key: Registered = serde_json::from_value(jwk).unwrap();
        config.trusted_issuers[0].jwks = vec![key].into();
    });
    let claims = json!({
        "iss": FOREIGN, "sub": "x", "email": "alice@example.com", "aud": "their-client",
        "exp": NOW + 600,
    });
    let token = key.jws(&json!({ "alg": "RS256", "typ": "JWT", "kid": kid }), &claims);
    for kind in [JWT, ID_TOKEN, ACCESS_TOKEN] {
        let more = [("subject_token_type", kind), ("scope", "read")];
        ok(&exchange(&mut server, API_PLACE, &token, &more));
    }
    // And this issuer's own tokens are still its own.
    let own = member(&spa_tokens(&mut server, SPA), "access_token").to_owned();
    let more = [("requested_token_type", JWT)];
    let answer = ok(&exchange(&mut server, API_PLACE, &own, &more));
    ok(&exchange(&mut server, API_PLACE, member(&answer, "access_token"), &more));
}

#[test]
fn rfc_8693_section_2_2_2_foreign_jwts_that_are_refused() {
    let mut server = server_with(trust);
    let mut deep = json!({ "sub": "a" });
    for _ in 0..8 {
        deep = json!({ "sub": "a", "act": deep });
    }
    for (token, reason) in [
        (foreign(&[("iss", json!("https://other.example"))]), "not valid here"),
        (foreign(&[("aud", json!("someone"))]), "aud"),
        (foreign(&[("aud", Value::Null)]), "aud"),
        (foreign(&[("exp", json!(NOW))]), "expired"),
        (foreign(&[("exp", json!("soon"))]), "exp"),
        (foreign(&[("nbf", json!(NOW + 61))]), "future"),
        (foreign(&[("email", json!("nobody@example.com"))]), "no user"),
        (foreign(&[("email", json!(7))]), "who its user is"),
        (foreign(&[("sub", Value::Null)]), "sub is missing"),
        (foreign(&[("act", json!("agent"))]), "malformed"),
        (foreign(&[("act", json!({ "iss": "x" }))]), "malformed"),
        (foreign(&[("act", deep)]), "malformed"),
        (foreign(&[("may_act", json!(["app_api"]))]), "malformed"),
        (
            ClientKey::es256(8).jws(&json!({ "alg": "ES256" }), &json!({ "iss": FOREIGN })),
            "signature",
        ),
        (foreign_key().jws(&json!({ "alg": "none" }), &json!({ "iss": FOREIGN })), "signature"),
        (
            foreign_key()
                .jws(&json!({ "alg": "ES256", "typ": "dpop+jwt" }), &json!({ "iss": FOREIGN })),
            "typ",
        ),
    ] {
        let more = [("subject_token_type", JWT)];
        let response = exchange(&mut server, API_PLACE, &token, &more);
        said(&response, "invalid_request", "The subject token is refused");
        said(&response, "invalid_request", reason);
        let more = [("actor_token", token.as_str()), ("actor_token_type", JWT)];
        let own = own_token(&mut server, API_PLACE);
        let response = exchange(&mut server, API_PLACE, &own, &more);
        said(&response, "invalid_request", "The actor token is refused");
    }
    // A user of two accounts is none.
    let mut server = server_with(|config| {
        trust(config);
        config.users[1].claims = config.users[0].claims.clone();
    });
    let more = [("subject_token_type", JWT)];
    said(&exchange(&mut server, API_PLACE, &foreign(&[]), &more), "invalid_request", "several");
    // Not for this client.
    let mut server = server_with(|config| {
        trust(config);
        config.trusted_issuers[0].applications = Some(vec!["app_back".into()]);
    });
    said(&exchange(&mut server, API_PLACE, &foreign(&[]), &more), "invalid_request", "this client");
}

#[test]
fn rfc_8414_section_2_the_grant_is_announced_where_it_is_open() {
    let grants = |server: &mut Server, place: Place| {
        let url = format!("{}/.well-known/openid-configuration", place.issuer());
        ok(&server.get(&url))["grant_types_supported"].to_string()
    };
    let mut server = server_with(|_| {});
    for place in BOTH {
        assert!(grants(&mut server, place).contains(GRANT));
    }
    for (mut server, place) in [(server, WEB), (Server::new(), Place::Instance)] {
        assert!(!grants(&mut server, place).contains(GRANT));
    }
}
