//! Another issuer of the same kind, and the start of this one.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::wasm::issuer::{RawIssuer, Shared, error};

#[wasm_bindgen(js_class = RawIssuer)]
impl RawIssuer {
    /// Another issuer, which is as this one is now and independent of it from now on, with the same keys.
    pub fn fork(&self) -> Result<RawIssuer, JsValue> {
        let Shared { issuer, key, others, claims, fetch_document, host, .. } = &self.0;
        let fork = issuer.try_borrow().map_err(error::internal)?.fork();
        let key = key.try_borrow().map_err(error::internal)?.clone();
        let others = others.try_borrow().map_err(error::internal)?.clone();
        Ok(RawIssuer(Shared {
            issuer: Rc::new(RefCell::new(fork)),
            key: Rc::new(RefCell::new(key)),
            others: Rc::new(RefCell::new(others)),
            coming: Rc::default(),
            claims: claims.clone(),
            fetch_document: fetch_document.clone(),
            host: host.clone(),
        }))
    }

    /// Goes back to how the issuer started.
    pub fn reset(&self) -> Result<(), JsValue> {
        self.0.issuer.try_borrow_mut().map_err(error::internal)?.reset();
        Ok(())
    }
}
