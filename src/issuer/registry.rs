//! Applications and users that come, change and go while the issuer runs. What changed is kept by
//! snapshots, and goes before what the configuration of a restart says.

use std::sync::Arc;

use super::Issuer;
use super::bytes::{Reader, Writer};
use super::config::{Application, ClaimValue, ConfigError, FromValue, User};
use super::standing::Whose;
use super::store::{Decision, Journal};

/// Which applications and users were set or removed since the start.
#[derive(Default)]
pub(crate) struct Edits {
    pub(super) applications: EditList,
    pub(super) users: EditList,
}

/// Ids, and what they were set to; nothing for one that was removed. The place names the record.
#[derive(Default)]
pub(crate) struct EditList {
    /// Values as a configuration has them: at a restart they are read like one.
    edits: Vec<(String, Option<ClaimValue>)>,
    journal: Journal,
}

impl EditList {
    fn note(&mut self, id: &str, value: Option<ClaimValue>) {
        let place = self.edits.iter().position(|(known, _)| known == id);
        self.journal.note(place.unwrap_or(self.edits.len()) as u128);
        match place.and_then(|place| self.edits.get_mut(place)) {
            Some((_, former)) => *former = value,
            None => self.edits.push((id.to_owned(), value)),
        }
    }

    /// What is not as it was told last.
    pub(crate) fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// How many records there are, numbered from 0 on.
    pub(crate) fn len(&self) -> usize {
        self.edits.len()
    }

    pub(crate) fn write(&self, place: usize, writer: &mut Writer) -> Option<()> {
        let (id, value) = self.edits.get(place)?;
        writer.str(id).bool(value.is_some());
        if let Some(value) = value {
            value.write(writer);
        }
        Some(())
    }

    /// Reads what [`EditList::write`] wrote, in the order of the numbers.
    pub(crate) fn read(&mut self, place: usize, reader: &mut Reader<'_>) -> Option<()> {
        let id = reader.string()?;
        let value = if reader.bool()? { Some(ClaimValue::read(reader)?) } else { None };
        (place == self.edits.len()).then(|| self.edits.push((id, value)))
    }
}

impl Issuer {
    /// Adds a user, or changes the one of the same id. A user who is disabled by it is signed out,
    /// and all codes and tokens of theirs end for ever. Other changes end nothing, a new password
    /// included.
    ///
    /// # Errors
    /// What a configuration would be refused for, with a path from `user` on.
    pub fn set_user(&mut self, user: User) -> Result<(), ConfigError> {
        self.set_user_value(user.to_value())
    }

    /// The same with a plain value.
    pub(crate) fn set_user_value(&mut self, value: ClaimValue) -> Result<(), ConfigError> {
        check_size(&value, "user")?;
        let user = User::from_value(value.clone(), "user")?;
        let (id, disabled) = (user.user_id.clone(), user.disabled);
        self.put_user(user)?;
        if disabled {
            self.end_user(&id);
        }
        self.edits.users.note(&id, Some(value));
        self.touch();
        Ok(())
    }

    /// Removes a user, who is signed out; all codes and tokens of theirs end for ever. False if
    /// there was none of this id.
    pub fn remove_user(&mut self, user_id: &str) -> bool {
        let removed = self.drop_user(user_id);
        if removed {
            self.end_user(user_id);
            self.edits.users.note(user_id, None);
            self.touch();
        }
        removed
    }

    /// Adds an application, or changes the one of the same id. If it is disabled by it, all codes
    /// and tokens of its client end for ever, and devices that wait. Other changes end nothing.
    ///
    /// # Errors
    /// What a configuration would be refused for, with a path from `application` on.
    pub fn set_application(&mut self, application: Application) -> Result<(), ConfigError> {
        self.set_application_value(application.to_value())
    }

    /// The same with a plain value.
    pub(crate) fn set_application_value(&mut self, value: ClaimValue) -> Result<(), ConfigError> {
        check_size(&value, "application")?;
        let application = Application::from_value(value.clone(), "application")?;
        let (id, disabled) = (application.application_id.clone(), application.disabled);
        self.put_application(application)?;
        if disabled {
            self.end_application(&id);
        }
        self.edits.applications.note(&id, Some(value));
        self.touch();
        Ok(())
    }

