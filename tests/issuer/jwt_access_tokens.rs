//! Access tokens that are JWTs, at the instance-level server: RFC 9068.

use eiam_token::base64url;
use eiam_token::issuer::PublicJwk;
use rsa::{BoxedUint, PublicKey as RsaPublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::*;

const READ: &str = "api://api.example.com|read:file";
const PLACE: Place = Place::Instance;
const MACHINE_CLIENT: [(&str, &str); 2] =
    [("client_id", "app_machine"), ("client_secret", MACHINE_SECRET)];

fn token(server: &mut Server) -> String {
    let mut request = MACHINE_CLIENT.to_vec();
    request.extend([("grant_type", "client_credentials"), ("scope", READ)]);
    member(&ok(&server.token(PLACE, &request)), "access_token").to_owned()
}

/// Asks an endpoint about a token, or to end it.
fn about(server: &mut Server, endpoint: &str, token: &str) -> Value {
    let mut request = MACHINE_CLIENT.to_vec();
    request.push(("token", token));
    ok(&server.post(&PLACE.api(endpoint), &request))
}

#[test]
fn rfc_9068_section_2_header_and_every_required_claim() {
    for mut server in [Server::new(), Server::rfc9700()] {
        let (header, claims) = verified(&token(&mut server));
        assert_eq!(header["typ"], "at+jwt");
        assert_eq!(header["alg"], "RS256");
        assert!(!member(&header, "kid").is_empty());
        let mut names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"]);
        assert_eq!(claims["iss"], PLACE.issuer());
        // EIAM: the resource server, and scopes without its prefix.
        assert_eq!(claims["aud"], "api://api.example.com");
        assert_eq!(claims["scope"], "read:file");
        // Section 2.2: without a user the subject is the client.
        assert_eq!(claims["sub"], "app_machine");
        assert_eq!(claims["client_id"], "app_machine");
        assert_eq!((&claims["iat"], &claims["exp"]), (&NOW.into(), &(NOW + 3600).into()));
    }
}

#[test]
fn rfc_9068_section_3_without_a_resource_server_the_issuer_is_the_audience() {
    let mut server =
        Server::with(|config| config.applications[1].scopes.retain(|scope| !scope.contains('|')));
    let request = [
        ("client_id", "app_web"),
        ("client_secret", WEB_SECRET),
        ("grant_type", "client_credentials"),
    ];
    let tokens = ok(&server.token(PLACE, &request));
    let (_, claims) = verified(member(&tokens, "access_token"));
    assert_eq!(claims["aud"], PLACE.issuer());
    assert_eq!(claims.get("scope"), None);
}

#[test]
fn rfc_9068_section_4_verifies_by_the_published_keys_after_a_rotation_until_it_expires() {
    let mut server = Server::new();
    let token = token(&mut server);
    let metadata = format!("{}/.well-known/openid-configuration", PLACE.issuer());
    let metadata = ok(&server.get(&metadata));
    assert_eq!(metadata["issuer"], verified(&token).1["iss"]);
    server.issuer.set_signing_key(PublicJwk::ed25519(base64url::encode(&[7; 32])));
    for second in [0, 1, 3599] {
        server.now = NOW + second;
        // By the issuer itself, whose driver would set its own key again.
        let request = eiam_token::http::HttpRequest::get(member(&metadata, "jwks_uri"));
        let response = server.issuer.handle(&request, server.now).complete(&[]).unwrap();
        let keys = json(&response)["keys"].as_array().unwrap().clone();
        assert_eq!(keys.len(), 2);
        let (input, signature) = token.rsplit_once('.').unwrap();
        let (header, _) = verified(&token);
        let key = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
        let number = |name| {
            let bytes = base64url::decode(member(key, name)).unwrap();
            BoxedUint::from_be_slice_vartime(&bytes)
        };
        let public = RsaPublicKey::new(number("n"), number("e")).unwrap();
        let signature = base64url::decode(signature).unwrap();
        public.verify(crate::keys::rs(256), &Sha256::digest(input.as_bytes()), &signature).unwrap();
    }
}

#[test]
fn rfc_7662_section_2_2_introspection_of_a_jwt() {
    let mut server = Server::new();
    let token = token(&mut server);
    let answer = about(&mut server, "introspect", &token);
    assert_eq!(answer["active"], true);
    assert_eq!(answer["token_type"], "Bearer");
    // As the token itself says it.
    assert_eq!(answer["scope"], "read:file");
    assert_eq!(answer["aud"], "api://api.example.com");
    assert_eq!(
        (&answer["client_id"], &answer["sub"]),
        (&"app_machine".into(), &"app_machine".into())
    );
    assert_eq!(answer["iss"], PLACE.issuer());
    assert_eq!(answer["exp"], NOW + 3600);
    // Not for another client, and not at the application's own server.
    let inactive = serde_json::json!({ "active": false });
    let other = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", &token)];
    assert_eq!(ok(&server.post(&PLACE.api("introspect"), &other)), inactive);
    let here = [MACHINE_CLIENT[0], MACHINE_CLIENT[1], ("token", token.as_str())];
    assert_eq!(ok(&server.post(&MACHINE.api("introspect"), &here)), inactive);
    server.now += 3600;
    assert_eq!(about(&mut server, "introspect", &token), inactive);
}

#[test]
fn rfc_7009_section_2_1_revocation_of_a_jwt() {
    let mut server = Server::new();
    let (first, second) = (token(&mut server), token(&mut server));
    // Another client ends nothing.
    let other = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("token", &first)];
    ok(&server.post(&PLACE.api("revoke"), &other));
    assert_eq!(about(&mut server, "introspect", &first)["active"], true);
    about(&mut server, "revoke", &first);
    let mut server = server.restarted();
    assert_eq!(about(&mut server, "introspect", &first)["active"], false);
    assert_eq!(about(&mut server, "introspect", &second)["active"], true);
}

