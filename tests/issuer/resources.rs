//! Whom tokens are for: RFC 8707, RFC 9068 section 3.

use eiam_token::issuer::{AccessTokenFormat, Config, Issuer, Resource, Sessions};
use serde_json::{Value, json};

use crate::support::*;

const CALENDAR: &str = "https://cal.example.com/";
const CONTACTS: &str = "https://contacts.example.com/app";
const EIAM_API: &str = "api://api.example.com";
const CLIENT: [(&str, &str); 2] = [("client_id", "app_web"), ("client_secret", WEB_SECRET)];

/// Two resources, as in the examples of RFC 8707, whose scopes `app_web` has.
fn with_resources(config: &mut Config) {
    let mut calendar = Resource::new(CALENDAR);
    calendar.scopes = vec!["calendar".into(), "both".into()];
    let mut contacts = Resource::new(CONTACTS);
    contacts.scopes = vec!["contacts".into(), "both".into()];
    config.resources = vec![calendar, contacts];
    let scopes = ["calendar", "contacts", "both", "general"];
    config.applications[1].scopes.extend(scopes.map(str::to_owned));
}

fn servers() -> [Server; 2] {
    PROFILES.map(|profile| {
        Server::with(|config| {
            config.profile = profile;
            with_resources(config);
        })
    })
}

fn request(scope: &'static str, resources: &[&'static str]) -> Vec<(&'static str, &'static str)> {
    let mut request = changed(web_request(), "scope", scope);
    request.extend(resources.iter().map(|resource| ("resource", *resource)));
    request
}

fn ask(
    server: &mut Server,
    place: Place,
    pairs: &[(&str, &str)],
) -> eiam_token::http::HttpResponse {
    server.token(place, &[&CLIENT[..], pairs].concat())
}

fn redeem(server: &mut Server, place: Place, code: &str, more: &[(&str, &str)]) -> Value {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", WEB_URI),
        ("code_verifier", VERIFIER),
    ];
    ok(&ask(server, place, &[&pairs[..], more].concat()))
}

fn refresh(
    server: &mut Server,
    tokens: &Value,
    more: &[(&str, &str)],
) -> eiam_token::http::HttpResponse {
    let token = member(tokens, "refresh_token");
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", token)];
    ask(server, WEB, &[&pairs[..], more].concat())
}

/// Audience and scope of a token, which introspection and the issuer itself say in the same way.
#[track_caller]
fn target(server: &mut Server, place: Place, tokens: &Value) -> (Value, String) {
    let token = member(tokens, "access_token");
    let answer =
        ok(&server.post(&place.api("introspect"), &[&CLIENT[..], &[("token", token)]].concat()));
    assert_eq!(answer["active"], true);
    let scope = answer["scope"].as_str().unwrap_or_default().to_owned();
    if let Some(info) = server.issuer.inspect_access_token(token, server.now) {
        assert_eq!(info.scope, scope);
        let audience = match &*info.audience {
            [one] => json!(one),
            several => json!(several),
        };
        assert_eq!(audience, answer["aud"]);
    } else {
        let (_, claims) = verified(token);
        assert_eq!((&claims["scope"], &claims["aud"]), (&answer["scope"], &answer["aud"]));
    }
    (answer["aud"].clone(), scope)
}

#[test]
fn rfc_8707_section_2_1_an_authorization_request_names_resources() {
    for mut server in servers() {
        for place in [WEB, Place::Instance] {
            for pushed in [false, true] {
                let mut request =
                    request("openid calendar contacts", &[CALENDAR, CONTACTS, CALENDAR]);
                if pushed {
                    request.push(CLIENT[1]);
                    let pushed = server.post(&place.api("par"), &request);
                    assert_eq!(pushed.status, 201);
                    let uri = member(&json(&pushed), "request_uri").to_owned();
                    let request = [CLIENT[0], ("request_uri", &uri)];
                    let code = Browser::default().code(&mut server, place, &request);
                    let tokens = redeem(&mut server, place, &code, &[]);
                    let (audience, scope) = target(&mut server, place, &tokens);
                    assert_eq!(audience, json!([CALENDAR, CONTACTS]));
                    assert_eq!(scope, "openid calendar contacts");
                    continue;
                }
                let code = Browser::default().code(&mut server, place, &request);
                let tokens = redeem(&mut server, place, &code, &[]);
                let (audience, _) = target(&mut server, place, &tokens);
                assert_eq!(audience, json!([CALENDAR, CONTACTS]));
                // It still says who somebody is.
                ok(&server.userinfo(place, member(&tokens, "access_token")));
            }
        }
    }
}

