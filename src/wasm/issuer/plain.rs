//! Values of JavaScript's, read as strictly as JSON text would be.
//!
//! `serde-wasm-bindgen` asks an object for the members that a struct has, and so never sees one that
//! it has not. Here a struct is given all of them, errors know where they are without another layer
//! around every type, and no error shows a value: it could be a password.

use core::fmt::{self, Display};
use std::vec;

use js_sys::{Array, JsString, Number, Object};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, Expected, MapAccess, SeqAccess};
use serde::de::{Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use wasm_bindgen::prelude::*;

use crate::issuer::ConfigError;

/// How deep values are nested at most: what `claims` hold is up to the user, and may be a circle.
const MAX_DEPTH: usize = 32;

/// A value as JSON has them.
pub(super) enum Plain {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Plain>),
    /// A member that is `undefined` is not there, as for `JSON.stringify`.
    Members(Vec<(String, Plain)>),
    /// What no JSON could be.
    Refused(&'static str),
}

impl Plain {
    pub(super) fn from_js(value: JsValue) -> Self {
        Self::at_depth(value, 0)
    }

    fn at_depth(value: JsValue, depth: usize) -> Self {
        if depth > MAX_DEPTH {
            return Self::Refused("nested too deeply");
        }
        if Array::is_array(&value) {
            let items = value.unchecked_into::<Array>().to_vec().into_iter();
            return Self::List(items.map(|item| Self::at_depth(item, depth + 1)).collect());
        }
        if value.is_object() {
            let entries = Object::entries(&value.unchecked_into()).to_vec().into_iter();
            return Self::Members(
                entries.filter_map(|entry| member(&entry.unchecked_into(), depth + 1)).collect(),
            );
        }
        if value.is_null() || value.is_undefined() {
            return Self::Null;
        }
        if let Some(value) = value.as_bool() {
            return Self::Bool(value);
        }
        if let Some(text) = value.as_string() {
            return Self::Text(text);
        }
        if value.is_bigint() {
            return i64::try_from(value).map_or(Self::Refused("not within 64 bits"), Self::Integer);
        }
        match value.as_f64() {
            None => Self::Refused("neither a plain value nor a plain object"),
            Some(number) if !Number::is_integer(&value) => Self::Float(number),
            Some(number) if Number::is_safe_integer(&value) => Self::Integer(number as i64),
            Some(_) => Self::Refused("a number beyond 2^53 has lost digits; give a bigint"),
        }
    }

    /// The error of a value of another kind than is wanted.
    fn unlike(&self, expected: &dyn Expected) -> Error {
        match self {
            Self::Refused(problem) => Error::new((*problem).to_owned()),
            other => de::Error::invalid_type(other.kind(), expected),
        }
    }

    fn kind(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Integer(value) => Unexpected::Signed(*value),
            Self::Float(value) => Unexpected::Float(*value),
            Self::Text(text) => Unexpected::Str(text),
            Self::List(_) => Unexpected::Seq,
            Self::Members(_) => Unexpected::Map,
            Self::Refused(problem) => Unexpected::Other(problem),
        }
    }
}

fn member(entry: &Array, depth: usize) -> Option<(String, Plain)> {
    let name = entry.get(0).unchecked_into::<JsString>();
    let value = entry.get(1);
    (!value.is_undefined()).then(|| (name.into(), Plain::at_depth(value, depth)))
}

impl<'de> Deserializer<'de> for Plain {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Integer(value) => visitor.visit_i64(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::Text(text) => visitor.visit_string(text),
            Self::List(items) => visitor.visit_seq(Items { index: 0, rest: items.into_iter() }),
            Self::Members(members) => {
                visitor.visit_map(Members { rest: members.into_iter(), pending: None })
            }
            Self::Refused(problem) => Err(Error::new(problem.to_owned())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Null => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Text(name) => visitor.visit_enum(StrDeserializer::new(&name)),
            other => Err(other.unlike(&visitor)),
        }
    }

    // Each type asks for one kind of value. Were they all forwarded to `deserialize_any`, every
    // type would bring the code for every kind, and a list would do for a struct.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Members(members) => {
                visitor.visit_map(Members { rest: members.into_iter(), pending: None })
            }
            other => Err(other.unlike(&visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::List(items) => visitor.visit_seq(Items { index: 0, rest: items.into_iter() }),
            other => Err(other.unlike(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => visitor.visit_string(text),
            other => Err(other.unlike(&visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            other => Err(other.unlike(&visitor)),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Integer(value) => visitor.visit_i64(value),
            other => Err(other.unlike(&visitor)),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i64(visitor)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 f64 char str bytes byte_buf unit unit_struct tuple
        tuple_struct identifier ignored_any
    }
}

struct Items {
    index: usize,
    rest: vec::IntoIter<Plain>,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(item) = self.rest.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(item).map(Some).map_err(|error| error.in_item(index))
    }
}

struct Members {
    rest: vec::IntoIter<(String, Plain)>,
    /// The member whose name was given and whose value was not.
    pending: Option<(String, Plain)>,
}

impl<'de> MapAccess<'de> for Members {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(member) = self.rest.next() else { return Ok(None) };
        let (name, _) = self.pending.insert(member);
        let key = StrDeserializer::new(name);
        seed.deserialize(key).map(Some).map_err(|error: Error| error.in_member(name))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (name, value) =
            self.pending.take().ok_or_else(|| Error::new("a value without a name".to_owned()))?;
        seed.deserialize(value).map_err(|error| error.in_member(&name))
    }
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Error {
    /// `.name` and `[index]`, from the outermost value on.
    path: String,
    problem: String,
}

impl Error {
    fn new(problem: String) -> Self {
        Self { path: String::new(), problem }
    }

    fn in_member(mut self, name: &str) -> Self {
        self.path.insert_str(0, name);
        self.path.insert(0, '.');
        self
    }

    fn in_item(mut self, index: usize) -> Self {
        self.path.insert_str(0, &format!("[{index}]"));
        self
    }
}

impl From<Error> for ConfigError {
    fn from(Error { path, problem }: Error) -> Self {
        match path.strip_prefix('.') {
            None if path.is_empty() => Self::new("configuration", problem),
            None => Self::new(path, problem),
            Some(path) => Self::new(path, problem),
        }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl core::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: Display>(problem: T) -> Self {
        Self::new(problem.to_string())
    }

    // These two show the value if they are left to serde.
    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("{}, expected {expected}", name_of(unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }
}

fn name_of(unexpected: Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Signed(_) | Unexpected::Unsigned(_) => "an integer",
        Unexpected::Float(_) => "a fraction",
        Unexpected::Str(_) | Unexpected::Char(_) => "a string",
        Unexpected::Seq => "an array",
        Unexpected::Map => "an object",
        _ => "another type",
    }
}
