//! Whether what was made for a client and a user still stands: both are there, not disabled, and were
//! not disabled or removed since.

use crate::issuer::directory::Directory;
use crate::issuer::state::epochs::{Epoch, Epochs, Whose};
use crate::issuer::wire::refusal::Refusal;

/// Whether what was made in this epoch for a client, and for a user if there is one, still works.
pub(crate) fn stands(
    directory: &Directory,
    epochs: &Epochs,
    client: &str,
    subject: Option<&str>,
    epoch: Epoch,
) -> bool {
    check(directory, epochs, client, subject, epoch).is_ok()
}

/// Refuses what was made in this epoch for a client, and for a user if there is one, and does not work any
/// more.
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

/// Whether an access token without a grant on record is not one of those that ended together.
pub(crate) fn unrecorded_stands(
    epochs: &Epochs,
    client: &str,
    subject: Option<&str>,
    epoch: Epoch,
) -> bool {
    let (whose, id) = unrecorded(client, subject);
    epochs.stands(whose, id, epoch)
}

/// Ends all access tokens without a grant on record, of a user or else of a client.
pub(crate) fn end_unrecorded(epochs: &mut Epochs, client: &str, subject: Option<&str>) {
    let (whose, id) = unrecorded(client, subject);
    epochs.end(whose, id);
}

fn unrecorded<'a>(client: &'a str, subject: Option<&'a str>) -> (Whose, &'a str) {
    match subject {
        Some(subject) => (Whose::Unrecorded, subject),
        None => (Whose::Machine, client),
    }
}