#[test]
fn rfc_8707_section_2_2_a_token_for_some_of_them_has_their_scopes() {
    for mut server in servers() {
        let request = request("openid calendar contacts both general", &[CALENDAR, CONTACTS]);
        let code = Browser::default().code(&mut server, WEB, &request);
        let tokens = redeem(&mut server, WEB, &code, &[("resource", CALENDAR)]);
        assert_eq!(tokens["scope"], "openid calendar both general");
        let (audience, scope) = target(&mut server, WEB, &tokens);
        assert_eq!((audience, &*scope), (json!(CALENDAR), "openid calendar both general"));
        // The refresh token is for all of the grant.
        let tokens = ok(&refresh(&mut server, &tokens, &[("resource", CONTACTS)]));
        let (audience, scope) = target(&mut server, WEB, &tokens);
        assert_eq!((audience, &*scope), (json!(CONTACTS), "openid contacts both general"));
        let narrow = [("resource", CONTACTS), ("scope", "contacts")];
        let tokens = ok(&refresh(&mut server, &tokens, &narrow));
        let (audience, scope) = target(&mut server, WEB, &tokens);
        assert_eq!((audience, &*scope), (json!(CONTACTS), "contacts"));
        // Without a resource it is for all of them again.
        let tokens = ok(&refresh(&mut server, &tokens, &[]));
        assert_eq!(target(&mut server, WEB, &tokens).0, json!([CALENDAR, CONTACTS]));
        // A scope of another resource than the one that is asked for.
        let wrong = [("resource", CONTACTS), ("scope", "calendar")];
        let said = refused(&refresh(&mut server, &tokens, &wrong), 400, "invalid_scope");
        assert!(said.contains("calendar is for another resource"), "{said}");
        // Nothing was spent on a refusal.
        ok(&refresh(&mut server, &tokens, &[]));
    }
}

#[test]
fn rfc_8707_section_2_2_not_more_than_the_grant_has() {
    for mut server in servers() {
        let request = request("openid calendar", &[CALENDAR]);
        let code = Browser::default().code(&mut server, WEB, &request);
        let tokens = redeem(&mut server, WEB, &code, &[]);
        for resources in [&[CONTACTS][..], &[CALENDAR, CONTACTS]] {
            let more: Vec<_> = resources.iter().map(|one| ("resource", *one)).collect();
            let said = refused(&refresh(&mut server, &tokens, &more), 400, "invalid_target");
            assert!(said.contains(CONTACTS), "{said}");
        }
        ok(&refresh(&mut server, &tokens, &[("resource", CALENDAR)]));
    }
}

/// RFC 8707 leaves it open: what is named first when tokens are asked for.
#[test]
fn rfc_8707_section_2_2_a_grant_that_names_none() {
    for mut server in servers() {
        let code = Browser::default().code(&mut server, WEB, &request("openid general", &[]));
        let tokens = redeem(&mut server, WEB, &code, &[("resource", CALENDAR)]);
        assert_eq!(target(&mut server, WEB, &tokens).0, json!(CALENDAR));
        let tokens = ok(&refresh(&mut server, &tokens, &[]));
        // RFC 9068 section 3: the issuer's default one.
        assert_eq!(target(&mut server, WEB, &tokens).0, json!(WEB.issuer()));
    }
}

#[test]
fn rfc_8707_section_2_invalid_target() {
    for mut server in servers() {
        for wrong in [
            "https://other.example.com",
            "https://cal.example.com/other",
            "https://cal.example.com/#x",
            "cal.example.com",
            "/cal",
            "https://cal.example.com/ x",
        ] {
            let wrong = [("resource", wrong)];
            let authorize = [&web_request()[..], &wrong].concat();
            let answer = redirected(&Browser::default().authorize(&mut server, WEB, &authorize));
            assert_eq!(answer["error"], "invalid_target");
            assert_eq!(answer["state"], "st&te");
            let par = [&authorize[..], &CLIENT[1..]].concat();
            refused(&server.post(&WEB.api("par"), &par), 400, "invalid_target");
            let device = [&CLIENT[..], &wrong].concat();
            refused(&server.post(&WEB.api("device/code"), &device), 400, "invalid_target");
            let machine = [&[("grant_type", "client_credentials")][..], &wrong].concat();
            refused(&ask(&mut server, WEB, &machine), 400, "invalid_target");
        }
        // An issuer on this machine says what there is.
        let machine = [("grant_type", "client_credentials"), ("resource", "api://x")];
        let said = refused(&ask(&mut server, WEB, &machine), 400, "invalid_target");
        assert!(said.contains(&format!("resources = {CALENDAR}, {CONTACTS}")), "{said}");
    }
}

