//! The configuration, out of JavaScript's values and out of JSON text.

use js_sys::{Array, BigInt, JsString, Number, Object};
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{Error as _, IntoDeserializer, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use wasm_bindgen::prelude::*;

use crate::issuer::Config;
use crate::json::{self, Limits, Value};

use super::error;

/// How deep values are nested at most: what `claims` hold is up to the user, and may be a circle.
const MAX_DEPTH: usize = 32;

/// Reads the configuration that JavaScript gave.
pub(super) fn read(config: JsValue) -> Result<Config, JsValue> {
    Config::read(Plain::new(config, 0)).map_err(error::config)
}

/// Reads JSON text into plain values. Integers that a number would round are bigints.
pub(super) fn parse(text: &str) -> Result<JsValue, JsValue> {
    let value = json::parse(text, Limits::default()).map_err(|error| error::json(&error))?;
    to_js(&value)
}

/// The ready example, as plain values.
pub(super) fn example(base_url: &str) -> Result<JsValue, JsValue> {
    parse(&Config::example(base_url).to_json())
}

fn to_js(value: &Value<'_>) -> Result<JsValue, JsValue> {
    Ok(match value {
        Value::Null => JsValue::NULL,
        Value::Bool(value) => (*value).into(),
        Value::String(text) => text.as_ref().into(),
        Value::Number(number) => number_to_js(number.as_written())?,
        Value::Array(items) => {
            let items: Array = items.iter().map(to_js).collect::<Result<_, _>>()?;
            items.into()
        }
        Value::Object(object) => {
            let members: Array = object
                .iter()
                .map(|(name, value)| Ok(Array::of2(&name.into(), &to_js(value)?)))
                .collect::<Result<_, JsValue>>()?;
            // Unlike an assignment, this takes "__proto__" for a name as any other.
            Object::from_entries(&members)?.into()
        }
    })
}

fn number_to_js(digits: &str) -> Result<JsValue, JsValue> {
    let number = js_sys::parse_float(digits);
    let is_integer = digits.bytes().all(|byte| matches!(byte, b'-' | b'0'..=b'9'));
    if is_integer && !Number::is_safe_integer(&number.into()) {
        return Ok(BigInt::new(&digits.into())?.into());
    }
    Ok(number.into())
}

/// A value of JavaScript's, read as strictly as JSON text would be.
///
/// `serde_wasm_bindgen` alone asks an object for the members that a struct has, and so never sees
/// one that it has not; here a struct is given all of them. A member that is `undefined` counts as
/// absent, as it does for `JSON.stringify`.
struct Plain {
    value: JsValue,
    depth: usize,
}

impl Plain {
    fn new(value: JsValue, depth: usize) -> Self {
        Self { value, depth }
    }

    fn items(&self) -> impl Iterator<Item = Self> + use<> {
        let depth = self.depth + 1;
        let items = self.value.unchecked_ref::<Array>().to_vec();
        items.into_iter().map(move |item| Self::new(item, depth))
    }

    fn members(&self) -> impl Iterator<Item = (String, Self)> + use<> {
        let depth = self.depth + 1;
        let entries = Object::entries(self.value.unchecked_ref()).to_vec();
        entries.into_iter().filter_map(move |entry| {
            let entry: Array = entry.unchecked_into();
            let value = entry.get(1);
            let name = entry.get(0).unchecked_into::<JsString>();
            (!value.is_undefined()).then(|| (name.into(), Self::new(value, depth)))
        })
    }

    fn into_scalar(self) -> serde_wasm_bindgen::Deserializer {
        self.value.into()
    }

    fn is_rounded(&self) -> bool {
        Number::is_integer(&self.value) && !Number::is_safe_integer(&self.value)
    }
}

impl<'de> Deserializer<'de> for Plain {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.depth > MAX_DEPTH {
            return Err(Error::custom("nested too deeply"));
        }
        if Array::is_array(&self.value) {
            return visitor.visit_seq(SeqDeserializer::new(self.items()));
        }
        if self.value.is_object() {
            return visitor.visit_map(MapDeserializer::new(self.members()));
        }
        if self.is_rounded() {
            return Err(Error::custom("a number beyond 2^53 has lost digits; give a bigint"));
        }
        if self.value.is_bigint() && i64::try_from(self.value.clone()).is_err() {
            return Err(Error::custom("not within 64 bits"));
        }
        self.into_scalar().deserialize_any(visitor).map_err(plain)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() || self.value.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
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
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.into_scalar().deserialize_enum(name, variants, visitor).map_err(plain)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Plain {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The same without the "Error: " that JavaScript puts before it.
fn plain(error: serde_wasm_bindgen::Error) -> Error {
    let error: js_sys::Error = JsValue::from(error).unchecked_into();
    Error::custom(String::from(error.message()))
}
