//! How users authenticate here, as tokens and metadata say it, and what requests ask of it (OpenID Connect
//! Core sections 2 and 3.1.2.1, RFC 9470).

use crate::issuer::check::scope;
use crate::issuer::config::{Config, PASSWORD, User};
use crate::issuer::directory::Directory;
use crate::issuer::sealed::context::{Context, WantedContext};
use crate::json::ObjectWriter;

/// The usual authentication context (`acr`): a password, which is sent over TLS or not
/// (Authentication Context for SAML 2.0 sections 3.4.9 and 3.4.10).
pub(crate) fn password(config: &Config) -> &'static str {
    if config.is_https() {
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    } else {
        "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
    }
}

/// The contexts that the sign-in of everybody can have. Those that only users have are theirs to tell.
pub(crate) fn offered(config: &Config) -> Vec<&str> {
    let mut names = vec![password(config)];
    for context in &config.authentication_contexts {
        names.push(&context.acr);
    }
    names
}

/// Whether a sign-in can have this context.
pub(crate) fn is_offered(directory: &Directory, acr: &str) -> bool {
    rank(directory.config(), acr).is_some() || directory.has_context(acr)
}

/// The context of a sign-in: the user's own, or the first that the request asks for, or a password.
pub(crate) fn of_sign_in(config: &Config, user: &User, wanted: &WantedContext) -> Context {
    let mut context = Context { acr: user.acr.clone(), amr: Vec::new() };
    let contexts = &config.authentication_contexts;
    if context.acr.is_none() {
        let known = |acr: &&str| rank(config, acr).is_some();
        let first = scope::items(&wanted.values).find(known);
        context.acr = first.filter(|acr| *acr != password(config)).map(str::to_owned);
    }
    let own = contexts.iter().find(|one| Some(&one.acr) == context.acr.as_ref());
    if let Some(amr) = user.amr.as_ref().or(own.map(|own| &own.amr)) {
        context.amr.clone_from(amr);
    }
    context
}

/// Whether a login session is what a request asks for. What is not essential is met by what is
/// stronger as well.
pub(crate) fn meets(config: &Config, context: &Context, wanted: &WantedContext) -> bool {
    let acr = context.acr.as_deref().unwrap_or(password(config));
    let own = rank(config, acr);
    let is_met = |value: &str| {
        value == acr
            || (!wanted.essential
                && own.zip(rank(config, value)).is_some_and(|(own, other)| own > other))
    };
    wanted.values.is_empty() || scope::items(&wanted.values).any(is_met)
}

/// How strong a context is; none for one that only a user has.
fn rank(config: &Config, acr: &str) -> Option<usize> {
    if acr == password(config) {
        return Some(0);
    }
    let place = config.authentication_contexts.iter().position(|one| one.acr == acr)?;
    Some(place + 1)
}

/// Writes `acr` and `amr`.
pub(crate) fn write(config: &Config, context: &Context, object: &mut ObjectWriter) {
    object.string("acr", context.acr.as_deref().unwrap_or(password(config)));
    if context.amr.is_empty() {
        object.strings("amr", PASSWORD);
    } else {
        object.strings("amr", &context.amr);
    }
}
