//! The journal: what came, by which rule it was refused, and what would have been right.

use eiam_token::http::{HttpRequest, Method};
use eiam_token::testing::Filter;
use serde_json::{Value, json};

use crate::support::{BASE, HOST, Server, WEB, WEB_SECRET, json as body};

fn last(server: &Server) -> Value {
    server.issuer.journal().last(&Filter::default()).unwrap().to_json()
}

#[test]
fn a_refusal_names_its_rule_and_what_is_right() {
    let mut server = Server::new();
    let response = server.web("token", &[("grant_type", "authorization_code"), ("code", "COx")]);
    let entry = last(&server);
    for (name, expected) in [
        ("sequence", json!(1)),
        ("time", json!(HOST)),
        ("method", json!("POST")),
        ("path", json!("/v2/idaas_example/app_web/oauth2/token")),
        ("endpoint", json!("token")),
        ("client", json!("app_web")),
        ("grant", json!("authorization_code")),
        ("status", json!(400)),
        ("decision", json!("refused")),
        ("rule", json!("code_unknown")),
        ("section", json!("RFC 6749 section 5.2")),
        ("error", json!("invalid_grant")),
        ("request_id", body(&response)["request_id"].clone()),
        ("page", body(&response)["error_uri"].clone()),
    ] {
        assert_eq!(entry[name], expected, "{name}");
    }
    assert!(entry["right"].as_str().unwrap().contains("`code` of the callback"), "{entry}");
    let page = entry["page"].as_str().unwrap();
    assert!(page.ends_with("/blob/main/docs/rules/code_unknown.md"), "{page}");
    let parameters = &entry["parameters"];
    assert_eq!(parameters["client_secret"], format!("[{} characters]", WEB_SECRET.len()));
    assert_eq!(parameters["code"], "[3 characters]");
    assert_eq!(parameters["client_id"], "app_web");
}

#[test]
fn what_is_granted_names_the_user() {
    let mut server = Server::new();
    let tokens = server.alice();
    let entry = last(&server);
    assert_eq!((&entry["decision"], &entry["user"]), (&json!("granted"), &json!("user_alice")));
    assert_eq!(entry.get("rule"), None);
    server.userinfo(tokens["access_token"].as_str().unwrap());
    let entry = last(&server);
    assert_eq!((&entry["endpoint"], &entry["user"]), (&json!("userinfo"), &json!("user_alice")));
    assert!(entry["headers"]["authorization"].as_str().unwrap().starts_with("Bearer ["));
}

#[test]
fn no_secret_is_in_the_journal() {
    let mut server = Server::new();
    let tokens = server.alice();
    for name in ["access_token", "refresh_token", "id_token"] {
        let token = tokens[name].as_str().unwrap();
        server.userinfo(token);
        server.refresh(token);
        server.web("introspect", &[("token", token)]);
        server.web("revoke", &[("token", token), (token, "x")]);
    }
    let filter = Filter::default();
    let journal = server.issuer.journal();
    let objects: String = journal.find(&filter).map(|entry| entry.to_json().to_string()).collect();
    let text = objects + &journal.to_text(&filter);
    let mut secrets = vec![WEB_SECRET, "alice-password"];
    secrets.extend(
        ["access_token", "refresh_token", "id_token"].map(|it| tokens[it].as_str().unwrap()),
    );
    for secret in secrets {
        assert!(!text.contains(secret), "{text}");
    }
}

