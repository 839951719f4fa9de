//! Every request that `pkg/schema/control.openapi.json` describes, at the server.

use std::collections::BTreeSet;

use eiam_token::http::HttpRequest;
use eiam_token::testing::TestIssuer;
use serde_json::{Value, json};

use crate::raw;

fn described() -> Value {
    serde_json::from_str(include_str!("../../pkg/schema/control.openapi.json")).unwrap()
}

/// Sends a control request, and gives the response.
fn send(issuer: &TestIssuer, method: &str, path: &str, fields: &str, body: &Value) -> String {
    let host = raw::authority(issuer.url());
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let length = body.len();
    raw::send(
        issuer.url(),
        &format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{fields}\
             content-length: {length}\r\n\r\n{body}"
        ),
    )
}

/// Checks that a response is one of those that the file describes, and gives its JSON; null for none.
fn read(api: &Value, method: &str, template: &str, answer: &str) -> Value {
    let place = format!("{method} {template}: {answer}");
    let status = raw::status(answer).to_string();
    let responses = &api["paths"][template][method.to_lowercase()]["responses"];
    let class = format!("{}XX", &status[..1]);
    let response = responses.get(&status).or_else(|| responses.get(&class));
    let response = resolved(api, response.unwrap_or_else(|| panic!("not described: {place}")));
    let Some(content) = response.get("content") else {
        assert_eq!(raw::body(answer), "", "{place}");
        return Value::Null;
    };
    let media_type = raw::field(answer, "content-type").unwrap_or_else(|| panic!("{place}"));
    let schema = &content[media_type.split(';').next().unwrap()]["schema"];
    let value = serde_json::from_str(raw::body(answer)).unwrap_or_else(|_| panic!("{place}"));
    if let Err(problem) = check(api, schema, &value) {
        panic!("{problem} in {place}");
    }
    value
}

/// What a reference leads to.
fn resolved<'a>(api: &'a Value, part: &'a Value) -> &'a Value {
    match part["$ref"].as_str() {
        Some(path) => api.pointer(path.strip_prefix('#').unwrap()).unwrap(),
        None => part,
    }
}

/// Checks a value by a schema, whose every word has to be known here.
fn check(api: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let schema = resolved(api, schema);
    let words = schema.as_object().ok_or_else(|| format!("no schema for {value}"))?;
    let fits = |schema: &Value| check(api, schema, value);
    for (word, wanted) in words {
        let list = || wanted.as_array().unwrap();
        let number = || (value.as_f64(), wanted.as_f64().unwrap());
        let is_right = match word.as_str() {
            // A number is what `type` says, and how a text is written is the core's to test.
            "description" | "default" | "format" | "pattern" | "maxLength" | "minLength" => true,
            "type" => match wanted {
                Value::Array(types) => types.iter().any(|one| is(one, value)),
                one => is(one, value),
            },
            "const" => value == wanted,
            "enum" => list().contains(value),
            "minimum" => number().0.is_none_or(|found| found >= number().1),
            "maximum" => number().0.is_none_or(|found| found <= number().1),
            "oneOf" => list().iter().filter(|one| fits(one).is_ok()).count() == 1,
            "allOf" => list().iter().try_for_each(fits).map(|()| true)?,
            "required" => list().iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
            "items" => {
                let mut items = value.as_array().into_iter().flatten();
                items.try_for_each(|item| check(api, wanted, item)).map(|()| true)?
            }
            "properties" => {
                let mut members = value.as_object().into_iter().flatten();
                let one = |(name, member): (&String, &Value)| match wanted.get(name) {
                    Some(schema) => {
                        check(api, schema, member).map_err(|error| format!("{name}: {error}"))
                    }
                    None => Ok(()),
                };
                members.try_for_each(one).map(|()| true)?
            }
            "additionalProperties" => {
                let known = words.get("properties").unwrap_or(&Value::Null);
                let mut members = value.as_object().into_iter().flatten();
                members.all(|(name, member)| {
                    known.get(name).is_some()
                        || match wanted {
                            Value::Bool(are_allowed) => *are_allowed,
                            schema => check(api, schema, member).is_ok(),
                        }
                })
            }
            _ => return Err(format!("the word {word:?} is not known to this test")),
        };
        if !is_right {
            return Err(format!("{word} {wanted} is not met by {value}"));
        }
    }
    Ok(())
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    }
}

#[test]
fn what_does_not_fit_a_schema_is_seen() {
    let api = described();
    let schema = &api["paths"]["/_control/health"]["get"]["responses"]["200"];
    let schema = &schema["content"]["application/json"]["schema"];
    let right = json!({ "status": "ok", "baseUrl": "http://127.0.0.1:9400", "now": 1 });
    assert_eq!(check(&api, schema, &right), Ok(()));
    for (name, member) in [("status", json!("no")), ("now", json!("1")), ("more", json!(1))] {
        let mut wrong = right.clone();
        wrong[name] = member;
        assert!(check(&api, schema, &wrong).is_err(), "{wrong}");
    }
    assert!(check(&api, schema, &json!({ "status": "ok" })).is_err());
}

