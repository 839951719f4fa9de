//! The time that a test sees, for the test's own process. Over HTTP it is read and moved as well.

use wasm_bindgen::prelude::*;

use crate::wasm::issuer::{RawIssuer, error};

#[wasm_bindgen(js_class = RawIssuer)]
impl RawIssuer {
    /// What the test's clock shows while the host's shows `host`. All times are Unix seconds.
    pub fn time(&self, host: i64) -> Result<i64, JsValue> {
        Ok(self.0.issuer.try_borrow().map_err(error::internal)?.time(host))
    }

    /// Sets the test's clock to `at` while the host's shows `host`. From there it stands or goes on, as `frozen`
    /// says, or as it did before.
    #[wasm_bindgen(js_name = setTime)]
    pub fn set_time(&self, at: i64, frozen: Option<bool>, host: i64) -> Result<(), JsValue> {
        let mut issuer = self.0.borrow_mut()?;
        let clock = issuer.clock_mut();
        match frozen {
            Some(true) => clock.freeze(at),
            Some(false) => clock.run(host),
            None => {}
        }
        clock.set(at, host);
        Ok(())
    }
}
