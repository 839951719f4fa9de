use super::grant::{Grant, Plan};
use crate::rules::request;
use crate::rules::table::Table;

/// The device code of a device authorization (RFC 8628 section 3.4).
#[derive(Clone, Copy)]
pub struct DeviceCode<'a> {
    /// The device code, not the user code that the user types.
    pub device_code: &'a str,
}

impl Grant for DeviceCode<'_> {}

impl Plan for DeviceCode<'_> {
    fn plan(&self) -> Table<'_> {
        request::DEVICE_CODE
    }

    fn values(&self) -> Vec<(&str, &str)> {
        vec![("device_code", self.device_code)]
    }
}
