//! Claims about a user: any JSON value.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::json::{ObjectWriter, Value};
use crate::seconds;

use super::read::FromValue;
use super::{Application, Config, User};

/// A JSON value that a claim holds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ClaimValue {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other finite number.
    Number(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<ClaimValue>),
    /// An object.
    Object(Vec<(String, ClaimValue)>),
}

impl ClaimValue {
    /// The value of JSON text; none for a number with a fraction, which only `serde` reads here.
    pub(super) fn from_json(value: &Value<'_>) -> Option<Self> {
        Some(if let Some(object) = value.as_object() {
            let member = |(name, value): (&str, Value<'_>)| {
                Some((name.to_owned(), Self::from_json(&value)?))
            };
            Self::Object(object.iter().map(member).collect::<Option<_>>()?)
        } else if let Some(items) = value.as_array() {
            Self::Array(items.iter().map(Self::from_json).collect::<Option<_>>()?)
        } else if let Some(text) = value.as_str() {
            Self::String(text.into_owned())
        } else if let Some(number) = value.as_number() {
            Self::Integer(seconds::whole(number).ok()?)
        } else {
            value.as_bool().map_or(Self::Null, Self::Bool)
        })
    }

    /// What kind of value it is, for messages that do not show it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "an integer",
            Self::Number(_) => "a fraction",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// The value as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Number(value) => digits(*value),
            Self::String(text) => {
                // The writer only writes objects: the string is the one member's value.
                let mut object = ObjectWriter::new();
                object.string("", text);
                let written = object.finish();
                written
                    .strip_prefix("{\"\":")
                    .and_then(|rest| rest.strip_suffix('}'))
                    .unwrap_or("\"\"")
                    .to_owned()
            }
            Self::Array(elements) => {
                let elements: Vec<_> = elements.iter().map(Self::to_json).collect();
                format!("[{}]", elements.join(","))
            }
            Self::Object(members) => {
                let mut object = ObjectWriter::new();
                for (name, value) in members {
                    object.raw(name, &value.to_json());
                }
                object.finish()
            }
        }
    }
}

/// A finite number as JSON.
#[cfg(not(target_arch = "wasm32"))]
fn digits(value: f64) -> String {
    value.to_string()
}

/// The same by the host: `core` needs 5 KB of wasm for it.
#[cfg(target_arch = "wasm32")]
fn digits(value: f64) -> String {
    js_sys::Number::from(value).to_js_string().into()
}

impl<'de> Deserialize<'de> for ClaimValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

/// The parts of a configuration are read from plain values, whatever the format.
macro_rules! deserialize_by_value {
    ($($part:ty),*) => {$(
        impl<'de> Deserialize<'de> for $part {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = ClaimValue::deserialize(deserializer)?;
                Self::from_value(value, "").map_err(D::Error::custom)
            }
        }
    )*};
}

deserialize_by_value!(Config, Application, User);

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = ClaimValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<ClaimValue, E> {
        Ok(ClaimValue::Null)
    }

    fn visit_none<E>(self) -> Result<ClaimValue, E> {
        Ok(ClaimValue::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<ClaimValue, D::Error> {
        ClaimValue::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<ClaimValue, E> {
        Ok(ClaimValue::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<ClaimValue, E> {
        Ok(ClaimValue::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<ClaimValue, E> {
        i64::try_from(value)
            .map(ClaimValue::Integer)
            .map_err(|_| E::custom("a whole number beyond int64"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<ClaimValue, E> {
        // JavaScript has one type of number: what is whole and exact there is an integer.
        const EXACT: f64 = 9_007_199_254_740_991.0;
        if value.fract() == 0.0 && value.abs() <= EXACT {
            Ok(ClaimValue::Integer(value as i64))
        } else if value.is_finite() {
            Ok(ClaimValue::Number(value))
        } else {
            Err(E::custom("not a finite number"))
        }
    }

    fn visit_str<E>(self, text: &str) -> Result<ClaimValue, E> {
        Ok(ClaimValue::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<ClaimValue, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = sequence.next_element()? {
            elements.push(element);
        }
        Ok(ClaimValue::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ClaimValue, A::Error> {
        members(map).map(ClaimValue::Object)
    }
}

fn members<'de, A: MapAccess<'de>>(mut map: A) -> Result<Vec<(String, ClaimValue)>, A::Error> {
    let mut members: Vec<(String, ClaimValue)> = Vec::new();
    while let Some((name, value)) = map.next_entry::<String, ClaimValue>()? {
        if members.iter().any(|(other, _)| *other == name) {
            return Err(A::Error::custom(format_args!("duplicate claim `{name}`")));
        }
        members.push((name, value));
    }
    Ok(members)
}
