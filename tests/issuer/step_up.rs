//! How strongly somebody signed in: OpenID Connect Core sections 2, 3.1.2.1 and 5.5.1.1, and RFC 9470.

use eiam_token::issuer::{
    AccessTokenFormat, AuthenticationContext, Config, Profile, SubjectType, User,
};
use serde_json::{Value, json};

use crate::support::*;

const MFA: &str = "urn:example:mfa";
const STRONGEST: &str = "urn:example:key";
const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";

fn with(profile: Profile, change: impl FnOnce(&mut Config)) -> Server {
    Server::with(|config| {
        config.profile = profile;
        config.applications[1].access_token_format = Some(AccessTokenFormat::Jwt);
        let mut mfa = AuthenticationContext::new(MFA);
        mfa.amr = vec!["pwd".to_owned(), "otp".to_owned()];
        let mut strongest = AuthenticationContext::new(STRONGEST);
        strongest.amr = vec!["hwk".to_owned()];
        config.authentication_contexts = vec![mfa, strongest];
        change(config);
    })
}

fn servers() -> [Server; 2] {
    PROFILES.map(|profile| with(profile, |_| {}))
}

fn asking(values: &'static str) -> Vec<(&'static str, &'static str)> {
    changed(web_request(), "acr_values", values)
}

/// What the tokens of a code say of the sign-in.
fn contexts(server: &mut Server, code: &str) -> Vec<Value> {
    let tokens = ok(&server.redeem(code));
    let mut said = Vec::new();
    for name in ["id_token", "access_token"] {
        let (_, claims) = verified(member(&tokens, name));
        said.push(json!([claims["acr"], claims["amr"], claims["auth_time"]]));
    }
    let token = member(&tokens, "access_token");
    let pairs = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", token)];
    let introspection = ok(&server.post(&WEB.api("introspect"), &pairs));
    said.push(json!([introspection["acr"], introspection["amr"], introspection["auth_time"]]));
    // A refresh is no sign-in.
    server.now += 5;
    let again = ok(&server.refresh(member(&tokens, "refresh_token")));
    let (_, claims) = verified(member(&again, "access_token"));
    said.push(json!([claims["acr"], claims["amr"], claims["auth_time"]]));
    said
}

#[track_caller]
fn all_say(said: &[Value], acr: &str, amr: &[&str], auth_time: i64) {
    for one in said {
        assert_eq!(*one, json!([acr, amr, auth_time]));
    }
}

fn is_login(page: &eiam_token::http::HttpResponse) -> bool {
    text(page).contains("name=\"password\"")
}

#[test]
fn rfc_9470_section_5_a_request_for_more_is_a_new_sign_in() {
    for mut server in servers() {
        let mut browser = Browser::default();
        let code = browser.code(&mut server, WEB, &asking(PASSWORD));
        all_say(&contexts(&mut server, &code), PASSWORD, &["pwd"], NOW);
        // The session will do for the same again.
        assert!(!is_login(&browser.authorize(&mut server, WEB, &asking(PASSWORD))));
        server.now = NOW + 60;
        let silent = changed(asking(MFA), "prompt", "none");
        let answer = redirected(&browser.authorize(&mut server, WEB, &silent));
        assert_eq!(answer["error"], "login_required");
        assert!(is_login(&browser.authorize(&mut server, WEB, &asking(MFA))));
        let code = browser.code(&mut server, WEB, &asking(MFA));
        all_say(&contexts(&mut server, &code), MFA, &["pwd", "otp"], NOW + 60);
        // What is stronger will do for less.
        let code = browser.code(&mut server, WEB, &changed(asking(PASSWORD), "prompt", "none"));
        all_say(&contexts(&mut server, &code), MFA, &["pwd", "otp"], NOW + 60);
        assert!(is_login(&browser.authorize(&mut server, WEB, &asking(STRONGEST))));
    }
}

