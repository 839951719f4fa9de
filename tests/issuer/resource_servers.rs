//! Introspection by resource servers: RFC 7662, RFC 9701.

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{
    AccessTokenFormat, Application, Config, GrantType, Introspects, Issuer, Resource, Sessions,
};
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

const API: &str = "https://api.example.com";
const OTHER: &str = "https://other.example.com";
const API_CLIENT: [(&str, &str); 2] =
    [("client_id", "app_api"), ("client_secret", "CSapiExampleSecretThatEverybodyKnows12345678")];
const JWT: &str = "application/token-introspection+jwt";

/// `app_api` runs `API`, if it does; `app_spa` is public and gets tokens for it.
fn open(config: &mut Config, introspects: Introspects, runs: bool) {
    let mut api = Application::new("app_api");
    api.client_secrets = vec![API_CLIENT[1].1.into()];
    api.grants = vec![GrantType::ClientCredentials];
    api.introspects = introspects;
    config.applications.push(api);
    let mut resource = Resource::new(API);
    resource.scopes = vec!["read".into()];
    resource.application_id = runs.then(|| "app_api".into());
    config.resources = vec![resource, Resource::new(OTHER)];
    config.applications[0].scopes.push("read".into());
}

fn servers(introspects: &Introspects, runs: bool) -> [Server; 2] {
    PROFILES.map(|profile| {
        Server::with(|config| {
            config.profile = profile;
            open(config, introspects.clone(), runs);
        })
    })
}

