//! Between Rust's values and the flat arrays that cross the boundary.
//!
//! Arguments that may be missing and lists come as [`JsValue`]s: wasm-bindgen's own conversions of
//! `Option<String>` and `Vec<String>` would be a quarter of the module, in each function anew.

use wasm_bindgen::prelude::*;

use crate::client::Error;
use crate::secret::Secret;

// Js-sys has the same, and closures and futures with it that the module then carries.
#[wasm_bindgen]
extern "C" {
    /// JavaScript's `Array`.
    #[wasm_bindgen(typescript_type = "any[]")]
    pub type Array;

    #[wasm_bindgen(constructor)]
    fn new() -> Array;

    #[wasm_bindgen(method)]
    fn push(this: &Array, value: &JsValue) -> u32;

    #[wasm_bindgen(method, getter)]
    fn length(this: &Array) -> u32;

    #[wasm_bindgen(method, indexing_getter)]
    fn get(this: &Array, index: u32) -> JsValue;
}

/// An array in the making; its methods append in the order of the calls.
pub(super) struct Row(Array);

impl Row {
    pub(super) fn new() -> Self {
        Self(Array::new())
    }

    #[inline(never)]
    pub(super) fn text(&self, text: &str) -> &Self {
        self.0.push(&JsValue::from_str(text));
        self
    }

    /// A text, or `undefined`.
    #[inline(never)]
    pub(super) fn optional(&self, text: Option<&str>) -> &Self {
        match text {
            Some(text) => self.text(text),
            None => self.undefined(),
        }
    }

    /// A secret as text, or `undefined`.
    pub(super) fn secret(&self, secret: Option<&Secret>) -> &Self {
        self.optional(secret.map(Secret::expose))
    }

    /// A `bigint`, or `undefined`.
    #[inline(never)]
    pub(super) fn seconds(&self, seconds: Option<i64>) -> &Self {
        self.0.push(&bigint(seconds));
        self
    }

    /// A `number`.
    #[inline(never)]
    pub(super) fn number(&self, number: f64) -> &Self {
        self.0.push(&JsValue::from_f64(number));
        self
    }

    pub(super) fn flag(&self, flag: bool) -> &Self {
        self.0.push(&JsValue::from_bool(flag));
        self
    }

    #[inline(never)]
    pub(super) fn undefined(&self) -> &Self {
        self.0.push(&JsValue::UNDEFINED);
        self
    }

    pub(super) fn finish(self) -> Array {
        self.0
    }
}

/// A `bigint`, or `undefined`.
pub(super) fn bigint(number: Option<i64>) -> JsValue {
    number.map_or(JsValue::UNDEFINED, JsValue::from)
}

/// An argument that may be missing.
///
/// # Errors
/// Neither missing nor a string.
#[inline(never)]
pub(super) fn optional(name: &'static str, value: &JsValue) -> Result<Option<String>, Error> {
    match value.as_string() {
        None if !value.is_null_or_undefined() => Err(Error::argument(name, "not a string")),
        text => Ok(text),
    }
}

/// A list of names and values, one after the other.
///
/// # Errors
/// A name or a value that is not a string.
#[inline(never)]
pub(super) fn pairs(argument: &'static str, list: &Array) -> Result<Pairs, Error> {
    let string = |index| {
        list.get(index).as_string().ok_or_else(|| Error::argument(argument, "not a string"))
    };
    let mut pairs = Vec::new();
    for index in (0..list.length()).step_by(2) {
        pairs.push((string(index)?, string(index + 1)?));
    }
    Ok(Pairs(pairs))
}

/// Names and values.
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    pub(super) fn borrowed(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// A failure is thrown as an array: code, message, what is wrong (by kind: OAuth's or the gateway's
/// code, a path, a parameter, an argument, an endpoint), description, URI, request id, status,
/// milliseconds to wait.
impl From<Error> for JsValue {
    #[cold]
    fn from(error: Error) -> Self {
        let (code, what, [description, uri, request_id]) = match &error {
            Error::OAuth(e) => (
                "oauth_error",
                Some(&*e.error),
                [&e.error_description, &e.error_uri, &e.request_id].map(Option::as_deref),
            ),
            Error::Gateway(e) => (
                "gateway_error",
                Some(&*e.code),
                [e.message.as_deref(), None, e.request_id.as_deref()],
            ),
            Error::Http(_) => ("http_error", None, [None; 3]),
            Error::Malformed(e) => {
                ("malformed_response", Some(&*e.path), [Some(&*e.reason), None, None])
            }
            Error::Callback(e) => {
                ("invalid_callback", Some(e.parameter), [Some(e.reason), None, None])
            }
            Error::Argument(e) => {
                ("invalid_argument", Some(e.name), [Some(&*e.reason), None, None])
            }
            Error::NotSupported(e) => ("not_supported", Some(e.endpoint), [None; 3]),
        };
        let row = Row::new();
        row.text(code)
            .text(&error.message())
            .optional(what)
            .optional(description)
            .optional(uri)
            .optional(request_id);
        match error.status() {
            0 => row.undefined(),
            status => row.number(status.into()),
        };
        match error.retry_after() {
            None => row.undefined(),
            Some(milliseconds) => row.number(milliseconds as f64),
        };
        row.finish().into()
    }
}
