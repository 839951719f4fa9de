//! Subjects that only the clients of one sector know: OpenID Connect Core section 8.

use eiam_token::base64url;
use eiam_token::issuer::{AccessTokenFormat, Application, Config, Introspects, SubjectType};
use serde_json::{Value, json};

use crate::support::*;

/// `app_web` and its copies `app_a`, of the same sector, and `app_b`, of another, are pairwise.
fn open(config: &mut Config) {
    let web = &mut config.applications[1];
    web.subject_type = SubjectType::Pairwise;
    let copy = |id: &str, uri: &str| {
        let mut copy = web.clone();
        copy.application_id = id.into();
        copy.redirect_uris = vec![uri.into()];
        copy
    };
    let mut b = copy("app_b", "https://b.example/cb");
    b.sector_identifier_uri = Some("https://Sector.example:8443/redirects.json".into());
    let a = copy("app_a", "http://127.0.0.1:8701/other");
    config.applications.extend([a, b]);
}

fn server() -> Server {
    Server::with(open)
}

const A: Place = Place::App("app_a");
const B: Place = Place::App("app_b");

/// The request of a client, and what it is redeemed with.
fn request(client: &'static str) -> Vec<(&'static str, &'static str)> {
    let uri = match client {
        "app_a" => "http://127.0.0.1:8701/other",
        "app_b" => "https://b.example/cb",
        "app_spa" => SPA_URI,
        _ => WEB_URI,
    };
    changed(changed(web_request(), "client_id", client), "redirect_uri", uri)
}

fn tokens(server: &mut Server, browser: &mut Browser, place: Place, client: &'static str) -> Value {
    let request = request(client);
    let code = browser.code(server, place, &request);
    let uri = request.iter().find(|(name, _)| *name == "redirect_uri").unwrap().1;
    let mut redeem = vec![
        ("client_id", client),
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", uri),
        ("code_verifier", VERIFIER),
    ];
    if client != "app_spa" {
        redeem.push(("client_secret", WEB_SECRET));
    }
    ok(&server.token(place, &redeem))
}

fn sub(tokens: &Value) -> String {
    member(&verified(member(tokens, "id_token")).1, "sub").to_owned()
}

fn introspected(server: &mut Server, client: &str, secret: &str, token: &str) -> Value {
    let asked = [("client_id", client), ("client_secret", secret), ("token", token)];
    ok(&server.post(&WEB.api("introspect"), &asked))
}

#[test]
fn openid_connect_core_section_8_1_one_subject_for_a_sector() {
    let mut server = server();
    let mut browser = Browser::default();
    let web = sub(&tokens(&mut server, &mut browser, WEB, "app_web"));
    assert_eq!(base64url::decode(&web).unwrap().len(), 32);
    // At the other issuer, by another application with that host, and after a restart.
    assert_eq!(sub(&tokens(&mut server, &mut browser, Place::Instance, "app_web")), web);
    assert_eq!(sub(&tokens(&mut server, &mut browser, A, "app_a")), web);
    let mut again = server.restarted();
    assert_eq!(sub(&tokens(&mut again, &mut Browser::default(), WEB, "app_web")), web);
    // In another sector, for another user, by another issuer, and for those who are not pairwise.
    let other = sub(&tokens(&mut server, &mut browser, B, "app_b"));
    assert!(other != web && !other.contains("alice"), "{other}");
    let mut bob = Browser::default();
    let page = bob.authorize(&mut server, WEB, &web_request());
    bob.login_as(&mut server, &page, "bob", "bob-password");
    assert_ne!(sub(&tokens(&mut server, &mut bob, WEB, "app_web")), web);
    let mut elsewhere = self::server();
    elsewhere.issuer.set_sealing_key([9; 32]);
    assert_ne!(sub(&tokens(&mut elsewhere, &mut Browser::default(), WEB, "app_web")), web);
    assert_eq!(sub(&tokens(&mut server, &mut browser, SPA, "app_spa")), "user_alice");
}

#[test]
fn openid_connect_core_section_8_the_same_everywhere_for_one_client() {
    for format in AccessTokenFormat::ALL {
        let mut server = Server::with(|config| {
            open(config);
            config.applications[1].access_token_format = Some(format);
            config.applications[3].introspects = Introspects::All;
        });
        let tokens = tokens(&mut server, &mut Browser::default(), WEB, "app_web");
        let sub = sub(&tokens);
        let (token, refresh) = (member(&tokens, "access_token"), member(&tokens, "refresh_token"));
        assert_eq!(ok(&server.userinfo(WEB, token))["sub"], sub);
        if format == AccessTokenFormat::Jwt {
            assert_eq!(verified(token).1["sub"], sub);
        } else {
            let info = server.issuer.inspect_access_token(token, NOW).unwrap();
            assert_eq!(info.subject, Some(sub.clone()));
        }
        for (client, secret, token) in [
            ("app_web", WEB_SECRET, token),
            ("app_web", WEB_SECRET, refresh),
            ("app_machine", MACHINE_SECRET, token),
        ] {
            let info = introspected(&mut server, client, secret, token);
            assert_eq!(info["sub"], sub);
            // Nor does anything else say who it is.
            assert_eq!(info.get("username"), None);
        }
        let refreshed = ok(&server.refresh(refresh));
        assert_eq!(self::sub(&refreshed), sub);
    }
}

