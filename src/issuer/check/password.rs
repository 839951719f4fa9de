//! Whether a username and a password belong together.

use sha2::{Digest, Sha256};

use crate::issuer::config::User;
use crate::issuer::directory::Directory;
use crate::issuer::state::store::Store;
use crate::issuer::state::throttle::Guesser;
use crate::issuer::wire::refusal::Refusal;
use crate::secret::constant_time_eq;

/// Finds the user of a name and a password. Wrong guesses are counted, and a name that nobody
/// has costs the same as one with a wrong password.
pub(crate) fn check<'a>(
    directory: &'a Directory,
    store: &mut Store,
    username: &str,
    password: &str,
    guesser: Guesser,
    now: i64,
) -> Result<&'a User, Refusal> {
    if let Some(wait) = store.passwords.wait(guesser, now) {
        return Err(Refusal::Throttled(wait));
    }
    let user = directory.find_user_by_name(username);
    // Hashes are compared, so that not even the length shows.
    let expected = user.map_or("", |user| user.password.expose());
    let matches = constant_time_eq(
        &Sha256::digest(expected.as_bytes()),
        &Sha256::digest(password.as_bytes()),
    );
    match user {
        // Whoever knows the password may learn that the user is disabled.
        Some(user) if matches && user.disabled => Err(Refusal::UserDisabled),
        Some(user) if matches => Ok(user),
        _ => {
            store.passwords.fail(guesser, now);
            store.touch();
            Err(Refusal::PasswordWrong)
        }
    }
}
