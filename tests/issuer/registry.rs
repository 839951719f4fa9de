//! Users and applications that are added, changed, disabled and removed while the issuer runs.

use eiam_token::http::HttpResponse;
use eiam_token::issuer::{
    Application, ClaimValue, Config, Consent, GrantType, Issuer, RestoreError, Sessions, User,
};
use serde_json::Value;

use crate::support::*;

fn alice(server: &Server) -> User {
    server.issuer.config().users[0].clone()
}

fn web(server: &Server) -> Application {
    server.issuer.config().applications[1].clone()
}

fn password(server: &mut Server, username: &str, password: &str) -> HttpResponse {
    server.web_token(&[
        ("grant_type", "password"),
        ("username", username),
        ("password", password),
        ("scope", "openid"),
    ])
}

fn active(server: &mut Server, token: &str) -> bool {
    let pairs = [("client_secret", WEB_SECRET), ("token", token)];
    ok(&server.post(&WEB.api("introspect"), &pairs))["active"] == true
}

/// Everything that alice may have at `app_web`.
struct Everything {
    browser: Browser,
    code: String,
    tokens: Value,
}

fn everything(server: &mut Server) -> Everything {
    let mut browser = Browser::default();
    let code = browser.code(server, WEB, &web_request());
    let tokens = ok(&server.redeem(&code));
    let code = browser.code(server, WEB, &web_request());
    Everything { browser, code, tokens }
}

#[track_caller]
fn nothing_works(server: &mut Server, had: &Everything) {
    let Everything { browser, code, tokens } = had;
    refused(&server.redeem(code), 400, "invalid_grant");
    refused(&server.refresh(member(tokens, "refresh_token")), 400, "invalid_grant");
    refused(&server.userinfo(WEB, member(tokens, "access_token")), 400, "invalid_token");
    assert!(!active(server, member(tokens, "access_token")));
    assert!(!active(server, member(tokens, "refresh_token")));
    let silent = changed(web_request(), "prompt", "none");
    let answer = redirected(&browser.clone().authorize(server, WEB, &silent));
    assert_eq!(answer["error"], "login_required");
}

#[test]
fn a_user_is_added_and_changed() {
    let mut server = Server::new();
    refused(&password(&mut server, "carol", "carol-password"), 400, "invalid_grant");
    let carol = User::new("user_carol", "carol", "carol-password");
    server.issuer.set_user(carol.clone()).unwrap();
    let tokens = ok(&password(&mut server, "carol", "carol-password"));
    // A new name and a new password; what was signed in stays so.
    let mut renamed = carol;
    renamed.username = "caroline".into();
    renamed.password = "new-password".into();
    server.issuer.set_user(renamed).unwrap();
    refused(&password(&mut server, "carol", "carol-password"), 400, "invalid_grant");
    refused(&password(&mut server, "caroline", "carol-password"), 400, "invalid_grant");
    ok(&password(&mut server, "caroline", "new-password"));
    let info = ok(&server.userinfo(WEB, member(&tokens, "access_token")));
    assert_eq!(info["sub"], "user_carol");
    assert_eq!(server.issuer.config().users.len(), 3);
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let mut server = Server::new();
    server.take_changed();
    let before = server.snapshot();
    for (user, path) in [
        (User::new("a b", "carol", "x"), "user.userId"),
        (User::new("user_carol", "", "x"), "user.username"),
        (User::new("user_carol", "carol", ""), "user.password"),
        (User::new("user_carol", "alice", "x"), "user.username"),
    ] {
        assert_eq!(server.issuer.set_user(user).unwrap_err().path(), path);
    }
    let mut application = Application::new("app_new");
    let error = server.issuer.set_application(application.clone()).unwrap_err();
    assert_eq!(error.path(), "application.clientSecrets");
    application.client_secrets = vec!["CSnew".into()];
    let error = server.issuer.set_application(application.clone()).unwrap_err();
    assert_eq!(error.path(), "application.redirectUris");
    application.redirect_uris = vec!["javascript:x".into()];
    let error = server.issuer.set_application(application).unwrap_err();
    assert_eq!(error.path(), "application.redirectUris[0]");
    assert!(!server.issuer.remove_user("user_nobody"));
    assert!(!server.issuer.remove_application("app_none"));
    assert!(!server.take_changed());
    assert_eq!(server.snapshot(), before);
}