#[test]
fn rfc_8707_section_2_eight_resources_at_most() {
    let mut server = Server::with(|config| {
        config.resources = (0..9).map(|i| Resource::new(format!("urn:r{i}"))).collect();
    });
    let names: Vec<_> = (0..9).map(|i| format!("urn:r{i}")).collect();
    let pairs = |count: usize| {
        let mut pairs = vec![("grant_type", "client_credentials")];
        pairs.extend(names.iter().take(count).map(|name| ("resource", name.as_str())));
        pairs
    };
    let tokens = ok(&ask(&mut server, Place::Instance, &pairs(8)));
    assert_eq!(target(&mut server, Place::Instance, &tokens).0.as_array().unwrap().len(), 8);
    refused(&ask(&mut server, Place::Instance, &pairs(9)), 400, "invalid_target");
}

#[test]
fn rfc_3986_section_6_2_3_an_empty_path_names_the_same_resource() {
    for mut server in servers() {
        let machine =
            [("grant_type", "client_credentials"), ("resource", "https://cal.example.com")];
        let tokens = ok(&ask(&mut server, WEB, &machine));
        // The token says it as the configuration does.
        assert_eq!(target(&mut server, WEB, &tokens).0, json!(CALENDAR));
    }
}

#[test]
fn rfc_8707_section_2_2_client_credentials() {
    for mut server in servers() {
        for place in [WEB, Place::Instance] {
            let machine = |scope: &'static str, resources: &[&'static str]| {
                let mut pairs = vec![("grant_type", "client_credentials")];
                pairs.extend(Some(("scope", scope)).filter(|_| !scope.is_empty()));
                pairs.extend(resources.iter().map(|one| ("resource", *one)));
                pairs
            };
            let tokens = ok(&ask(&mut server, place, &machine("calendar", &[CALENDAR])));
            let found = target(&mut server, place, &tokens);
            assert_eq!(found, (json!(CALENDAR), "calendar".into()));
            let both = machine("calendar contacts", &[CALENDAR, CONTACTS]);
            let tokens = ok(&ask(&mut server, place, &both));
            let found = target(&mut server, place, &tokens);
            assert_eq!(found, (json!([CALENDAR, CONTACTS]), "calendar contacts".into()));
            // All that it has there.
            let tokens = ok(&ask(&mut server, place, &machine("", &[CONTACTS])));
            let found = target(&mut server, place, &tokens);
            assert_eq!(found, (json!(CONTACTS), "contacts both general".into()));
            // Scopes of another resource.
            for scope in ["contacts", "calendar contacts", "api://api.example.com|read:file"] {
                let answer = ask(&mut server, place, &machine(scope, &[CALENDAR]));
                refused(&answer, 400, "invalid_scope");
            }
        }
    }
}

#[test]
fn rfc_9068_section_3_scopes_say_the_audience_where_no_resource_does() {
    for mut server in servers() {
        let machine = |scope| [("grant_type", "client_credentials"), ("scope", scope)];
        for (scope, audience) in [
            ("calendar general", json!(CALENDAR)),
            ("general", json!(Place::Instance.issuer())),
            // Of both: of neither in particular.
            ("both", json!(Place::Instance.issuer())),
        ] {
            let tokens = ok(&ask(&mut server, Place::Instance, &machine(scope)));
            assert_eq!(target(&mut server, Place::Instance, &tokens), (audience, scope.into()));
        }
        let answer = ask(&mut server, Place::Instance, &machine("calendar contacts"));
        let said = refused(&answer, 400, "invalid_scope");
        assert!(said.contains("several resource servers"), "{said}");
        // A user's grant may be for several: tokens for each can be had of it.
        let code = Browser::default().code(&mut server, WEB, &request("calendar contacts", &[]));
        let tokens = redeem(&mut server, WEB, &code, &[("resource", CONTACTS)]);
        assert_eq!(target(&mut server, WEB, &tokens), (json!(CONTACTS), "contacts".into()));
    }
}