/// The clients of the instance share an issuer, so each can show what another one was given.
#[test]
fn openid_connect_core_section_3_1_2_1_hints_of_this_client_and_of_others() {
    let clients = ["app_web", "app_a", "app_b", "app_spa"];
    let place = Place::Instance;
    for pushed in [false, true] {
        let mut server = server();
        let mut alice = Browser::default();
        let hints = clients.map(|client| {
            let tokens = tokens(&mut server, &mut alice, place, client);
            member(&tokens, "id_token").to_owned()
        });
        let mut bob = Browser::default();
        let page = bob.authorize(&mut server, place, &web_request());
        bob.login_as(&mut server, &page, "bob", "bob-password");
        for (hint, asking) in hints.iter().flat_map(|hint| clients.map(|client| (hint, client))) {
            let mut request: Vec<(&str, &str)> = request(asking);
            request.extend([("prompt", "none"), ("id_token_hint", hint)]);
            if asking != "app_spa" && pushed {
                request.push(("client_secret", WEB_SECRET));
            }
            let mut ask = |browser: &mut Browser| {
                if !pushed {
                    return redirected(&browser.authorize(&mut server, place, &request));
                }
                let body = json(&server.post(&place.api("par"), &request));
                let uri = member(&body, "request_uri");
                let reference = [("client_id", asking), ("request_uri", uri)];
                redirected(&browser.authorize(&mut server, place, &reference))
            };
            assert_eq!(ask(&mut bob)["error"], "login_required", "{asking}");
            assert!(ask(&mut alice).contains_key("code"), "{asking}");
        }
    }
}

#[test]
fn openid_connect_core_section_5_5_1_a_subject_that_is_asked_for() {
    let mut server = server();
    let mut alice = Browser::default();
    let sub = sub(&tokens(&mut server, &mut alice, WEB, "app_web"));
    for (wanted, is_hers) in [(sub.as_str(), true), ("user_alice", false)] {
        let claims = json!({ "id_token": { "sub": { "value": wanted } } }).to_string();
        let mut request: Vec<(&str, &str)> = web_request();
        request.extend([("prompt", "none"), ("claims", &*claims)]);
        let answer = redirected(&alice.authorize(&mut server, WEB, &request));
        assert_eq!(answer.contains_key("code"), is_hers, "{answer:?}");
    }
    // On the page where somebody signs in.
    let claims = json!({ "id_token": { "sub": { "value": sub } } }).to_string();
    let mut request: Vec<(&str, &str)> = web_request();
    request.push(("claims", &claims));
    let mut bob = Browser::default();
    let page = bob.authorize(&mut server, WEB, &request);
    let answer = bob.login_as(&mut server, &page, "bob", "bob-password");
    assert_eq!(redirected(&answer)["error"], "login_required");
}

#[test]
fn rp_initiated_logout_section_2_a_hint_ends_the_session() {
    let mut server = server();
    let mut browser = Browser::default();
    let tokens = tokens(&mut server, &mut browser, WEB, "app_web");
    let mut bob = Browser::default();
    let page = bob.authorize(&mut server, WEB, &web_request());
    bob.login_as(&mut server, &page, "bob", "bob-password");
    let url = format!(
        "{}?{}",
        WEB.page("logout"),
        encode(&[("id_token_hint", member(&tokens, "id_token"))])
    );
    // Of somebody else's session it is asked first.
    let asked = bob.get(&mut server, &url);
    assert!(text(&asked).contains("<form"), "{}", text(&asked));
    let ended = browser.get(&mut server, &url);
    assert!(!text(&ended).contains("<form"), "{}", text(&ended));
    let mut request: Vec<(&str, &str)> = web_request();
    request.push(("prompt", "none"));
    let answer = redirected(&browser.authorize(&mut server, WEB, &request));
    assert_eq!(answer["error"], "login_required");
}

#[test]
fn openid_connect_discovery_section_3_subject_types() {
    let mut server = server();
    let mut announced = |place: Place| {
        let url = format!("{}/.well-known/openid-configuration", place.issuer());
        ok(&server.get(&url))["subject_types_supported"].clone()
    };
    assert_eq!(announced(WEB), json!(["pairwise"]));
    assert_eq!(announced(SPA), json!(["public"]));
    assert_eq!(announced(Place::Instance), json!(["public", "pairwise"]));
}

#[test]
fn openid_connect_core_section_8_1_an_application_without_one_host_is_refused() {
    let refused = |change: fn(&mut Application)| {
        let mut config = Config::example(BASE);
        let web = &mut config.applications[1];
        web.subject_type = SubjectType::Pairwise;
        change(web);
        config.check().err().map(|error| error.to_string())
    };
    assert_eq!(refused(|_| {}), None);
    assert_eq!(refused(|web| web.sector_identifier_uri = Some("https://a.example/x".into())), None);
    for change in [
        (|web| web.redirect_uris.push("https://other.example/cb".into())) as fn(&mut Application),
        |web| web.redirect_uris = vec!["com.example.app:/cb".into()],
        |web| web.sector_identifier_uri = Some("http://a.example/x".into()),
        |web| web.sector_identifier_uri = Some("https:///x".into()),
    ] {
        let error = refused(change).unwrap();
        assert!(error.starts_with("applications[1].sectorIdentifierUri"), "{error}");
    }
}
