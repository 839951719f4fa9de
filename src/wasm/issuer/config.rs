//! Reading the configuration from JavaScript values and from JSON text.

use js_sys::{Array, BigInt, Number, Object};
use wasm_bindgen::prelude::*;

use crate::issuer::{ClaimValue, Config, FromValue, example_json, plain_value};
use crate::json::{self, Limits, Value};

use super::error;

/// Reads a configuration from JavaScript values.
pub(super) fn read(config: JsValue) -> Result<Config, JsValue> {
    Config::from_value(value(config, "")?, "").map_err(error::config)
}

/// Reads the value at `path`, such as an application or a user, as a plain value. It has no members
/// that are `undefined`: see `pkg/src/issuer/defined.ts`.
pub(super) fn value(value: JsValue, path: &str) -> Result<ClaimValue, JsValue> {
    plain_value(serde_wasm_bindgen::Deserializer::from(value), path).map_err(error::config)
}

/// Reads JSON text into plain values. Integers that a number would round are bigints.
pub(super) fn parse(text: &str) -> Result<JsValue, JsValue> {
    let value = json::parse(text, Limits::default()).map_err(|error| error::json(&error))?;
    to_js(&value)
}

/// The example configuration, as plain values.
pub(super) fn example(base_url: &str) -> Result<JsValue, JsValue> {
    parse(&example_json(base_url))
}

fn to_js(value: &Value<'_>) -> Result<JsValue, JsValue> {
    if let Some(object) = value.as_object() {
        let members: Array = object
            .iter()
            .map(|(name, value)| Ok(Array::of2(&name.into(), &to_js(&value)?)))
            .collect::<Result<_, JsValue>>()?;
        // Unlike an assignment, this treats "__proto__" like any other name.
        return Ok(Object::from_entries(&members)?.into());
    }
    if let Some(elements) = value.as_array() {
        let elements: Array = elements.iter().map(to_js).collect::<Result<_, _>>()?;
        return Ok(elements.into());
    }
    if let Some(text) = value.as_str() {
        return Ok(text.as_ref().into());
    }
    if let Some(number) = value.as_number() {
        return number_to_js(number.as_written());
    }
    Ok(value.as_bool().map_or(JsValue::NULL, JsValue::from))
}

fn number_to_js(digits: &str) -> Result<JsValue, JsValue> {
    let number = js_sys::parse_float(digits);
    let is_integer = digits.bytes().all(|byte| matches!(byte, b'-' | b'0'..=b'9'));
    if is_integer && !Number::is_safe_integer(&number.into()) {
        return Ok(BigInt::new(&digits.into())?.into());
    }
    Ok(number.into())
}