#[test]
fn eiam_the_other_spelling_of_a_scope_and_its_resource() {
    for mut server in servers() {
        let machine = |pairs: &[(&'static str, &'static str)]| {
            [&[("grant_type", "client_credentials")][..], pairs].concat()
        };
        // The application has `identifier|scope`, and the request names them apart.
        let apart = machine(&[("resource", EIAM_API), ("scope", "read:file")]);
        let tokens = ok(&ask(&mut server, Place::Instance, &apart));
        assert_eq!(tokens["scope"], "api://api.example.com|read:file");
        let found = target(&mut server, Place::Instance, &tokens);
        assert_eq!(found, (json!(EIAM_API), "read:file".into()));
        // The application has the scope and the configuration the resource, and the request says both
        // in one.
        let one = machine(&[("scope", "https://cal.example.com/|calendar")]);
        let tokens = ok(&ask(&mut server, Place::Instance, &one));
        let found = target(&mut server, Place::Instance, &tokens);
        assert_eq!(found, (json!(CALENDAR), "calendar".into()));
        for unknown in ["https://cal.example.com/|contacts", "https://x.example|calendar"] {
            let answer = ask(&mut server, Place::Instance, &machine(&[("scope", unknown)]));
            refused(&answer, 400, "invalid_scope");
        }
        // A refresh may use either.
        let request = request("openid api://api.example.com|.all", &[EIAM_API]);
        let code = Browser::default().code(&mut server, WEB, &request);
        let tokens = redeem(&mut server, WEB, &code, &[]);
        let narrow = [("resource", EIAM_API), ("scope", "write:file")];
        let tokens = ok(&refresh(&mut server, &tokens, &narrow));
        assert_eq!(target(&mut server, WEB, &tokens), (json!(EIAM_API), "write:file".into()));
        // Twice is once, in whatever spelling.
        let twice = "write:file api://api.example.com|write:file write:file";
        let tokens =
            ok(&refresh(&mut server, &tokens, &[("resource", EIAM_API), ("scope", twice)]));
        assert_eq!(target(&mut server, WEB, &tokens).1, "write:file");
        let narrow = [("scope", "api://api.example.com|read:file")];
        let tokens = ok(&refresh(&mut server, &tokens, &narrow));
        assert_eq!(target(&mut server, WEB, &tokens), (json!(EIAM_API), "read:file".into()));
    }
}

/// Without its prefix nobody could tell whose `read` it is.
#[test]
fn eiam_with_several_audiences_scopes_keep_their_server() {
    let mut server = Server::with(|config| {
        config.applications[1].scopes.extend(["urn:a|read".into(), "urn:b|write".into()]);
    });
    let machine = [
        ("grant_type", "client_credentials"),
        ("scope", "urn:a|read urn:b|write"),
        ("resource", "urn:a"),
        ("resource", "urn:b"),
    ];
    let tokens = ok(&ask(&mut server, Place::Instance, &machine));
    let found = target(&mut server, Place::Instance, &tokens);
    assert_eq!(found, (json!(["urn:a", "urn:b"]), "urn:a|read urn:b|write".into()));
}

#[test]
fn rfc_8707_section_2_devices() {
    for mut server in servers() {
        let device = [&CLIENT[..], &[("scope", "calendar contacts"), ("resource", CALENDAR)]];
        let answer = server.post(&WEB.api("device/code"), &device.concat());
        refused(&answer, 400, "invalid_scope");
        let both = [("scope", "calendar contacts"), ("resource", CALENDAR), ("resource", CONTACTS)];
        let device = ok(&server.post(&WEB.api("device/code"), &[&CLIENT[..], &both].concat()));
        // The user is told for whom it is.
        let mut browser = Browser::default();
        let page = browser.get(&mut server, member(&device, "verification_uri_complete"));
        let code = member(&device, "user_code");
        let page = browser.submit(&mut server, &page, &[("user_code", code)]);
        let page = browser.login(&mut server, &page);
        assert!(text(&page).contains(CALENDAR) && text(&page).contains(CONTACTS));
        browser.submit(&mut server, &page, &[("decision", "allow")]);
        let poll = [
            ("grant_type", DEVICE_GRANT),
            ("device_code", member(&device, "device_code")),
            ("resource", CALENDAR),
        ];
        let tokens = ok(&ask(&mut server, WEB, &poll));
        assert_eq!(target(&mut server, WEB, &tokens), (json!(CALENDAR), "calendar".into()));
        let tokens = ok(&refresh(&mut server, &tokens, &[]));
        assert_eq!(target(&mut server, WEB, &tokens).0, json!([CALENDAR, CONTACTS]));
    }
}

