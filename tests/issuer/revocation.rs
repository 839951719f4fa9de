//! Revocation: RFC 7009.

use serde_json::Value;

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

/// A server may end more than what was asked for. Beyond 16 of a sign-in its older access tokens end
/// together, so that refreshing and revoking does not fill the memory.
#[test]
fn rfc_7009_section_2_1_many_access_tokens_of_one_sign_in_take_no_memory() {
    let mut server = Server::new();
    let other = server.web_tokens();
    let mut tokens = server.web_tokens();
    let unrevoked = member(&tokens, "access_token").to_owned();
    let mut sizes = Vec::new();
    for _ in 0..40 {
        tokens = ok(&server.refresh(member(&tokens, "refresh_token")));
        revoke(&mut server, member(&tokens, "access_token"), "access_token");
        let info = server.userinfo(WEB, member(&tokens, "access_token"));
        refused(&info, 400, "invalid_token");
        sizes.push(server.snapshot().len());
        // Up to the limit each ends alone.
        assert_eq!(server.userinfo(WEB, &unrevoked).status == 200, sizes.len() <= 16);
    }
    assert!(sizes[14] < sizes[15] && sizes[15] == sizes[39], "{sizes:?}");
    // What is made later works, after a restart too, and so does every other sign-in.
    let mut server = server.restarted();
    refused(&server.userinfo(WEB, &unrevoked), 400, "invalid_token");
    let tokens = ok(&server.refresh(member(&tokens, "refresh_token")));
    ok(&server.userinfo(WEB, member(&tokens, "access_token")));
    ok(&server.userinfo(WEB, member(&other, "access_token")));
}

#[test]
fn a_full_memory_of_revoked_tokens_still_ends_them() {
    let mut server = Server::with(|config| config.limits.revoked_tokens = 1);
    let (first, second) = (server.web_tokens(), server.web_tokens());
    for tokens in [&first, &second] {
        revoke(&mut server, member(tokens, "access_token"), "");
        let info = server.userinfo(WEB, member(tokens, "access_token"));
        refused(&info, 400, "invalid_token");
        ok(&server.refresh(member(tokens, "refresh_token")));
    }
    // One of a machine has no record to note it at: all of the client's end.
    let request = [("grant_type", "client_credentials"), ("client_secret", MACHINE_SECRET)];
    let [one, other] = [(); 2].map(|()| ok(&server.token(MACHINE, &request)));
    let send = |server: &mut Server, name: &str, tokens: &Value| {
        let token = member(tokens, "access_token");
        ok(&server.post(&MACHINE.api(name), &[("client_secret", MACHINE_SECRET), ("token", token)]))
    };
    send(&mut server, "revoke", &one);
    for tokens in [&one, &other] {
        assert_eq!(send(&mut server, "introspect", tokens)["active"], false);
    }
    let later = ok(&server.token(MACHINE, &request));
    let mut server = server.restarted();
    assert_eq!(send(&mut server, "introspect", &one)["active"], false);
    assert_eq!(send(&mut server, "introspect", &later)["active"], true);
    refused(&server.userinfo(WEB, member(&first, "access_token")), 400, "invalid_token");
}
