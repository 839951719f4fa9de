//! Where a request belongs, and what another issuer with the same sealing key knows of it.

use eiam_token::base64url;
use eiam_token::http::{HttpRequest, Method};
use eiam_token::issuer::{Config, Issuer, Profile, Sessions};

use crate::support::*;

const SEALING_KEY: [u8; 32] = [3; 32];

/// An issuer that has the sealing key and nothing else.
fn other() -> Issuer {
    let mut issuer = Issuer::new(Config::example(BASE), Sessions::Cookie, [99; 32]).unwrap();
    issuer.set_sealing_key(SEALING_KEY);
    issuer
}

fn server() -> Server {
    let mut server = Server::new();
    server.issuer.set_sealing_key(SEALING_KEY);
    server
}

fn post(name: &str, pairs: &[(&str, &str)]) -> Option<String> {
    other().application_of(&HttpRequest::post_form(Place::Instance.api(name), encode(pairs)))
}

#[test]
fn the_path_names_the_application() {
    for url in [
        WEB.api("token"),
        WEB.page("authorize?client_id=app_spa"),
        format!("{}/jwks", WEB.issuer()),
        format!("{BASE}/.well-known/oauth-authorization-server/v2/{INSTANCE}/app_web/oidc"),
    ] {
        assert_eq!(other().application_of(&HttpRequest::get(&url)).as_deref(), Some("app_web"));
    }
    // Whether there is one of this id is for whoever answers.
    let url = Place::App("app_none").api("token");
    assert_eq!(other().application_of(&HttpRequest::get(url)).as_deref(), Some("app_none"));
    for url in [format!("{}/jwks", Place::Instance.issuer()), format!("{BASE}/favicon.ico")] {
        assert_eq!(other().application_of(&HttpRequest::get(url)), None);
    }
}

