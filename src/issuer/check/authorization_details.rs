//! The parameter `authorization_details` (RFC 9396): what a client asks for, in objects of JSON whose types
//! the application is configured for.

use crate::issuer::check::scope;
use crate::issuer::config::Application;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;
use crate::json::{self, Limits, Object, ObjectWriter, Value};
use crate::text::is_unseen;

/// The details that a request asks for (RFC 9396 section 2), each an object of JSON without spaces; empty
/// if it asks for none.
pub(crate) fn requested(
    application: &Application,
    parameters: &Parameters,
) -> Result<Vec<String>, Refusal> {
    let Some(text) = parameters.value(NAME) else {
        return Ok(Vec::new());
    };
    if text.len() > MAX_BYTES {
        return Err(wrong("it has more than 4096 bytes"));
    }
    let array = json::parse(text, Limits { depth: MAX_DEPTH, ..Limits::default() });
    let items = array.ok().and_then(|array| array.as_array());
    let items = items.ok_or(wrong("it is no array of JSON, or is nested deeper than 8 levels"))?;
    if items.len() > MAX_DETAILS {
        return Err(wrong("it has more than 16 objects"));
    }
    items.iter().map(|item| read(application, item)).collect()
}

/// Checks one object (RFC 9396 sections 2.1, 2.2 and 5), and writes it without spaces.
fn read(application: &Application, item: &Value<'_>) -> Result<String, Refusal> {
    let object = item.as_object().ok_or(wrong("one of its items is no object"))?;
    let kind = object.member("type").and_then(|kind| kind.as_str());
    let kind = kind.ok_or(wrong("the type of an object is missing, or is no string"))?;
    if !application.authorization_details_types.iter().any(|known| *known == kind) {
        return Err(Refusal::DetailsTypeUnknown(kind.into_owned()));
    }
    let is_list = |value: Value<'_>| {
        value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some()))
    };
    if LISTS.iter().any(|name| object.member(name).is_some_and(|value| !is_list(value))) {
        return Err(wrong("locations, actions, datatypes and privileges are arrays of strings"));
    }
    if object.member("identifier").is_some_and(|value| value.as_str().is_none()) {
        return Err(wrong("an identifier is a string"));
    }
    Ok(compact(item))
}

/// The details of an access token out of a grant, of which a request may want a part (RFC 9396 section 6.1).
/// What it asks for is granted if it says the same, in whatever order, or less in one of the lists.
pub(crate) fn of_grant(
    application: &Application,
    parameters: &Parameters,
    granted: &[String],
) -> Result<Vec<String>, Refusal> {
    if parameters.value(NAME).is_none() {
        return Ok(granted.to_vec());
    }
    let asked = requested(application, parameters)?;
    let is_granted = |one: &String| granted.iter().any(|other| is_within(one, other));
    if asked.iter().all(is_granted) { Ok(asked) } else { Err(Refusal::DetailsNotGranted) }
}

/// Whether one object asks for no more than another.
fn is_within(asked: &str, granted: &str) -> bool {
    let read = |text| json::parse_object(text, Limits::default()).unwrap_or_default();
    let (asked, granted) = (read(asked), read(granted));
    let has = |name: &str, value: Value<'_>| {
        granted.member(name).is_some_and(|other| {
            if LISTS.contains(&name) { is_part(value, other) } else { is_same(value, other) }
        })
    };
    asked.iter().all(|(name, value)| has(name, value)) && has_all(&asked, &granted)
}

/// Whether an object has every member of another: one that is left out would be a limit that is gone.
fn has_all(object: &Object<'_>, other: &Object<'_>) -> bool {
    other.iter().all(|(name, _)| object.member(name).is_some())
}

/// Whether every item of an array is one of another array.
fn is_part(value: Value<'_>, other: Value<'_>) -> bool {
    let other = other.as_array().unwrap_or_default();
    let is_there = |item: &Value<'_>| other.iter().any(|known| is_same(*item, *known));
    value.as_array().is_some_and(|items| items.iter().all(is_there))
}

