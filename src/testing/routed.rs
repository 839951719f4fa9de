//! What a route of the control interface is asked and answers, without the HTTP around it.

use serde_json::Value;

use crate::http::Method;

/// A request of the control interface, read already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) method: Method,
    /// The path behind the name of the route, such as `1` of `faults/1`; empty for the route itself.
    pub(crate) rest: &'a str,
    /// The parameters of the query.
    pub(crate) query: &'a [(String, String)],
    /// The body; null for none.
    pub(crate) body: &'a Value,
    /// Whether the caller asks for text (`Accept: text/plain`).
    pub(crate) text: bool,
}

/// What a route answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Routed {
    /// 200, and JSON.
    Json(Value),
    /// 200, and text.
    Text(String),
    /// 201, and JSON about what there is now.
    Created(Value),
    /// 204.
    Done,
    /// 400: says what is wrong. If it begins with a name between backticks, this member of the body or the query is.
    Wrong(String),
    /// 404.
    Missing,
}

impl From<Result<Self, String>> for Routed {
    fn from(result: Result<Self, String>) -> Self {
        result.unwrap_or_else(Self::Wrong)
    }
}

/// Refuses a body that is no object, or has other members than these.
pub(crate) fn reject_unknown(body: &Value, names: &[&str]) -> Result<(), String> {
    let Value::Object(members) = body else {
        return Err(format!("the body must be an object with {}", names.join(", ")));
    };
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(unknown(name, "the body has", names)),
    }
}

/// What is said of a name that is none of these.
pub(crate) fn unknown(name: &str, has: &str, names: &[&str]) -> String {
    let name: String = name.chars().take(64).collect();
    format!("`{name}` is unknown: {has} {}", names.join(", "))
}
