//! Responses as JavaScript gets them.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Response, ResponseInit};

use crate::http::HttpResponse;

/// As a web response.
pub(crate) fn web(response: &HttpResponse) -> Result<Response, JsValue> {
    let headers = web_sys::Headers::new()?;
    for (name, value) in response.headers.iter() {
        headers.append(name, value)?;
    }
    let init = ResponseInit::new();
    init.set_status(response.status);
    init.set_headers(&headers);
    if response.body.is_empty() {
        return Response::new_with_opt_str_and_init(None, &init);
    }
    let body = Uint8Array::from(response.body.as_slice());
    Response::new_with_opt_js_u8_array_and_init(Some(&body), &init)
}

/// As an array of status, header fields and body.
pub(crate) fn plain(response: &HttpResponse) -> JsValue {
    // Most responses have less, and need not grow.
    let mut headers = String::with_capacity(512);
    for (name, value) in response.headers.iter() {
        for part in [name, "\0", value, "\0"] {
            headers.push_str(part);
        }
    }
    let body = Uint8Array::from(response.body.as_slice());
    Array::of3(&response.status.into(), &headers.into(), &body).into()
}
