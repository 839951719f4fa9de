//! The route `journal` of the control interface.

use serde_json::{Value, json};

use crate::http::Method;
use crate::testing::routed::{Asked, Routed, reject_unknown, unknown};

use super::{Entry, Filter, Journal};

/// Answers `GET journal` with its filters, `PUT journal` with a limit, and `DELETE journal`.
pub(crate) fn answer(journal: &mut Journal, asked: &Asked<'_>) -> Routed {
    match asked.method {
        Method::Get => read(journal, asked).into(),
        Method::Put => set_limit(journal, asked.body).into(),
        Method::Delete => {
            journal.clear();
            Routed::Done
        }
        _ => Routed::Missing,
    }
}

/// The entries that the query asks for: of more than its `limit` the latest.
fn read(journal: &Journal, asked: &Asked<'_>) -> Result<Routed, String> {
    let (mut filter, mut limit) = (Filter::default(), usize::MAX);
    for (name, value) in asked.query {
        if name == "limit" {
            let problem = |_| "`limit` must be a whole number, such as 20".to_owned();
            limit = value.parse().map_err(problem)?;
        } else if Filter::NAMES.contains(&name.as_str()) {
            filter.set(name, value)?;
        } else {
            return Err(unknown(name, "the journal is asked by limit,", &Filter::NAMES));
        }
    }
    let mut found: Vec<&Entry> = journal.find(&filter).rev().take(limit).collect();
    found.reverse();
    if asked.text {
        return Ok(Routed::Text(found.iter().map(|entry| entry.to_text() + "\n").collect()));
    }
    let entries: Vec<Value> = found.into_iter().map(Entry::to_json).collect();
    Ok(Routed::Json(json!({ "latest": journal.latest(), "entries": entries })))
}

fn set_limit(journal: &mut Journal, body: &Value) -> Result<Routed, String> {
    reject_unknown(body, &["limit"])?;
    let limit = body.get("limit").and_then(Value::as_u64);
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.filter(|limit| *limit <= Journal::MAX_LIMIT).ok_or_else(|| {
        format!("`limit` must be a whole number from 0 to {}", Journal::MAX_LIMIT)
    })?;
    journal.set_limit(limit);
    Ok(Routed::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpRequest;
    use crate::testing::facts::Facts;

    fn ask(journal: &mut Journal, method: Method, query: &[(&str, &str)], body: &Value) -> Routed {
        let query: Vec<_> =
            query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        answer(journal, &Asked { method, rest: "", query: &query, body, text: false })
    }

    fn sequences(routed: Routed) -> Vec<u64> {
        let Routed::Json(json) = routed else { panic!("{routed:?}") };
        let entries = json["entries"].as_array().unwrap();
        entries.iter().map(|entry| entry["sequence"].as_u64().unwrap()).collect()
    }

    #[test]
    fn it_is_read_filtered_limited_and_cleared() {
        let mut journal = Journal::default();
        for endpoint in ["token", "jwks", "token", "token"] {
            let facts = Facts { endpoint: Some(endpoint), ..Facts::default() };
            journal.add(Entry::of(&facts, &HttpRequest::get("/"), 0));
        }
        let none = Value::Null;
        let get = |journal: &mut Journal, query: &[(&str, &str)]| {
            sequences(ask(journal, Method::Get, query, &none))
        };
        assert_eq!(get(&mut journal, &[]), [1, 2, 3, 4]);
        assert_eq!(get(&mut journal, &[("endpoint", "token"), ("limit", "2")]), [3, 4]);
        assert_eq!(get(&mut journal, &[("after", "3")]), [4]);
        assert_eq!(ask(&mut journal, Method::Put, &[], &json!({ "limit": 1 })), Routed::Done);
        assert_eq!(get(&mut journal, &[]), [4]);
        assert_eq!(ask(&mut journal, Method::Delete, &[], &none), Routed::Done);
        assert_eq!(
            ask(&mut journal, Method::Get, &[], &none),
            Routed::Json(json!({ "latest": 4, "entries": [] }))
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let mut journal = Journal::default();
        let none = Value::Null;
        for (method, query, body, problem) in [
            (
                Method::Get,
                [("x", "y")],
                &none,
                "`x` is unknown: the journal is asked by limit, endpoint, ",
            ),
            (Method::Get, [("limit", "-1")], &none, "`limit` must be"),
            (Method::Put, [("", "")], &none, "the body must be an object with limit"),
            (Method::Put, [("", "")], &json!({ "limits": 1 }), "`limits` is unknown"),
            (Method::Put, [("", "")], &json!({ "limit": 100_001 }), "`limit` must be"),
            (Method::Put, [("", "")], &json!({ "limit": "1" }), "`limit` must be"),
        ] {
            let routed = ask(&mut journal, method, &query, body);
            assert!(
                matches!(&routed, Routed::Wrong(said) if said.starts_with(problem)),
                "{routed:?} {problem}"
            );
        }
    }

    #[test]
    fn it_is_text_where_text_is_asked_for() {
        let mut journal = Journal::default();
        journal.add(Entry::of(&Facts::default(), &HttpRequest::get("/"), 0));
        let asked =
            Asked { method: Method::Get, rest: "", query: &[], body: &Value::Null, text: true };
        let Routed::Text(text) = answer(&mut journal, &asked) else { panic!() };
        assert!(text.starts_with("#1 1970-01-01T00:00:00Z ") && text.ends_with('\n'), "{text}");
    }
}