/// A configuration that does not have the resource of a grant any more gives no tokens for it.
#[test]
fn rfc_8707_section_2_a_resource_that_is_gone() {
    let [mut server, _] = servers();
    let request = request("openid general", &[CALENDAR, CONTACTS]);
    let code = Browser::default().code(&mut server, WEB, &request);
    let tokens = redeem(&mut server, WEB, &code, &[]);
    let mut config = server.issuer.config().clone();
    config.resources.remove(0);
    let snapshot = server.snapshot();
    let issuer = Issuer::restore(config, Sessions::Cookie, [8; 32], &snapshot).unwrap();
    let mut server = Server::of(issuer);
    refused(&refresh(&mut server, &tokens, &[]), 400, "invalid_target");
    let tokens = ok(&refresh(&mut server, &tokens, &[("resource", CONTACTS)]));
    assert_eq!(target(&mut server, WEB, &tokens).0, json!(CONTACTS));
}

#[test]
fn a_user_agrees_to_each_resource() {
    for mut server in servers() {
        let mut browser = Browser::default();
        browser.code(&mut server, WEB, &request("openid general", &[CALENDAR]));
        let again = browser.authorize(&mut server, WEB, &request("openid general", &[CALENDAR]));
        assert!(redirected(&again).contains_key("code"));
        let other = browser.authorize(&mut server, WEB, &request("openid general", &[CONTACTS]));
        assert!(text(&other).contains(CONTACTS) && text(&other).contains("value=\"allow\""));
    }
}

#[test]
fn what_a_resource_says_of_its_tokens() {
    for profile in PROFILES {
        let mut server = Server::with(|config| {
            config.profile = profile;
            with_resources(config);
            config.resources[0].lifetime = Some(60);
            config.resources[0].access_token_format = Some(AccessTokenFormat::Jwt);
            config.resources[1].access_token_format = Some(AccessTokenFormat::Opaque);
            let claims = json!({ "region": "eu", "roles": ["a"] });
            config.resources[0].claims = serde_json::from_value(claims).unwrap();
        });
        let code = Browser::default().code(
            &mut server,
            WEB,
            &request("openid calendar contacts", &[CALENDAR, CONTACTS]),
        );
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", WEB_URI),
            ("code_verifier", VERIFIER),
        ];
        // One token is of one kind. The refusal did not spend the code.
        refused(&ask(&mut server, WEB, &pairs), 400, "invalid_target");
        let tokens = redeem(&mut server, WEB, &code, &[("resource", CALENDAR)]);
        assert_eq!(tokens["expires_in"], 60);
        let (_, claims) = verified(member(&tokens, "access_token"));
        assert_eq!(claims["exp"], NOW + 60);
        assert_eq!((&claims["region"], &claims["roles"]), (&json!("eu"), &json!(["a"])));
        let introspect = [&CLIENT[..], &[("token", member(&tokens, "access_token"))]].concat();
        let answer = ok(&server.post(&WEB.api("introspect"), &introspect));
        assert_eq!((&answer["region"], &answer["roles"]), (&json!("eu"), &json!(["a"])));
        let tokens = ok(&refresh(&mut server, &tokens, &[("resource", CONTACTS)]));
        assert_eq!(tokens["expires_in"], 1200);
        assert!(member(&tokens, "access_token").starts_with("AT"));
        let introspect = [&CLIENT[..], &[("token", member(&tokens, "access_token"))]].concat();
        let answer = ok(&server.post(&WEB.api("introspect"), &introspect));
        assert_eq!(answer.get("region"), None);
    }
}

#[test]
fn a_token_for_several_lives_as_long_as_the_shortest() {
    let mut server = Server::with(|config| {
        with_resources(config);
        config.resources[0].lifetime = Some(9000);
        config.resources[1].lifetime = Some(7);
    });
    for (resources, seconds) in
        [(&[CALENDAR, CONTACTS][..], 7), (&[CALENDAR], 9000), (&[EIAM_API, CALENDAR], 1200)]
    {
        let mut machine = vec![("grant_type", "client_credentials"), ("scope", "general")];
        machine.extend(resources.iter().map(|one| ("resource", *one)));
        assert_eq!(ok(&ask(&mut server, WEB, &machine))["expires_in"], seconds);
    }
}

#[test]
fn rfc_9728_section_4_the_metadata_name_the_resources() {
    let mut server = Server::with(|config| {
        with_resources(config);
        config.resources.push(Resource::new("urn:r"));
    });
    for place in [WEB, Place::Instance] {
        let url = format!("{}/.well-known/openid-configuration", place.issuer());
        let document = ok(&server.get(&url));
        assert_eq!(document["protected_resources"], json!([CALENDAR, CONTACTS]));
    }
    let document = Server::new().get(&format!("{}/.well-known/openid-configuration", WEB.issuer()));
    assert_eq!(ok(&document).get("protected_resources"), None);
}