/// Whether two values say the same. The order of members does not count; numbers are compared as they are
/// written.
fn is_same(one: Value<'_>, other: Value<'_>) -> bool {
    if let (Some(one), Some(other)) = (one.as_object(), other.as_object()) {
        let has = |(name, value): (&str, Value<'_>)| {
            other.member(name).is_some_and(|other| is_same(value, other))
        };
        return one.iter().all(has) && has_all(&one, &other);
    }
    if let (Some(one), Some(other)) = (one.as_array(), other.as_array()) {
        return one.len() == other.len()
            && one.iter().zip(&other).all(|(one, other)| is_same(*one, *other));
    }
    match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) => one == other,
        _ => one.as_written() == other.as_written(),
    }
}

/// A value without spaces.
fn compact(value: &Value<'_>) -> String {
    if let Some(object) = value.as_object() {
        let mut writer = ObjectWriter::new();
        for (name, value) in object.iter() {
            writer.raw(name, &compact(&value));
        }
        writer.finish()
    } else if let Some(items) = value.as_array() {
        to_json(&items.iter().map(compact).collect::<Vec<_>>())
    } else {
        value.as_written().to_owned()
    }
}

/// The details as people read them who decide about them: what is not seen, and could make the rest look
/// like something else, is written by its number. It is JSON that says the same.
pub(crate) fn shown(details: &[String]) -> Vec<String> {
    details.iter().map(|text| shown_text(text)).collect()
}

fn shown_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unseen(character) || character.is_control() {
            for unit in character.encode_utf16(&mut [0; 2]) {
                shown.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    let digit = char::from_digit(u32::from(*unit >> shift) & 0xf, 16);
                    shown.extend(digit);
                }
            }
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The array of these objects.
pub(crate) fn to_json(details: &[String]) -> String {
    format!("[{}]", details.join(","))
}

/// Whether details are all that a request asks for (RFC 9396 section 3): it names no scope, and the
/// application has none by default.
pub(crate) fn are_all(
    details: &[String],
    application: &Application,
    parameters: &Parameters,
) -> bool {
    !details.is_empty()
        && application.default_scope.is_none()
        && scope::items(parameters.value("scope").unwrap_or_default()).next().is_none()
}

/// Writes details into a response, a token or an introspection response (RFC 9396 sections 7 and 9), if
/// there are any.
pub(crate) fn write(details: &[String], object: &mut ObjectWriter) {
    if !details.is_empty() {
        object.raw(NAME, &to_json(details));
    }
}

fn wrong(reason: &'static str) -> Refusal {
    Refusal::DetailsWrong(reason)
}

/// The parameter, and the member of responses and tokens.
pub(crate) const NAME: &str = "authorization_details";

/// Lists that every type may have (RFC 9396 section 2.2).
const LISTS: [&str; 4] = ["locations", "actions", "datatypes", "privileges"];

/// The most bytes of the parameter: all of it stands in the tokens.
const MAX_BYTES: usize = 4096;

/// How deep it may be nested.
const MAX_DEPTH: usize = 8;

/// The most objects in it.
const MAX_DETAILS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9396_section_6_1_what_is_within_what() {
        let granted =
            r#"{"type":"a","actions":["read","write"],"amount":{"value":"1","currency":"EUR"}}"#;
        for (asked, is) in [
            (granted, true),
            (r#"{"amount":{"currency":"EUR","value":"1"},"type":"a","actions":["write"]}"#, true),
            (r#"{"type":"a","actions":[],"amount":{"value":"\u0031","currency":"EUR"}}"#, true),
            (r#"{"type":"a","actions":["read"],"amount":{"value":"2","currency":"EUR"}}"#, false),
            (r#"{"type":"a","actions":["read"],"amount":{"value":1,"currency":"EUR"}}"#, false),
            (r#"{"type":"a","actions":["delete"],"amount":{"value":"1","currency":"EUR"}}"#, false),
            (r#"{"type":"a","actions":["read"],"amount":{"value":"1"}}"#, false),
            (r#"{"type":"a","actions":["read"]}"#, false),
            (r#"{"type":"b","actions":["read"],"amount":{"value":"1","currency":"EUR"}}"#, false),
        ] {
            assert_eq!(is_within(asked, granted), is, "{asked}");
        }
    }

    #[test]
    fn spaces_go_and_the_rest_stays_as_it_was() {
        let text = "{ \"b\" : [ 1.50 , \"\\u0041 \\\"\" , { } ] , \"a\" : null }";
        let value = json::parse(text, Limits::default()).unwrap();
        assert_eq!(compact(&value), r#"{"b":[1.50,"\u0041 \"",{}],"a":null}"#);
    }
}
