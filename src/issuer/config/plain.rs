//! Reading with `serde` from plain values. A configuration of any format is first read into plain
//! values, and its structs are then read from these. So the code for the structs is compiled only
//! once, and the messages are the same for all formats.

use core::fmt;

use std::vec;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error, Expected, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use super::claims::ClaimValue;
use super::error::{ConfigError, join};
use super::registration::OPEN;

/// A plain value to read from. A value of another type than the expected one is refused, and so is
/// `null`.
pub(super) struct Plain(pub(super) ClaimValue);

/// These functions are not inlined. Otherwise the wasm module would have a copy for each key, which
/// would be kilobytes.
impl Plain {
    #[inline(never)]
    fn boolean(self) -> Result<bool, Problem> {
        match self.0 {
            ClaimValue::Bool(value) => Ok(value),
            other => Err(Problem::is_not(&other, "true or false")),
        }
    }

    #[inline(never)]
    fn integer(self) -> Result<i64, Problem> {
        match self.0 {
            ClaimValue::Integer(value) => Ok(value),
            other => Err(Problem::is_not(&other, "a whole number")),
        }
    }

    #[inline(never)]
    fn string(self) -> Result<String, Problem> {
        match self.0 {
            ClaimValue::String(text) => Ok(text),
            other => Err(Problem::is_not(&other, "a string")),
        }
    }

    #[inline(never)]
    fn array(self) -> Result<Items, Problem> {
        match self.0 {
            ClaimValue::Array(items) => Ok(Items::of(items)),
            other => Err(Problem::is_not(&other, "an array")),
        }
    }

    /// Whether it is the word for a registration without keys.
    fn is_open(&self, name: &str) -> bool {
        name == OPEN.0 && matches!(&self.0, ClaimValue::String(word) if word == OPEN.1)
    }

    #[inline(never)]
    fn object(self) -> Result<Vec<(String, ClaimValue)>, Problem> {
        match self.0 {
            ClaimValue::Object(members) => Ok(members),
            other => Err(Problem::is_not(&other, "an object")),
        }
    }
}

/// The items of an array.
struct Items {
    rest: vec::IntoIter<ClaimValue>,
    index: usize,
}

impl Items {
    fn of(items: Vec<ClaimValue>) -> Self {
        Self { rest: items.into_iter(), index: 0 }
    }

    #[inline(never)]
    fn next(&mut self) -> Option<Plain> {
        self.index += 1;
        self.rest.next().map(Plain)
    }

    /// A problem with the value that was read last.
    #[cold]
    #[inline(never)]
    fn last(&self, problem: Problem) -> Problem {
        problem.below(&format!("[{}]", self.index - 1))
    }
}

/// The members of an object, in the order of the fields of a struct. So `serde` reads the struct
/// like a sequence, and the code that it derives is half as large as for a map.
struct Fields {
    names: &'static [&'static str],
    place: usize,
    rest: Vec<(String, ClaimValue)>,
}

impl Fields {
    fn name(&self) -> &'static str {
        self.names.get(self.place).copied().unwrap_or_default()
    }

    #[inline(never)]
    fn next(&mut self) -> Option<Plain> {
        let name = self.name();
        self.place += 1;
        let found = self.rest.iter().position(|(other, _)| other == name)?;
        Some(Plain(self.rest.remove(found).1))
    }

    /// A problem with the value that was read last.
    #[cold]
    #[inline(never)]
    fn last(&mut self, problem: Problem) -> Problem {
        self.place -= 1;
        problem.below(self.name())
    }

    /// Refuses the members that are left, because the struct has no fields for them.
    #[inline(never)]
    fn finish(&self) -> Result<(), Problem> {
        match self.rest.first() {
            None => Ok(()),
            Some((name, _)) => {
                Err(Problem::new(format!("the key `{name}` is unknown")).below(name))
            }
        }
    }

    /// If the struct got too few values, the last one that it asked for is missing. `serde` does
    /// not say which one that is, so its message is empty: see [`Problem::invalid_length`].
    #[cold]
    #[inline(never)]
    fn refused(&mut self, problem: Problem) -> Problem {
        if !problem.0.problem.is_empty() {
            return problem;
        }
        self.place -= 1;
        Problem::new(format!("the member `{}` is missing", self.name()))
    }
}