#[test]
fn what_no_record_can_hold_is_refused() {
    let mut server = Server::new();
    let mut user = User::new("user_carol", "carol", "x");
    user.claims.0.push(("note".to_owned(), ClaimValue::String("x".repeat(65_400))));
    server.issuer.set_user(user.clone()).unwrap();
    user.claims.0.push(("more".to_owned(), ClaimValue::String("x".repeat(100))));
    let error = server.issuer.set_user(user).unwrap_err();
    assert_eq!(error.path(), "user");
    let mut application = Application::new("app_new");
    application.client_secrets = vec!["CSnew".into()];
    application.redirect_uris = vec![format!("https://app.example/{}", "x".repeat(66_000))];
    assert_eq!(server.issuer.set_application(application).unwrap_err().path(), "application");
}

#[test]
fn what_a_disabled_user_had_ends_for_ever() {
    let mut server = Server::new();
    let had = everything(&mut server);
    let mut user = alice(&server);
    user.disabled = true;
    server.issuer.set_user(user.clone()).unwrap();
    nothing_works(&mut server, &had);
    refused(&password(&mut server, "alice", "alice-password"), 400, "invalid_grant");
    nothing_works(&mut server.restarted(), &had);
    // Who comes back signs in anew; nothing of before comes back along.
    user.disabled = false;
    server.issuer.set_user(user).unwrap();
    nothing_works(&mut server, &had);
    ok(&password(&mut server, "alice", "alice-password"));
    let mut restarted = server.restarted();
    nothing_works(&mut restarted, &had);
    let again = everything(&mut restarted);
    ok(&restarted.refresh(member(&again.tokens, "refresh_token")));
}

#[test]
fn what_a_removed_user_had_is_not_the_next_one_of_the_id() {
    let mut server = Server::new();
    let had = everything(&mut server);
    let user = alice(&server);
    assert!(server.issuer.remove_user("user_alice"));
    assert!(!server.issuer.remove_user("user_alice"));
    nothing_works(&mut server, &had);
    nothing_works(&mut server.restarted(), &had);
    server.issuer.set_user(user).unwrap();
    nothing_works(&mut server, &had);
    ok(&password(&mut server, "alice", "alice-password"));
    // The name of a removed user is free.
    server.issuer.remove_user("user_alice");
    server.issuer.set_user(User::new("user_other", "alice", "other-password")).unwrap();
    ok(&password(&mut server, "alice", "other-password"));
}

#[test]
fn others_notice_nothing() {
    let mut server = Server::new();
    let had = everything(&mut server);
    let mut bob = server.issuer.config().users[1].clone();
    bob.disabled = true;
    server.issuer.set_user(bob).unwrap();
    let mut machine = server.issuer.config().applications[3].clone();
    machine.disabled = true;
    server.issuer.set_application(machine).unwrap();
    ok(&server.redeem(&had.code));
    ok(&server.refresh(member(&had.tokens, "refresh_token")));
}

#[test]
fn eiam_a_disabled_application() {
    let mut server = Server::new();
    let had = everything(&mut server);
    let mut application = web(&server);
    application.disabled = true;
    server.issuer.set_application(application.clone()).unwrap();
    // EIAM: 403 application_disabled, "Application is disabled".
    let response = server.redeem(&had.code);
    assert_eq!(refused(&response, 403, "application_disabled"), "Application is disabled");
    let token = member(&had.tokens, "access_token");
    refused(&server.userinfo(WEB, token), 403, "application_disabled");
    let page = had.browser.clone().authorize(&mut server, WEB, &web_request());
    page_refused(&page, 403, "application_disabled");
    let machine = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", "x")];
    let common = server.post(&Place::Instance.api("revoke"), &machine);
    refused(&common, 401, "invalid_client");
    application.disabled = false;
    server.issuer.set_application(application).unwrap();
    refused(&server.redeem(&had.code), 400, "invalid_grant");
    refused(&server.refresh(member(&had.tokens, "refresh_token")), 400, "invalid_grant");
    refused(&server.userinfo(WEB, token), 400, "invalid_token");
    // The person is still signed in, and is asked again.
    let question = had.browser.clone().authorize(&mut server, WEB, &web_request());
    assert!(text(&question).contains("value=\"allow\""), "{}", text(&question));
}

#[test]
fn a_removed_application() {
    let mut server = Server::new();
    let had = everything(&mut server);
    let application = web(&server);
    assert!(server.issuer.remove_application("app_web"));
    refused(&server.redeem(&had.code), 404, "application_not_found");
    let mut restarted = server.restarted();
    refused(&restarted.redeem(&had.code), 404, "application_not_found");
    restarted.issuer.set_application(application).unwrap();
    refused(&restarted.redeem(&had.code), 400, "invalid_grant");
    ok(&password(&mut restarted, "alice", "alice-password"));
}