#[test]
fn a_client_names_itself() {
    assert_eq!(post("token", &[("client_id", "app_web")]).as_deref(), Some("app_web"));
    let query = Place::Instance.page("authorize?client_id=app_spa");
    assert_eq!(other().application_of(&HttpRequest::get(query)).as_deref(), Some("app_spa"));
    let credentials = base64url::encode(b"app%5Fweb:secret");
    let request = HttpRequest::post_form(Place::Instance.api("token"), String::new())
        .header("authorization", format!("Basic {credentials}"));
    assert_eq!(other().application_of(&request).as_deref(), Some("app_web"));
    let part = |text: &str| base64url::encode(text.as_bytes());
    let claims = part(r#"{"iss":"app_machine","sub":"app_machine"}"#);
    let assertion = format!("{}.{claims}.AA", part(r#"{"alg":"RS256"}"#));
    let of_assertion = post("token", &[("client_assertion", &assertion)]);
    assert_eq!(of_assertion.as_deref(), Some("app_machine"));
    assert_eq!(post("token", &[]), None);
    assert_eq!(post("token", &[("client_id", "a"), ("client_id", "b")]), None);
}

#[test]
fn what_was_made_for_a_client_is_opened() {
    let mut server = server();
    let code = server.web_code();
    let tokens = ok(&server.redeem(&code));
    let device = ok(&server.post(&DEVICE.api("device/code"), &[]));
    let page = Browser::default().authorize(&mut server, SPA, &spa_request());
    let html = text(&page);
    let (_, rest) = html.split_once("name=\"transaction\" value=\"").unwrap();
    let transaction = rest.split('"').next().unwrap();
    let jwt = [("client_id", "app_machine"), ("client_secret", MACHINE_SECRET)];
    let jwt = [&jwt[..], &[("grant_type", "client_credentials")]].concat();
    let jwt = ok(&server.token(Place::Instance, &jwt));
    for (name, value, application) in [
        ("code", code.as_str(), "app_web"),
        ("refresh_token", member(&tokens, "refresh_token"), "app_web"),
        ("token", member(&tokens, "refresh_token"), "app_web"),
        ("token", member(&tokens, "access_token"), "app_web"),
        ("access_token", member(&tokens, "access_token"), "app_web"),
        ("id_token_hint", member(&tokens, "id_token"), "app_web"),
        ("token", member(&jwt, "access_token"), "app_machine"),
        ("device_code", member(&device, "device_code"), "app_device"),
        ("transaction", transaction, "app_spa"),
    ] {
        assert_eq!(post("token", &[(name, value)]).as_deref(), Some(application), "{name}");
    }
    let userinfo = HttpRequest::get(Place::Instance.api("userinfo"))
        .header("authorization", format!("Bearer {}", member(&tokens, "access_token")));
    assert_eq!(other().application_of(&userinfo).as_deref(), Some("app_web"));
    // Nobody else can open them, and what people type says nothing.
    let stranger = Issuer::new(Config::example(BASE), Sessions::Cookie, [98; 32]).unwrap();
    assert_eq!(stranger.application_of(&userinfo), None);
    assert_eq!(post("device", &[("user_code", member(&device, "user_code"))]), None);
}

/// Somebody signs in for `app_web` at the instance, and a machine gets a JWT there.
struct Made {
    code: String,
    access: String,
    refresh: String,
    id_token: String,
    jwt: String,
    transaction: String,
    device_code: String,
    user_code: String,
}

fn made() -> Made {
    let mut server = server();
    let code = server.web_code();
    let tokens = ok(&server.redeem(&code));
    let jwt = [("client_id", "app_machine"), ("client_secret", MACHINE_SECRET)];
    let jwt = [&jwt[..], &[("grant_type", "client_credentials")]].concat();
    let jwt = ok(&server.token(Place::Instance, &jwt));
    let device = [("client_id", "app_device")];
    let device = ok(&server.post(&Place::Instance.api("device/code"), &device));
    let page = Browser::default().authorize(&mut server, WEB, &web_request());
    let html = text(&page);
    let (_, rest) = html.split_once("name=\"transaction\" value=\"").unwrap();
    Made {
        access: member(&tokens, "access_token").to_owned(),
        refresh: member(&tokens, "refresh_token").to_owned(),
        id_token: member(&tokens, "id_token").to_owned(),
        jwt: member(&jwt, "access_token").to_owned(),
        transaction: rest.split('"').next().unwrap().to_owned(),
        device_code: member(&device, "device_code").to_owned(),
        user_code: member(&device, "user_code").to_owned(),
        code,
    }
}

const STRANGERS: [&str; 3] = ["app_none", "app_spa", "app_device"];

#[test]
fn what_is_sealed_goes_before_whom_a_request_names() {
    let made = made();
    let part = |text: &str| base64url::encode(text.as_bytes());
    for stranger in STRANGERS {
        let basic = format!("Basic {}", part(&format!("{stranger}:secret")));
        let claims = part(&format!(r#"{{"iss":"{stranger}","sub":"{stranger}"}}"#));
        let assertion = format!("{}.{claims}.AA", part(r#"{"alg":"RS256"}"#));
        for (endpoint, name, value) in [
            (Place::Instance.api("token"), "code", &made.code),
            (Place::Instance.api("token"), "refresh_token", &made.refresh),
            (Place::Instance.page("login"), "transaction", &made.transaction),
            (Place::Instance.page("decision"), "transaction", &made.transaction),
            (Place::Instance.page("signout"), "transaction", &made.transaction),
            (Place::Instance.api("userinfo"), "access_token", &made.access),
            (WEB.api("userinfo"), "access_token", &made.access),
            (Place::App("app_none").api("userinfo"), "access_token", &made.access),
            (Place::App("app_none").api("token"), "code", &made.code),
            (Place::App("app_none").page("login"), "transaction", &made.transaction),
        ] {
            let pair = (name, value.as_str());
            let form = |url: &str, pairs: &[(&str, &str)]| {
                HttpRequest::post_form(url.to_owned(), encode(pairs))
            };
            let named = format!("{endpoint}?{}", encode(&[("client_id", stranger)]));
            let assertion = ("client_assertion", assertion.as_str());
            let mut requests = vec![
                form(&endpoint, &[pair]),
                form(&endpoint, &[("client_id", stranger), pair]),
                form(&endpoint, &[assertion, pair]),
                form(&named, &[pair]),
            ];
            if !endpoint.ends_with("/userinfo") {
                requests.push(form(&endpoint, &[pair]).header("authorization", basic.clone()));
                requests.push(form(&format!("{endpoint}?{}", encode(&[pair])), &[]));
            }
            for request in requests {
                let found = other().application_of(&request);
                assert_eq!(found.as_deref(), Some("app_web"), "{name} at {endpoint}, {stranger}");
            }
        }
        for scheme in ["Bearer", "bearer", "DPoP"] {
            for method in [Method::Get, Method::Head, Method::Post] {
                let query = encode(&[("client_id", stranger), ("access_token", "x")]);
                let mut request = HttpRequest::get(Place::Instance.api("userinfo?") + &query)
                    .header("authorization", format!("{scheme} {}", made.access));
                request.method = method;
                assert_eq!(other().application_of(&request).as_deref(), Some("app_web"));
            }
        }
    }
}

#[test]
fn what_is_asked_about_does_not_say_who_asks() {
    let made = made();
    for endpoint in ["introspect", "revoke"] {
        for token in [&made.access, &made.refresh, &made.jwt] {
            let pairs = [("token", token.as_str()), ("client_id", "app_spa")];
            assert_eq!(post(endpoint, &pairs).as_deref(), Some("app_spa"));
            let request = HttpRequest::post_form(SPA.api(endpoint), encode(&pairs[..1]));
            assert_eq!(other().application_of(&request).as_deref(), Some("app_spa"));
            let owner = if *token == made.jwt { "app_machine" } else { "app_web" };
            assert_eq!(post(endpoint, &pairs[..1]).as_deref(), Some(owner));
        }
    }
    // OpenID Connect Core section 3.1.2.1: the hint is about the user, and may be another client's.
    let hint = [("id_token_hint", made.id_token.as_str()), ("client_id", "app_spa")];
    for (page, query, application) in [
        ("authorize", &hint[..], "app_spa"),
        ("logout", &hint[..], "app_spa"),
        ("logout", &hint[..1], "app_web"),
    ] {
        let url = format!("{}?{}", Place::Instance.page(page), encode(query));
        let found = other().application_of(&HttpRequest::get(url));
        assert_eq!(found.as_deref(), Some(application), "{page}");
    }
}

#[test]
fn a_user_code_is_read_where_it_is_answered() {
    let mut server = server();
    let device = [("client_id", "app_device")];
    let device = ok(&server.post(&Place::Instance.api("device/code"), &device));
    let code = member(&device, "user_code");
    let page = Place::Instance.page("device");
    let typed = format!("{} ", code.to_lowercase().replace('-', "_"));
    let pair = encode(&[("user_code", &typed)]);
    let twice = encode(&[("user_code", &typed), ("user_code", "BCDF-GHJK")]);
    let wrong = encode(&[("user_code", "BCDF-GHJK")]);
    let with_query = format!("{page}?{pair}");
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let mut found = 0;
    for (url, media_type, body) in [
        (&page, form, &pair),
        (&page, "text/plain", &pair),
        (&page, "multipart/form-data", &pair),
        (&page, "application/json", &format!("{{\"user_code\":\"{code}\"}}")),
        (&page, "", &pair),
        (&page, form, &twice),
        (&page, form, &wrong),
        (&page, form, &format!("user_code=&{pair}")),
        (&page, form, &format!("{pair}&x=%zz")),
        (&page, form, &pair.replace("user_code", "user%5Fcode")),
        (&with_query, form, &String::new()),
        (&with_query, form, &pair),
        (&with_query, "text/plain", &wrong),
        (&with_query, "application/json", &wrong),
    ] {
        for profile in [Profile::Eiam, Profile::Rfc9700] {
            let mut config = Config::example(BASE);
            config.profile = profile;
            let snapshot = server.snapshot();
            let mut answering =
                Issuer::restore(config.clone(), Sessions::Cookie, [7; 32], &snapshot).unwrap();
            let mut request = HttpRequest::post_form(url.clone(), body.clone());
            request.headers = [("content-type", media_type)].into_iter().collect();
            let location = answering.locate(&request);
            assert_eq!((location.endpoint, location.application_id), (Some("device"), None));
            let reply = answering.handle(&request, NOW).complete(&[]).unwrap();
            let is_found = reply.status == 200;
            let reads = location.user_code.as_deref() == Some(code);
            assert_eq!(reads, is_found, "{media_type:?} {body} at {url}: {}", reply.status);
            found += usize::from(is_found);
        }
    }
    assert_eq!(found, 7);
    // It may be anything that a person types.
    for typed in ["", "BCDF", "BCDF-GHJKL", "\u{131}", &"B".repeat(8 * 1024)] {
        let pair = [("user_code", typed)];
        let location = other().locate(&HttpRequest::post_form(page.clone(), encode(&pair)));
        assert_eq!(location.user_code, None);
    }
}

/// Paths of every endpoint, of the instance or an application, and of none.
fn everywhere() -> Vec<String> {
    let mut urls = Vec::new();
    for place in [Place::Instance, WEB, Place::App("app_none")] {
        for name in ["token", "par", "device/code", "userinfo", "revoke", "introspect", "none"] {
            urls.push(place.api(name));
        }
        for name in ["authorize", "login", "decision", "device", "logout", "signout", "none"] {
            urls.push(place.page(name));
        }
        for name in ["jwks", ".well-known/openid-configuration", "none"] {
            urls.push(format!("{}/{name}", place.issuer()));
        }
    }
    for alias in ["idaas_example", "idaas_none"] {
        for name in ["token", "userinfo", "introspect"] {
            let server = "authorizationServer/iauths_system/oauth2";
            urls.push(format!("{BASE}/v2/{alias}/{server}/{name}"));
        }
    }
    for path in [
        "",
        "/",
        "//api/v2/iauths_system/oauth2/token",
        "/api/v2/iauths_system/oauth2//token",
        "/api/v2/iauths_system/oauth2/token/",
        "/api/v2/iauths_system/oauth2/%74oken",
        "/API/v2/iauths_system/oauth2/token",
        "/v2/idaas_example/app%5Fweb/oauth2/token",
        "/.well-known/openid-configuration/v2/idaas_example/app_web/oidc",
        "/.well-known/oauth-authorization-server/api/v2/iauths_system/oauth2",
        "/.well-known/oauth-authorization-server",
    ] {
        urls.push(format!("{BASE}{path}"));
    }
    urls
}

#[test]
fn what_is_stateless_is_the_same_everywhere_and_changes_nothing() {
    let made = made();
    let mut busy = server();
    let mut browser = Browser::default();
    browser.code(&mut busy, WEB, &web_request());
    let form = encode(&[
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("grant_type", "refresh_token"),
        ("refresh_token", &made.refresh),
        ("token", &made.access),
        ("user_code", &made.user_code),
        ("device_code", &made.device_code),
        ("transaction", &made.transaction),
    ]);
    let mut counts = [0, 0];
    for url in everywhere() {
        for method in [Method::Get, Method::Head, Method::Post, Method::Options, Method::Other] {
            let mut request = HttpRequest::post_form(url.clone(), form.clone());
            request.method = method;
            let request = request.header("origin", "http://localhost:8600");
            let location = busy.issuer.locate(&request);
            counts[usize::from(location.stateless)] += 1;
            if !location.stateless {
                assert!(location.endpoint.is_some(), "{url}");
                continue;
            }
            let mut fresh = other();
            fresh.set_signing_key(busy.issuer.signing_key().unwrap().clone());
            fresh.changes();
            let there = fresh.handle(&request, NOW).complete(&[]).unwrap();
            assert!(fresh.changes().is_empty(), "{method:?} {url} changes something");
            let here = busy.send(&request);
            assert_eq!(there.status, here.status, "{method:?} {url}");
            if there.status < 300 {
                assert_eq!(there.body, here.body, "{method:?} {url}");
                let path = url.strip_prefix(BASE).unwrap();
                // It says what the configuration says, and is there on loopback alone.
                let is_index = location.endpoint.is_none() && matches!(path, "" | "/");
                let is_public = is_index
                    || matches!(method, Method::Options)
                    || matches!(location.endpoint, Some("jwks" | "discovery"))
                    || (location.endpoint, location.instance) == (Some("device"), true);
                assert!(is_public, "{method:?} {url}");
            }
        }
    }
    assert!(counts[0] > 30 && counts[1] > 100, "{counts:?}");
}

#[test]
fn access_tokens_are_inspected_where_the_key_is() {
    let mut server = server();
    let tokens = server.web_tokens();
    let access = member(&tokens, "access_token");
    let seen = other().inspect_access_token(access, NOW).unwrap();
    assert_eq!(Some(&seen), server.issuer.inspect_access_token(access, NOW).as_ref());
    assert_eq!(seen.issuer, WEB.issuer());
    assert_eq!(seen.client_id, "app_web");
    assert_eq!(seen.subject.as_deref(), Some("user_alice"));
    assert_eq!(seen.scope, "openid profile email");
    assert_eq!((seen.issued_at, seen.expires_at), (NOW, NOW + 1200));
    assert_eq!(seen.jkt, None);
    assert_eq!(other().inspect_access_token(access, NOW + 1200), None);
    for text in ["", "AT", member(&tokens, "refresh_token"), member(&tokens, "id_token")] {
        assert_eq!(other().inspect_access_token(text, NOW), None, "{text}");
    }
    let stranger = Issuer::new(Config::example(BASE), Sessions::Cookie, [98; 32]).unwrap();
    assert_eq!(stranger.inspect_access_token(access, NOW), None);

    let pairs = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", access)];
    ok(&server.post(&WEB.api("revoke"), &pairs));
    assert_eq!(server.issuer.inspect_access_token(access, NOW), None);
    assert!(other().inspect_access_token(access, NOW).is_some(), "revoked elsewhere");
}

#[test]
fn a_sealing_key_goes_before_the_one_that_was_kept() {
    let mut server = server();
    let tokens = server.web_tokens();
    let mut server = server.restarted();
    ok(&server.userinfo(WEB, member(&tokens, "access_token")));
    server.issuer.set_sealing_key([4; 32]);
    assert!(server.take_changed());
    refused(&server.userinfo(WEB, member(&tokens, "access_token")), 400, "invalid_token");
    server.issuer.set_sealing_key([4; 32]);
    assert!(!server.take_changed());
    let mut server = server.restarted();
    refused(&server.userinfo(WEB, member(&tokens, "access_token")), 400, "invalid_token");
}

#[test]
fn cookies_of_two_issuers_on_one_host_do_not_disturb_each_other() {
    let mut servers = [server(), server()];
    servers[1].issuer.set_cookie_suffix(".second").unwrap();
    let mut browser = Browser::default();
    for server in &mut servers {
        browser.code(server, WEB, &web_request());
    }
    for server in &mut servers {
        let answer = browser.authorize(server, WEB, &web_request());
        assert!(redirected(&answer).contains_key("code"), "still signed in");
    }
    for suffix in ["=", "a b", "a;b", "ä", &"x".repeat(65)] {
        let error = servers[0].issuer.set_cookie_suffix(suffix).unwrap_err();
        assert_eq!(error.path(), "cookieSuffix", "{suffix}");
    }
}
