//! The applications and users. The issuer has no other copy of them.

use std::collections::HashMap;

use crate::issuer::config::{Application, Config, ConfigError, FromValue, User};
use crate::issuer::directory::edits::Edits;
use crate::issuer::directory::registered::{Problems, RegisteredClient};
use crate::issuer::state::expiring::Expiring;
use crate::issuer::wire::refusal::Refusal;

pub(crate) mod edits;
pub(crate) mod registered;

/// The present configuration, and the edits that led to it.
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Directory {
    config: Config,
    /// The position of each application in the configuration, by id.
    application_places: HashMap<String, usize>,
    /// The position of each user in the configuration, by id.
    user_places: HashMap<String, usize>,
    /// User ids by username.
    usernames: HashMap<String, String>,
    /// The authentication contexts of users (`acr`).
    contexts: HashMap<String, usize>,
    pub(crate) application_edits: Edits,
    pub(crate) user_edits: Edits,
    /// The clients that nobody configured.
    pub(crate) registered: Expiring<RegisteredClient>,
    /// Why documents of clients could not be used.
    pub(crate) problems: Problems,
}

impl Directory {
    /// Makes a directory from a configuration that has been checked.
    pub(crate) fn new(config: Config) -> Self {
        let usernames =
            config.users.iter().map(|user| (user.username.clone(), user.user_id.clone())).collect();
        let capacity = config.limits.registered_clients;
        Self {
            application_places: places(&config.applications, |one| &one.application_id),
            user_places: places(&config.users, |one| &one.user_id),
            usernames,
            contexts: contexts(&config.users),
            application_edits: Edits::default(),
            user_edits: Edits::default(),
            registered: Expiring::new(capacity, capacity / 4),
            problems: Problems::default(),
            config,
        }
    }

    /// The present configuration.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Notes under which base URL the present request came, if each request says it.
    pub(crate) fn set_present(&mut self, base_url: Option<String>) {
        self.config.present = base_url;
    }

    /// All configured applications, including disabled ones.
    pub(crate) fn applications(&self) -> &[Application] {
        &self.config.applications
    }

    /// Finds an application, disabled or not, or the one of a client that nobody configured.
    pub(crate) fn find_application(&self, id: &str) -> Option<&Application> {
        self.find_configured(id).or_else(|| self.find_registered(id).map(|one| &one.application))
    }

    /// Finds a configured application, disabled or not.
    fn find_configured(&self, id: &str) -> Option<&Application> {
        self.application_places.get(id).and_then(|place| self.config.applications.get(*place))
    }

    /// Finds a client that nobody configured.
    pub(crate) fn find_registered(&self, id: &str) -> Option<&RegisteredClient> {
        if self.registered.is_empty() {
            return None;
        }
        let (client, _) = self.registered.entry(&registered::key(id))?;
        let counts = client.registration().is_some() || self.config.client_id_metadata.is_some();
        (counts && client.application.application_id == id).then_some(client)
    }

    /// The present configuration, and the clients that nobody configured.
    pub(crate) fn registered_mut(&mut self) -> (&Config, &mut Expiring<RegisteredClient>) {
        (&self.config, &mut self.registered)
    }

    /// Finds the configured application that a path names. The others are clients of the instance's
    /// server only, and have no paths of their own.
    pub(crate) fn application_of_path(&self, id: &str) -> Result<&Application, Refusal> {
        match self.find_configured(id) {
            Some(application) if application.disabled => Err(Refusal::ApplicationDisabled),
            Some(application) => Ok(application),
            None => Err(Refusal::ApplicationUnknown(id.to_owned())),
        }
    }

    /// Finds an application that is not disabled.
    pub(crate) fn enabled_application(&self, id: &str) -> Option<&Application> {
        self.require_application(id).ok()
    }

    /// Finds an application that is not disabled. The refusal says whether it is unknown or
    /// disabled.
    pub(crate) fn require_application(&self, id: &str) -> Result<&Application, Refusal> {
        match self.find_application(id) {
            Some(application) if application.disabled => Err(Refusal::ClientDisabled),
            Some(application) => Ok(application),
            None => Err(Refusal::ClientUnknown),
        }
    }

    /// Finds a user who is not disabled.
    pub(crate) fn enabled_user(&self, id: &str) -> Option<&User> {
        self.require_user(id).ok()
    }

