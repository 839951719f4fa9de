//! A fault as JSON.

use crate::testing::facts::ENDPOINTS;
use serde_json::{Map, Value, json};

use crate::testing::routed::unknown;
use crate::testing::transport::Transport;

use super::answer::Answer;
use super::change::Change;
use super::fault::{Fault, Times};
use super::matcher::Matcher;

impl Fault {
    /// Reads a fault from an object of JSON, such as `{"endpoint": "token", "fail": 503, "times": 2}`:
    ///
    /// * `endpoint`, `grant`, `client`, `user`: which requests it is for; all, if nothing is said;
    /// * `times`: how often it happens, a number or `"always"`; once, if nothing is said;
    /// * `after`: how many requests that fit pass before;
    /// * `fail` (a status from 400 to 599, or an error code of OAuth), `html` or `gateway` (a status): what answers in
    ///   place of the issuer; or `approve` (a username): who approves the device that polls;
    /// * `status`, `merge` (a JSON merge patch, RFC 7396), `replace` (`[["text", "by"]]`), `headers` (`null` removes
    ///   one): what is changed of the response;
    /// * `delay` and `throttle` (milliseconds), `truncate` (octets), `drop` and `endless` (`true`): what happens to the
    ///   response on its way.
    ///
    /// # Errors
    /// Says which member is wrong, and what it should be.
    pub fn from_json(value: &Value) -> Result<Self, String> {
        let Value::Object(members) = value else {
            return Err(
                "a fault is an object, such as {\"endpoint\": \"token\", \"fail\": 503}".to_owned()
            );
        };
        if let Some(name) = members.keys().find(|name| !NAMES.contains(&name.as_str())) {
            return Err(unknown(name, "a fault has", &NAMES));
        }
        let fault = Self {
            id: 0,
            matcher: Matcher {
                endpoint: endpoint(members)?,
                grant: text(members, "grant")?,
                client: text(members, "client")?,
                user: text(members, "user")?,
            },
            times: read_times(members)?,
            after: number(members, "after", 0, u32::MAX)?.unwrap_or(0),
            answer: answer(members)?,
            approve: text(members, "approve")?,
            change: change(members)?,
            transport: transport(members)?,
            used: 0,
        };
        if fault.answer.is_some() && fault.approve.is_some() {
            return Err("`approve` is of no use where the issuer does not answer".to_owned());
        }
        let is_empty = fault.answer.is_none()
            && fault.approve.is_none()
            && fault.transport.is_empty()
            && fault.change == Change::default();
        if is_empty {
            return Err(format!("the fault does nothing: say one of {}", DEEDS.join(", ")));
        }
        Ok(fault)
    }

    /// The fault as an object of JSON, with its number, how often it happened, and how often it still will.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                object.insert(name.to_owned(), value);
            }
        };
        put("id", json!(self.id));
        put("endpoint", json!(self.matcher.endpoint));
        put("grant", json!(self.matcher.grant));
        put("client", json!(self.matcher.client));
        put("user", json!(self.matcher.user));
        put(
            "times",
            match self.times {
                Times::Always => json!(ALWAYS),
                Times::Count(count) => json!(count),
            },
        );
        put("after", json!((self.after > 0).then_some(self.after)));
        match &self.answer {
            Some(Answer::Error(code)) => put("fail", json!(code)),
            Some(Answer::Status(status)) => put("fail", json!(status)),
            Some(Answer::Html(status)) => put("html", json!(status)),
            Some(Answer::Gateway(status)) => put("gateway", json!(status)),
            None => {}
        }
        put("approve", json!(self.approve));
        put("status", json!(self.change.status));
        put("merge", self.change.merge.clone().unwrap_or_default());
        put(
            "replace",
            match self.change.replace.is_empty() {
                true => Value::Null,
                false => json!(self.change.replace),
            },
        );
        put(
            "headers",
            match self.change.headers.is_empty() {
                true => Value::Null,
                false => Value::Object(
                    self.change
                        .headers
                        .iter()
                        .map(|(name, value)| (name.clone(), json!(value)))
                        .collect(),
                ),
            },
        );
        for fault in &self.transport {
            let number = json!(fault.number());
            let is_flag = matches!(fault, Transport::Drop | Transport::Endless);
            put(fault.name(), if is_flag { json!(true) } else { number });
        }
        put("used", json!(self.used));
        put("left", self.left().map_or(json!(ALWAYS), |left| json!(left)));
        Value::Object(object)
    }
}

/// All members.
const NAMES: [&str; 19] = [
    "endpoint", "grant", "client", "user", "times", "after", "fail", "html", "gateway", "approve",
    "status", "merge", "replace", "headers", "delay", "throttle", "truncate", "drop", "endless",
];

/// The members that say what happens.
const DEEDS: [&str; 13] = [
    "fail", "html", "gateway", "approve", "status", "merge", "replace", "headers", "delay",
    "throttle", "truncate", "drop", "endless",
];

