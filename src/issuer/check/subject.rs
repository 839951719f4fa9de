//! Under which `sub` a client knows a user (OpenID Connect Core section 8).

use std::borrow::Cow;

use crate::issuer::check::id_token_hint::Hint;
use crate::issuer::config::{Application, SubjectType, User};
use crate::issuer::directory::Directory;
use crate::issuer::vault::Vault;

/// The `sub` of a user: the id, or for a pairwise client what only clients of its sector see.
pub(crate) fn of<'a>(vault: &Vault, application: &Application, user_id: &'a str) -> Cow<'a, str> {
    match application.subject_type {
        SubjectType::Public => Cow::Borrowed(user_id),
        SubjectType::Pairwise => {
            let sector = application.sector().unwrap_or_default();
            Cow::Owned(vault.pairwise_subject(&sector, user_id))
        }
    }
}

/// The `sub` that a client knows the user of a hint by. The hint may be an id_token of another client.
pub(crate) fn hinted(
    directory: &Directory,
    vault: &Vault,
    hint: Hint,
    application: &Application,
) -> String {
    let owner = directory.enabled_application(&hint.client);
    let user = match owner {
        Some(owner) if owner.application_id == application.application_id => None,
        Some(owner) => user_of(directory, vault, owner, &hint.subject),
        None => directory.enabled_user(&hint.subject),
    };
    match user {
        Some(user) => of(vault, application, &user.user_id).into_owned(),
        // Of this client; or nobody's any more, so that nobody else answers the request.
        None => hint.subject,
    }
}

/// The user whom an application knows by this `sub`.
pub(crate) fn user_of<'a>(
    directory: &'a Directory,
    vault: &Vault,
    application: &Application,
    subject: &str,
) -> Option<&'a User> {
    match application.subject_type {
        SubjectType::Public => directory.enabled_user(subject),
        SubjectType::Pairwise => {
            let users = &mut directory.config().users.iter();
            users.find(|user| !user.disabled && of(vault, application, &user.user_id) == subject)
        }
    }
}
