//! An issuer that a test steers.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use crate::issuer::Issuer;
use crate::testing::Transport;
use crate::wasm::issuer::error;
use crate::wasm::issuer::response;
use crate::wasm::issuer::start::StartOptions;
use crate::wasm::webcrypto::KeyPair;

pub(crate) use crate::testing::{Answered as Response, Controlled as Held, Handled as Reply};

#[wasm_bindgen]
extern "C" {
    /// The options of `RawIssuer.start` that only the module for tests has.
    type TestOptions;

    /// Who has this token may send control requests; without one nobody may.
    #[wasm_bindgen(method, getter, js_name = controlToken)]
    fn control_token(this: &TestOptions) -> Option<String>;

    /// Whether others are told that there is something to control: they get 401, and otherwise 404.
    #[wasm_bindgen(method, getter, js_name = controlExposed)]
    fn control_exposed(this: &TestOptions) -> Option<bool>;

    /// Where the clock stands still, in Unix seconds; without it the clock goes with the host's.
    #[wasm_bindgen(method, getter, js_name = frozenAt)]
    fn frozen_at(this: &TestOptions) -> Option<i64>;
}

/// Holds it. As it is now, it started.
pub(crate) fn hold(issuer: Issuer, options: &StartOptions) -> Result<Held, JsValue> {
    let mut held = Held::from(issuer);
    let options: &TestOptions = options.unchecked_ref();
    if let Some(at) = options.frozen_at() {
        held.clock_mut().freeze(at);
        // What it goes back to has the clock as well.
        held = held.fork();
    }
    if let Some(token) = options.control_token() {
        let exposed = options.control_exposed().unwrap_or_default();
        held.allow_control(&token, exposed).map_err(error::config)?;
    }
    Ok(held)
}

/// Completes a reply, and notes it.
pub(crate) fn complete(
    issuer: &RefCell<Held>,
    reply: Reply,
    signatures: &[Vec<u8>],
) -> Result<Response, JsValue> {
    let mut issuer = issuer.try_borrow_mut().map_err(error::internal)?;
    issuer.finish(reply, signatures).map_err(error::internal)
}

/// Keeps a key that does not sign any more: after a reset it does again.
pub(crate) fn keep(former: Option<Rc<KeyPair>>, others: &RefCell<Vec<Rc<KeyPair>>>) {
    if let (Some(former), Ok(mut others)) = (former, others.try_borrow_mut()) {
        others.push(former);
    }
}

/// What `handle` of the issuer gives, and a fourth item: what the host does to the response, as names and
/// numbers in one flat list.
pub(crate) fn to_plain(response: &Response) -> JsValue {
    let plain: Array = response::plain(&response.response).unchecked_into();
    plain.push(&flat(&response.transport));
    plain.into()
}

/// What `fetch` of the issuer gives. If the host has something to do to the response, its member `transport`
/// says what, in the same list.
pub(crate) fn to_web(response: &Response) -> Result<web_sys::Response, JsValue> {
    let web = response::web(&response.response)?;
    if !response.transport.is_empty() {
        Reflect::set(&web, &"transport".into(), &flat(&response.transport))?;
    }
    Ok(web)
}

fn flat(transport: &[Transport]) -> Array {
    let list = Array::new();
    for fault in transport {
        list.push(&fault.name().into());
        list.push(&fault.number().into());
    }
    list
}
