//! Whether codes and tokens of a client and a user still stand. They do if both exist, are not
//! disabled, and have not been disabled or removed since.

use crate::issuer::directory::Directory;
use crate::issuer::state::epochs::{Epoch, Epochs, Whose};
use crate::issuer::wire::refusal::Refusal;

/// Whether a code or token still works that was made in this epoch for a client, and for a user if
/// there is one.
pub(crate) fn stands(
    directory: &Directory,
    epochs: &Epochs,
    client: &str,
    subject: Option<&str>,
    epoch: Epoch,
) -> bool {
    check(directory, epochs, client, subject, epoch).is_ok()
}

/// Refuses a code or token that does not work any more. It was made in this epoch for a client, and
/// for a user if there is one.
pub(crate) fn check(
    directory: &Directory,
    epochs: &Epochs,
    client: &str,
    subject: Option<&str>,
    epoch: Epoch,
) -> Result<(), Refusal> {
    directory.require_application(client)?;
    if !epochs.stands(Whose::Application, client, epoch) {
        return Err(Refusal::EndedWithApplication);
    }
    let Some(subject) = subject else {
        return Ok(());
    };
    directory.require_user(subject)?;
    if !epochs.stands(Whose::User, subject, epoch) {
        return Err(Refusal::EndedWithUser);
    }
    Ok(())
}

/// Whether an access token whose grant has no record still stands: such tokens of a user or of a
/// client may have been ended together.
pub(crate) fn unrecorded_stands(
    epochs: &Epochs,
    client: &str,
    subject: Option<&str>,
    epoch: Epoch,
) -> bool {
    let (whose, id) = unrecorded(client, subject);
    epochs.stands(whose, id, epoch)
}

/// Ends all access tokens whose grant has no record: those of the user, or without a user those
/// that the client has for itself.
pub(crate) fn end_unrecorded(epochs: &mut Epochs, client: &str, subject: Option<&str>) {
    let (whose, id) = unrecorded(client, subject);
    epochs.end(whose, id);
}

/// Whose epoch counts for an access token whose grant has no record.
fn unrecorded<'a>(client: &'a str, subject: Option<&'a str>) -> (Whose, &'a str) {
    match subject {
        Some(subject) => (Whose::Unrecorded, subject),
        None => (Whose::Machine, client),
    }
}
