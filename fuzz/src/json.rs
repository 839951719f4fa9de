//! The crate's JSON values held against serde_json's. How a value is looked at is in [`Seen`] and
//! nowhere else here.

use std::collections::HashSet;
use std::fmt;

use eiam_token::json::Value;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A value taken apart.
pub enum Seen<'v, 'a> {
    Null,
    Bool(bool),
    /// The digits as written.
    Number(&'v str),
    Text(&'v str),
    Array(&'v [Value<'a>]),
    Object(Vec<(&'v str, &'v Value<'a>)>),
}

impl<'v, 'a> Seen<'v, 'a> {
    /// Takes a value apart.
    pub fn of(value: &'v Value<'a>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.as_written()),
            Value::String(text) => Self::Text(text),
            Value::Array(elements) => Self::Array(elements),
            Value::Object(object) => Self::Object(object.iter().collect()),
        }
    }
}

/// Whether both readers saw the same.
pub fn same(ours: &Value<'_>, theirs: &serde_json::Value) -> bool {
    use serde_json::Value as Theirs;
    match (Seen::of(ours), theirs) {
        (Seen::Null, Theirs::Null) => true,
        (Seen::Bool(a), Theirs::Bool(b)) => a == *b,
        (Seen::Number(a), Theirs::Number(b)) => same_number(a, b),
        (Seen::Text(a), Theirs::String(b)) => a == b,
        (Seen::Array(a), Theirs::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Seen::Object(a), Theirs::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(*name).is_some_and(|b| same(a, b)))
        }
        _ => false,
    }
}

/// Integers by all their digits, the others as the nearest double.
fn same_number(ours: &str, theirs: &serde_json::Number) -> bool {
    match (theirs.as_i64(), theirs.as_u64(), theirs.as_f64()) {
        (Some(number), _, _) => ours.parse() == Ok(number),
        (_, Some(number), _) => ours.parse() == Ok(number),
        (_, _, number) => ours.parse().ok() == number,
    }
}

/// Whether a number beyond the range of a double is in it: JSON has those, serde_json does not.
pub fn has_huge_number(value: &Value<'_>) -> bool {
    match Seen::of(value) {
        Seen::Number(text) => text.parse().is_ok_and(f64::is_infinite),
        Seen::Array(elements) => elements.iter().any(has_huge_number),
        Seen::Object(members) => members.into_iter().any(|(_, value)| has_huge_number(value)),
        _ => false,
    }
}

/// What serde_json sees in a text that our reader has reasons of its own to refuse.
#[derive(Default)]
pub struct Shape {
    /// How deep arrays and objects are nested.
    pub depth: usize,
    /// The members of the largest object, those that come twice counted twice.
    pub members: usize,
    /// Whether an object has a name twice.
    pub has_duplicates: bool,
}

impl Shape {
    /// Reads a text; none if serde_json refuses it, too.
    pub fn of(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn around(&mut self, inner: &Self) {
        self.depth = self.depth.max(inner.depth + 1);
        self.members = self.members.max(inner.members);
        self.has_duplicates |= inner.has_duplicates;
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Shape, E> {
        Ok(Shape::default())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::default())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::default())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::default())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::default())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Shape, A::Error> {
        let mut shape = Shape { depth: 1, ..Shape::default() };
        while let Some(element) = elements.next_element()? {
            shape.around(&element);
        }
        Ok(shape)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Shape, A::Error> {
        let mut shape = Shape { depth: 1, ..Shape::default() };
        let mut names = HashSet::new();
        let mut count = 0;
        while let Some((name, value)) = members.next_entry::<String, Shape>()? {
            shape.around(&value);
            shape.has_duplicates |= !names.insert(name);
            count += 1;
        }
        shape.members = shape.members.max(count);
        Ok(shape)
    }
}
