//! Ending everything at once.

use crate::issuer::Issuer;
use crate::issuer::editing::{end_application, end_user};
use crate::testing::acts::whom;
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

impl Controlled {
    /// Ends all codes, tokens, login sessions and waiting devices of one user, or of one client, or, for
    /// neither, of everybody. Users and applications stay, and can begin anew. Clients that want to know of
    /// a logout are told.
    ///
    /// # Errors
    /// Fails for a user or a client that is not there.
    pub fn revoke_all(
        &mut self,
        user: Option<&str>,
        client: Option<&str>,
    ) -> Result<(), ControlError> {
        let Issuer { directory, store, .. } = &mut **self;
        let user = user.map(|user| whom::user(directory, user)).transpose()?;
        if let Some(client) = client.filter(|id| directory.find_application(id).is_none()) {
            let problem = format!("there is no client `{}`", client.escape_debug());
            return Err(ControlError::missing("body.client", problem));
        }
        if let Some(user) = user {
            end_user(store, &user.user_id);
        }
        if let Some(client) = client {
            end_application(store, client);
        }
        if user.is_none() && client.is_none() {
            for user in &directory.config().users {
                end_user(store, &user.user_id);
            }
            for application in directory.applications() {
                end_application(store, &application.application_id);
            }
            let registered = directory.registered.values();
            let mut ids: Vec<_> =
                registered.map(|client| &client.application.application_id).collect();
            // Hash maps have an order of their own in each process.
            ids.sort();
            for id in ids {
                end_application(store, id);
            }
        }
        store.touch();
        Ok(())
    }
}
