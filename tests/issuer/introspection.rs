//! Introspection: RFC 7662.

use eiam_token::issuer::GrantType;

use crate::support::*;

fn introspect(server: &mut Server, place: Place, token: &str) -> serde_json::Value {
    let pairs = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", token)];
    ok(&server.post(&place.api("introspect"), &pairs))
}

#[test]
fn rfc_7662_section_2_2_live_tokens() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let answer = introspect(&mut server, WEB, member(&tokens, "access_token"));
    assert_eq!(answer["active"], true);
    assert_eq!(answer["client_id"], "app_web");
    assert_eq!(answer["username"], "alice");
    assert_eq!(answer["sub"], "user_alice");
    assert_eq!(answer["scope"], "openid profile email");
    assert_eq!(answer["exp"], NOW + 1200);
    assert_eq!(answer["iat"], NOW);
    assert_eq!(answer["iss"], WEB.issuer());
    let answer = introspect(&mut server, WEB, member(&tokens, "refresh_token"));
    assert_eq!(answer["active"], true);
    assert_eq!(answer["exp"], NOW + 86400);
}

#[test]
fn rfc_7662_section_2_2_nothing_about_tokens_that_do_not_work() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    let access = member(&tokens, "access_token");
    let refresh = member(&tokens, "refresh_token");
    let inactive = serde_json::json!({ "active": false });
    assert_eq!(introspect(&mut server, WEB, "bogus"), inactive);
    // Of the other issuer, and of another client.
    assert_eq!(introspect(&mut server, Place::Instance, access), inactive);
    let machine = [("client_secret", MACHINE_SECRET), ("token", access)];
    assert_eq!(ok(&server.post(&MACHINE.api("introspect"), &machine)), inactive);
    // Rotated away, expired.
    ok(&server.refresh(refresh));
    assert_eq!(introspect(&mut server, WEB, refresh), inactive);
    server.now += 1200;
    assert_eq!(introspect(&mut server, WEB, access), inactive);
}

#[test]
fn rfc_7662_section_2_1_only_for_clients_that_authenticate() {
    let mut server = Server::new();
    for place in [WEB, SPA] {
        let response = server.post(&place.api("introspect"), &[("token", "x")]);
        refused(&response, 401, "invalid_client");
    }
}

#[test]
fn jwt_access_tokens_by_their_sealed_id() {
    use eiam_token::base64url;
    let mut server = Server::new();
    let machine = [
        ("grant_type", "client_credentials"),
        ("client_id", "app_machine"),
        ("client_secret", MACHINE_SECRET),
    ];
    let tokens = ok(&server.token(Place::Instance, &machine));
    let token = member(&tokens, "access_token");
    let ask = |server: &mut Server, token: &str| {
        let pairs =
            [("client_id", "app_machine"), ("client_secret", MACHINE_SECRET), ("token", token)];
        ok(&server.post(&Place::Instance.api("introspect"), &pairs))
    };
    let answer = ask(&mut server, token);
    assert_eq!(answer["active"], true);
    assert_eq!(answer["sub"], "app_machine");
    // Claims around the id are signed.
    let (_, mut claims) = verified(token);
    claims["sub"] = "user_alice".into();
    let forged = format!("e30.{}.x", base64url::encode(claims.to_string().as_bytes()));
    assert_eq!(ask(&mut server, &forged)["active"], false);
    let pairs = [("client_id", "app_machine"), ("client_secret", MACHINE_SECRET), ("token", token)];
    ok(&server.post(&Place::Instance.api("revoke"), &pairs));
    assert_eq!(ask(&mut server, token)["active"], false);
}

/// Whether introspection calls a refresh token of `app_web` active, after checking that a copy of the
/// issuer redeems it exactly then.
fn is_active_as_redeemed(server: &mut Server, token: &str) -> bool {
    let before = server.snapshot();
    let active = introspect(server, WEB, token)["active"] == true;
    assert!(server.snapshot() == before, "asking changes nothing");
    let response = server.restarted().refresh(token);
    assert_eq!(active, response.status == 200, "{}", text(&response));
    active
}

#[test]
fn a_refresh_token_is_active_exactly_if_it_can_be_redeemed() {
    let mut server = Server::with(|config| {
        let lifetimes = &mut config.applications[1].lifetimes;
        lifetimes.refresh_token_retry = 10;
        lifetimes.refresh_token = 100;
    });
    let tokens = server.web_tokens();
    let first = member(&tokens, "refresh_token");
    assert!(is_active_as_redeemed(&mut server, first));
    server.now += 95;
    let tokens = ok(&server.refresh(first));
    let second = member(&tokens, "refresh_token");
    // In the time for lost responses both work, as long as the first has not expired.
    for (seconds, expected) in [(0, true), (4, true), (1, false), (4, false), (1, false)] {
        server.now += seconds;
        assert_eq!(is_active_as_redeemed(&mut server, first), expected, "{}", server.now);
        assert!(is_active_as_redeemed(&mut server, second));
    }
    let tokens = ok(&server.refresh(second));
    let third = member(&tokens, "refresh_token");
    assert!(!is_active_as_redeemed(&mut server, first));
    for (seconds, expected) in [(0, true), (9, true), (1, false)] {
        server.now += seconds;
        assert_eq!(is_active_as_redeemed(&mut server, second), expected, "{}", server.now);
    }
    assert!(is_active_as_redeemed(&mut server, third));
    server.now += 90;
    assert!(!is_active_as_redeemed(&mut server, third), "it has expired");
}

#[test]
fn a_refresh_token_is_not_active_once_its_sign_in_has_ended() {
    type End = fn(&mut Server, &str);
    let ends: [(&str, End); 5] = [
        ("an older one was used", |server, first| {
            for _ in 0..2 {
                server.refresh(first);
            }
        }),
        ("it was revoked", |server, first| {
            let pairs = [("client_secret", WEB_SECRET), ("token", first)];
            ok(&server.post(&WEB.api("revoke"), &pairs));
        }),
        ("its user is disabled", |server, _| {
            let mut user = server.issuer.config().users[0].clone();
            user.disabled = true;
            server.issuer.set_user(user).unwrap();
        }),
        ("its application was disabled", |server, _| {
            let application = server.issuer.config().applications[1].clone();
            let mut disabled = application.clone();
            disabled.disabled = true;
            server.issuer.set_application(disabled).unwrap();
            server.issuer.set_application(application).unwrap();
        }),
        ("its grant was closed", |server, _| {
            let mut application = server.issuer.config().applications[1].clone();
            application.grants.retain(|grant| *grant != GrantType::RefreshToken);
            server.issuer.set_application(application).unwrap();
        }),
    ];
    for (why, end) in ends {
        let mut server = Server::new();
        let tokens = server.web_tokens();
        let first = member(&tokens, "refresh_token");
        assert!(is_active_as_redeemed(&mut server, first), "{why}");
        let tokens = ok(&server.restarted().refresh(first));
        end(&mut server, first);
        for token in [first, member(&tokens, "refresh_token")] {
            assert!(!is_active_as_redeemed(&mut server, token), "{why}");
        }
    }
}
