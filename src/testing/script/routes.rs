//! The route `faults` of the control interface.

use serde_json::{Value, json};

use crate::http::Method;
use crate::testing::routed::{Asked, Routed};

use super::{Fault, Script};

/// Answers `GET`, `POST` and `DELETE faults`, and `DELETE faults/1`.
pub(crate) fn answer(script: &mut Script, asked: &Asked<'_>) -> Routed {
    match (asked.method, asked.rest) {
        (Method::Get, "") => {
            let faults: Vec<Value> = script.faults().iter().map(Fault::to_json).collect();
            Routed::Json(json!({ "faults": faults }))
        }
        (Method::Post, "") => {
            let added = Fault::from_json(asked.body).and_then(|fault| script.add(fault));
            added.map(|id| Routed::Created(json!({ "id": id }))).into()
        }
        (Method::Delete, "") => {
            script.clear();
            Routed::Done
        }
        (Method::Delete, id) => match id.parse() {
            Ok(id) if script.remove(id) => Routed::Done,
            _ => Routed::Missing,
        },
        _ => Routed::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(script: &mut Script, method: Method, rest: &str, body: &Value) -> Routed {
        answer(script, &Asked { method, rest, query: &[], body, text: false })
    }

    #[test]
    fn faults_come_and_go() {
        let mut script = Script::default();
        let none = Value::Null;
        let fault = json!({ "endpoint": "token", "fail": 503 });
        for id in 1..=3 {
            let created = Routed::Created(json!({ "id": id }));
            assert_eq!(ask(&mut script, Method::Post, "", &fault), created);
        }
        assert_eq!(ask(&mut script, Method::Delete, "1", &none), Routed::Done);
        assert_eq!(ask(&mut script, Method::Delete, "1", &none), Routed::Missing);
        assert_eq!(ask(&mut script, Method::Delete, "x", &none), Routed::Missing);
        let Routed::Json(listed) = ask(&mut script, Method::Get, "", &none) else { panic!() };
        assert_eq!(
            listed["faults"][0],
            json!({ "id": 2, "endpoint": "token", "fail": 503, "times": 1, "used": 0, "left": 1 })
        );
        assert_eq!(ask(&mut script, Method::Delete, "", &none), Routed::Done);
        assert_eq!(ask(&mut script, Method::Get, "", &none), Routed::Json(json!({ "faults": [] })));
        assert_eq!(ask(&mut script, Method::Get, "2", &none), Routed::Missing);
        let wrong = ask(&mut script, Method::Post, "", &json!({ "fail": 1 }));
        assert!(matches!(wrong, Routed::Wrong(problem) if problem.starts_with("`fail` must be")));
    }
}