/// How often a fault happens that stays.
pub(crate) const ALWAYS: &str = "always";

/// How many characters a text has at most.
const MAX_TEXT: usize = 512;

/// How many texts of a body are replaced at most.
const MAX_PAIRS: usize = 100;

fn endpoint(members: &Map<String, Value>) -> Result<Option<String>, String> {
    match text(members, "endpoint")? {
        Some(name) if !ENDPOINTS.contains(&name.as_str()) => {
            Err(format!("`endpoint` must be one of {}", ENDPOINTS.join(", ")))
        }
        name => Ok(name),
    }
}

fn text(members: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if (1..=MAX_TEXT).contains(&text.chars().count()) => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(format!("`{name}` must be a text of 1 to {MAX_TEXT} characters")),
    }
}

fn number(
    members: &Map<String, Value>,
    name: &str,
    least: u32,
    most: u32,
) -> Result<Option<u32>, String> {
    let Some(value) = members.get(name) else {
        return Ok(None);
    };
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    match number.filter(|number| (least..=most).contains(number)) {
        None => Err(format!("`{name}` must be a whole number from {least} to {most}")),
        number => Ok(number),
    }
}

fn flag(members: &Map<String, Value>, name: &str) -> Result<bool, String> {
    match members.get(name) {
        None => Ok(false),
        Some(Value::Bool(true)) => Ok(true),
        Some(_) => Err(format!("`{name}` must be true, or left out")),
    }
}

/// Reads how often something happens.
pub(crate) fn read_times(members: &Map<String, Value>) -> Result<Times, String> {
    if members.get("times").and_then(Value::as_str) == Some(ALWAYS) {
        return Ok(Times::Always);
    }
    let problem = |problem| format!("{problem}, or \"{ALWAYS}\"");
    let count = number(members, "times", 1, u32::MAX).map_err(problem)?;
    Ok(Times::Count(count.unwrap_or(1)))
}

fn status(members: &Map<String, Value>, name: &str) -> Result<Option<u16>, String> {
    let number = number(members, name, 400, 599)?;
    Ok(number.and_then(|number| u16::try_from(number).ok()))
}

fn answer(members: &Map<String, Value>) -> Result<Option<Answer>, String> {
    let fail = match members.get("fail") {
        Some(Value::String(code)) => {
            // RFC 6749 section 5.2, as codes are written.
            let fits =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
            if !(1..=64).contains(&code.len()) || !code.bytes().all(fits) {
                return Err("`fail` must be an error code, such as \"slow_down\"".to_owned());
            }
            Some(Answer::Error(code.clone()))
        }
        Some(_) => status(members, "fail")
            .map_err(|_| {
                "`fail` must be a status from 400 to 599, or an error code such as \"slow_down\""
                    .to_owned()
            })?
            .map(Answer::Status),
        None => None,
    };
    let html = status(members, "html")?.map(Answer::Html);
    let gateway = status(members, "gateway")?.map(Answer::Gateway);
    let mut answers = [fail, html, gateway].into_iter().flatten();
    let first = answers.next();
    match answers.next() {
        None => Ok(first),
        Some(_) => Err("say one of `fail`, `html` and `gateway`".to_owned()),
    }
}

fn change(members: &Map<String, Value>) -> Result<Change, String> {
    let status = number(members, "status", 200, 599)?;
    Ok(Change {
        status: status.and_then(|status| u16::try_from(status).ok()),
        merge: members.get("merge").cloned(),
        replace: replace(members)?,
        headers: headers(members)?,
    })
}

fn replace(members: &Map<String, Value>) -> Result<Vec<(String, String)>, String> {
    let problem = "`replace` must be an array of pairs, such as [[\"3600\", \"\\\"3600\\\"\"]]";
    let Some(value) = members.get("replace") else {
        return Ok(Vec::new());
    };
    let pairs: Vec<(String, String)> =
        serde_json::from_value(value.clone()).map_err(|_| problem.to_owned())?;
    if pairs.len() > MAX_PAIRS {
        return Err(format!("`replace` must have at most {MAX_PAIRS} pairs"));
    }
    if pairs.is_empty() || pairs.iter().any(|(from, _)| from.is_empty()) {
        return Err(problem.to_owned());
    }
    Ok(pairs)
}

fn headers(members: &Map<String, Value>) -> Result<Vec<(String, Option<String>)>, String> {
    let problem = "`headers` must be an object of names of header fields with their value, or null to remove them";
    let fields = match members.get("headers") {
        None => return Ok(Vec::new()),
        Some(Value::Object(fields)) if !fields.is_empty() => fields,
        Some(_) => return Err(problem.to_owned()),
    };
    let mut read = Vec::new();
    for (name, value) in fields {
        let value = match value {
            Value::Null => None,
            Value::String(value)
                if value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) =>
            {
                Some(value.clone())
            }
            _ => return Err(problem.to_owned()),
        };
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(problem.to_owned());
        }
        read.push((name.clone(), value));
    }
    Ok(read)
}