    /// Finds a user who is not disabled. The refusal says whether the user is unknown or disabled.
    pub(crate) fn require_user(&self, id: &str) -> Result<&User, Refusal> {
        match self.find_user(id) {
            Some(user) if user.disabled => Err(Refusal::UserDisabled),
            Some(user) => Ok(user),
            None => Err(Refusal::UserGone),
        }
    }

    /// Finds the user with a username, disabled or not.
    pub(crate) fn find_user_by_name(&self, username: &str) -> Option<&User> {
        self.usernames.get(username).and_then(|id| self.find_user(id))
    }

    /// Finds the user with this id, or else the one with this username.
    #[cfg(feature = "testing")]
    pub(crate) fn find_user_called(&self, called: &str) -> Option<&User> {
        self.find_user(called).or_else(|| self.find_user_by_name(called))
    }

    /// Whether the sign-ins of a user have this authentication context.
    pub(crate) fn has_context(&self, acr: &str) -> bool {
        self.contexts.contains_key(acr)
    }

    /// Finds a user, disabled or not.
    fn find_user(&self, id: &str) -> Option<&User> {
        self.user_places.get(id).and_then(|place| self.config.users.get(*place))
    }

    /// Adds a user, or replaces the one with the same id.
    pub(crate) fn put_user(&mut self, user: User) -> Result<(), ConfigError> {
        user.check("user")?;
        if self.usernames.get(&user.username).is_some_and(|id| *id != user.user_id) {
            return Err(ConfigError::new("user.username", "another user has the same"));
        }
        let users = &mut self.config.users;
        let place = self.user_places.get(&user.user_id);
        let id = user.user_id.clone();
        let username = user.username.clone();
        let acr = user.acr.clone();
        match place.and_then(|place| users.get_mut(*place)) {
            Some(former) => {
                self.usernames.remove(&former.username);
                let is_as_before = former.acr == acr;
                *former = user;
                if !is_as_before {
                    self.contexts = contexts(users);
                }
            }
            None => {
                self.user_places.insert(id.clone(), users.len());
                users.push(user);
            }
        }
        self.usernames.insert(username, id);
        self.contexts.extend(acr.map(|acr| (acr, 0)));
        Ok(())
    }

    /// Removes a user. Returns false if there is none with this id.
    pub(crate) fn drop_user(&mut self, id: &str) -> bool {
        let Some(user) = self.find_user(id) else {
            return false;
        };
        let username = user.username.clone();
        self.usernames.remove(&username);
        self.config.users.retain(|user| user.user_id != id);
        self.user_places = places(&self.config.users, |one| &one.user_id);
        self.contexts = contexts(&self.config.users);
        true
    }

    /// Adds an application, or replaces the one with the same id.
    pub(crate) fn put_application(&mut self, application: Application) -> Result<(), ConfigError> {
        application.check("application", self.config.profile)?;
        self.config.check_signed_responses("application", &application)?;
        self.config.check_federated_credentials("application", &application)?;
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

    /// Removes an application. Returns false if there is none with this id.
    pub(crate) fn drop_application(&mut self, id: &str) -> bool {
        if self.find_configured(id).is_none() {
            return false;
        }
        self.config.applications.retain(|application| application.application_id != id);
        self.application_places = places(&self.config.applications, |one| &one.application_id);
        true
    }

    /// Repeats the edits of a former run, which were read from its records.
    ///
    /// # Errors
    /// Fails if the present configuration does not allow one of them.
    pub(crate) fn reapply_edits(&mut self) -> Result<(), ConfigError> {
        let applications = core::mem::take(&mut self.application_edits);
        let users = core::mem::take(&mut self.user_edits);
        // All edited entries are removed first. Otherwise a username that one user gave up and
        // another got would count as taken.
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

/// The authentication contexts of users. What they lead to is nothing.
fn contexts(users: &[User]) -> HashMap<String, usize> {
    users.iter().filter_map(|user| user.acr.clone()).map(|acr| (acr, 0)).collect()
}

/// The position of each entry in a list, by its id.
fn places<T>(list: &[T], id: impl Fn(&T) -> &str) -> HashMap<String, usize> {
    list.iter().enumerate().map(|(place, one)| (id(one).to_owned(), place)).collect()
}