/// Every kind of response that refuses says by which rule: JSON, a page, and a redirect to the client.
#[test]
fn refusals_are_noted_wherever_they_are_said() {
    let mut server = Server::new();
    let authorize = format!("{BASE}/login/app/app_web/oauth2/authorize?client_id=app_web");
    let uri =
        server.issuer.config().applications.iter().find(|one| one.application_id == "app_web");
    let uri = eiam_token::form::encode(&uri.unwrap().redirect_uris[0]);
    let device = format!("{BASE}/login/app/common/oauth2/device");
    let own = HttpRequest::post_form(&device, "user_code=BBBB-BBBB".to_owned())
        .header("origin", BASE)
        .header("sec-fetch-site", "same-origin");
    for (request, rule, decision) in [
        (HttpRequest::get(format!("{BASE}/nowhere")), "path_unknown", "refused"),
        (
            HttpRequest::get(format!("{BASE}/.well-known/openid-configuration")),
            "path_unknown",
            "refused",
        ),
        (HttpRequest::get(format!("{BASE}{WEB}token")), "method_not_allowed", "refused"),
        (HttpRequest::get(authorize.clone()), "redirect_uri_missing", "refused"),
        (
            HttpRequest::get(format!("{authorize}&redirect_uri={uri}&response_type=x")),
            "response_type_unsupported",
            "refused",
        ),
        (own, "user_code_unknown", "refused"),
        (
            HttpRequest::post_form(&device, "user_code=x".to_owned())
                .header("origin", "https://a.example"),
            "form_from_elsewhere",
            "refused",
        ),
        (HttpRequest::get(&device), "", "shown"),
        (HttpRequest::get(format!("{BASE}/api/v2/iauths_system/oauth2/jwks")), "", "granted"),
    ] {
        server.send(&request);
        let entry = last(&server);
        assert_eq!(entry["rule"].as_str().unwrap_or_default(), rule, "{entry}");
        assert_eq!(entry["decision"], decision, "{entry}");
    }
}

#[test]
fn the_remedy_of_an_issuer_on_loopback_is_in_the_journal() {
    let mut server = Server::new();
    let url = format!(
        "{BASE}/login/app/app_web/oauth2/authorize?client_id=app_web&redirect_uri=https%3A%2F%2Fa.example%2F"
    );
    server.send(&HttpRequest::get(url));
    let entry = last(&server);
    assert_eq!(entry["rule"], "redirect_uri_unregistered");
    assert_eq!(entry["sent"], "https://a.example/");
    let setting = entry["setting"].as_str().unwrap();
    assert!(setting.starts_with("app_web.redirectUris = http"), "{setting}");
}

#[test]
fn entries_are_found_and_read_as_text() {
    let mut server = Server::new();
    server.alice();
    server.web("token", &[("grant_type", "refresh_token"), ("refresh_token", "RTx")]);
    server.send(&HttpRequest::get(format!("{BASE}/x")));
    let journal = server.issuer.journal();
    let found = |pairs: &[(&str, &str)]| {
        let mut filter = Filter::default();
        for (name, value) in pairs {
            filter.set(name, value).unwrap();
        }
        journal.find(&filter).map(|entry| entry.sequence).collect::<Vec<_>>()
    };
    assert_eq!(found(&[]), [1, 2, 3]);
    assert_eq!(found(&[("endpoint", "token")]), [1, 2]);
    assert_eq!(found(&[("user", "user_alice")]), [1]);
    assert_eq!(found(&[("rule", "refresh_token_unknown"), ("client", "app_web")]), [2]);
    assert_eq!(found(&[("decision", "refused"), ("after", "2")]), [3]);
    let text = journal.to_text(&Filter::default());
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[0],
        "#1 2023-11-14T22:13:20Z POST token client=app_web grant=password user=user_alice 200 granted"
    );
    assert!(
        lines[1]
            .contains(" 400 refused refresh_token_unknown (RFC 6749 section 5.2) invalid_grant: ")
    );
    assert!(lines[1].contains(". Right: "), "{}", lines[1]);
}

#[test]
fn a_reset_begins_a_new_journal() {
    let mut server = Server::new();
    server.alice();
    let fork = server.issuer.fork();
    server.issuer.reset();
    assert_eq!(server.issuer.journal().latest(), 0);
    assert_eq!(fork.journal().latest(), 1);
}

