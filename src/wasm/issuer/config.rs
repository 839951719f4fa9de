//! Reading the configuration from JavaScript values and from JSON text.

use js_sys::{Array, BigInt, Number, Object, Symbol};
use wasm_bindgen::prelude::*;

use crate::issuer::{
    ClaimValue, Config, ConfigError, FromValue, MAX_DEPTH, NO_JSON, TOO_DEEP, example_json,
};
use crate::json::{self, Limits, Value};

use super::error;

/// Reads a configuration from JavaScript values.
pub(super) fn read(config: JsValue) -> Result<Config, JsValue> {
    Config::from_value(value(config, "")?, "").map_err(error::config)
}

/// Reads the value at `path`, such as an application or a user, as a plain value. It has no members
/// that are `undefined`: see `pkg/src/issuer/defined.ts`.
pub(super) fn value(value: JsValue, path: &str) -> Result<ClaimValue, JsValue> {
    plain(&value, MAX_DEPTH).map_err(|problem| error::config(problem.of_all(path)))
}

/// Reads a value that is nested at most this deeply.
fn plain(value: &JsValue, depth: usize) -> Result<ClaimValue, ConfigError> {
    let depth = depth.checked_sub(1).ok_or_else(|| wrong(TOO_DEEP))?;
    if value.is_null() || value.is_undefined() {
        return Ok(ClaimValue::Null);
    }
    if let Some(value) = value.as_bool() {
        return Ok(ClaimValue::Bool(value));
    }
    if let Some(text) = value.as_string() {
        return Ok(ClaimValue::String(text));
    }
    if let Some(number) = value.as_f64() {
        return ClaimValue::of_number(number).map_err(wrong);
    }
    if value.is_bigint() {
        let integer = i64::try_from(value.clone());
        return integer.map(ClaimValue::Integer).map_err(|_| wrong("a BigInt beyond 64 bits"));
    }
    if let Some(array) = value.dyn_ref::<Array>() {
        let mut items = Vec::new();
        for item in array.iter() {
            let item = plain(&item, depth);
            items.push(item.map_err(|problem| problem.within(&format!("[{}]", items.len())))?);
        }
        return Ok(ClaimValue::Array(items));
    }
    // What can be iterated is something else than its members: a set, a map, bytes.
    if !value.is_object() || Symbol::iterator().js_in(value) {
        return Err(wrong(NO_JSON));
    }
    let mut members = Vec::new();
    for entry in Object::entries(value.unchecked_ref()) {
        let entry: Array = entry.unchecked_into();
        let name = entry.get(0).as_string().unwrap_or_default();
        let member = plain(&entry.get(1), depth).map_err(|problem| problem.within(&name))?;
        members.push((name, member));
    }
    Ok(ClaimValue::Object(members))
}

fn wrong(problem: &str) -> ConfigError {
    ConfigError::new("", problem)
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
        let members = Array::new();
        for (name, value) in object.iter() {
            members.push(&Array::of2(&name.into(), &to_js(&value)?));
        }
        // Unlike an assignment, this treats "__proto__" like any other name.
        return Ok(Object::from_entries(&members)?.into());
    }
    if let Some(elements) = value.as_array() {
        let list = Array::new();
        for element in &elements {
            list.push(&to_js(element)?);
        }
        return Ok(list.into());
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