#[test]
fn oidc_core_section_3_1_2_1_acr_values_are_in_the_order_of_preference_and_voluntary() {
    for mut server in servers() {
        for (values, acr, amr) in [
            ("urn:unknown urn:example:key urn:example:mfa", STRONGEST, &["hwk"][..]),
            ("urn:example:mfa urn:example:key", MFA, &["pwd", "otp"]),
            ("urn:unknown", PASSWORD, &["pwd"]),
        ] {
            let code = Browser::default().code(&mut server, WEB, &asking(values));
            let tokens = ok(&server.redeem(&code));
            let (_, claims) = verified(member(&tokens, "id_token"));
            assert_eq!((&claims["acr"], &claims["amr"]), (&json!(acr), &json!(amr)));
        }
    }
}

#[test]
fn oidc_core_section_5_5_1_1_an_essential_acr_is_that_one() {
    for mut server in servers() {
        let essential = |acr: &str| {
            format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":["urn:x","{acr}"]}}}}}}"#)
        };
        let mut browser = Browser::default();
        browser.code(&mut server, WEB, &asking(STRONGEST));
        let mfa = essential(MFA);
        let request = changed(web_request(), "claims", &mfa);
        // The stronger session is not what was insisted on.
        assert!(is_login(&browser.authorize(&mut server, WEB, &request)));
        let code = browser.code(&mut server, WEB, &request);
        let (_, claims) = verified(member(&ok(&server.redeem(&code)), "id_token"));
        assert_eq!(claims["acr"], MFA);
        let unknown = essential("urn:y");
        let request = changed(web_request(), "claims", &unknown);
        let answer = redirected(&browser.authorize(&mut server, WEB, &request));
        assert_eq!(answer["error"], "unmet_authentication_requirements");
    }
}

#[test]
fn a_users_own_context_is_the_same_for_every_sign_in() {
    for profile in PROFILES {
        let mut server = with(profile, |config| {
            config.users[0].acr = Some("urn:example:own".to_owned());
            config.users[0].amr = Some(vec!["face".to_owned()]);
        });
        let mut browser = Browser::default();
        let code = browser.code(&mut server, WEB, &asking(MFA));
        all_say(&contexts(&mut server, &code), "urn:example:own", &["face"], NOW);
        // Who cannot sign in as a request insists on is told so to the client.
        let claims = format!(r#"{{"id_token":{{"acr":{{"essential":true,"value":"{MFA}"}}}}}}"#);
        let request = changed(web_request(), "claims", &claims);
        let page = browser.authorize(&mut server, WEB, &request);
        let answer = redirected(&browser.login(&mut server, &page));
        assert_eq!(answer["error"], "unmet_authentication_requirements");
        let url = format!("{}/.well-known/openid-configuration", WEB.issuer());
        let offered = &ok(&server.get(&url))["acr_values_supported"];
        assert_eq!(*offered, json!([PASSWORD, MFA, STRONGEST]));
    }
}

#[test]
fn no_request_and_no_metadata_grow_with_contexts() {
    let mut server = with(Profile::Eiam, |config| {
        for number in 0..200 {
            let mut user = User::new(format!("u{number}"), format!("u{number}"), "p");
            user.acr = Some(format!("urn:example:{number}"));
            config.users.push(user);
        }
    });
    let url = format!("{}/.well-known/openid-configuration", WEB.issuer());
    let offered = ok(&server.get(&url))["acr_values_supported"].as_array().unwrap().clone();
    assert_eq!(offered, [json!(PASSWORD), json!(MFA), json!(STRONGEST)]);
    // What comes after so many is not looked at.
    for (before, acr) in [(31, MFA), (32, PASSWORD)] {
        let values = format!("{}{MFA}", "urn:x ".repeat(before));
        let request = changed(web_request(), "acr_values", &values);
        let code = Browser::default().code(&mut server, WEB, &request);
        let (_, claims) = verified(member(&ok(&server.redeem(&code)), "id_token"));
        assert_eq!(claims["acr"], acr, "{before}");
    }
}

/// What only users have is known as long as one of them has it.
#[test]
fn oidc_core_section_5_5_1_1_the_context_of_a_user_who_comes_and_goes() {
    let mut server = with(Profile::Eiam, |_| {});
    let claims = r#"{"id_token":{"acr":{"essential":true,"value":"urn:example:own"}}}"#;
    let request = changed(web_request(), "claims", claims);
    let is_asked = |server: &mut Server| {
        let page = Browser::default().authorize(server, WEB, &request);
        is_login(&page) || redirected(&page)["error"] != "unmet_authentication_requirements"
    };
    let mut carol = User::new("user_carol", "carol", "carol-password");
    let mut steps = vec![is_asked(&mut server)];
    carol.acr = Some("urn:example:own".to_owned());
    server.issuer.set_user(carol.clone()).unwrap();
    steps.push(is_asked(&mut server));
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &request);
    let page = browser.login_as(&mut server, &page, "carol", "carol-password");
    let page = browser.submit(&mut server, &page, &[("decision", "allow")]);
    let tokens = ok(&server.redeem(&redirected(&page)["code"]));
    assert_eq!(verified(member(&tokens, "id_token")).1["acr"], "urn:example:own");
    carol.acr = None;
    server.issuer.set_user(carol.clone()).unwrap();
    steps.push(is_asked(&mut server));
    carol.acr = Some("urn:example:own".to_owned());
    server.issuer.set_user(carol).unwrap();
    steps.push(is_asked(&mut server));
    server.issuer.remove_user("user_carol");
    steps.push(is_asked(&mut server));
    assert_eq!(steps, [false, true, false, true, false]);
}