    /// Removes an application; all codes and tokens of its client end for ever. False if there was
    /// none of this id.
    pub fn remove_application(&mut self, application_id: &str) -> bool {
        let removed = self.drop_application(application_id);
        if removed {
            self.end_application(application_id);
            self.edits.applications.note(application_id, None);
            self.touch();
        }
        removed
    }

    fn put_user(&mut self, user: User) -> Result<(), ConfigError> {
        user.check("user")?;
        if self.usernames.get(&user.username).is_some_and(|id| *id != user.user_id) {
            return Err(ConfigError::new("user.username", "another user has the same"));
        }
        let users = &mut self.config.users;
        match users.iter_mut().find(|other| other.user_id == user.user_id) {
            Some(place) => {
                self.usernames.remove(&place.username);
                *place = user.clone();
            }
            None => users.push(user.clone()),
        }
        self.usernames.insert(user.username.clone(), user.user_id.clone());
        self.users.insert(user.user_id.clone(), Arc::new(user));
        Ok(())
    }

    fn drop_user(&mut self, id: &str) -> bool {
        let Some(user) = self.users.remove(id) else {
            return false;
        };
        self.usernames.remove(&user.username);
        self.config.users.retain(|user| user.user_id != id);
        true
    }

    fn put_application(&mut self, application: Application) -> Result<(), ConfigError> {
        application.check("application", self.config.profile)?;
        let id = &application.application_id;
        let applications = &mut self.config.applications;
        match applications.iter_mut().find(|other| other.application_id == *id) {
            Some(place) => *place = application.clone(),
            None => applications.push(application.clone()),
        }
        self.applications.insert(id.clone(), Arc::new(application));
        Ok(())
    }

    fn drop_application(&mut self, id: &str) -> bool {
        self.config.applications.retain(|application| application.application_id != id);
        self.applications.remove(id).is_some()
    }

    /// Ends what tokens cannot carry: sessions, and devices that were approved and not yet fetched.
    fn end_user(&mut self, id: &str) {
        self.standing.end(Whose::User, id);
        self.store.sessions.retain(|session| session.subject != id);
        self.store.devices.retain(|request| {
            !matches!(&request.decision, Decision::Approved { subject, .. } if subject == id)
        });
    }

    fn end_application(&mut self, id: &str) {
        self.standing.end(Whose::Application, id);
        self.store.devices.retain(|request| request.client != id);
        self.store.pushed.retain(|pushed| pushed.client != id);
        self.store.sessions.for_each(|session| session.forget(id));
    }

    /// Makes the edits of a former run again, which were read into [`Issuer::edits`].
    ///
    /// # Errors
    /// The present configuration does not allow one of them.
    pub(crate) fn make_edits_again(&mut self) -> Result<(), ConfigError> {
        let edits = core::mem::take(&mut self.edits);
        // First everything goes, or a name that was handed on would still be taken.
        for (id, _) in &edits.applications.edits {
            self.drop_application(id);
        }
        for (id, _) in &edits.users.edits {
            self.drop_user(id);
        }
        for value in edits.applications.edits.iter().filter_map(|(_, value)| value.clone()) {
            self.put_application(Application::from_value(value, "application")?)?;
        }
        for value in edits.users.edits.iter().filter_map(|(_, value)| value.clone()) {
            self.put_user(User::from_value(value, "user")?)?;
        }
        self.edits = edits;
        Ok(())
    }
}

/// Every storage holds records of this size; a larger one might never be written.
fn check_size(value: &ClaimValue, path: &str) -> Result<(), ConfigError> {
    let mut writer = Writer::default();
    value.write(&mut writer);
    if writer.finish().len() > MAX_SIZE {
        return Err(ConfigError::new(path, "larger than 64 KiB"));
    }
    Ok(())
}

/// 64 KiB: half of what a value in a Durable Object's storage may have.
const MAX_SIZE: usize = 64 * 1024;
