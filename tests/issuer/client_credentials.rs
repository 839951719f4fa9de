//! The grant client_credentials: RFC 6749 section 4.4, RFC 9068.

use crate::support::*;

fn request(scope: &str) -> Vec<(&str, &str)> {
    let base = vec![
        ("grant_type", "client_credentials"),
        ("client_id", "app_machine"),
        ("client_secret", MACHINE_SECRET),
    ];
    changed(base, "scope", scope)
}

const READ: &str = "api://api.example.com|read:file";
const BOTH: &str = "api://api.example.com|read:file api://api.example.com|write:file";

#[test]
fn rfc_6749_section_4_4_3_neither_refresh_token_nor_id_token() {
    let mut server = Server::new();
    let response = server.token(MACHINE, &request(READ));
    let names = ["token_type", "access_token", "expires_in", "expires_at"];
    assert_eq!(member_names(&response), names);
    let tokens = ok(&response);
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["expires_at"], NOW + 3600);
    assert!(member(&tokens, "access_token").starts_with("AT"));
}

#[test]
fn eiam_scopes_of_resource_servers() {
    let mut server = Server::new();
    let all = ok(&server.token(MACHINE, &request("api://api.example.com|.all")));
    assert_eq!(all["scope"], BOTH);
    // Nothing asked for is everything, and told.
    let all = ok(&server.token(MACHINE, &request("")));
    assert_eq!(all["scope"], BOTH);
    let same = ok(&server.token(MACHINE, &request(BOTH)));
    assert_eq!(same.get("scope"), None);
    for wrong in [
        "api://api.example.com|delete:file",
        "api://other.example.com|.all",
        "admin",
        "openid",
        "offline_access",
    ] {
        let response = server.token(MACHINE, &request(wrong));
        refused(&response, 400, "invalid_scope");
    }
    let mut server = Server::with(|config| {
        config.applications[3].scopes.push("api://second|x".into());
    });
    let two = format!("{READ} api://second|x");
    refused(&server.token(MACHINE, &request(&two)), 400, "invalid_scope");
    ok(&server.token(MACHINE, &request("api://second|x")));
}

#[test]
fn scopes_of_users_are_none_of_a_machine() {
    let mut server = Server::new();
    let response = server.web_token(&[("grant_type", "client_credentials"), ("scope", "openid")]);
    refused(&response, 400, "invalid_scope");
}

#[test]
fn rfc_9068_section_2_jwt_at_the_instance() {
    for (mut server, url) in [
        (Server::new(), Place::Instance.api("token")),
        (
            Server::rfc9700(),
            format!("{BASE}/v2/{INSTANCE}/authorizationServer/iauths_system/oauth2/token"),
        ),
    ] {
        let tokens = ok(&server.post(&url, &request(READ)));
        assert_eq!(tokens["scope"], READ);
        let (header, claims) = verified(member(&tokens, "access_token"));
        assert_eq!(header["typ"], "at+jwt");
        assert_eq!(header["alg"], "RS256");
        assert_eq!(claims["iss"], Place::Instance.issuer());
        assert_eq!(claims["aud"], "api://api.example.com");
        assert_eq!(claims["sub"], "app_machine");
        assert_eq!(claims["client_id"], "app_machine");
        assert_eq!(claims["scope"], "read:file");
        assert_eq!(claims["iat"], NOW);
        assert_eq!(claims["exp"], NOW + 3600);
        let second = ok(&server.post(&url, &request(READ)));
        let (_, other) = verified(member(&second, "access_token"));
        assert_ne!(claims["jti"], other["jti"]);
    }
}

#[test]
fn a_token_of_a_machine_opens_no_userinfo() {
    let mut server = Server::new();
    let tokens = ok(&server.web_token(&[("grant_type", "client_credentials")]));
    let info = server.userinfo(WEB, member(&tokens, "access_token"));
    refused(&info, 403, "insufficient_scope");
    let tokens = ok(&server.token(Place::Instance, &request(READ)));
    let token = member(&tokens, "access_token");
    let info = server.userinfo(Place::Instance, token);
    refused(&info, 403, "insufficient_scope");
    // Nor does the sealed id inside it.
    let (_, claims) = verified(token);
    let id = claims["jti"].as_str().unwrap();
    refused(&server.userinfo(Place::Instance, id), 400, "invalid_token");
}

#[test]
fn public_clients_cannot_use_it() {
    let mut server = Server::new();
    let pairs = [("grant_type", "client_credentials"), ("client_id", "app_spa")];
    refused(&server.token(SPA, &pairs), 401, "invalid_client");
}
