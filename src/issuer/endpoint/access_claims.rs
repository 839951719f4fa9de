//! What is said about an access token, the same in it (RFC 9068 section 2.2) and at introspection (RFC 7662
//! section 2.2).

use crate::issuer::check::{authentication as sign_in, subject};
use crate::issuer::config::{Application, Config};
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::vault::Vault;
use crate::json::ObjectWriter;
use std::borrow::Cow;

/// For whom it is: one, or several. RFC 9068 section 3: without a resource the issuer's default one is
/// meant.
pub(crate) fn audience(issuer: &str, token: &AccessToken, object: &mut ObjectWriter) {
    match &*token.audience {
        [] => object.string("aud", issuer),
        [one] => object.string("aud", one),
        several => object.strings("aud", several),
    };
}

/// Whom it is about: the user, as the client of the token knows them, or the client itself.
pub(crate) fn subject<'a>(
    vault: &Vault,
    application: &Application,
    token: &'a AccessToken,
) -> Cow<'a, str> {
    match &token.subject {
        Some(user) => subject::of(vault, application, user),
        None => Cow::Borrowed(token.about()),
    }
}

/// How and when its user signed in (RFC 9068 section 2.2.1, RFC 9470 section 6.2).
pub(crate) fn authentication(config: &Config, token: &AccessToken, object: &mut ObjectWriter) {
    if let Some(time) = token.auth_time {
        object.integer("auth_time", time);
        sign_in::write(config, &token.context, object);
    }
}

/// Who acts for its subject (`act`), and who may (`may_act`): RFC 8693 sections 4.1 and 4.4.
pub(crate) fn delegation(
    vault: &Vault,
    application: &Application,
    token: &AccessToken,
    object: &mut ObjectWriter,
) {
    let actors = token.exchanged.as_ref().map_or(&[][..], |exchanged| &exchanged.actors);
    // The present actor has the former one in it.
    let act = actors.iter().rev().fold(None, |former: Option<String>, actor| {
        let name = match actor.is_user {
            true => subject::of(vault, application, &actor.subject),
            false => Cow::Borrowed(&*actor.subject),
        };
        let mut object = ObjectWriter::new();
        object.string("sub", &name).optional_string("iss", actor.issuer.as_deref());
        if let Some(former) = former {
            object.raw("act", &former);
        }
        Some(object.finish())
    });
    if let Some(act) = act {
        object.raw("act", &act);
    }
    if let Some(may_act) = &token.may_act {
        let mut named = ObjectWriter::new();
        named.string("sub", may_act);
        object.raw("may_act", &named.finish());
    }
}