#[test]
fn a_users_amr_alone() {
    let mut server = with(Profile::Eiam, |config| {
        config.users[0].amr = Some(vec!["fpt".to_owned()]);
        config.users[1].acr = Some(MFA.to_owned());
    });
    let code = Browser::default().code(&mut server, WEB, &asking(PASSWORD));
    all_say(&contexts(&mut server, &code), PASSWORD, &["fpt"], NOW);
    // The password grant and a context that the configuration has.
    let pairs = [("grant_type", "password"), ("username", "bob"), ("password", "bob-password")];
    let tokens = ok(&server.web_token(&[&pairs[..], &[("scope", "openid")]].concat()));
    let (_, claims) = verified(member(&tokens, "access_token"));
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!(MFA), &json!(["pwd", "otp"])));
}

#[test]
fn rfc_9470_section_6_a_device_says_how_its_user_signed_in() {
    let mut server = with(Profile::Eiam, |_| {});
    let mut browser = Browser::default();
    browser.code(&mut server, WEB, &asking(MFA));
    let client = [("client_id", "app_web"), ("client_secret", WEB_SECRET)];
    let device = ok(&server.post(&WEB.api("device/code"), &client));
    let page = browser.get(&mut server, member(&device, "verification_uri_complete"));
    let code = member(&device, "user_code");
    let page = browser.submit(&mut server, &page, &[("user_code", code)]);
    browser.submit(&mut server, &page, &[("decision", "allow")]);
    let pairs = [("grant_type", DEVICE_GRANT), ("device_code", member(&device, "device_code"))];
    let tokens = ok(&server.web_token(&pairs));
    let (_, claims) = verified(member(&tokens, "access_token"));
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!(MFA), &json!(["pwd", "otp"])));
}

#[test]
fn rfc_9470_section_5_max_age() {
    for mut server in servers() {
        let mut browser = Browser::default();
        browser.code(&mut server, WEB, &asking(MFA));
        server.now += 100;
        let request = changed(asking(MFA), "max_age", "99");
        let silent = changed(request.clone(), "prompt", "none");
        let answer = redirected(&browser.authorize(&mut server, WEB, &silent));
        assert_eq!(answer["error"], "login_required");
        let code = browser.code(&mut server, WEB, &request);
        all_say(&contexts(&mut server, &code), MFA, &["pwd", "otp"], NOW + 100);
    }
}

