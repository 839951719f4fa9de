//! Adding, changing and removing applications and users while the issuer runs.

use crate::issuer::codec::bytes::Writer;
use crate::issuer::config::{Application, ClaimValue, ConfigError, FromValue, User};
use crate::issuer::server::Issuer;
use crate::issuer::state::device_request::Decision;
use crate::issuer::state::epochs::Whose;
use crate::issuer::state::store::Store;

impl Issuer {
    /// Adds a user, or replaces the user of the same id. Disabling a user permanently invalidates
    /// all of their sessions, codes and tokens. Other changes, including a new password, invalidate
    /// nothing.
    ///
    /// # Errors
    /// Fails for what a configuration would be refused for, with a path that begins with `user`.
    pub fn set_user(&mut self, user: User) -> Result<(), ConfigError> {
        self.set_user_value(user.to_value())
    }

    /// Adds or replaces a user who is given as a plain value: see [`Issuer::set_user`].
    pub(crate) fn set_user_value(&mut self, value: ClaimValue) -> Result<(), ConfigError> {
        check_size(&value, "user")?;
        let user = User::from_value(value.clone(), "user")?;
        let (id, disabled) = (user.user_id.clone(), user.disabled);
        self.directory.put_user(user)?;
        if disabled {
            end_user(&mut self.store, &id);
        }
        self.directory.user_edits.note(&id, Some(value));
        self.store.touch();
        Ok(())
    }

    /// Removes a user, and permanently invalidates all of their sessions, codes and tokens. Returns
    /// false if there is no user of this id.
    pub fn remove_user(&mut self, user_id: &str) -> bool {
        let removed = self.directory.drop_user(user_id);
        if removed {
            end_user(&mut self.store, user_id);
            self.directory.user_edits.note(user_id, None);
            self.store.touch();
        }
        removed
    }

    /// Adds an application, or replaces the application of the same id. Disabling an application
    /// permanently invalidates all codes, tokens, pushed requests, waiting device requests and
    /// consents of its client. Other changes invalidate nothing.
    ///
    /// # Errors
    /// Fails for what a configuration would be refused for, with a path that begins with
    /// `application`.
    pub fn set_application(&mut self, application: Application) -> Result<(), ConfigError> {
        self.set_application_value(application.to_value())
    }

    /// Adds or replaces an application that is given as a plain value: see
    /// [`Issuer::set_application`].
    pub(crate) fn set_application_value(&mut self, value: ClaimValue) -> Result<(), ConfigError> {
        check_size(&value, "application")?;
        let application = Application::from_value(value.clone(), "application")?;
        let (id, disabled) = (application.application_id.clone(), application.disabled);
        self.directory.put_application(application)?;
        if disabled {
            end_application(&mut self.store, &id);
        }
        self.directory.application_edits.note(&id, Some(value));
        self.store.touch();
        Ok(())
    }

    /// Removes an application, and permanently invalidates all codes, tokens, pushed requests,
    /// waiting device requests and consents of its client. Returns false if there is no application
    /// of this id.
    pub fn remove_application(&mut self, application_id: &str) -> bool {
        let removed = self.directory.drop_application(application_id);
        if removed {
            end_application(&mut self.store, application_id);
            self.directory.application_edits.note(application_id, None);
            self.store.touch();
        }
        removed
    }
}

/// Ends everything that was made for a user. The epoch ends codes and tokens; sessions, and device
/// requests that the user has approved, are records.
pub(crate) fn end_user(store: &mut Store, id: &str) {
    store.epochs.end(Whose::User, id);
    let ended = store.sessions.take_where(|session| session.subject == id);
    for session in ended {
        store.logouts.add(id, session.participants);
    }
    store.devices.retain(
        |request| !matches!(&request.decision, Decision::Approved { subject, .. } if subject == id),
    );
}

/// Ends everything that was made for an application.
pub(crate) fn end_application(store: &mut Store, id: &str) {
    store.epochs.end(Whose::Application, id);
    store.forget_application(id);
}

/// Refuses a value that some storage could not hold: a record that cannot be written would be lost.
fn check_size(value: &ClaimValue, path: &str) -> Result<(), ConfigError> {
    let mut writer = Writer::default();
    value.write(&mut writer);
    if writer.finish().len() > MAX_SIZE {
        return Err(ConfigError::new(path, "larger than 64 KiB"));
    }
    Ok(())
}

/// The largest size in bytes: half of the largest value in the storage of a Durable Object.
const MAX_SIZE: usize = 64 * 1024;
