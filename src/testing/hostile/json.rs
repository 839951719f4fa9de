//! Changes to the text of a JSON object. What is not changed keeps its order and its spelling.

use crate::json::{self, Limits};

use super::case::Edit;

/// The object with this member changed. A text that is no object stays as it is. `now` is the present time.
pub(super) fn edited(object: &str, name: &str, edit: &Edit, now: i64) -> String {
    let Some(members) = members(object) else {
        return object.to_owned();
    };
    let former = members.iter().find(|(key, _)| key == name).map_or("null", |(_, value)| value);
    let value = match edit {
        Edit::Remove => None,
        Edit::Set(value) => Some(value.replace("{}", former)),
        Edit::Append(text) => Some(match former.strip_suffix('"') {
            Some(open) => format!("{open}{text}\""),
            None => former.to_owned(),
        }),
        Edit::Time(seconds) => Some(now.saturating_add(*seconds).to_string()),
    };
    let mut written = Vec::new();
    let mut is_there = false;
    for (key, other) in &members {
        let value = if key == name { value.clone() } else { Some(other.clone()) };
        is_there |= key == name;
        written.extend(value.map(|value| member(key, &value)));
    }
    if !is_there {
        written.extend(value.map(|value| member(name, &value)));
    }
    format!("{{{}}}", written.join(","))
}

/// The object with more members behind those that it has.
pub(super) fn extended(object: &str, more: &str) -> String {
    match object.trim_end().strip_suffix('}') {
        Some(rest) => format!("{rest},{more}}}"),
        None => object.to_owned(),
    }
}

/// A member as JSON writes it. The names are those of the protocols, without a character to escape.
fn member(name: &str, value: &str) -> String {
    let name = serde_json::Value::from(name);
    format!("{name}:{value}")
}

/// The names and the values of an object, as they stand there.
fn members(object: &str) -> Option<Vec<(String, String)>> {
    let object = json::parse_object(object, Limits::default()).ok()?;
    Some(
        object
            .iter()
            .map(|(name, value)| (name.to_owned(), value.as_written().to_owned()))
            .collect(),
    )
}

/// A member that is a text.
pub(super) fn text(object: &str, name: &str) -> Option<String> {
    let object = json::parse_object(object, Limits::default()).ok()?;
    object.member(name)?.as_str().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_member_changes() {
        const OBJECT: &str = r#"{"b": 1.50, "a":"x","c":[1,  2]}"#;
        for (name, edit, expected) in [
            ("a", Edit::Remove, r#"{"b":1.50,"c":[1,  2]}"#),
            ("a", Edit::Set("[{},\"y\"]"), r#"{"b":1.50,"a":["x","y"],"c":[1,  2]}"#),
            ("a", Edit::Append("/"), r#"{"b":1.50,"a":"x/","c":[1,  2]}"#),
            ("b", Edit::Append("/"), r#"{"b":1.50,"a":"x","c":[1,  2]}"#),
            ("b", Edit::Time(-5), r#"{"b":95,"a":"x","c":[1,  2]}"#),
            ("d", Edit::Set("{}"), r#"{"b":1.50,"a":"x","c":[1,  2],"d":null}"#),
        ] {
            assert_eq!(edited(OBJECT, name, &edit, 100), expected);
        }
        assert_eq!(edited("[]", "a", &Edit::Remove, 0), "[]");
        assert_eq!(extended("{\"a\":1}", "\"a\":2"), "{\"a\":1,\"a\":2}");
    }
}
