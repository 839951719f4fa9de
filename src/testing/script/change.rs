//! What is changed of a response that the issuer made.

use serde_json::{Map, Value};

use crate::http::{Headers, HttpResponse};

/// The changes, made in this order.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// Another status.
    pub status: Option<u16>,
    /// A patch of the body (JSON Merge Patch, RFC 7396). A body that is no JSON stays as it is.
    pub merge: Option<Value>,
    /// Texts of the body, each with what stands in its place wherever it occurs. A body that is no text stays as it
    /// is, and a replacement by which it would be larger than [`Change::MAX_BODY`] is left out.
    pub replace: Vec<(String, String)>,
    /// Header fields with their new value; none removes all fields of this name.
    pub headers: Vec<(String, Option<String>)>,
}

impl Change {
    /// How large `replace` lets a body become, in octets: 4 MiB. A few replacements that double each other's text would
    /// otherwise need more memory than there is.
    pub const MAX_BODY: usize = 4 * 1024 * 1024;

    /// Makes the changes.
    pub(crate) fn apply(&self, response: &mut HttpResponse) {
        if let Some(status) = self.status {
            response.status = status;
        }
        if let Some(patch) = &self.merge
            && let Ok(mut body) = serde_json::from_slice::<Value>(&response.body)
        {
            merge(&mut body, patch);
            response.body = body.to_string().into_bytes();
        }
        if !self.replace.is_empty()
            && let Ok(mut text) = String::from_utf8(response.body.clone())
        {
            for (from, to) in &self.replace {
                if length_with(&text, from, to) <= Self::MAX_BODY {
                    text = text.replace(from.as_str(), to);
                }
            }
            response.body = text.into_bytes();
        }
        for (name, value) in &self.headers {
            response.headers = without(&response.headers, name);
            if let Some(value) = value {
                response.headers.push(name.as_str(), value.as_str());
            }
        }
    }

    /// What it does, for the journal: no values, which can be secrets.
    pub(super) fn labels(&self) -> Vec<String> {
        let mut labels = Vec::new();
        labels.extend(self.status.map(|status| format!("status {status}")));
        labels.extend(self.merge.as_ref().map(|patch| match patch {
            Value::Object(members) => {
                format!(
                    "merge {}",
                    members.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
                )
            }
            _ => "merge".to_owned(),
        }));
        labels.extend((!self.replace.is_empty()).then(|| "replace".to_owned()));
        labels.extend(self.headers.iter().map(|(name, _)| format!("header {name}")));
        labels
    }
}

/// How many octets a text has after a replacement.
fn length_with(text: &str, from: &str, to: &str) -> usize {
    let count = text.matches(from).count();
    let removed = count.saturating_mul(from.len());
    text.len().saturating_sub(removed).saturating_add(count.saturating_mul(to.len()))
}

/// The fields of other names.
fn without(headers: &Headers, name: &str) -> Headers {
    headers.iter().filter(|(other, _)| !other.eq_ignore_ascii_case(name)).collect()
}

/// JSON Merge Patch (RFC 7396 section 2). Neither is deeper than the reader of JSON allows.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.as_str()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rfc_7396_appendix_a_patches() {
        for (mut target, patch, expected) in [
            (json!({ "a": "b" }), json!({ "a": "c" }), json!({ "a": "c" })),
            (json!({ "a": "b" }), json!({ "b": "c" }), json!({ "a": "b", "b": "c" })),
            (json!({ "a": "b" }), json!({ "a": null }), json!({})),
            (json!({ "a": "b", "b": "c" }), json!({ "a": null }), json!({ "b": "c" })),
            (json!({ "a": ["b"] }), json!({ "a": "c" }), json!({ "a": "c" })),
            (json!({ "a": "c" }), json!({ "a": ["b"] }), json!({ "a": ["b"] })),
            (
                json!({ "a": { "b": "c" } }),
                json!({ "a": { "b": "d", "c": null } }),
                json!({ "a": { "b": "d" } }),
            ),
            (json!({ "a": [{ "b": "c" }] }), json!({ "a": [1] }), json!({ "a": [1] })),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({ "a": "b" }), json!(["c"]), json!(["c"])),
            (json!({ "a": "foo" }), json!(null), json!(null)),
            (json!({ "a": "foo" }), json!("bar"), json!("bar")),
            (json!({ "e": null }), json!({ "a": 1 }), json!({ "e": null, "a": 1 })),
            (json!([1, 2]), json!({ "a": "b", "c": null }), json!({ "a": "b" })),
            (json!({}), json!({ "a": { "bb": { "ccc": null } } }), json!({ "a": { "bb": {} } })),
        ] {
            let before = target.to_string();
            merge(&mut target, &patch);
            assert_eq!(target, expected, "{before} {patch}");
        }
    }

    #[test]
    fn the_changes_are_made_in_their_order() {
        let change = Change {
            status: Some(201),
            merge: Some(json!({ "expires_in": 9_223_372_036_854_775_807_i64 })),
            replace: vec![("9223372036854775807".to_owned(), "1e999".to_owned())],
            headers: vec![
                ("Cache-Control".to_owned(), None),
                ("x-a".to_owned(), Some("b".to_owned())),
            ],
        };
        let mut response = HttpResponse::new(200, "{\"access_token\":\"AT\"}")
            .header("cache-control", "no-store")
            .header("X-A", "a")
            .header("x-a", "c");
        change.apply(&mut response);
        assert_eq!(response.status, 201);
        assert_eq!(response.body, b"{\"access_token\":\"AT\",\"expires_in\":1e999}");
        assert_eq!(response.headers.iter().collect::<Vec<_>>(), [("x-a", "b")]);
        let labels =
            ["status 201", "merge expires_in", "replace", "header Cache-Control", "header x-a"];
        assert_eq!(change.labels(), labels);
    }

    #[test]
    fn replacements_do_not_fill_the_memory() {
        let double = ("e".to_owned(), "ee".to_owned());
        let change = Change { replace: vec![double; 24], ..Change::default() };
        let mut response = HttpResponse::new(200, "e");
        change.apply(&mut response);
        assert_eq!(response.body.len(), Change::MAX_BODY);
        assert_eq!(length_with("aXbXX", "X", ""), 2);
        assert_eq!(length_with("aXbXX", "X", "YYY"), 11);
    }

    #[test]
    fn what_is_neither_json_nor_text_stays() {
        let change = Change {
            merge: Some(json!({ "a": 1 })),
            replace: vec![("a".to_owned(), "b".to_owned())],
            ..Change::default()
        };
        let mut response = HttpResponse::new(200, [0xff, b'a']);
        change.apply(&mut response);
        assert_eq!(response.body, [0xff, b'a']);
    }
}
