//! Clients: the applications of the configuration.

use crate::issuer::Reply;
use crate::issuer::config::ClaimValue;
use crate::issuer::wire::parameters::MAX_BODY;
use crate::testing::acts::tokens::NoTokens;
use crate::testing::control::body;
use crate::testing::control::call::Call;
use crate::testing::control::reply::{done, json};
use crate::testing::control::users::with_id;
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

/// All clients that the configuration has. Those that registered themselves are not listed.
pub(super) fn list(controlled: &mut Controlled, _: &Call<'_>) -> Result<Reply, NoTokens> {
    let clients = controlled.config().applications.iter().map(|one| one.to_value()).collect();
    Ok(json(ClaimValue::Object(vec![("clients".to_owned(), ClaimValue::Array(clients))]).to_json()))
}

/// One of them, with everything that the configuration says.
pub(super) fn show(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let id = call.id()?;
    let client = controlled.config().applications.iter().find(|one| one.application_id == id);
    Ok(json(client.ok_or_else(unknown)?.to_value().to_json()))
}

/// Adds or replaces one.
pub(super) fn put(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let value = with_id(body::value(call, MAX_BODY)?, "applicationId", &call.id()?)?;
    controlled
        .set_application_value(value)
        .map_err(|error| ControlError::in_body(&error, "application"))?;
    show(controlled, call)
}

/// Removes one, and ends all that was made for it.
pub(super) fn remove(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let removed = controlled.remove_application(&call.id()?);
    Ok(removed.then(done).ok_or_else(unknown)?)
}

fn unknown() -> ControlError {
    ControlError::missing("path.id", "there is no client with this id")
}
