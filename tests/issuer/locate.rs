//! Which application a request is about, and what another issuer with the same sealing key knows of
//! it.

use eiam_token::base64url;
use eiam_token::http::HttpRequest;
use eiam_token::issuer::{Config, Issuer, Sessions};

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