#[test]
fn an_application_is_added_and_its_secret_replaced() {
    let mut server = Server::new();
    let mut application = Application::new("app_new");
    application.client_secrets = vec!["CSold".into()];
    application.grants = vec![GrantType::ClientCredentials];
    application.scopes = vec!["api://new|read".into()];
    server.issuer.set_application(application.clone()).unwrap();
    let place = Place::App("app_new");
    let ask = |server: &mut Server, secret: &str| {
        let pairs = [("grant_type", "client_credentials"), ("client_secret", secret)];
        server.token(place, &pairs)
    };
    let tokens = ok(&ask(&mut server, "CSold"));
    assert_eq!(tokens["scope"], "api://new|read");
    application.client_secrets.push("CSnew".into());
    server.issuer.set_application(application.clone()).unwrap();
    ok(&ask(&mut server, "CSold"));
    application.client_secrets.remove(0);
    server.issuer.set_application(application).unwrap();
    refused(&ask(&mut server, "CSold"), 401, "invalid_client");
    ok(&ask(&mut server.restarted(), "CSnew"));
    // The metadata of the instance's server know it too.
    let url = format!("{}/.well-known/openid-configuration", Place::Instance.issuer());
    let scopes = ok(&server.get(&url))["scopes_supported"].clone();
    assert!(scopes.as_array().unwrap().contains(&"api://new|read".into()), "{scopes}");
}

/// What is refused says what is so: somebody who came back is not gone.
#[test]
fn a_refusal_says_who_was_disabled_or_removed() {
    let said = |response: &HttpResponse| refused(response, 400, "invalid_grant");
    let ended = |what: &str| {
        format!("The {what} was disabled or removed since, which ended this sign-in: sign in again")
    };
    let both = |server: &mut Server, had: &Everything, expected: &str| {
        assert_eq!(said(&server.redeem(&had.code)), expected);
        assert_eq!(said(&server.refresh(member(&had.tokens, "refresh_token"))), expected);
    };
    let mut server = Server::new();
    let had = everything(&mut server);
    let user = alice(&server);
    let mut disabled = user.clone();
    disabled.disabled = true;
    server.issuer.set_user(disabled).unwrap();
    both(&mut server, &had, "The user is disabled");
    assert_eq!(said(&password(&mut server, "alice", "alice-password")), "The user is disabled");
    // To who does not know the password nothing is said.
    let stranger = said(&password(&mut server, "alice", "wrong"));
    assert_eq!(stranger, "The username or the password is wrong");
    server.issuer.remove_user("user_alice");
    both(&mut server, &had, "The user does not exist any more");
    server.issuer.set_user(user).unwrap();
    both(&mut server, &had, &ended("user"));
    both(&mut server.restarted(), &had, &ended("user"));

    let mut server = Server::new();
    let had = everything(&mut server);
    let application = web(&server);
    let mut disabled = application.clone();
    disabled.disabled = true;
    server.issuer.set_application(disabled).unwrap();
    let common = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", "x")];
    let answer = server.post(&Place::Instance.api("revoke"), &common);
    let sentence = refused(&answer, 401, "invalid_client");
    assert_eq!(sentence, "The application of this client_id is disabled");
    server.issuer.set_application(application.clone()).unwrap();
    both(&mut server, &had, &ended("application"));
    server.issuer.remove_application("app_web");
    server.issuer.set_application(application).unwrap();
    both(&mut server, &had, &ended("application"));
}

/// An issuer that opens a refresh token and has no record of it, as one that started anew with the same
/// sealing key.
#[test]
fn a_sign_in_that_is_not_known_has_not_expired() {
    let mut server = Server::new();
    server.issuer.set_sealing_key([4; 32]);
    let tokens = server.web_tokens();
    let token = member(&tokens, "refresh_token");
    let mut other = Server::new();
    other.issuer.set_sealing_key([4; 32]);
    let sentence = refused(&other.refresh(token), 400, "invalid_grant");
    assert_eq!(sentence, "The sign-in is not known here any more: sign in again");
    other.now += 86_400;
    let sentence = refused(&other.refresh(token), 400, "invalid_grant");
    assert_eq!(sentence, "The refresh token has expired: sign in again");
}