/// Reads values one after another. A problem with one of them gets its path.
macro_rules! one_after_another {
    ($($name:ty),*) => {$(
        impl<'de> SeqAccess<'de> for $name {
            type Error = Problem;

            fn next_element_seed<S: DeserializeSeed<'de>>(
                &mut self,
                seed: S,
            ) -> Result<Option<S::Value>, Problem> {
                match self.next() {
                    None => Ok(None),
                    Some(value) => {
                        seed.deserialize(value).map(Some).map_err(|problem| self.last(problem))
                    }
                }
            }
        }
    )*};
}

one_after_another!(Items, Fields);

/// The members of an object that is read as a map.
struct Members {
    rest: vec::IntoIter<(String, ClaimValue)>,
    next: (String, ClaimValue),
}

impl Members {
    fn of(members: Vec<(String, ClaimValue)>) -> Self {
        Self { rest: members.into_iter(), next: (String::new(), ClaimValue::Null) }
    }

    #[inline(never)]
    fn advance(&mut self) -> bool {
        self.rest.next().map(|next| self.next = next).is_some()
    }

    #[inline(never)]
    fn value(&mut self) -> Plain {
        Plain(core::mem::replace(&mut self.next.1, ClaimValue::Null))
    }

    /// A problem with the value that was read last.
    #[cold]
    #[inline(never)]
    fn last(&self, problem: Problem) -> Problem {
        problem.below(&self.next.0)
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = Problem;

    #[inline(never)]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        if !self.advance() {
            return Ok(None);
        }
        let key = seed.deserialize(StrDeserializer::<Problem>::new(&self.next.0));
        key.map(Some).map_err(|problem| self.last(problem))
    }

    #[inline(never)]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Problem> {
        seed.deserialize(self.value()).map_err(|problem| self.last(problem))
    }
}

/// Each function reads only the type that it is for. So the code for reading other types is not
/// compiled.
impl<'de> Deserializer<'de> for Plain {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            ClaimValue::Null => visitor.visit_unit(),
            ClaimValue::Bool(value) => visitor.visit_bool(value),
            ClaimValue::Integer(value) => visitor.visit_i64(value),
            ClaimValue::Number(value) => visitor.visit_f64(value),
            ClaimValue::String(text) => visitor.visit_string(text),
            ClaimValue::Array(items) => visitor.visit_seq(Items::of(items)),
            ClaimValue::Object(members) => visitor.visit_map(Members::of(members)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_bool(self.boolean()?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_i64(self.integer()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_seq(self.array()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_map(Members::of(self.object()?))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let rest = if self.is_open(name) { Vec::new() } else { self.object()? };
        let mut fields = Fields { names, place: 0, rest };
        let read = visitor.visit_seq(&mut fields).map_err(|problem| fields.refused(problem))?;
        fields.finish().map(|()| read)
    }

    /// A value is never none: a key without a value is left out.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 f64 char str bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct enum identifier ignored_any
    }
}

/// A problem with a part of the configuration. It never contains the value, because that can be a
/// secret in a wrong place.
#[derive(Debug)]
pub(super) struct Problem(Box<ConfigError>);

impl Problem {
    #[cold]
    #[inline(never)]
    fn is_not(value: &ClaimValue, expected: &str) -> Self {
        Self::new(format!("{}, expected {expected}", value.kind()))
    }

    /// A problem without a path.
    #[cold]
    #[inline(never)]
    pub(super) fn new(problem: String) -> Self {
        Self(Box::new(ConfigError::new("", problem)))
    }

    /// The same problem, at this place in the parent.
    #[cold]
    #[inline(never)]
    pub(super) fn below(mut self, place: &str) -> Self {
        self.0.path = join(place, &self.0.path);
        self
    }

    /// The error for a value that is at this path.
    #[cold]
    #[inline(never)]
    pub(super) fn at(self, path: &str) -> ConfigError {
        let ConfigError { path: below, problem } = *self.0;
        let path = join(path, &below);
        // A problem with the whole configuration also needs a path.
        ConfigError {
            path: if path.is_empty() { "configuration".to_owned() } else { path },
            problem,
        }
    }
}

impl Error for Problem {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self::new(problem.to_string())
    }

    /// The message leaves out the value that was found. [`Plain`] has messages of its own for wrong
    /// types.
    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }

    /// Only numbers can have an invalid value.
    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new("out of range".to_owned())
    }

    /// Only structs can have an invalid length: see [`Fields::refused`].
    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::new(String::new())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl core::error::Error for Problem {}
