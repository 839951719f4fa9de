//! Whether the issuer is there, and how it begins again.

use crate::issuer::Reply;
use crate::json::ObjectWriter;
use crate::testing::acts::tokens::NoTokens;
use crate::testing::control::call::Call;
use crate::testing::control::reply::{done, json};
use crate::testing::controlled::Controlled;

/// The path that everybody may ask where control is not hidden.
pub(super) const HEALTH: &str = "health";

/// Says that it is there.
pub(super) fn health(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let config = controlled.config();
    let mut object = ObjectWriter::new();
    object
        .string("status", "ok")
        .string("baseUrl", config.base())
        .integer("now", controlled.time(call.host));
    Ok(json(object.finish()))
}

/// Begins again.
pub(super) fn reset(controlled: &mut Controlled, _: &Call<'_>) -> Result<Reply, NoTokens> {
    controlled.reset();
    Ok(done())
}
