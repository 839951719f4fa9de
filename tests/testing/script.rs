//! Scripted answers, and what the host is asked to do to a response.

use eiam_token::http::HttpRequest;
use eiam_token::testing::{Fault, Filter, Transport};
use serde_json::{Value, json};

use crate::support::{BASE, Server, WEB, json as body};

fn add(server: &mut Server, fault: Value) -> u64 {
    server.issuer.script_mut().add(Fault::from_json(&fault).unwrap()).unwrap()
}

fn password(server: &mut Server) -> eiam_token::http::HttpResponse {
    let pairs = [("grant_type", "password"), ("username", "alice"), ("password", "alice-password")];
    server.web("token", &pairs)
}

#[test]
fn the_issuer_does_not_see_what_the_test_answers() {
    let mut server = Server::new();
    let tokens = server.alice();
    let id =
        add(&mut server, json!({ "endpoint": "token", "grant": "refresh_token", "fail": 503 }));
    assert_eq!(password(&mut server).status, 200);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let response = server.refresh(refresh);
    assert_eq!(
        (response.status, body(&response)["error"].as_str()),
        (503, Some("temporarily_unavailable"))
    );
    let entry = server.issuer.journal().last(&Filter::default()).unwrap().to_json();
    assert_eq!((&entry["decision"], &entry["status"]), (&json!("scripted"), &json!(503)));
    assert_eq!(entry["changes"], json!([format!("fault {id}: fail 503")]));
    // The refresh token was not used, so it still works.
    assert_eq!(server.refresh(refresh).status, 200);
    assert_eq!(server.issuer.script().faults()[0].used, 1);
}

#[test]
fn users_and_clients_are_told_apart() {
    let mut server = Server::new();
    add(&mut server, json!({ "user": "user_bob", "fail": 500, "times": "always" }));
    add(&mut server, json!({ "client": "app_machine", "fail": 500, "times": "always" }));
    assert_eq!(password(&mut server).status, 200);
    let pairs = [("grant_type", "password"), ("username", "bob"), ("password", "x")];
    assert_eq!(server.web("token", &pairs).status, 500);
    let machine = format!("{BASE}/v2/idaas_example/app_machine/oauth2/token");
    let form = "grant_type=client_credentials".to_owned();
    assert_eq!(server.send(&HttpRequest::post_form(machine, form)).status, 500);
}

#[test]
fn rfc_8628_section_3_5_a_device_is_approved_at_its_third_poll() {
    let mut server = Server::new();
    let device = |server: &mut Server, endpoint: &str, pairs: &[(&str, &str)]| {
        let path = format!("/v2/idaas_example/app_device/oauth2/{endpoint}");
        let mut all = vec![("client_id", "app_device")];
        all.extend_from_slice(pairs);
        server.post(&path, &all)
    };
    let begun = body(&device(&mut server, "device/code", &[("scope", "openid")]));
    let code = begun["device_code"].as_str().unwrap().to_owned();
    add(&mut server, json!({ "endpoint": "token", "after": 2, "approve": "alice" }));
    let mut answers = Vec::new();
    for _ in 0..3 {
        let pairs = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", &*code),
        ];
        let response = device(&mut server, "token", &pairs);
        answers.push(body(&response)["error"].as_str().unwrap_or("none").to_owned());
        server.host += 10;
    }
    assert_eq!(answers, ["authorization_pending", "authorization_pending", "none"]);
}

#[test]
fn a_response_is_changed_after_it_was_signed() {
    let mut server = Server::new();
    add(
        &mut server,
        json!({
            "endpoint": "token", "merge": { "scope": null, "expires_in": "soon" },
            "replace": [["\"soon\"", "36e2"]], "headers": { "cache-control": null, "x-test": "1" },
        }),
    );
    let response = password(&mut server);
    let text = String::from_utf8(response.body.clone()).unwrap();
    assert!(text.contains("\"expires_in\":36e2"), "{text}");
    assert!(!text.contains("\"scope\""), "{text}");
    let tokens = body(&response);
    assert!(tokens["access_token"].as_str().unwrap().starts_with("AT"));
    assert_eq!(response.headers.value("cache-control"), None);
    assert_eq!(response.headers.value("x-test"), Some("1"));
    let entry = server.issuer.journal().last(&Filter::default()).unwrap().to_json();
    assert_eq!(entry["decision"], "granted");
}

#[test]
fn faults_of_the_connection_are_the_hosts_to_make() {
    let mut server = Server::new();
    add(&mut server, json!({ "delay": 50, "truncate": 10 }));
    add(&mut server, json!({ "drop": true }));
    let url = format!("{BASE}{WEB}token");
    let request = HttpRequest::post_form(url, String::new());
    let truncated = server.answer(&request);
    let expected = [Transport::Delay { milliseconds: 50 }, Transport::Truncate { octets: 10 }];
    assert_eq!(truncated.transport, expected);
    assert_eq!(truncated.response.status, 400);
    assert_eq!(server.answer(&request).transport, [Transport::Drop]);
    assert_eq!(server.answer(&request).transport, []);
}

#[test]
fn a_reset_ends_all_faults() {
    let mut server = Server::new();
    add(&mut server, json!({ "fail": 500, "times": "always" }));
    assert_eq!(password(&mut server).status, 500);
    server.issuer.reset();
    assert_eq!(password(&mut server).status, 200);
}