#[test]
fn a_disabled_user_is_told_on_the_page_that_took_the_password() {
    let mut server = Server::new();
    let mut user = alice(&server);
    user.disabled = true;
    server.issuer.set_user(user).unwrap();
    let mut browser = Browser::default();
    for (locale, right, wrong) in [
        ("en", "The user is disabled.", "The username or the password is wrong."),
        ("zh", "该用户已被停用。", "用户名或密码错误。"),
    ] {
        let request = changed(web_request(), "ui_locales", locale);
        let page = browser.authorize(&mut server, WEB, &request);
        let answer = browser.login(&mut server, &page);
        assert_eq!(answer.status, 400);
        assert!(text(&answer).contains(right) && text(&answer).contains("name=\"password\""));
        let fields = [("username", "alice"), ("password", "x")];
        let answer = browser.submit(&mut server, &page, &fields);
        assert!(text(&answer).contains(wrong) && !text(&answer).contains(right));
    }
}

#[test]
fn devices_of_a_user_or_an_application_that_goes() {
    for removes_user in [true, false] {
        let mut server = Server::new();
        let device = ok(&server.post(&DEVICE.api("device/code"), &[]));
        let mut browser = Browser::default();
        let page = browser.get(&mut server, &DEVICE.page("device"));
        let typed = [("user_code", member(&device, "user_code"))];
        let login = browser.submit(&mut server, &page, &typed);
        let question = browser.login(&mut server, &login);
        browser.submit(&mut server, &question, &[("decision", "allow")]);
        if removes_user {
            server.issuer.remove_user("user_alice");
        } else {
            let application = server.issuer.config().applications[2].clone();
            server.issuer.remove_application("app_device");
            server.issuer.set_application(application).unwrap();
        }
        let poll = [
            ("grant_type", DEVICE_GRANT),
            ("client_id", "app_device"),
            ("device_code", member(&device, "device_code")),
        ];
        let sentence = refused(&server.token(DEVICE, &poll), 400, "invalid_grant");
        assert!(sentence.contains("its request ended early"), "{sentence}");
    }
}

#[test]
fn a_snapshot_keeps_every_setting() {
    let mut server = Server::new();
    let mut config: Value = serde_json::from_str(&server.issuer.config().to_json()).unwrap();
    let application = &mut config["applications"][1];
    application["jwks"] = serde_json::json!({ "keys": [
        { "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
          "kid": "one", "alg": "EdDSA" },
        { "kty": "EC", "crv": "P-256", "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
          "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA" },
    ] });
    application["tokenEndpointAuthMethods"] = serde_json::json!(["private_key_jwt"]);
    application["dpopBoundAccessTokens"] = true.into();
    application["consent"] = "always".into();
    application["lifetimes"]["refreshTokenAbsolute"] = i64::MAX.into();
    application["lifetimes"]["refreshTokenRetry"] = 7.into();
    config["users"][0]["claims"] = serde_json::json!({
        "a": null, "b": [true, 1, 1.5, "x", { "c": {} }], "email": "a@example.com",
    });
    let text = config.to_string();
    let wanted = Config::read(&mut serde_json::Deserializer::from_str(&text)).unwrap();
    server.issuer.set_application(wanted.applications[1].clone()).unwrap();
    server.issuer.set_user(wanted.users[0].clone()).unwrap();
    let snapshot = server.snapshot();
    let restored =
        Issuer::restore(Config::example(BASE), Sessions::Cookie, [1; 32], &snapshot).unwrap();
    let mut after: Value = serde_json::from_str(&restored.config().to_json()).unwrap();
    // What was set comes after what the configuration has.
    let applications = after["applications"].as_array_mut().unwrap();
    let changed = applications.iter().position(|one| one["applicationId"] == "app_web").unwrap();
    assert_eq!(applications[changed], config["applications"][1]);
    let users = after["users"].as_array().unwrap();
    let changed = users.iter().find(|user| user["userId"] == "user_alice").unwrap();
    assert_eq!(*changed, config["users"][0]);
    assert_eq!(restored.snapshot(), snapshot);
}

#[test]
fn a_change_that_the_next_configuration_does_not_allow() {
    let mut server = Server::new();
    server.issuer.set_user(User::new("user_carol", "carol", "x")).unwrap();
    let snapshot = server.snapshot();
    let mut config = Config::example(BASE);
    config.users.push(User::new("user_other", "carol", "y"));
    let error = Issuer::restore(config, Sessions::Cookie, [1; 32], &snapshot).unwrap_err();
    let RestoreError::Config(error) = error else { panic!("{error}") };
    assert_eq!(error.path(), "user.username");
}

