//! Client authentication: RFC 6749 sections 2.3 and 5.2.

use eiam_token::http::HttpRequest;
use eiam_token::secret::Secret;

use crate::support::*;

fn with_header(
    server: &mut Server,
    place: Place,
    header: &str,
    pairs: &[(&str, &str)],
) -> eiam_token::http::HttpResponse {
    let request =
        HttpRequest::post_form(place.api("token"), encode(pairs)).header("authorization", header);
    server.send(&request)
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[test]
fn rfc_6749_section_2_3_1_basic_and_post() {
    for mut server in [Server::new(), Server::rfc9700()] {
        for place in [MACHINE, Place::Instance] {
            let header = basic("app_machine", MACHINE_SECRET);
            ok(&with_header(&mut server, place, &header, &[GRANT]));
            // A client_id beside the header is no second method.
            let named = [GRANT, ("client_id", "app_machine")];
            ok(&with_header(&mut server, place, &header, &named));
            let post = [GRANT, ("client_id", "app_machine"), ("client_secret", MACHINE_SECRET)];
            ok(&server.token(place, &post));
        }
        // The path of an application names the client.
        ok(&server.token(MACHINE, &[GRANT, ("client_secret", MACHINE_SECRET)]));
    }
}

#[test]
fn rfc_6749_section_5_2_invalid_client() {
    for mut server in [Server::new(), Server::rfc9700()] {
        for header in [
            basic("app_machine", "wrong"),
            basic("app_web", WEB_SECRET),
            "Basic %%%".to_owned(),
            "Basic".to_owned(),
            format!("Basic {}", eiam_token::base64url::encode(b"no colon")),
            "Bearer ATx".to_owned(),
        ] {
            let response = with_header(&mut server, MACHINE, &header, &[GRANT]);
            refused(&response, 401, "invalid_client");
            let challenge = response.headers.value("www-authenticate").unwrap();
            assert!(challenge.starts_with("Basic "), "{challenge}");
        }
        for pairs in [
            vec![GRANT],
            vec![GRANT, ("client_id", "app_machine")],
            vec![GRANT, ("client_secret", "wrong")],
            vec![GRANT, ("client_secret", &MACHINE_SECRET[1..])],
            vec![GRANT, ("client_id", "app_web"), ("client_secret", WEB_SECRET)],
        ] {
            let response = server.token(MACHINE, &pairs);
            refused(&response, 401, "invalid_client");
            assert_eq!(response.headers.value("www-authenticate"), None);
        }
        for pairs in [vec![GRANT], vec![GRANT, ("client_id", "app_none"), ("client_secret", "x")]] {
            refused(&server.token(Place::Instance, &pairs), 401, "invalid_client");
        }
    }
}

#[test]
fn rfc_6749_section_2_3_one_method_for_each_request() {
    for mut server in [Server::new(), Server::rfc9700()] {
        let header = basic("app_machine", MACHINE_SECRET);
        let pairs = [GRANT, ("client_secret", MACHINE_SECRET)];
        let response = with_header(&mut server, MACHINE, &header, &pairs);
        refused(&response, 400, "invalid_request");
    }
}

#[test]
fn eiam_basic_without_encoding() {
    let secret = "CS+/=&x %41é";
    let change = |config: &mut eiam_token::issuer::Config| {
        config.applications[3].client_secrets = vec![Secret::from(secret)];
    };
    let encoded = basic("app_machine", secret);
    let raw = basic_raw("app_machine", secret);
    let mut server = Server::with(change);
    ok(&with_header(&mut server, MACHINE, &encoded, &[GRANT]));
    ok(&with_header(&mut server, Place::Instance, &raw, &[GRANT]));
    let mut server = Server::with(|config| {
        change(config);
        config.profile = eiam_token::issuer::Profile::Rfc9700;
    });
    ok(&with_header(&mut server, MACHINE, &encoded, &[GRANT]));
    let response = with_header(&mut server, MACHINE, &raw, &[GRANT]);
    refused(&response, 401, "invalid_client");
}

#[test]
fn two_secrets_work_at_the_same_time() {
    let mut server = Server::with(|config| {
        config.applications[3].client_secrets.push(Secret::from("CSsecond"));
    });
    for secret in [MACHINE_SECRET, "CSsecond"] {
        ok(&server.token(MACHINE, &[GRANT, ("client_secret", secret)]));
    }
}

#[test]
fn a_public_client_with_a_wrong_secret_is_refused() {
    let mut server = Server::new();
    let code = Browser::default().code(&mut server, SPA, &spa_request());
    let request = [
        ("grant_type", "authorization_code"),
        ("client_secret", "guess"),
        ("code", &code),
        ("redirect_uri", SPA_URI),
        ("code_verifier", VERIFIER),
    ];
    refused(&server.token(SPA, &request), 401, "invalid_client");
}

#[test]
fn nothing_is_said_about_a_code_to_who_is_not_the_client() {
    let mut server = Server::new();
    let code = server.web_code();
    let request = [("grant_type", "authorization_code"), ("code", &code)];
    refused(&server.token(WEB, &request), 401, "invalid_client");
}
