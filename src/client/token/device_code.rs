use crate::client::Error;
use crate::form::Encoder;

use super::{Grant, required};

/// The device code of a device authorization (RFC 8628 section 3.4).
#[derive(Clone, Copy)]
pub struct DeviceCode<'a> {
    /// The code; not the one that the user types.
    pub device_code: &'a str,
}

impl Grant for DeviceCode<'_> {
    const GRANT_TYPE: &'static str = "urn:ietf:params:oauth:grant-type:device_code";
    const PARAMETERS: &'static [&'static str] = &["device_code"];

    fn parameters(&self, form: &mut Encoder) -> Result<(), Error> {
        required("device_code", self.device_code)?;
        form.pair("device_code", self.device_code);
        Ok(())
    }
}