#[test]
fn oidc_core_section_3_1_2_1_prompt_none_and_a_login_hint_of_somebody_else() {
    for mut server in servers() {
        let mut browser = Browser::default();
        let code = browser.code(&mut server, WEB, &web_request());
        let tokens = ok(&server.redeem(&code));
        let silent = changed(web_request(), "prompt", "none");
        let mut answer = |name, value| {
            let request = changed(silent.clone(), name, value);
            redirected(&browser.authorize(&mut server, WEB, &request))
        };
        for hint in ["alice", "user_alice", "alice@example.com", "ALICE@EXAMPLE.COM", "+1 555 0100"]
        {
            assert!(answer("login_hint", hint).contains_key("code"), "{hint}");
        }
        for hint in ["bob", "user_bob", "bob@example.com", "nobody", "Alice", "alice "] {
            assert_eq!(answer("login_hint", hint)["error"], "login_required", "{hint}");
        }
        assert!(answer("id_token_hint", member(&tokens, "id_token")).contains_key("code"));
        // Where a page can ask, the hint is what the page begins with.
        let other = changed(changed(web_request(), "login_hint", "bob"), "prompt", "login");
        assert!(text(&browser.authorize(&mut server, WEB, &other)).contains("value=\"bob\""));
    }
}

/// OpenID Connect Core section 8: a client hints at users by the subjects that it knows.
#[test]
fn oidc_core_section_3_1_2_1_a_login_hint_of_a_pairwise_subject() {
    let mut server = with(Profile::Eiam, |config| {
        config.applications[1].subject_type = SubjectType::Pairwise;
    });
    let mut browser = Browser::default();
    let code = browser.code(&mut server, WEB, &web_request());
    let (_, claims) = verified(member(&ok(&server.redeem(&code)), "id_token"));
    let subject = member(&claims, "sub").to_owned();
    assert_ne!(subject, "user_alice");
    for (hint, is_hers) in [(&*subject, true), ("alice", true), ("user_alice", false)] {
        let request = changed(changed(web_request(), "prompt", "none"), "login_hint", hint);
        let answer = redirected(&browser.authorize(&mut server, WEB, &request));
        assert_eq!(answer.contains_key("code"), is_hers, "{hint}");
    }
}

#[test]
fn oidc_core_section_3_1_2_1_prompt_none_and_the_id_token_of_somebody_else() {
    for mut server in servers() {
        let mut other = Browser::default();
        let page = other.authorize(&mut server, WEB, &web_request());
        let mut page = other.login_as(&mut server, &page, "bob", "bob-password");
        if page.status == 200 {
            page = other.submit(&mut server, &page, &[("decision", "allow")]);
        }
        let of_bob = ok(&server.redeem(&redirected(&page)["code"]));
        let mut browser = Browser::default();
        browser.code(&mut server, WEB, &web_request());
        let silent = changed(web_request(), "prompt", "none");
        let request = changed(silent, "id_token_hint", member(&of_bob, "id_token"));
        let answer = redirected(&browser.authorize(&mut server, WEB, &request));
        assert_eq!(answer["error"], "login_required");
    }
}

#[test]
fn oidc_core_section_2_subjects_of_255_ascii_characters() {
    let longest = "a".repeat(255);
    for id in ["auth0|123", "alice@example.com", "google-oauth2|1", "{uuid}", "\"<&>'\\", &longest]
    {
        for profile in PROFILES {
            let mut server = with(profile, |config| config.users[0].user_id = id.to_owned());
            let code = Browser::default().code(&mut server, WEB, &web_request());
            let tokens = ok(&server.redeem(&code));
            for name in ["id_token", "access_token"] {
                assert_eq!(verified(member(&tokens, name)).1["sub"], id);
            }
            let info = ok(&server.userinfo(WEB, member(&tokens, "access_token")));
            assert_eq!(info["sub"], id);
            let mut server = server.restarted();
            let tokens = ok(&server.refresh(member(&tokens, "refresh_token")));
            assert!(server.issuer.remove_user(id));
            let info = server.userinfo(WEB, member(&tokens, "access_token"));
            assert!(info.status >= 400, "{}", text(&info));
        }
    }
}