#[test]
fn it_says_why_a_token_does_not_work() {
    let mut server = Server::new();
    let tokens = server.alice();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let (access, refresh, id) = (text("access_token"), text("refresh_token"), text("id_token"));
    let instance = |server: &mut Server, token: &str| {
        let url = format!("{BASE}/api/v2/iauths_system/oauth2/userinfo");
        server.send(&HttpRequest::get(url).header("authorization", format!("Bearer {token}")));
    };
    let because = |server: &Server| last(server)["because"].as_str().unwrap_or_default().to_owned();

    server.userinfo(&access);
    assert_eq!(last(&server).get("because"), None);
    for (token, expected) in [
        ("ATx", "this issuer has not made it"),
        (&refresh, "it is a refresh token"),
        (&id, "it is a JWT of another kind"),
    ] {
        server.userinfo(token);
        let entry = last(&server);
        assert_eq!(entry["rule"], "token_invalid");
        assert!(because(&server).contains(expected), "{entry}");
        assert!(!entry.to_string().contains(token), "{entry}");
    }
    instance(&mut server, &access);
    assert_eq!(
        because(&server),
        format!(
            "it is a token of the issuer {BASE}/v2/idaas_example/app_web/oidc, and \
             {BASE}/api/v2/iauths_system/oauth2 was asked"
        )
    );
    let url = format!("{BASE}{WEB}userinfo");
    let posted = server.post(&format!("{WEB}userinfo"), &[("access_token", "ATx")]);
    assert_eq!(posted.status, 400);
    assert!(because(&server).contains("has not made it"), "{}", last(&server));
    // A token of another scheme has no proof, which is another rule.
    server.send(&HttpRequest::get(url).header("authorization", format!("DPoP {access}")));
    assert_eq!(last(&server).get("because"), None);

    server.host += 1_199;
    server.userinfo(&access);
    assert_eq!(last(&server).get("because"), None);
    server.host += 61;
    server.userinfo(&access);
    assert_eq!(because(&server), format!("it expired 60 seconds ago, at {}", HOST + 1_200));
}

#[test]
fn it_says_why_a_token_was_ended() {
    let because = |server: &Server| last(server)["because"].as_str().unwrap_or_default().to_owned();
    let mut server = Server::new();
    let tokens = server.alice();
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    server.issuer.expire(&access).unwrap();
    server.userinfo(&access);
    assert_eq!(because(&server), "it has expired, because the test said so");

    let tokens = server.alice();
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    server.web("revoke", &[("token", tokens["refresh_token"].as_str().unwrap())]);
    assert_eq!(last(&server).get("because"), None);
    server.userinfo(&access);
    assert!(because(&server).starts_with("it was revoked"), "{}", last(&server));
    server.web("introspect", &[("token", &access)]);
    assert!(because(&server).starts_with("it was revoked"), "{}", last(&server));
    server.web("introspect", &[("token", tokens["refresh_token"].as_str().unwrap())]);
    assert!(because(&server).to_lowercase().contains("revoked"), "{}", last(&server));
    server.web("revoke", &[("token", "RTnothing")]);
    assert!(because(&server).contains("has not made it"), "{}", last(&server));

    let access = server.alice()["access_token"].as_str().unwrap().to_owned();
    server.web("introspect", &[("token", &access)]);
    assert_eq!(last(&server).get("because"), None);
    let machine = ["app_machine", "CSmachineExampleSecretThatEverybodyKnows123456"];
    let asked = [("client_id", machine[0]), ("client_secret", machine[1]), ("token", &*access)];
    server.post("/v2/idaas_example/app_machine/oauth2/introspect", &asked);
    assert!(because(&server).contains("app_web"), "{}", last(&server));
    server.control(Method::Post, "revoke-all", &Value::Null);
    server.userinfo(&access);
    assert!(!because(&server).is_empty(), "{}", last(&server));

    let access = server.alice()["access_token"].as_str().unwrap().to_owned();
    server.issuer.remove_user("user_alice");
    server.userinfo(&access);
    assert!(because(&server).contains("user"), "{}", last(&server));
    let line = server.issuer.journal().last(&Filter::default()).unwrap().to_text();
    assert!(line.contains("Because: "), "{line}");
}
