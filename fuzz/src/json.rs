//! The crate's JSON values held against serde_json's: the only place here that looks into one.

use std::collections::HashSet;
use std::fmt;

use eiam_token::json::Value;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Whether both readers saw the same.
pub fn same(ours: &Value<'_>, theirs: &serde_json::Value) -> bool {
    use serde_json::Value as Theirs;
    match theirs {
        Theirs::Null => ours.is_null(),
        Theirs::Bool(b) => ours.as_bool() == Some(*b),
        Theirs::Number(b) => ours.as_number().is_some_and(|a| same_number(a.as_written(), b)),
        Theirs::String(b) => ours.as_str().as_deref() == Some(b),
        Theirs::Array(b) => ours
            .as_array()
            .is_some_and(|a| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))),
        Theirs::Object(b) => ours.as_object().is_some_and(|a| {
            a.iter().count() == b.len()
                && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(&a, b)))
        }),
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
    let is_huge = |text: &str| text.parse().is_ok_and(f64::is_infinite);
    let elements = value.as_array().unwrap_or_default();
    let members = value.as_object().unwrap_or_default();
    value.as_number().is_some_and(|number| is_huge(number.as_written()))
        || elements.iter().any(has_huge_number)
        || members.iter().any(|(_, value)| has_huge_number(&value))
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
