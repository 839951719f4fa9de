//! Applications and users: the only copy of each.

use std::collections::HashMap;

use crate::issuer::config::{Application, Config, ConfigError, FromValue, User};
use crate::issuer::directory::edits::Edits;
use crate::issuer::wire::refusal::Refusal;

pub(crate) mod edits;

/// The configuration as it is now, and how it came to be so.
pub(crate) struct Directory {
    config: Config,
    /// Places in the lists of the configuration, by id.
    application_places: HashMap<String, usize>,
    user_places: HashMap<String, usize>,
    /// User ids by username.
    usernames: HashMap<String, String>,
    pub(crate) application_edits: Edits,
    pub(crate) user_edits: Edits,
}

impl Directory {
    /// A directory of a configuration that was checked.
    pub(crate) fn new(config: Config) -> Self {
        let usernames =
            config.users.iter().map(|user| (user.username.clone(), user.user_id.clone())).collect();
        Self {
            application_places: places(&config.applications, |one| &one.application_id),
            user_places: places(&config.users, |one| &one.user_id),
            usernames,
            application_edits: Edits::default(),
            user_edits: Edits::default(),
            config,
        }
    }

    /// The configuration as it is now.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// All applications, those that are disabled included.
    pub(crate) fn applications(&self) -> &[Application] {
        &self.config.applications
    }

    /// An application, disabled or not.
    pub(crate) fn find_application(&self, id: &str) -> Option<&Application> {
        self.application_places.get(id).and_then(|place| self.config.applications.get(*place))
    }

    /// An application that is there and not disabled.
    pub(crate) fn enabled_application(&self, id: &str) -> Option<&Application> {
        self.require_application(id).ok()
    }

    /// An application that is there and not disabled, or the refusal that says which of the two it is not.
    pub(crate) fn require_application(&self, id: &str) -> Result<&Application, Refusal> {
        match self.find_application(id) {
            Some(application) if application.disabled => Err(Refusal::ClientDisabled),
            Some(application) => Ok(application),
            None => Err(Refusal::ClientUnknown),
        }
    }

    /// A user who is there and not disabled.
    pub(crate) fn enabled_user(&self, id: &str) -> Option<&User> {
        self.require_user(id).ok()
    }

    /// A user who is there and not disabled, or the refusal that says which of the two they are not.
    pub(crate) fn require_user(&self, id: &str) -> Result<&User, Refusal> {
        match self.find_user(id) {
            Some(user) if user.disabled => Err(Refusal::UserDisabled),
            Some(user) => Ok(user),
            None => Err(Refusal::UserGone),
        }
    }

    /// The user of a username, disabled or not.
    pub(crate) fn find_user_by_name(&self, username: &str) -> Option<&User> {
        self.usernames.get(username).and_then(|id| self.find_user(id))
    }

    fn find_user(&self, id: &str) -> Option<&User> {
        self.user_places.get(id).and_then(|place| self.config.users.get(*place))
    }

    /// Adds a user, or changes the one of the same id.
    pub(crate) fn put_user(&mut self, user: User) -> Result<(), ConfigError> {
        user.check("user")?;
        if self.usernames.get(&user.username).is_some_and(|id| *id != user.user_id) {
            return Err(ConfigError::new("user.username", "another user has the same"));
        }
        let users = &mut self.config.users;
        let place = self.user_places.get(&user.user_id);
        let id = user.user_id.clone();
        let username = user.username.clone();
        match place.and_then(|place| users.get_mut(*place)) {
            Some(former) => {
                self.usernames.remove(&former.username);
                *former = user;
            }
            None => {
                self.user_places.insert(id.clone(), users.len());
                users.push(user);
            }
        }
        self.usernames.insert(username, id);
        Ok(())
    }

    /// Removes a user. False if there was none of this id.
    pub(crate) fn drop_user(&mut self, id: &str) -> bool {
        let Some(user) = self.find_user(id) else {
            return false;
        };
        let username = user.username.clone();
        self.usernames.remove(&username);
        self.config.users.retain(|user| user.user_id != id);
        self.user_places = places(&self.config.users, |one| &one.user_id);
        true
    }

    /// Adds an application, or changes the one of the same id.
    pub(crate) fn put_application(&mut self, application: Application) -> Result<(), ConfigError> {
        application.check("application", self.config.profile)?;
        let applications = &mut self.config.applications;
        let place = self.application_places.get(&application.application_id);
        match place.and_then(|place| applications.get_mut(*place)) {
            Some(former) => *former = application,
            None => {
                let id = application.application_id.clone();
                self.application_places.insert(id, applications.len());
                applications.push(application);
            }
        }
        Ok(())
    }

    /// Removes an application. False if there was none of this id.
    pub(crate) fn drop_application(&mut self, id: &str) -> bool {
        if self.find_application(id).is_none() {
            return false;
        }
        self.config.applications.retain(|application| application.application_id != id);
        self.application_places = places(&self.config.applications, |one| &one.application_id);
        true
    }

    /// Makes the edits of a former run again, which were read from its records.
    ///
    /// # Errors
    /// Fails if the present configuration does not allow one of them.
    pub(crate) fn reapply_edits(&mut self) -> Result<(), ConfigError> {
        let applications = core::mem::take(&mut self.application_edits);
        let users = core::mem::take(&mut self.user_edits);
        // First everything goes, or a name that was handed on would still be taken.
        for id in applications.ids() {
            self.drop_application(id);
        }
        for id in users.ids() {
            self.drop_user(id);
        }
        for value in applications.values() {
            self.put_application(Application::from_value(value.clone(), "application")?)?;
        }
        for value in users.values() {
            self.put_user(User::from_value(value.clone(), "user")?)?;
        }
        (self.application_edits, self.user_edits) = (applications, users);
        Ok(())
    }
}

fn places<T>(list: &[T], id: impl Fn(&T) -> &str) -> HashMap<String, usize> {
    list.iter().enumerate().map(|(place, one)| (id(one).to_owned(), place)).collect()
}