#[test]
fn rfc_9068_section_4_whoever_knows_a_jti_has_no_token() {
    let mut server = Server::new();
    let genuine = token(&mut server);
    let id_token = server.web_tokens()["id_token"].as_str().unwrap().to_owned();
    let parts: Vec<&str> = genuine.split('.').collect();
    let part = |json: &str| base64url::encode(json.as_bytes());
    let jti = verified(&genuine).1["jti"].as_str().unwrap().to_owned();
    let payload = part(&format!(r#"{{"jti":"{jti}"}}"#));
    let kid = verified(&genuine).0["kid"].as_str().unwrap().to_owned();
    for forged in [
        format!("x.{payload}.x"),
        format!("{}.{payload}.{}", parts[0], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", part(r#"{"alg":"none","typ":"at+jwt"}"#), parts[1], parts[2]),
        format!(
            "{}.{}.{}",
            part(&format!(r#"{{"alg":"RS256","typ":"JWT","kid":"{kid}"}}"#)),
            parts[1],
            parts[2]
        ),
        id_token,
        jti,
    ] {
        assert_eq!(about(&mut server, "introspect", &forged)["active"], false, "{forged}");
        assert_eq!(server.issuer.inspect_access_token(&forged, NOW), None);
        about(&mut server, "revoke", &forged);
    }
    assert_eq!(server.issuer.inspect_access_token(&genuine, NOW), None, "not for this");
    assert_eq!(about(&mut server, "introspect", &genuine)["active"], true);
}

#[test]
fn rfc_9068_section_5_it_is_taken_for_no_other_kind_of_token() {
    let mut server = Server::new();
    let token = token(&mut server);
    refused(&server.userinfo(PLACE, &token), 403, "insufficient_scope");
    let hint = encode(&[("id_token_hint", &token)]);
    let response = server.get(&format!("{}?{hint}", PLACE.page("logout")));
    page_refused(&response, 400, "invalid_request");
    let assertion = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &token),
    ];
    refused(&server.token(PLACE, &assertion), 401, "invalid_client");
    let refresh = [
        MACHINE_CLIENT[0],
        MACHINE_CLIENT[1],
        ("grant_type", "refresh_token"),
        ("refresh_token", &token),
    ];
    assert_eq!(server.token(PLACE, &refresh).status, 400);
}
