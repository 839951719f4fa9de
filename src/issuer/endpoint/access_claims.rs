//! What is said about an access token, the same in it (RFC 9068 section 2.2) and at introspection (RFC 7662
//! section 2.2).

use std::borrow::Cow;

use crate::issuer::check::{audience, authentication as sign_in, subject};
use crate::issuer::config::{Application, Config};
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::vault::Vault;
use crate::json::ObjectWriter;

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
        None => Cow::Borrowed(&token.client),
    }
}

/// How and when its user signed in (RFC 9068 section 2.2.1, RFC 9470 section 6.2).
pub(crate) fn authentication(config: &Config, token: &AccessToken, object: &mut ObjectWriter) {
    if let Some(time) = token.auth_time {
        object.integer("auth_time", time);
        object.string("acr", sign_in::acr(config)).strings("amr", sign_in::AMR);
    }
}

/// What the configuration has its resources told. Of two that call something by one name the first
/// says what it is.
pub(crate) fn of_resources(config: &Config, token: &AccessToken, object: &mut ObjectWriter) {
    let mut written: Vec<&str> = Vec::new();
    let resources = token.audience.iter().filter_map(|one| audience::resource(config, one));
    for (name, value) in resources.flat_map(|resource| &resource.claims.0) {
        if !written.contains(&name.as_str()) {
            object.raw(name, &value.to_json());
            written.push(name);
        }
    }
}
