//! The journal, faults and hostile cases over HTTP.

use eiam_token::http::{HttpRequest, Method};
use serde_json::{Value, json};

use crate::support::{BASE, Server, TOKEN, json as body, ok, refused};

const NONE: Value = Value::Null;

#[test]
fn the_journal_is_read_limited_and_cleared() {
    let mut server = Server::new();
    server.alice();
    server.web("token", &[("grant_type", "refresh_token"), ("refresh_token", "RTx")]);
    let all = ok(&server.control(Method::Get, "journal", &NONE));
    // Control requests are no part of it.
    assert_eq!((&all["latest"], all["entries"].as_array().unwrap().len()), (&json!(2), 2));
    assert_eq!(all["entries"][1]["rule"], "refresh_token_unknown");
    let found = ok(&server.control(Method::Get, "journal?user=user_alice&after=0", &NONE));
    assert_eq!(found["entries"][0]["sequence"], 1);
    assert_eq!(found["entries"].as_array().unwrap().len(), 1);
    let request = HttpRequest::get(format!("{BASE}/_control/journal?limit=1"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("accept", "text/plain");
    let text = server.send(&request);
    assert_eq!(text.headers.value("content-type"), Some("text/plain;charset=UTF-8"));
    let text = String::from_utf8(text.body.clone()).unwrap();
    assert!(text.starts_with("#2 ") && text.lines().count() == 1, "{text}");
    assert_eq!(server.control(Method::Put, "journal", &json!({ "limit": 1 })).status, 204);
    let all = ok(&server.control(Method::Get, "journal", &NONE));
    assert_eq!(all["entries"].as_array().unwrap().len(), 1);
    assert_eq!(server.control(Method::Delete, "journal", &NONE).status, 204);
    let all = ok(&server.control(Method::Get, "journal", &NONE));
    assert_eq!(all, json!({ "latest": 2, "entries": [] }));
    let wrong = server.control(Method::Get, "journal?colour=red", &NONE);
    assert_eq!(body(&wrong)["path"], "query.colour");
    let problem = refused(&wrong, 400, "invalid_request");
    assert!(problem.contains(" by limit, endpoint, client, user"));
    for (method, path, sent, place) in [
        (Method::Get, "journal?limit=x", NONE, "query.limit"),
        (Method::Get, "journal?after=x", NONE, "query.after"),
        (Method::Get, "journal?rule=x", NONE, "query.rule"),
        (Method::Put, "journal", json!({ "limit": -1 }), "body.limit"),
        (Method::Put, "journal", json!({}), "body.limit"),
        (Method::Put, "journal", json!({ "limits": 1 }), "body.limits"),
        (Method::Put, "journal", json!([]), "body"),
        (Method::Post, "faults", json!({ "fail": 1 }), "body.fail"),
        (Method::Post, "faults", json!({ "fial": 503 }), "body.fial"),
        (Method::Post, "faults", json!({ "fail": 503, "times": 0 }), "body.times"),
        (Method::Post, "faults", json!({ "endpoint": "jwks" }), "body"),
        (Method::Post, "hostile", json!({ "case": "x" }), "body.case"),
        (Method::Post, "hostile", json!({ "case": "alg_none", "times": 1.5 }), "body.times"),
        (Method::Post, "hostile", json!({}), "body.case"),
    ] {
        let wrong = server.control(method, path, &sent);
        refused(&wrong, 400, "invalid_request");
        assert_eq!(body(&wrong)["path"], place, "{path} {sent}");
    }
}

#[test]
fn faults_are_added_listed_and_removed() {
    let mut server = Server::new();
    let fault = json!({ "endpoint": "token", "fail": "slow_down", "times": "always" });
    let added = server.control(Method::Post, "faults", &fault);
    assert_eq!((added.status, body(&added)), (201, json!({ "id": 1 })));
    let response = server.web("token", &[]);
    assert_eq!(body(&response)["error"], "slow_down");
    let listed = ok(&server.control(Method::Get, "faults", &NONE));
    assert_eq!(
        (&listed["faults"][0]["used"], &listed["faults"][0]["left"]),
        (&json!(1), &json!("always"))
    );
    assert_eq!(server.control(Method::Delete, "faults/1", &NONE).status, 204);
    refused(&server.control(Method::Delete, "faults/1", &NONE), 404, "not_found");
    assert_eq!(server.control(Method::Delete, "faults", &NONE).status, 204);
    let wrong =
        server.control(Method::Post, "faults", &json!({ "endpoint": "tokens", "fail": 503 }));
    assert!(refused(&wrong, 400, "invalid_request").contains("`endpoint` must be one of"));
    assert_ne!(body(&server.web("token", &[]))["error"], "slow_down");
}

#[test]
fn hostile_cases_are_listed_begun_and_ended() {
    let mut server = Server::new();
    let listed = ok(&server.control(Method::Get, "hostile", &NONE));
    assert!(listed["cases"].as_array().unwrap().len() >= 60);
    let begun = server.control(Method::Post, "hostile", &json!({ "case": "iss_other" }));
    assert_eq!(begun.status, 204);
    assert_eq!(server.control(Method::Delete, "hostile", &NONE).status, 204);
    let wrong = server.control(Method::Post, "hostile", &json!({ "case": "nobody" }));
    assert!(refused(&wrong, 400, "invalid_request").contains("no hostile case"));
    refused(&server.control(Method::Put, "hostile", &NONE), 405, "invalid_request");
}

#[test]
fn a_reset_ends_what_the_test_began() {
    let mut server = Server::new();
    server.control(Method::Post, "faults", &json!({ "fail": 500, "times": "always" }));
    server.control(Method::Post, "hostile", &json!({ "case": "alg_none", "times": "always" }));
    server.control(Method::Post, "reset", &json!({}));
    assert_eq!(ok(&server.control(Method::Get, "faults", &NONE)), json!({ "faults": [] }));
    let listed = ok(&server.control(Method::Get, "hostile", &NONE));
    assert!(listed["cases"].as_array().unwrap().iter().all(|case| case.get("left").is_none()));
    server.alice();
}
