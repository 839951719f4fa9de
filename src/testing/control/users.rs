//! Users: who there is, and who comes and goes.

use crate::issuer::Reply;
use crate::issuer::config::ClaimValue;
use crate::issuer::wire::parameters::MAX_BODY;
use crate::testing::acts::tokens::NoTokens;
use crate::testing::control::body;
use crate::testing::control::call::Call;
use crate::testing::control::reply::{done, json};
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

/// All users.
pub(super) fn list(controlled: &mut Controlled, _: &Call<'_>) -> Result<Reply, NoTokens> {
    let users = controlled.config().users.iter().map(|user| user.to_value()).collect();
    Ok(json(ClaimValue::Object(vec![("users".to_owned(), ClaimValue::Array(users))]).to_json()))
}

/// One of them, with everything that the configuration says.
pub(super) fn show(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let id = call.id()?;
    let user = controlled.config().users.iter().find(|user| user.user_id == id);
    Ok(json(user.ok_or_else(unknown)?.to_value().to_json()))
}

/// Adds or replaces one.
pub(super) fn put(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let value = with_id(body::value(call, MAX_BODY)?, "userId", &call.id()?)?;
    controlled.set_user_value(value).map_err(|error| ControlError::in_body(&error, "user"))?;
    show(controlled, call)
}

/// Removes one, and ends all that was made for them.
pub(super) fn remove(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let removed = controlled.remove_user(&call.id()?);
    Ok(removed.then(done).ok_or_else(unknown)?)
}

fn unknown() -> ControlError {
    ControlError::missing("path.id", "there is no user with this id")
}

/// A value that says the id of its path.
pub(super) fn with_id(value: ClaimValue, name: &str, id: &str) -> Result<ClaimValue, ControlError> {
    let ClaimValue::Object(mut members) = value else {
        return Err(ControlError::at(body::PATH, "expected an object"));
    };
    match members.iter().find(|(other, _)| other == name) {
        None => members.insert(0, (name.to_owned(), ClaimValue::String(id.to_owned()))),
        Some((_, ClaimValue::String(other))) if other == id => {}
        Some(_) => {
            let problem = "expected the id of the path, or nothing";
            return Err(ControlError::at(&format!("{}.{name}", body::PATH), problem));
        }
    }
    Ok(ClaimValue::Object(members))
}
