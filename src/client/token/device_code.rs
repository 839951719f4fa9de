use super::grant::Grant;
use crate::client::request::Parameter;

/// The device code of a device authorization (RFC 8628 section 3.4).
#[derive(Clone, Copy)]
pub struct DeviceCode<'a> {
    /// The device code, not the user code that the user types.
    pub device_code: &'a str,
}

impl Grant for DeviceCode<'_> {
    const GRANT_TYPE: &'static str = "urn:ietf:params:oauth:grant-type:device_code";
    const PARAMETERS: &'static [Parameter] = &[Parameter::required("device_code")];

    fn values(&self) -> Vec<&str> {
        vec![self.device_code]
    }
}
