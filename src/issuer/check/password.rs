//! Checking a username and a password.

use sha2::{Digest, Sha256};

use crate::issuer::config::User;
use crate::issuer::directory::Directory;
use crate::issuer::state::store::Store;
use crate::issuer::state::throttle::Guesser;
use crate::issuer::wire::refusal::Refusal;
use crate::secret::constant_time_eq;

/// Finds the user with this username and password. It counts wrong guesses. A username that nobody
/// has is treated like one with a wrong password, so that the response does not show which
/// usernames exist.
pub(crate) fn check<'a>(
    directory: &'a Directory,
    store: &mut Store,
    username: &str,
    password: &str,
    guesser: Guesser,
    now: i64,
) -> Result<&'a User, Refusal> {
    if let Some(wait) = store.passwords.wait(guesser, now) {
        return Err(Refusal::throttled(wait));
    }
    let user = directory.find_user_by_name(username);
    // It compares hashes, because comparing the texts would show the length of the password.
    let expected = user.map_or("", |user| user.password.expose());
    let matches = constant_time_eq(
        &Sha256::digest(expected.as_bytes()),
        &Sha256::digest(password.as_bytes()),
    );
    match user {
        // Only somebody who knows the password learns that the user is disabled.
        Some(user) if matches && user.disabled => Err(Refusal::UserDisabled),
        Some(user) if matches => Ok(user),
        _ => {
            store.passwords.fail(guesser, now);
            store.touch();
            Err(Refusal::PasswordWrong)
        }
    }
}
