//! Control over HTTP: who may, what is read, and what is answered.

use std::collections::BTreeSet;

use eiam_token::http::{HttpRequest, HttpResponse, Method};
use eiam_token::testing::control_routes;
use serde_json::{Value, json};

use crate::support::*;

#[test]
fn without_the_token_nothing_is_answered_but_whether_it_is_there() {
    let mut server = Server::new();
    ok(&server.get("/_control/health"));
    let dpop = format!("DPoP {TOKEN}");
    for authorization in [None, Some("Bearer wrong"), Some(TOKEN), Some("Basic eDp5"), Some(&dpop)]
    {
        for path in ["clock", "users", "nothing", "", "health/"] {
            let mut request = HttpRequest::get(format!("{BASE}/_control/{path}"));
            if let Some(value) = authorization {
                request.headers.push("authorization", value);
            }
            let response = server.send(&request);
            refused(&response, 401, "invalid_token");
            assert!(response.headers.value("www-authenticate").unwrap().starts_with("Bearer"));
        }
    }
    ok(&server.control(Method::Get, "clock", &Value::Null));
}

#[test]
fn control_that_is_hidden_is_like_a_path_that_is_not_there() {
    let mut server = Server::new();
    server.issuer.allow_control(TOKEN, false).unwrap();
    for path in ["/_control/health", "/_control/clock", "/_control"] {
        let response = server.get(path);
        let nowhere = server.get("/_contro");
        assert_eq!((response.status, nowhere.status), (404, 404));
        assert_eq!(json(&response)["Code"], json(&nowhere)["Code"]);
    }
    ok(&server.control(Method::Get, "clock", &Value::Null));
    assert!(server.issuer.allow_control("short", true).is_err());
}

#[test]
fn users_and_clients_come_and_go() {
    let mut server = Server::new();
    let carol = json!({ "username": "carol", "password": "p", "claims": { "name": "Carol" } });
    let put = ok(&server.control(Method::Put, "users/user_carol", &carol));
    assert_eq!((&put["userId"], &put["claims"]["name"]), (&json!("user_carol"), &json!("Carol")));
    assert_eq!(ok(&server.control(Method::Get, "users/user_carol", &Value::Null)), put);
    let all = ok(&server.control(Method::Get, "users", &Value::Null));
    assert_eq!(all["users"].as_array().unwrap().len(), 3);
    assert_eq!(server.control(Method::Delete, "users/user_carol", &Value::Null).status, 204);
    for method in [Method::Get, Method::Delete] {
        refused(&server.control(method, "users/user_carol", &Value::Null), 404, "not_found");
    }
    let client = json!({ "redirectUris": ["http://127.0.0.1:1/cb"], "public": true });
    let put = ok(&server.control(Method::Put, "clients/a%2Eb", &client));
    assert_eq!(put["applicationId"], "a.b");
    assert_eq!(ok(&server.control(Method::Get, "clients/a.b", &Value::Null)), put);
    let all = ok(&server.control(Method::Get, "clients", &Value::Null));
    assert_eq!(all["clients"].as_array().unwrap().len(), 5);
    assert_eq!(server.control(Method::Delete, "clients/a.b", &Value::Null).status, 204);
}

