//! What is said about an access token, the same in it (RFC 9068 section 2.2) and at introspection (RFC 7662
//! section 2.2).

use crate::issuer::check::{audience, authentication as sign_in};
use crate::issuer::config::Config;
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::sealed::exchanged::Party;
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

/// How and when its user signed in (RFC 9068 section 2.2.1, RFC 9470 section 6.2).
pub(crate) fn authentication(config: &Config, token: &AccessToken, object: &mut ObjectWriter) {
    if let Some(time) = token.auth_time {
        object.integer("auth_time", time);
        object.string("acr", sign_in::acr(config)).strings("amr", sign_in::AMR);
    }
}

/// Who acts for its subject (`act`), and who may (`may_act`): RFC 8693 sections 4.1 and 4.4.
pub(crate) fn delegation(token: &AccessToken, object: &mut ObjectWriter) {
    let actors = token.exchanged.as_ref().map_or(&[][..], |exchanged| &exchanged.actors);
    // The present actor has the former one in it.
    let act = actors.iter().rev().fold(None, |former: Option<String>, actor| {
        let mut object = ObjectWriter::new();
        party(actor, &mut object);
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

fn party(Party { subject, issuer }: &Party, object: &mut ObjectWriter) {
    object.string("sub", subject).optional_string("iss", issuer.as_deref());
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
