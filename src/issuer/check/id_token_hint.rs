//! The parameter `id_token_hint`: an id_token that this issuer gave earlier (OpenID Connect Core
//! section 3.1.2.1, RP-Initiated Logout section 2). It may have expired, but its signature must be
//! genuine.

use std::borrow::Cow;

use crate::issuer::check::session::{self, CurrentSession};
use crate::issuer::config::Config;
use crate::issuer::jose::jws::Jws;
use crate::issuer::jose::key_set::KeySet;
use crate::issuer::jose::verify::own_check;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// What a hint says. It is true, because the issuer itself signed it.
pub(crate) struct Hint {
    pub(crate) client: String,
    pub(crate) subject: String,
    /// The public id of the login session in which the id_token was made; none if there was no
    /// session.
    session: Option<String>,
}

impl Hint {
    /// Whether the id_token was given for this very login session (RP-Initiated Logout section 2), in which
    /// its client knows the user by this `sub`.
    pub(crate) fn is_of(&self, current: &CurrentSession, subject: &str) -> bool {
        self.subject == subject && self.session.as_deref() == Some(&*session::public_id(current.id))
    }
}

/// The hint of a request, if it has one.
pub(crate) fn read(
    config: &Config,
    keys: &KeySet,
    exchange: &Exchange<'_>,
    parameters: &Parameters,
) -> Result<Option<Hint>, Refusal> {
    parameters
        .value("id_token_hint")
        .map(|hint| read_hint(config, keys, exchange, hint).ok_or(Refusal::IdTokenHintMalformed))
        .transpose()
}

/// What this id_token says; none if it is not genuine.
pub(crate) fn read_hint(
    config: &Config,
    keys: &KeySet,
    exchange: &Exchange<'_>,
    hint: &str,
) -> Option<Hint> {
    let jws = Jws::read(hint)?;
    // RFC 8725 section 3.11: the same key signs tokens of other kinds, which are no hints.
    if !jws.is_type("JWT") || !exchange.verified.contains(&own_check(keys, &jws)?) {
        return None;
    }
    let claims = jws.claims()?;
    // Nor are userinfo responses, which say no time (OpenID Connect Core section 5.3.2).
    if !claims.has("exp") {
        return None;
    }
    let (client, subject) = (claims.text("aud")?.into_owned(), claims.text("sub")?.into_owned());
    let issuer = claims.text("iss")?;
    let is_ours = config.is_issuer_url(&issuer, exchange.authority, &client);
    is_ours.then(|| Hint { client, subject, session: claims.text("sid").map(Cow::into_owned) })
}