/// The characters of the name of a field (RFC 9110 section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn transport(members: &Map<String, Value>) -> Result<Vec<Transport>, String> {
    let mut faults = Vec::new();
    let longest = Transport::LONGEST;
    let delay = number(members, "delay", 1, longest)?;
    faults.extend(delay.map(|milliseconds| Transport::Delay { milliseconds }));
    let throttle = number(members, "throttle", 1, longest)?;
    faults.extend(throttle.map(|milliseconds| Transport::Throttle { milliseconds }));
    let truncate = number(members, "truncate", 0, u32::MAX)?;
    faults.extend(truncate.map(|octets| Transport::Truncate { octets }));
    faults.extend(flag(members, "drop")?.then_some(Transport::Drop));
    faults.extend(flag(members, "endless")?.then_some(Transport::Endless));
    let ends = [Transport::Drop, Transport::Endless];
    if faults.iter().filter(|fault| ends.contains(fault) || fault.name() == "truncate").count() > 1
    {
        return Err("say one of `truncate`, `drop` and `endless`".to_owned());
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_shown_as_it_was_written() {
        for json in [
            json!({ "endpoint": "token", "grant": "password", "client": "c", "user": "u",
                "times": 3, "after": 2, "fail": "slow_down" }),
            json!({ "times": "always", "fail": 503 }),
            json!({ "times": 1, "html": 502, "delay": 5, "truncate": 0 }),
            json!({ "times": 1, "gateway": 504, "throttle": 5, "drop": true }),
            json!({ "times": 1, "approve": "alice", "endless": true }),
            json!({ "times": 1, "status": 200, "merge": { "a": null }, "replace": [["a", "b"]],
                "headers": { "x": "y", "z": null } }),
        ] {
            let shown = Fault::from_json(&json).unwrap().to_json();
            let mut expected = json.as_object().unwrap().clone();
            expected.insert("id".to_owned(), json!(0));
            expected.insert("used".to_owned(), json!(0));
            expected.insert("left".to_owned(), json["times"].clone());
            assert_eq!(shown, Value::Object(expected));
        }
        assert_eq!(Fault::from_json(&json!({ "drop": true })).unwrap().times, Times::Count(1));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (json, problem) in [
            (json!([]), "a fault is an object"),
            (json!({}), "the fault does nothing"),
            (json!({ "endpoint": "token" }), "the fault does nothing"),
            (json!({ "endpoint": "tokens", "fail": 503 }), "`endpoint` must be one of"),
            (json!({ "fial": 503 }), "`fial` is unknown: a fault has endpoint"),
            (json!({ "fail": 200 }), "`fail` must be a status from 400 to 599"),
            (json!({ "fail": 600 }), "`fail` must be a status"),
            (json!({ "fail": "a b" }), "`fail` must be an error code"),
            (json!({ "fail": "" }), "`fail` must be an error code"),
            (json!({ "fail": null }), "`fail` must be a status"),
            (json!({ "fail": 503, "html": 502 }), "say one of `fail`"),
            (json!({ "fail": 503, "approve": "alice" }), "`approve` is of no use"),
            (
                json!({ "fail": 503, "times": 0 }),
                "`times` must be a whole number from 1 to 4294967295, or \"always\"",
            ),
            (json!({ "fail": 503, "times": "often" }), "`times` must be"),
            (json!({ "fail": 503, "after": -1 }), "`after` must be"),
            (json!({ "fail": 503, "client": 1 }), "`client` must be a text"),
            (json!({ "fail": 503, "user": "" }), "`user` must be a text"),
            (json!({ "html": "502" }), "`html` must be"),
            (json!({ "status": 100 }), "`status` must be a whole number from 200 to 599"),
            (json!({ "replace": {} }), "`replace` must be an array"),
            (json!({ "replace": [["a"]] }), "`replace` must be an array"),
            (json!({ "replace": [["", "b"]] }), "`replace` must be an array"),
            (json!({ "replace": vec![["a", "b"]; 101] }), "`replace` must have at most 100 pairs"),
            (json!({ "headers": { "a b": "c" } }), "`headers` must be an object"),
            (json!({ "headers": { "a": "b\r\nc: d" } }), "`headers` must be an object"),
            (json!({ "headers": { "a": 1 } }), "`headers` must be an object"),
            (json!({ "delay": 600_001 }), "`delay` must be a whole number from 1 to 600000"),
            (json!({ "delay": 1.5 }), "`delay` must be"),
            (json!({ "drop": false }), "`drop` must be true"),
            (json!({ "drop": true, "truncate": 5 }), "say one of `truncate`"),
        ] {
            let error = Fault::from_json(&json).unwrap_err();
            assert!(error.starts_with(problem), "{json}: {error}");
        }
    }
}
