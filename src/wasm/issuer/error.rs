//! Failures as JavaScript sees them: an `Error` with `code`, and with `path` if a configuration is
//! refused. The TypeScript layer turns them into its classes.

use core::fmt::Display;

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

use crate::issuer::{ConfigError, RestoreError};
use crate::json::JsonError;

/// An error with this code.
pub(in crate::wasm) fn failure(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    // Setting a member of a new, ordinary object cannot fail.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// The failure for a refused configuration.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn config(error: ConfigError) -> JsValue {
    refused(&error.to_string(), error.path())
}

/// The failure for a configuration whose text is no JSON.
pub(super) fn json(error: &JsonError) -> JsValue {
    let path = error.path.trim_start_matches('$').trim_start_matches('.');
    refused(&error.to_string(), path)
}

fn refused(message: &str, path: &str) -> JsValue {
    let failure = failure("invalid_config", message);
    let _ = Reflect::set(&failure, &"path".into(), &path.into());
    failure
}

/// The failure for a refused snapshot, or for the configuration that was given with it.
pub(super) fn restore(error: RestoreError) -> JsValue {
    match error {
        RestoreError::Config(error) => config(error),
        error => failure("invalid_snapshot", &error.to_string()),
    }
}

/// The failure for what should never happen.
pub(super) fn internal(error: impl Display) -> JsValue {
    failure("internal", &error.to_string())
}
