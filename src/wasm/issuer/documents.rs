//! Fetching the documents of clients that a request needs, before it is handled.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::http::{HttpRequest, HttpResponse};

use super::error;
use super::kind::Held;

/// Fetches what the request needs, and gives the time at which it needs nothing more; none if something cannot be
/// had, which is the issuer's to refuse.
pub(super) async fn fetch(
    issuer: &RefCell<Held>,
    fetch: &Function,
    request: &HttpRequest,
    now: impl Fn() -> Result<i64, JsValue>,
) -> Result<Option<i64>, JsValue> {
    loop {
        let at = now()?;
        let needed = {
            let issuer = issuer.try_borrow().map_err(error::internal)?;
            issuer.needed_document(request, at)
        };
        let Some(document) = needed else {
            return Ok(Some(at));
        };
        let most = u32::try_from(document.most_bytes).unwrap_or(u32::MAX);
        let coming =
            fetch.call2(&JsValue::UNDEFINED, &document.url.as_str().into(), &most.into())?;
        let answer = JsFuture::from(Promise::resolve(&coming)).await?;
        let response = response(&answer);
        let response = response.as_ref().map_err(String::as_str);
        let at = now()?;
        let mut issuer = issuer.try_borrow_mut().map_err(error::internal)?;
        if !issuer.take_document(request, &document, response, at) {
            return Ok(None);
        }
    }
}

/// Reads what the function of pkg/src/issuer/documents.ts gives.
fn response(answer: &JsValue) -> Result<HttpResponse, String> {
    if let Some(reason) = answer.as_string() {
        return Err(reason);
    }
    let parts: &Array = answer.unchecked_ref();
    let status = parts.get(0).as_f64().unwrap_or_default() as u16;
    let mut response = HttpResponse::new(status, Uint8Array::new(&parts.get(4)).to_vec());
    for (place, name) in [(1, "content-type"), (2, "cache-control"), (3, "age")] {
        if let Some(value) = parts.get(place).as_string() {
            response = response.header(name, value);
        }
    }
    Ok(response)
}