#[test]
fn a_key_that_was_removed_meanwhile_verifies_nothing() {
    use crate::keys::{ClientKey, Native};
    use eiam_token::http::HttpRequest;
    use eiam_token::issuer::{PublicKey, Verifier};
    let key = ClientKey::es256(1);
    let jwk = key.jwk();
    let public = PublicKey::from_members(|name| jwk[name].as_str().map(Into::into)).unwrap();
    let mut server = Server::new();
    let mut machine = server.issuer.config().applications[3].clone();
    machine.jwks = vec![eiam_token::issuer::ClientKey::new(public)].into();
    server.issuer.set_application(machine.clone()).unwrap();
    let claims = serde_json::json!({
        "iss": "app_machine", "sub": "app_machine", "aud": MACHINE.issuer(), "jti": "1",
        "exp": NOW + 60,
    });
    let assertion = key.jws(&serde_json::json!({ "alg": "ES256" }), &claims);
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ];
    let request = HttpRequest::post_form(MACHINE.api("token"), encode(&pairs));
    let verified = server.issuer.signatures(&request);
    assert!(verified.len() == 1 && Native.verify(&verified[0]));
    // While the driver verifies, the key is replaced.
    let other = ClientKey::es256(2).jwk();
    let public = PublicKey::from_members(|name| other[name].as_str().map(Into::into)).unwrap();
    machine.jwks = vec![eiam_token::issuer::ClientKey::new(public)].into();
    server.issuer.set_application(machine).unwrap();
    let reply = server.issuer.handle_verified(&request, &verified, NOW);
    refused(&reply.complete(&[]).unwrap(), 401, "invalid_client");
}

/// A redirect URI that an application gave up may be somebody else's now.
#[test]
fn rfc_9700_section_2_1_a_page_leads_nowhere_that_was_given_up_meanwhile() {
    let mut server = Server::with(|config| {
        config.applications[1].grants.push(GrantType::Implicit);
        config.applications[1].consent = Consent::Always;
    });
    let login = [("username", "alice"), ("password", "alice-password")];
    for (kind, change) in [
        ("code", (|web| web.redirect_uris = vec!["https://new.example/cb".into()]) as Change),
        ("code", |web| web.grants.retain(|grant| *grant != GrantType::AuthorizationCode)),
        ("id_token", |web| web.grants.retain(|grant| *grant != GrantType::Implicit)),
    ] {
        let request = changed(web_request(), "response_type", kind);
        let former = web(&server);
        let mut browser = Browser::default();
        let page = browser.authorize(&mut server, WEB, &request);
        let mut other = browser.clone();
        let question = browser.submit(&mut server, &page, &login);
        let mut now = former.clone();
        change(&mut now);
        server.issuer.set_application(now).unwrap();
        for decision in ["allow", "deny"] {
            let answer = browser.submit(&mut server, &question, &[("decision", decision)]);
            page_refused(&answer, 400, "invalid_request");
            leads_nowhere_near(&answer, "127.0.0.1:8700", "https://x.example");
        }
        page_refused(&other.submit(&mut server, &page, &login), 400, "invalid_request");
        // As it was before, it goes on.
        server.issuer.set_application(former).unwrap();
        let answer = browser.submit(&mut server, &question, &[("decision", "allow")]);
        assert_eq!(answer.status, 303, "{kind}");
    }
}

/// What is changed of an application.
type Change = fn(&mut Application);

#[test]
fn rp_initiated_logout_section_3_nor_does_the_page_that_signs_out() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    browser.code(&mut server, WEB, &web_request());
    let uri = web(&server).post_logout_redirect_uris[0].clone();
    let pairs = [("client_id", "app_web"), ("post_logout_redirect_uri", &*uri)];
    let url = format!("{}?{}", WEB.page("logout"), encode(&pairs));
    let page = browser.get(&mut server, &url);
    let mut changed = web(&server);
    changed.post_logout_redirect_uris.clear();
    server.issuer.set_application(changed).unwrap();
    let answer = browser.submit(&mut server, &page, &[("decision", "allow")]);
    // The user is signed out all the same.
    assert_eq!((answer.status, answer.headers.value("location")), (200, None));
    assert!(answer.headers.value("set-cookie").unwrap().contains("Max-Age=0"));
}
