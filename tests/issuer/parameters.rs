//! Where parameters come from and what is wrong with them: RFC 6749 sections 3.1 and 3.2.

use eiam_token::http::HttpRequest;

use crate::support::*;

fn machine() -> Vec<(&'static str, &'static str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", "app_machine"),
        ("client_secret", MACHINE_SECRET),
    ]
}

fn raw(url: &str, content_type: Option<&str>, body: &str) -> HttpRequest {
    let mut request = HttpRequest::post_form(url, body.to_owned());
    request.headers = content_type.map(|value| ("Content-Type", value)).into_iter().collect();
    request
}

#[test]
fn eiam_query_form_and_a_mix() {
    let url = MACHINE.api("token");
    let all = encode(&machine());
    let (first, rest) = all.split_once('&').unwrap();
    let form = "application/x-www-form-urlencoded; charset=UTF-8";
    let mut server = Server::new();
    ok(&server.send(&raw(&format!("{url}?{all}"), None, "")));
    ok(&server.send(&raw(&format!("{url}?{first}"), Some(form), rest)));
    ok(&server.send(&raw(&url, Some(form), &all)));
    // A body that is no form is passed over.
    ok(&server.send(&raw(&format!("{url}?{all}"), Some("application/octet-stream"), "x")));
    ok(&server.send(&raw(&format!("{url}?{all}"), Some("application/json"), "{}")));
}

#[test]
fn rfc_6749_section_3_2_form_only() {
    let url = MACHINE.api("token");
    let all = encode(&machine());
    let form = "application/x-www-form-urlencoded";
    let mut server = Server::rfc9700();
    ok(&server.send(&raw(&url, Some(form), &all)));
    for request in [
        raw(&format!("{url}?{all}"), None, ""),
        raw(&format!("{url}?client_id=app_machine"), Some(form), &all),
        raw(&url, Some("application/json"), "{\"grant_type\":\"client_credentials\"}"),
        raw(&url, None, &all),
        raw(&url, Some("multipart/form-data"), &all),
    ] {
        refused(&server.send(&request), 400, "invalid_request");
    }
}

#[test]
fn rfc_6749_section_3_2_not_more_than_once() {
    for mut server in [Server::new(), Server::rfc9700()] {
        for name in ["grant_type", "client_id", "client_secret", "scope", "unknown"] {
            let mut pairs = machine();
            pairs.retain(|(key, _)| *key != name);
            pairs.extend([(name, "client_credentials"), (name, "client_credentials")]);
            let description = refused(&server.token(MACHINE, &pairs), 400, "invalid_request");
            assert!(description.contains(name), "{description}");
        }
        // RFC 8707 section 2 lets this one.
        let mut pairs = machine();
        pairs.extend([("resource", "https://a.example"), ("resource", "https://b.example")]);
        refused(&server.token(MACHINE, &pairs), 400, "invalid_target");
    }
    // Once in the query and once in the form are twice.
    let mut server = Server::new();
    let url = format!("{}?grant_type=client_credentials", MACHINE.api("token"));
    refused(&server.post(&url, &machine()), 400, "invalid_request");
}

#[test]
fn rfc_6749_section_3_2_empty_is_left_out_and_unknown_ignored() {
    let mut server = Server::new();
    let mut pairs = machine();
    pairs.extend([("scope", ""), ("exclusive_tag", "ATxxx"), ("whatever", "1")]);
    ok(&server.token(MACHINE, &pairs));
}

#[test]
fn rfc_6749_section_5_2_grant_types() {
    // EIAM: documented so, with this message.
    let mut server = Server::new();
    for name in ["client_credentials", "implicit", "AUTHORIZATION_CODE", "x y"] {
        let description = refused(
            &server.token(SPA, &[("grant_type", name), ("client_id", "app_spa")]),
            if name == "client_credentials" { 401 } else { 400 },
            if name == "client_credentials" { "invalid_client" } else { "invalid_grant" },
        );
        if name != "client_credentials" {
            assert_eq!(description, format!("Invalid or not supported grant_type: {name}"));
        }
    }
    let pairs = changed(machine(), "grant_type", "authorization_code");
    let description = refused(&server.token(MACHINE, &pairs), 400, "invalid_grant");
    assert_eq!(description, "Invalid or not supported grant_type: authorization_code");
    let missing = changed(machine(), "grant_type", "");
    refused(&server.token(MACHINE, &missing), 400, "invalid_request");

    let mut server = Server::rfc9700();
    refused(&server.token(MACHINE, &pairs), 400, "unauthorized_client");
    let unknown = changed(machine(), "grant_type", "implicit");
    refused(&server.token(MACHINE, &unknown), 400, "unsupported_grant_type");
    refused(&server.token(MACHINE, &missing), 400, "invalid_request");
}

#[test]
fn bad_encodings_have_an_error_and_show_nothing() {
    let mut server = Server::new();
    let form = Some("application/x-www-form-urlencoded");
    for body in ["grant_type=%", "grant_type=%zz", "client_secret=%ff%fe", "a=%C3"] {
        let response = server.send(&raw(&MACHINE.api("token"), form, body));
        refused(&response, 400, "invalid_request");
    }
    let mut request = raw(&MACHINE.api("token"), form, "");
    request.body = vec![0xff, 0xfe, b'=', 0];
    refused(&server.send(&request), 400, "invalid_request");
}
