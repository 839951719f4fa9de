//! Whom a test means.

use crate::issuer::config::User;
use crate::issuer::directory::Directory;
use crate::testing::control_error::ControlError;

/// The user with this id or username, who must not be disabled.
pub(crate) fn user<'a>(directory: &'a Directory, called: &str) -> Result<&'a User, ControlError> {
    match directory.find_user_called(called) {
        Some(user) if user.disabled => Err(ControlError::at("body.user", "this user is disabled")),
        Some(user) => Ok(user),
        None => {
            let problem =
                "there is no user with this id or username; PUT /_control/users/{id} adds one";
            Err(ControlError::missing("body.user", problem))
        }
    }
}
