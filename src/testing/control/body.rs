//! Reading the body of a control request.

use crate::issuer::config::{ClaimValue, FromValue, plain_value};
use crate::issuer::wire::parameters::MAX_BODY;
use crate::json::{self, Limits};
use crate::testing::control::call::Call;
use crate::testing::control_error::ControlError;

/// Where a body is, in the paths of errors.
pub(crate) const PATH: &str = "body";

/// Reads a body. One without content is an object without members.
pub(crate) fn read<T: FromValue>(call: &Call<'_>) -> Result<T, ControlError> {
    Ok(T::from_value(value(call, MAX_BODY)?, PATH)?)
}

/// Reads a body of at most so many octets as a plain value.
pub(crate) fn value(call: &Call<'_>, most: usize) -> Result<ClaimValue, ControlError> {
    if call.body.len() > most {
        let problem = format!("larger than {} KiB", most / 1024);
        return Err(ControlError { status: 413, ..ControlError::at(PATH, problem) });
    }
    if call.body.is_empty() {
        return Ok(ClaimValue::Object(Vec::new()));
    }
    let limits = Limits { bytes: most, string_bytes: most, ..Limits::default() };
    json::parse_bytes(call.body, limits).map_err(|error| {
        // `$` stands for the whole text.
        let path = format!("{PATH}{}", error.path.trim_start_matches('$'));
        ControlError::at(&path, error.to_string())
    })?;
    plain_value(&mut serde_json::Deserializer::from_slice(call.body), PATH).map_err(|error| {
        // What it goes on with is for JavaScript alone.
        let problem = error.problem();
        let said = problem.strip_suffix(" has lost digits; give a bigint").unwrap_or(problem);
        ControlError::at(error.path(), said)
    })
}
