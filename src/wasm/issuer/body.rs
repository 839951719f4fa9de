//! Reading the body of a web request, no further than the issuer needs to refuse it.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader, Request};

#[cfg(not(feature = "testing"))]
use crate::issuer::MAX_BODY;
#[cfg(feature = "testing")]
use crate::testing::MAX_BODY;

/// The body, or its first [`MAX_BODY`] + 1 bytes if it is longer: one byte too many is all
/// that the issuer must see to refuse it.
pub(super) async fn read(request: &Request) -> Result<Vec<u8>, JsValue> {
    if matches!(request.method().as_str(), "GET" | "HEAD") {
        return Ok(Vec::new());
    }
    match stream(request)? {
        Some(stream) => read_stream(&stream).await,
        // Firefox has no streams of requests, only whole bodies.
        None => {
            let buffer = JsFuture::from(request.array_buffer()?).await?;
            Ok(start_of(&Uint8Array::new(&buffer), MAX_BODY + 1))
        }
    }
}

fn stream(request: &Request) -> Result<Option<ReadableStream>, JsValue> {
    let body = Reflect::get(request, &"body".into())?;
    Ok(body.is_object().then(|| body.unchecked_into()))
}

async fn read_stream(stream: &ReadableStream) -> Result<Vec<u8>, JsValue> {
    let reader = ReadableStreamDefaultReader::new(stream)?;
    let mut body = Vec::new();
    while body.len() <= MAX_BODY {
        let chunk = JsFuture::from(reader.read()).await?;
        if Reflect::get(&chunk, &"done".into())?.is_truthy() {
            return Ok(body);
        }
        let bytes = Uint8Array::new(&Reflect::get(&chunk, &"value".into())?);
        body.extend(start_of(&bytes, MAX_BODY + 1 - body.len()));
    }
    // The rest is not needed, and neither is the result of the cancellation. As a future, a
    // rejected promise counts as handled; an unhandled one would end the process in some runtimes.
    drop(JsFuture::from(reader.cancel()));
    Ok(body)
}

fn start_of(bytes: &Uint8Array, limit: usize) -> Vec<u8> {
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    bytes.subarray(0, limit.min(bytes.length())).to_vec()
}