#[tokio::test]
async fn every_route_of_the_openapi_file_answers_as_it_says() {
    let api = described();
    let issuer = TestIssuer::options().control(true).start().await.unwrap();
    let token = format!("authorization: Bearer {}\r\n", issuer.control_token().unwrap());
    let mut asked = BTreeSet::new();
    let mut ask = |method: &str, template: &str, id: &str, body: Value| {
        let template = format!("/_control/{template}");
        let path = template.replace("{id}", id);
        // Nobody but who has the token, unless it is about whether the server is there.
        let nobody = send(&issuer, method, &path, "", &body);
        assert_eq!(raw::status(&nobody) == 401, path != "/_control/health", "{nobody}");
        read(&api, method, &template, &nobody);
        let of_a_page = format!("{token}origin: https://site.example\r\n");
        let of_a_page = send(&issuer, method, &path, &of_a_page, &body);
        assert_eq!(raw::status(&of_a_page), 403, "{of_a_page}");
        read(&api, method, &template, &of_a_page);
        let answer = send(&issuer, method, &path, &token, &body);
        assert!((200..300).contains(&raw::status(&answer)), "{method} {path}: {answer}");
        asked.insert((method.to_owned(), template.clone()));
        read(&api, method, &template, &answer)
    };
    let none = || Value::Null;
    assert_eq!(ask("GET", "health", "", none())["status"], "ok");
    let before = ask("GET", "clock", "", none())["now"].as_i64().unwrap();
    let after = ask("POST", "clock", "", json!({ "advance": "20m" }))["now"].as_i64().unwrap();
    assert!(after >= before + 1200);
    let users = ask("GET", "users", "", none());
    assert_eq!(users["users"].as_array().unwrap().len(), 2, "{users}");
    ask("GET", "users/{id}", "alice", none());
    ask("PUT", "users/{id}", "carol", json!({ "username": "carol", "password": "p" }));
    assert_eq!(issuer.users().len(), 3);
    ask("DELETE", "users/{id}", "carol", none());
    ask("GET", "clients", "", none());
    ask("GET", "clients/{id}", "web", none());
    ask(
        "PUT",
        "clients/{id}",
        "new",
        json!({ "public": true, "redirectUris": ["http://127.0.0.1/cb"] }),
    );
    assert!(issuer.client("new").is_ok());
    ask("DELETE", "clients/{id}", "new", none());
    assert!(issuer.client("new").is_err());
    let wanted = json!({ "client": "web", "user": "alice", "scope": "openid" });
    let tokens = ask("POST", "tokens", "", wanted);
    let access_token = tokens["access_token"].as_str().unwrap();
    assert!(issuer.is_valid(access_token));
    ask("POST", "sign-in", "", json!({ "user": "alice" }));
    let endpoint = issuer.client("device").unwrap().server.device_authorization_endpoint.unwrap();
    let request = HttpRequest::post_form(endpoint, "client_id=device".to_owned());
    let device = issuer.handle(&request).response;
    let device: Value = serde_json::from_slice(&device.body).unwrap();
    ask("POST", "approve", "", json!({ "userCode": device["user_code"], "user": "alice" }));
    ask("POST", "expire", "", json!({ "token": access_token }));
    assert!(!issuer.is_valid(access_token));
    ask("POST", "revoke-all", "", json!({ "user": "alice" }));
    ask("GET", "automatic", "", none());
    ask("PUT", "automatic", "", json!({ "user": "alice", "consent": true }));
    ask("DELETE", "automatic", "", none());
    let journal = ask("GET", "journal", "", none());
    assert_eq!(journal["latest"], issuer.journal().latest());
    ask("PUT", "journal", "", json!({ "limit": 5 }));
    ask("DELETE", "journal", "", none());
    let fault = json!({ "endpoint": "token", "fail": 503 });
    ask("POST", "faults", "", fault.clone());
    ask("GET", "faults", "", none());
    ask("DELETE", "faults/{id}", "1", none());
    ask("POST", "faults", "", fault);
    ask("DELETE", "faults", "", none());
    assert!(issuer.faults().list().is_empty());
    ask("POST", "hostile", "", json!({ "case": "alg_none" }));
    ask("GET", "hostile", "", none());
    ask("DELETE", "hostile", "", none());
    let snapshot = ask("GET", "snapshot", "", none());
    ask("PUT", "snapshot", "", snapshot);
    ask("POST", "reset", "", none());
    assert_eq!(issuer.journal().latest(), 0);
    let paths = api["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().keys().filter(|name| *name != "parameters");
        methods.map(|method| (method.to_uppercase(), path.clone()))
    });
    assert_eq!(asked, all.collect());
}