#[test]
fn the_clock_is_changed_in_one_way_at_a_time() {
    let mut server = Server::new();
    let mut change = |body: Value| {
        let changed = ok(&server.control(Method::Post, "clock", &body));
        (changed["now"].as_i64().unwrap(), changed["frozen"].as_bool().unwrap())
    };
    assert_eq!(change(json!({ "advance": "20m" })), (HOST + 1_200, false));
    assert_eq!(change(json!({ "advance": 5 })), (HOST + 1_205, false));
    assert_eq!(change(json!({ "freeze": true })), (HOST + 1_205, true));
    assert_eq!(change(json!({ "set": 5_000 })), (5_000, true));
    assert_eq!(change(json!({ "run": true })), (5_000, false));
    assert_eq!(change(json!({ "freeze": 9 })), (9, true));
    for (body, path) in [
        (json!({}), "body"),
        (json!({ "advance": "20m", "set": 1 }), "body"),
        (json!({ "run": false }), "body"),
        (json!({ "freeze": false }), "body.freeze"),
        (json!({ "advance": "20 minutes" }), "body.advance"),
        (json!({ "advance": -5 }), "body.advance"),
        (json!({ "advance": 253_402_300_799_i64 }), "body.advance"),
        (json!({ "advance": "9999999d" }), "body.advance"),
        (json!({ "set": 253_402_300_800_i64 }), "body.set"),
        (json!({ "set": 1.5 }), "body.set"),
        (json!({ "ahead": 1 }), "body.ahead"),
        (json!([]), "body"),
    ] {
        let response = server.control(Method::Post, "clock", &body);
        refused(&response, 400, "invalid_request");
        assert_eq!(json(&response)["path"], path, "{body}");
    }
    assert_eq!(ok(&server.control(Method::Get, "clock", &Value::Null))["now"], 9);
    // The last second can be reached, and no later one.
    for frozen in [true, false] {
        let latest = 253_402_300_799_i64;
        let way = if frozen { json!({ "freeze": true }) } else { json!({ "run": true }) };
        for change in [way, json!({ "set": latest - 60 }), json!({ "advance": "1m" })] {
            ok(&server.control(Method::Post, "clock", &change));
        }
        let response = server.control(Method::Post, "clock", &json!({ "advance": 1 }));
        let problem = refused(&response, 400, "invalid_request");
        assert_eq!(problem, "the time would be after the year 9999");
        assert_eq!(json(&response)["path"], "body.advance");
        let now = ok(&server.control(Method::Get, "clock", &Value::Null));
        assert_eq!((&now["now"], &now["frozen"]), (&json!(latest), &json!(frozen)));
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let mut server = Server::new();
    let mut refuse = |method, path: &str, body: &str, status, place: Option<&str>| {
        let mut request = HttpRequest::get(format!("{BASE}/_control/{path}"))
            .header("authorization", format!("Bearer {TOKEN}"));
        request.method = method;
        request.body = body.as_bytes().to_vec();
        let response = server.send(&request);
        assert_eq!(response.status, status, "{path} {body}");
        let body = json(&response);
        assert_eq!(body["path"].as_str(), place, "{body}");
        assert!(!body["error_description"].as_str().unwrap().is_empty());
        response
    };
    refuse(Method::Post, "expire", "{", 400, Some("body"));
    refuse(Method::Post, "expire", "{} {}", 400, Some("body"));
    refuse(Method::Post, "expire", r#"{"token":"a","token":"b"}"#, 400, Some("body.token"));
    refuse(Method::Post, "expire", "\u{ff}", 400, Some("body"));
    refuse(Method::Post, "expire", &" ".repeat(65 * 1024), 413, Some("body"));
    refuse(
        Method::Post,
        "expire",
        &"[".repeat(1_000),
        400,
        Some(&format!("body{}", "[0]".repeat(32))),
    );
    refuse(Method::Put, "users/x", r#"{"userId":"y"}"#, 400, Some("body.userId"));
    refuse(Method::Put, "users/x", r#"{"username":"x"}"#, 400, Some("body"));
    refuse(Method::Put, "users/x", r#"{"username":7}"#, 400, Some("body.username"));
    refuse(Method::Get, "users/%ff", "", 400, Some("path.id"));
    refuse(Method::Get, &format!("users/{}", "x".repeat(600)), "", 400, Some("path.id"));
    refuse(Method::Get, "nothing", "", 404, Some("path"));
    let response = refuse(Method::Delete, "clock", "", 405, None);
    assert_eq!(response.headers.value("allow"), Some("GET, POST"));
    refuse(Method::Put, "snapshot", r#"{"snapshot":"AAAA"}"#, 400, Some("body.snapshot"));
    refuse(Method::Put, "snapshot", r#"{"snapshot":"*"}"#, 400, Some("body.snapshot"));
}

#[test]
fn a_snapshot_goes_on_elsewhere() {
    let mut server = Server::new();
    let tokens = server.alice();
    server.control(Method::Delete, "users/user_bob", &Value::Null);
    ok(&server.control(Method::Post, "clock", &json!({ "freeze": 1_700_000_100 })));
    let taken = ok(&server.control(Method::Get, "snapshot", &Value::Null));
    let mut other = Server::new();
    other.alice();
    let without = json!({ "snapshot": taken["snapshot"], "frozen": true });
    let response = other.control(Method::Put, "snapshot", &without);
    refused(&response, 400, "invalid_request");
    assert_eq!(json(&response)["path"], "body.now");
    assert_eq!(other.issuer.config().users.len(), 2);
    assert_eq!(other.control(Method::Put, "snapshot", &taken).status, 204);
    assert_eq!(other.issuer.config().users.len(), 1);
    assert_eq!(other.issuer.time(5), 1_700_000_100);
    ok(&other.refresh(member(&tokens, "refresh_token")));
    assert_eq!(other.control(Method::Post, "reset", &Value::Null).status, 204);
    assert_eq!(other.issuer.config().users.len(), 2);
    refused(&other.refresh(member(&tokens, "refresh_token")), 400, "invalid_grant");
}

#[test]
fn no_secret_of_a_request_is_in_an_error() {
    let mut server = Server::new();
    let response = server.control(Method::Post, "expire", &json!({ "token": "ATsecretsecret" }));
    assert!(!String::from_utf8_lossy(&response.body).contains("secretsecret"));
    let response = server.control(Method::Put, "users/x", &json!({ "password": ["hunter2"] }));
    assert!(!String::from_utf8_lossy(&response.body).contains("hunter2"));
}

#[test]
fn every_route_is_in_the_openapi_file() {
    let text = include_str!("../../pkg/schema/control.openapi.json");
    let openapi: Value = serde_json::from_str(text).unwrap();
    let described: BTreeSet<(String, String)> = openapi["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods
                .filter(|method| *method != "parameters")
                .map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let routes = control_routes()
        .map(|(method, path)| (method.name().to_owned(), format!("/_control/{path}")));
    assert_eq!(described, routes.collect());
}

#[test]
fn the_openapi_file_has_the_limits_of_faults_and_tokens() {
    let text = include_str!("../../pkg/schema/control.openapi.json");
    let openapi: Value = serde_json::from_str(text).unwrap();
    let mut server = Server::new();
    let mut status = |path: &str, body: Value| {
        let response = server.control(Method::Post, path, &body);
        server.control(Method::Delete, "faults", &Value::Null);
        (response.status, json(&response)["path"].as_str().map(str::to_owned))
    };
    let mut hold = |path: &str, name: &str, schema: &Value, other: &Value| {
        let limits = [("minimum", -1), ("maximum", 1)].map(|(limit, step)| {
            (schema[limit].as_i64().unwrap_or_else(|| panic!("{name} has no {limit}")), step)
        });
        for (limit, beyond) in limits {
            let with = |number: i64| {
                let mut body = other.clone();
                body[name] = json!(number);
                body
            };
            assert!(status(path, with(limit)).0 < 300, "{name} {limit}");
            let refused = (400, Some(format!("body.{name}")));
            assert_eq!(status(path, with(limit + beyond)), refused, "{name} {limit}");
        }
    };
    let mut count = 0;
    for (name, schema) in
        openapi["components"]["schemas"]["Fault"]["properties"].as_object().unwrap()
    {
        let all = schema["oneOf"].as_array().cloned().unwrap_or_else(|| vec![schema.clone()]);
        for schema in all.iter().filter(|schema| schema["type"] == "integer") {
            let deeds = ["times", "after"].contains(&name.as_str());
            hold("faults", name, schema, &if deeds { json!({ "drop": true }) } else { json!({}) });
            count += 1;
        }
    }
    assert_eq!(count, 9);
    let tokens = &openapi["paths"]["/_control/tokens"]["post"]["requestBody"]["content"]["application/json"]
        ["schema"]["properties"];
    let other = json!({ "client": "app_web", "user": "alice" });
    hold("tokens", "authTime", &tokens["authTime"], &other);
    assert_eq!(tokens["jkt"]["pattern"], "^[A-Za-z0-9_-]{43}$");
}

#[test]
fn a_page_in_a_browser_may_not_control() {
    let mut server = Server::new();
    for origin in ["https://site.example", BASE, "null"] {
        for path in ["clock", "health", "nothing"] {
            let request = HttpRequest::get(format!("{BASE}/_control/{path}"))
                .header("authorization", format!("Bearer {TOKEN}"))
                .header("origin", origin);
            refused(&server.send(&request), 403, "forbidden");
        }
    }
    for site in ["same-origin", "cross-site", "none"] {
        let request = HttpRequest::get(format!("{BASE}/_control/journal"))
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("sec-fetch-site", site);
        refused(&server.send(&request), 403, "forbidden");
    }
    // As Node's `fetch` says.
    let request = HttpRequest::get(format!("{BASE}/_control/clock"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("sec-fetch-mode", "cors");
    ok(&server.send(&request));
    // Where control is hidden, a page does not learn that there is any.
    server.issuer.allow_control(TOKEN, false).unwrap();
    let request = HttpRequest::get(format!("{BASE}/_control/health")).header("origin", BASE);
    assert_eq!(server.send(&request).status, 404);
}

#[test]
fn every_page_says_that_the_issuer_is_under_control() {
    let mut server = Server::new();
    let mark = "<body><main>\n<p class=\"problem\" role=\"note\">";
    for (path, language, words) in [
        ("/", "en", "Test issuer, under remote control"),
        ("/", "zh-CN", "测试用签发方"),
        ("/login/app/app_web/oauth2/authorize?x=1", "en", "Do not enter a password that matters"),
    ] {
        let request = HttpRequest::get(format!("{BASE}{path}")).header("accept-language", language);
        let response = server.send(&request);
        let page = String::from_utf8(response.body.clone()).unwrap();
        assert_eq!(page.matches(mark).count(), 1, "{page}");
        assert!(page.contains(words), "{page}");
        assert_eq!(response.headers.value("x-test-issuer"), Some("under remote control"));
    }
    let metadata = server.get("/v2/idaas_example/app_web/oidc/.well-known/openid-configuration");
    assert_eq!(metadata.headers.value("x-test-issuer"), Some("under remote control"));
    ok(&metadata);
    let marked = |response: &HttpResponse| response.headers.value("x-test-issuer").is_some();
    for (path, body) in [("clock", json!({})), ("reset", Value::Null), ("nothing", Value::Null)] {
        for method in [Method::Get, Method::Post, Method::Put] {
            assert!(marked(&server.control(method, path, &body)), "{path}");
        }
    }
    assert!(marked(&server.get("/_control/clock")));
    assert!(marked(&server.get("/_control/health")));

    server.issuer.allow_control(TOKEN, false).unwrap();
    let response = server.get("/");
    assert!(!String::from_utf8(response.body.clone()).unwrap().contains("role=\"note\""));
    assert_eq!(response.headers.value("x-test-issuer"), None);
    let response = server.control(Method::Get, "clock", &Value::Null);
    assert_eq!(response.headers.value("x-test-issuer"), None);
}
