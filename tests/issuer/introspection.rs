//! Introspection: RFC 7662.

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
