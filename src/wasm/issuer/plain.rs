//! Values of JavaScript's, read as strictly as JSON text would be. No error shows a value: it could
//! be a password.

use js_sys::{Array, JsString, Number, Object};
use wasm_bindgen::prelude::*;

use crate::issuer::{ClaimValue, ConfigError, below};

/// How deep values are nested at most: what `claims` hold is up to the user, and may be a circle.
const MAX_DEPTH: usize = 32;

/// Reads a value, which stands at `path`. A member that is `undefined` is not there, as for
/// `JSON.stringify`.
pub(super) fn from_js(value: JsValue, path: &str) -> Result<ClaimValue, ConfigError> {
    at_depth(value, path, 0)
}

fn at_depth(value: JsValue, path: &str, depth: usize) -> Result<ClaimValue, ConfigError> {
    let refused = |problem| {
        let path = if path.is_empty() { "configuration" } else { path };
        Err(ConfigError::new(path, problem))
    };
    if depth > MAX_DEPTH {
        return refused("nested too deeply");
    }
    if Array::is_array(&value) {
        let items = value.unchecked_into::<Array>().to_vec().into_iter().enumerate();
        return items
            .map(|(index, item)| at_depth(item, &format!("{path}[{index}]"), depth + 1))
            .collect::<Result<_, _>>()
            .map(ClaimValue::Array);
    }
    if value.is_object() {
        let mut members = Vec::new();
        for entry in Object::entries(&value.unchecked_into()).to_vec() {
            let entry: Array = entry.unchecked_into();
            let name = String::from(entry.get(0).unchecked_into::<JsString>());
            let value = entry.get(1);
            if !value.is_undefined() {
                let value = at_depth(value, &below(path, &name), depth + 1)?;
                members.push((name, value));
            }
        }
        return Ok(ClaimValue::Object(members));
    }
    if value.is_null() || value.is_undefined() {
        return Ok(ClaimValue::Null);
    }
    if let Some(value) = value.as_bool() {
        return Ok(ClaimValue::Bool(value));
    }
    if let Some(text) = value.as_string() {
        return Ok(ClaimValue::String(text));
    }
    if value.is_bigint() {
        return match i64::try_from(value) {
            Ok(integer) => Ok(ClaimValue::Integer(integer)),
            Err(_) => refused("not within 64 bits"),
        };
    }
    match value.as_f64() {
        None => refused("neither a plain value nor a plain object"),
        Some(number) if !number.is_finite() => refused("not a finite number"),
        Some(number) if !Number::is_integer(&value) => Ok(ClaimValue::Number(number)),
        Some(number) if Number::is_safe_integer(&value) => Ok(ClaimValue::Integer(number as i64)),
        Some(_) => refused("a number beyond 2^53 has lost digits; give a bigint"),
    }
}