/// Tokens of alice at the public `app_spa`.
fn spa_tokens(server: &mut Server, place: Place, resources: &[&'static str]) -> Value {
    let mut request = changed(spa_request(), "scope", "openid offline_access");
    request.extend(resources.iter().map(|one| ("resource", *one)));
    let code = Browser::default().code(server, place, &request);
    ok(&server.token(place, &spa_redemption(&code)))
}

fn introspect(server: &mut Server, place: Place, token: &str) -> Value {
    ok(&server.post(&place.api("introspect"), &[&API_CLIENT[..], &[("token", token)]].concat()))
}

fn is_active(server: &mut Server, place: Place, token: &str) -> bool {
    let answer = introspect(server, place, token);
    let active = answer["active"].as_bool().unwrap();
    // RFC 7662 section 2.2: nothing else is said of the others.
    assert!(active || answer == json!({ "active": false }), "{answer}");
    active
}

#[test]
fn rfc_7662_section_4_who_runs_a_resource_sees_every_token_for_it() {
    const API_PLACE: Place = Place::App("app_api");
    for mut server in servers(&Introspects::Own, true) {
        // At the token's issuer, and at the application's own.
        for (place, others) in
            [(SPA, [SPA, API_PLACE]), (Place::Instance, [Place::Instance, Place::Instance])]
        {
            let tokens = spa_tokens(&mut server, place, &[API]);
            for asked in others {
                let answer = introspect(&mut server, asked, member(&tokens, "access_token"));
                assert_eq!(answer["active"], true);
                assert_eq!(
                    (&answer["aud"], &answer["client_id"]),
                    (&json!(API), &json!("app_spa"))
                );
                assert_eq!(
                    (&answer["sub"], &answer["username"]),
                    (&json!("user_alice"), &json!("alice"))
                );
                assert_eq!(answer["iss"], place.issuer());
                assert_eq!(answer["auth_time"], NOW);
                assert_eq!(answer["amr"], json!(["pwd"]));
            }
            // A refresh token is nobody else's.
            assert!(!is_active(&mut server, others[0], member(&tokens, "refresh_token")));
            // Not what is for others, or for nobody in particular.
            for resources in [&[OTHER][..], &[]] {
                let tokens = spa_tokens(&mut server, place, resources);
                assert!(!is_active(&mut server, others[0], member(&tokens, "access_token")));
            }
            // Among others.
            let tokens = spa_tokens(&mut server, place, &[OTHER, API]);
            let answer = introspect(&mut server, others[0], member(&tokens, "access_token"));
            assert_eq!(answer["aud"], json!([OTHER, API]));
        }
        // What the other issuer gave is not this one's.
        let tokens = spa_tokens(&mut server, Place::Instance, &[API]);
        assert!(!is_active(&mut server, SPA, member(&tokens, "access_token")));
        let tokens = spa_tokens(&mut server, SPA, &[API]);
        assert!(!is_active(&mut server, Place::Instance, member(&tokens, "access_token")));
        // Nor is what the issuer of a third application gave.
        assert!(!is_active(&mut server, WEB, member(&tokens, "access_token")));
        // It ends as it does for everybody.
        server.now += 1200;
        assert!(!is_active(&mut server, SPA, member(&tokens, "access_token")));
    }
}

#[test]
fn rfc_7662_section_4_whoever_is_configured_to_ask() {
    let audiences =
        |list: &[&str]| Introspects::Audiences(list.iter().map(|one| (*one).to_owned()).collect());
    let issuer = SPA.issuer();
    for (introspects, own, other, none) in [
        (Introspects::Own, false, false, false),
        (audiences(&[API]), true, false, false),
        (audiences(&[API, OTHER]), true, true, false),
        (audiences(&[&issuer]), false, false, true),
        (audiences(&[]), false, false, false),
        (Introspects::All, true, true, true),
    ] {
        for mut server in servers(&introspects, false) {
            for (resources, expected) in [(&[API][..], own), (&[OTHER], other), (&[], none)] {
                let tokens = spa_tokens(&mut server, SPA, resources);
                let found = is_active(&mut server, SPA, member(&tokens, "access_token"));
                assert_eq!(found, expected, "{introspects:?} {resources:?}");
                assert!(!is_active(&mut server, SPA, member(&tokens, "refresh_token")));
            }
        }
    }
}

#[test]
fn rfc_7662_section_2_1_who_asks_must_prove_who_it_is() {
    for mut server in servers(&Introspects::All, true) {
        let tokens = spa_tokens(&mut server, SPA, &[API]);
        let token = ("token", member(&tokens, "access_token"));
        for client in [
            &[][..],
            &[API_CLIENT[0]],
            &[API_CLIENT[0], ("client_secret", "wrong")],
            &[("client_id", "app_nobody"), API_CLIENT[1]],
            &[("client_id", "app_spa"), API_CLIENT[1]],
        ] {
            let pairs = [client, &[token]].concat();
            let answer = server.post(&SPA.api("introspect"), &pairs);
            refused(&answer, 401, "invalid_client");
        }
        // By the header too, and by an assertion for the endpoint.
        let url = SPA.api("introspect");
        let request = HttpRequest::post_form(&url, encode(&[token]))
            .header("authorization", basic(API_CLIENT[0].1, API_CLIENT[1].1));
        assert_eq!(ok(&server.send(&request))["active"], true);
        // Elsewhere it is still the client of the path that must.
        let revoke = server.post(&SPA.api("revoke"), &[&API_CLIENT[..], &[token]].concat());
        refused(&revoke, 401, "invalid_client");
    }
}

#[test]
fn rfc_7523_section_3_an_assertion_for_the_issuer_that_is_asked() {
    let key = ClientKey::es256(3);
    let mut server = Server::with(|config| {
        open(config, Introspects::All, true);
        let api = config.applications.last_mut().unwrap();
        let jwk = key.jwk();
        let public =
            eiam_token::issuer::PublicKey::from_members(|name| jwk[name].as_str().map(Into::into));
        api.jwks = vec![eiam_token::issuer::ClientKey::new(public.unwrap())].into();
    });
    let tokens = spa_tokens(&mut server, SPA, &[API]);
    let token = member(&tokens, "access_token");
    for (id, audience, is_right) in [
        ("1", SPA.issuer(), true),
        ("2", SPA.api("introspect"), true),
        ("3", Place::App("app_api").issuer(), false),
        ("4", WEB.issuer(), false),
    ] {
        let claims = json!({
            "iss": "app_api", "sub": "app_api", "aud": audience, "jti": id,
            "iat": NOW, "exp": NOW + 60,
        });
        let assertion = key.jws(&json!({ "alg": "ES256", "typ": "JWT" }), &claims);
        let pairs = [
            ("token", token),
            ("client_assertion", &*assertion),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ];
        let answer = server.post(&SPA.api("introspect"), &pairs);
        if is_right {
            assert_eq!(ok(&answer)["active"], true, "{audience}");
        } else {
            refused(&answer, 401, "invalid_client");
        }
    }
}

#[test]
fn rfc_9068_jwts_are_the_same_to_whoever_asks() {
    let mut server = Server::with(|config| {
        open(config, Introspects::Own, true);
        config.resources[0].access_token_format = Some(AccessTokenFormat::Jwt);
    });
    let tokens = spa_tokens(&mut server, SPA, &[API]);
    let (_, claims) = verified(member(&tokens, "access_token"));
    let answer = introspect(&mut server, SPA, member(&tokens, "access_token"));
    for name in ["iss", "aud", "sub", "client_id", "scope", "iat", "exp", "auth_time", "acr", "amr"]
    {
        assert_eq!(answer[name], claims[name], "{name}");
        assert!(!claims[name].is_null(), "{name}");
    }
}

fn ask_for(server: &mut Server, token: &str, accept: &str) -> HttpResponse {
    let body = encode(&[&API_CLIENT[..], &[("token", token)]].concat());
    server.send(&HttpRequest::post_form(SPA.api("introspect"), body).header("accept", accept))
}

#[test]
fn rfc_9701_section_5_a_signed_response() {
    for mut server in servers(&Introspects::Own, true) {
        let tokens = spa_tokens(&mut server, SPA, &[API]);
        let token = member(&tokens, "access_token");
        let plain = introspect(&mut server, SPA, token);
        for (token, expected) in [(token, plain), ("ATunknown", json!({ "active": false }))] {
            for accept in [JWT, "application/token-introspection+JWT; q=0.9, */*;q=0.1"] {
                let answer = ask_for(&mut server, token, accept);
                assert_eq!(answer.status, 200);
                assert_eq!(answer.headers.value("content-type"), Some(JWT));
                assert_eq!(answer.headers.value("cache-control"), Some("no-store"));
                let (header, claims) = verified(text(&answer));
                assert_eq!(header["typ"], "token-introspection+jwt");
                assert_eq!(
                    claims,
                    json!({
                        "iss": SPA.issuer(), "aud": "app_api", "iat": NOW,
                        "token_introspection": expected,
                    })
                );
            }
        }
        for accept in ["application/json", "*/*", "application/token-introspection+jwt;q=0"] {
            let answer = ask_for(&mut server, token, accept);
            let media_type = answer.headers.value("content-type");
            assert_eq!(media_type, Some("application/json;charset=UTF-8"), "{accept}");
            assert_eq!(ok(&answer)["active"], true);
        }
        // Who may not ask gets no JWT.
        let request = HttpRequest::post_form(SPA.api("introspect"), encode(&[("token", token)]));
        refused(&server.send(&request.header("accept", JWT)), 401, "invalid_client");
    }
}

/// RFC 9701 section 8.1: it is no access token, though the same key signed it.
#[test]
fn rfc_9701_section_8_1_a_signed_response_is_no_token() {
    for mut server in servers(&Introspects::Own, true) {
        let tokens = spa_tokens(&mut server, SPA, &[API]);
        let answer = ask_for(&mut server, member(&tokens, "access_token"), JWT);
        let answer = text(&answer).to_owned();
        assert!(!is_active(&mut server, SPA, &answer));
        assert_ne!(server.userinfo(SPA, &answer).status, 200);
        let hint = encode(&[("id_token_hint", &answer)]);
        let response = server.get(&format!("{}?{hint}", SPA.page("logout")));
        page_refused(&response, 400, "invalid_request");
    }
}

#[test]
fn rfc_9701_section_5_a_driver_that_makes_its_key_late_needs_it() {
    let mut config = Config::example(BASE);
    open(&mut config, Introspects::All, true);
    let issuer = Issuer::new(config, Sessions::Cookie, [1; 32]).unwrap();
    let body = encode(&[&API_CLIENT[..], &[("token", "x")]].concat());
    let request = HttpRequest::post_form(SPA.api("introspect"), body);
    assert!(!issuer.needs_signing_key(&request));
    assert!(issuer.needs_signing_key(&request.header("accept", JWT)));
}

#[test]
fn rfc_9701_section_7_the_metadata() {
    let metadata = |server: &mut Server, place: Place| {
        ok(&server.get(&format!("{}/.well-known/openid-configuration", place.issuer())))
    };
    for mut server in servers(&Introspects::Own, true) {
        for place in [SPA, WEB, Place::Instance] {
            let document = metadata(&mut server, place);
            assert_eq!(document["introspection_endpoint"], place.api("introspect"));
            assert_eq!(document["introspection_signing_alg_values_supported"], json!(["RS256"]));
            let methods = json!(["client_secret_basic", "client_secret_post"]);
            assert_eq!(document["introspection_endpoint_auth_methods_supported"], methods);
        }
    }
    // Nobody could ask.
    for mut server in servers(&Introspects::Own, false) {
        let document = metadata(&mut server, SPA);
        for name in ["endpoint", "signing_alg_values_supported"] {
            assert_eq!(document.get(format!("introspection_{name}")), None);
        }
    }
}
