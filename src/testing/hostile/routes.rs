//! The route `hostile` of the control interface.

use serde_json::{Value, json};

use crate::http::Method;
use crate::testing::routed::{Asked, Routed, reject_unknown};
use crate::testing::script::{ALWAYS, read_times};

use super::Hostile;

/// Answers `GET hostile` with all cases, `POST hostile` with one to activate, and `DELETE hostile`.
pub(crate) fn answer(hostile: &mut Hostile, asked: &Asked<'_>) -> Routed {
    match asked.method {
        Method::Get => Routed::Json(list(hostile)),
        Method::Post => activate(hostile, asked.body).into(),
        Method::Delete => {
            hostile.clear();
            Routed::Done
        }
        _ => Routed::Missing,
    }
}

/// All cases; those that are active say how often they will still happen.
fn list(hostile: &Hostile) -> Value {
    let cases = Hostile::catalogue().iter().map(|case| {
        let mut object = json!({
            "name": case.name,
            "where": case.place.name(),
            "change": case.change,
            "expect": case.expect,
            "section": case.section,
        });
        let active = hostile.active().find(|(name, _)| *name == case.name);
        if let (Some((_, left)), Value::Object(members)) = (active, &mut object) {
            members.insert("left".to_owned(), left.map_or(json!(ALWAYS), |left| json!(left)));
        }
        object
    });
    json!({ "cases": cases.collect::<Vec<_>>() })
}

fn activate(hostile: &mut Hostile, body: &Value) -> Result<Routed, String> {
    reject_unknown(body, &["case", "times"])?;
    let problem = "`case` must be the name of a case, such as \"alg_none\"";
    let name = body.get("case").and_then(Value::as_str).ok_or(problem)?;
    let times = match body {
        Value::Object(members) => read_times(members)?,
        _ => return Err(problem.to_owned()),
    };
    hostile.activate(name, times).map_err(|problem| format!("`case`: {problem}"))?;
    Ok(Routed::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(hostile: &mut Hostile, method: Method, body: &Value) -> Routed {
        answer(hostile, &Asked { method, rest: "", query: &[], body, text: false })
    }

    #[test]
    fn cases_are_listed_begun_and_ended() {
        let mut hostile = Hostile::default();
        let none = Value::Null;
        let active = |hostile: &mut Hostile| {
            let Routed::Json(json) = ask(hostile, Method::Get, &none) else { panic!() };
            let cases = json["cases"].as_array().unwrap().clone();
            assert_eq!(cases.len(), Hostile::catalogue().len());
            cases.into_iter().filter(|case| case.get("left").is_some()).collect::<Vec<_>>()
        };
        assert_eq!(active(&mut hostile), Vec::<Value>::new());
        let begun = ask(&mut hostile, Method::Post, &json!({ "case": "alg_none" }));
        assert_eq!(begun, Routed::Done);
        let case = active(&mut hostile).remove(0);
        assert_eq!((&case["name"], &case["where"]), (&json!("alg_none"), &json!("id_token")));
        assert_eq!(case["left"], 1);
        let begun =
            ask(&mut hostile, Method::Post, &json!({ "case": "alg_none", "times": "always" }));
        assert_eq!(begun, Routed::Done);
        assert_eq!(active(&mut hostile)[0]["left"], "always");
        assert_eq!(ask(&mut hostile, Method::Delete, &none), Routed::Done);
        assert_eq!(active(&mut hostile), Vec::<Value>::new());
        for (body, problem) in [
            (json!({ "case": "x" }), "`case`: there is no hostile case"),
            (json!({ "times": 1 }), "`case` must be"),
            (json!({ "case": "alg_none", "times": 0 }), "`times` must be"),
            (json!({ "name": "alg_none" }), "`name` is unknown"),
            (json!("alg_none"), "the body must be an object"),
        ] {
            let routed = ask(&mut hostile, Method::Post, &body);
            assert!(
                matches!(&routed, Routed::Wrong(said) if said.starts_with(problem)),
                "{routed:?}"
            );
        }
    }
}
