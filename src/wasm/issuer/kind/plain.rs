//! An issuer as it is.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::wasm::issuer::error;
use crate::wasm::issuer::start::StartOptions;
use crate::wasm::webcrypto::KeyPair;

pub(crate) use crate::http::HttpResponse as Response;
pub(crate) use crate::issuer::{Issuer as Held, Reply};
pub(crate) use crate::wasm::issuer::response::{plain as to_plain, web as to_web};

/// Holds it.
#[inline(always)]
pub(crate) fn hold(issuer: Held, _: &StartOptions) -> Result<Held, JsValue> {
    Ok(issuer)
}

/// Completes a reply.
#[inline(always)]
pub(crate) fn complete(
    _: &RefCell<Held>,
    reply: Reply,
    signatures: &[Vec<u8>],
) -> Result<Response, JsValue> {
    reply.complete(signatures).map_err(error::internal)
}

/// A key that does not sign any more is not needed.
#[inline(always)]
pub(crate) fn keep(_: Option<Rc<KeyPair>>, _: &RefCell<Vec<Rc<KeyPair>>>) {}
