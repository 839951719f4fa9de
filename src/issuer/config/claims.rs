//! Claims about a user, which can be any JSON values.

use core::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::json::{ObjectWriter, Value};
use crate::seconds;

/// How deeply values may be nested, wherever they are read. That is deeper than anybody needs. A
/// limit is necessary because a value from JavaScript can contain itself.
pub(crate) const MAX_DEPTH: usize = 64;

/// What is wrong with a value that is nested more deeply.
pub(crate) const TOO_DEEP: &str = "nested too deeply";

/// What is wrong with a value of any other kind.
pub(crate) const NO_JSON: &str = "not a value that JSON has";

/// Claims about a user, in the order of the configuration.
#[derive(Clone, Default, PartialEq)]
pub struct Claims(pub Vec<(String, ClaimValue)>);

impl Claims {
    /// The value of a claim, if it is there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ClaimValue> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }
}

/// Shows only the names, because values are personal data.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Serialize for Claims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

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
    /// The value of a JSON text; none for a number with a fraction, which is read only with
    /// `serde`.
    pub(crate) fn from_json(value: &Value<'_>) -> Option<Self> {
        Some(if let Some(object) = value.as_object() {
            let mut members = Vec::new();
            for (name, value) in object.iter() {
                members.push((name.to_owned(), Self::from_json(&value)?));
            }
            Self::Object(members)
        } else if let Some(values) = value.as_array() {
            let mut items = Vec::new();
            for value in &values {
                items.push(Self::from_json(value)?);
            }
            Self::Array(items)
        } else if let Some(text) = value.as_str() {
            Self::String(text.into_owned())
        } else if let Some(number) = value.as_number() {
            Self::Integer(seconds::whole(number).ok()?)
        } else {
            value.as_bool().map_or(Self::Null, Self::Bool)
        })
    }

    /// The value of a number. JavaScript has only one type of number: a whole number that is exact
    /// counts as an integer.
    ///
    /// # Errors
    /// Says why JSON has no such number, or that it is not exact.
    pub(crate) fn of_number(value: f64) -> Result<Self, &'static str> {
        const EXACT: f64 = 9_007_199_254_740_991.0;
        if !value.is_finite() {
            Err("not a finite number")
        } else if value.fract() != 0.0 {
            Ok(Self::Number(value))
        } else if value.abs() <= EXACT {
            Ok(Self::Integer(value as i64))
        } else if cfg!(target_arch = "wasm32") {
            Err("a number beyond 2^53 has lost digits; give a bigint")
        } else {
            Ok(Self::Number(value))
        }
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
                // The writer writes only objects, so the string is written as the value of a
                // member.
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

/// A finite number as JSON. JavaScript writes it, because `core` would add 5 KB to the wasm module.
#[cfg(target_arch = "wasm32")]
fn digits(value: f64) -> String {
    js_sys::Number::from(value).to_js_string().into()
}

impl Serialize for ClaimValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Number(value) => serializer.serialize_f64(*value),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for ClaimValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Within(MAX_DEPTH).deserialize(deserializer)
    }
}

/// Reads a value that is nested at most this deeply.
#[derive(Clone, Copy)]
struct Within(usize);

impl<'de> DeserializeSeed<'de> for Within {
    type Value = ClaimValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ClaimValue, D::Error> {
        match self.0.checked_sub(1) {
            Some(depth) => deserializer.deserialize_any(Self(depth)),
            None => Err(D::Error::custom(TOO_DEEP)),
        }
    }
}

impl<'de> Visitor<'de> for Within {
    type Value = ClaimValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has")
    }

    fn visit_unit<E>(self) -> Result<ClaimValue, E> {
        Ok(ClaimValue::Null)
    }

    fn visit_none<E>(self) -> Result<ClaimValue, E> {
        Ok(ClaimValue::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<ClaimValue, D::Error> {
        deserializer.deserialize_any(self)
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
            .map_err(|_| E::custom("a whole number beyond 64 bits"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<ClaimValue, E> {
        ClaimValue::of_number(value).map_err(E::custom)
    }

    fn visit_str<E>(self, text: &str) -> Result<ClaimValue, E> {
        Ok(ClaimValue::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<ClaimValue, E> {
        Ok(ClaimValue::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<ClaimValue, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(self)? {
            items.push(item);
        }
        Ok(ClaimValue::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ClaimValue, A::Error> {
        let mut members: Vec<(String, ClaimValue)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.iter().any(|(other, _)| *other == name) {
                let problem = format_args!("the name `{name}` is there twice");
                return Err(A::Error::custom(problem));
            }
            members.push((name, map.next_value_seed(self)?));
        }
        Ok(ClaimValue::Object(members))
    }
}
