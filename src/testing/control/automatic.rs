//! Who signs in and agrees by themselves.

use crate::issuer::Reply;
use crate::issuer::automatic::Automatic;
use crate::issuer::config::plain::{objects, parts};
use crate::json::ObjectWriter;
use crate::testing::acts::tokens::NoTokens;
use crate::testing::control::body;
use crate::testing::control::call::Call;
use crate::testing::control::reply::{done, json};
use crate::testing::controlled::Controlled;

parts!(Automatic = Self::default();
    takes user,
    takes by_login_hint,
    takes consent,
);
objects!(Automatic);

/// What happens by itself.
pub(super) fn show(controlled: &mut Controlled, _: &Call<'_>) -> Result<Reply, NoTokens> {
    let Automatic { user, by_login_hint, consent } = controlled.automatic();
    let mut object = ObjectWriter::new();
    object
        .optional_string("user", user.as_deref())
        .boolean("byLoginHint", *by_login_hint)
        .boolean("consent", *consent);
    Ok(json(object.finish()))
}

/// Says all of it anew: what is left out does not happen.
pub(super) fn put(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    controlled.set_automatic(body::read(call)?)?;
    show(controlled, call)
}

/// Lets nothing happen by itself any more.
pub(super) fn clear(controlled: &mut Controlled, _: &Call<'_>) -> Result<Reply, NoTokens> {
    controlled.set_automatic(Automatic::default())?;
    Ok(done())
}
