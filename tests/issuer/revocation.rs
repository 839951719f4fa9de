//! Revocation: RFC 7009.

use crate::support::*;

fn revoke(server: &mut Server, token: &str, hint: &str) {
    let pairs = [
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("token", token),
        ("token_type_hint", hint),
    ];
    let response = server.post(&WEB.api("revoke"), &pairs);
    assert_eq!(response.status, 200);
    // EIAM: never an empty 200.
    assert_eq!(text(&response), "{}");
}

#[test]
fn rfc_7009_section_2_1_a_refresh_token_takes_its_access_tokens_along() {
    for hint in ["refresh_token", "access_token", "nonsense"] {
        let mut server = Server::new();
        let first = server.web_tokens();
        let second = ok(&server.refresh(member(&first, "refresh_token")));
        let other = server.web_tokens();
        revoke(&mut server, member(&second, "refresh_token"), hint);
        for tokens in [&first, &second] {
            let info = server.userinfo(WEB, member(tokens, "access_token"));
            refused(&info, 400, "invalid_token");
        }
        let refresh = server.refresh(member(&second, "refresh_token"));
        refused(&refresh, 400, "invalid_grant");
        // Another sign-in is another grant.
        ok(&server.userinfo(WEB, member(&other, "access_token")));
    }
}

#[test]
fn rfc_7009_section_2_1_an_access_token_ends_alone() {
    let mut server = Server::new();
    let first = server.web_tokens();
    revoke(&mut server, member(&first, "access_token"), "access_token");
    let info = server.userinfo(WEB, member(&first, "access_token"));
    refused(&info, 400, "invalid_token");
    let second = ok(&server.refresh(member(&first, "refresh_token")));
    ok(&server.userinfo(WEB, member(&second, "access_token")));
}

#[test]
fn rfc_7009_section_2_2_unknown_tokens_are_200() {
    let mut server = Server::new();
    for token in ["ATbogus", "bogus", "a.b.c", "RT"] {
        revoke(&mut server, token, "access_token");
    }
    let tokens = server.web_tokens();
    server.now += 1200;
    revoke(&mut server, member(&tokens, "access_token"), "");
    let missing = [("client_id", "app_web"), ("client_secret", WEB_SECRET)];
    let response = server.post(&WEB.api("revoke"), &missing);
    refused(&response, 400, "invalid_request");
}

#[test]
fn rfc_7009_section_2_1_only_the_owner() {
    let mut server = Server::new();
    let tokens = server.web_tokens();
    for name in ["access_token", "refresh_token"] {
        let token = member(&tokens, name);
        for place in [SPA, Place::Instance] {
            let pairs = [("client_id", "app_spa"), ("token", token)];
            assert_eq!(text(&server.post(&place.api("revoke"), &pairs)), "{}");
        }
        // The right client at the wrong issuer.
        let pairs = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", token)];
        server.post(&Place::Instance.api("revoke"), &pairs);
        // Nobody.
        let response = server.post(&WEB.api("revoke"), &[("token", token)]);
        refused(&response, 401, "invalid_client");
    }
    ok(&server.userinfo(WEB, member(&tokens, "access_token")));
    ok(&server.refresh(member(&tokens, "refresh_token")));
}

#[test]
fn public_clients_revoke_what_is_theirs() {
    let mut server = Server::new();
    let code = Browser::default().code(&mut server, SPA, &spa_request());
    let redeem = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", SPA_URI),
        ("code_verifier", VERIFIER),
    ];
    let tokens = ok(&server.token(SPA, &redeem));
    let pairs = [("token", member(&tokens, "refresh_token"))];
    ok(&server.post(&SPA.api("revoke"), &pairs));
    let info = server.userinfo(SPA, member(&tokens, "access_token"));
    refused(&info, 400, "invalid_token");
}

#[test]
fn a_machine_token_is_revoked_without_a_record_before() {
    let mut server = Server::new();
    let request = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
    let first = ok(&server.token(MACHINE, &request));
    let second = ok(&server.token(MACHINE, &request));
    let active = |server: &mut Server, token: &str| {
        let pairs = [("client_secret", MACHINE_SECRET), ("token", token)];
        ok(&server.post(&MACHINE.api("introspect"), &pairs))["active"] == true
    };
    assert!(active(&mut server, member(&first, "access_token")));
    let pairs = [("client_secret", MACHINE_SECRET), ("token", member(&first, "access_token"))];
    ok(&server.post(&MACHINE.api("revoke"), &pairs));
    assert!(!active(&mut server, member(&first, "access_token")));
    assert!(active(&mut server, member(&second, "access_token")));
}
