//! A control request.

use crate::form;
use crate::http::Method;
use crate::issuer::wire::asked::Asked;
use crate::testing::control_error::ControlError;

/// A control request from somebody who may control.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// The path below `/_control/`.
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    /// Whether the caller wants text in place of JSON.
    pub(crate) text: bool,
    pub(crate) body: &'a [u8],
    pub(crate) asked: Asked<'a>,
    /// The time of the host, in Unix seconds.
    pub(crate) host: i64,
}

impl Call<'_> {
    /// The last segment of the path, decoded.
    pub(crate) fn id(&self) -> Result<String, ControlError> {
        let segment = self.path.rsplit('/').next().unwrap_or_default();
        // In a path a plus is a plus.
        form::decode(&segment.replace('+', "%2B"))
            .ok()
            .filter(|id| !id.is_empty() && id.len() <= MAX_ID)
            .ok_or_else(|| {
                ControlError::at("path.id", "expected an id of 1 to 512 octets, percent-encoded")
            })
    }
}

/// The longest id, in octets: a client id can be a URL.
const MAX_ID: usize = 512;
