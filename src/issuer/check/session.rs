//! The login session of a browser: who is signed in there.

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::http::HttpResponse;
use crate::issuer::config::{Application, Config};
use crate::issuer::directory::Directory;
use crate::issuer::sealed::context::Context;
use crate::issuer::sealed::cookie::SessionCookie;
use crate::issuer::sealed::user_grant::UserGrant;
use crate::issuer::state::logouts::Participant;
use crate::issuer::state::session::Session;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::cookies::{self, Cookies, Sessions};
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;

/// A login session and its id.
#[derive(Clone, Debug)]
pub(crate) struct CurrentSession {
    pub(crate) id: u128,
    pub(crate) session: Session,
}

/// The login session of the browser that sent a request.
pub(crate) fn current(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    cookies: &Cookies,
    exchange: &Exchange<'_>,
) -> Option<CurrentSession> {
    let id = match cookies.sessions {
        Sessions::Cookie => {
            let config = directory.config();
            let SessionCookie(id) =
                cookies.open(config, vault, exchange.request, cookies::SESSION)?;
            id
        }
        Sessions::Host => store.host_session.id()?,
    };
    let session = store.sessions.get(&id, exchange.now)?;
    // The user may have been removed from the configuration.
    directory.enabled_user(&session.subject)?;
    Some(CurrentSession { id, session: session.clone() })
}

/// Begins a login session, and ends the one that the browser had. The session has a new id: an
/// attacker who has planted an id in the browser gains nothing.
pub(crate) fn begin(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    cookies: &Cookies,
    exchange: &Exchange<'_>,
    subject: &str,
    context: Context,
) -> Result<CurrentSession, Refusal> {
    let mut participants = Vec::new();
    if let Some(previous) = current(directory, vault, store, cookies, exchange)
        && let Some(session) = store.sessions.take(&previous.id)
    {
        if session.subject == subject {
            // The user has not signed out, so the clients of before are told when that happens.
            participants = session.participants;
        } else {
            store.logouts.add(&session.subject, session.participants);
        }
    }
    let session = Session {
        subject: subject.to_owned(),
        auth_time: exchange.now,
        context,
        consents: Vec::new(),
        participants,
        owner: vault.user_number(subject),
    };
    let id = vault.random.id();
    let expires = exchange.now.saturating_add(SESSION_SECONDS);
    store.sessions.insert(id, session.clone(), expires, exchange.now)?;
    if cookies.sessions == Sessions::Host {
        store.host_session.set(Some(id));
    }
    store.touch();
    Ok(CurrentSession { id, session })
}

/// Notes that a client got an id_token of a login session, so that it is told when that ends.
pub(crate) fn join(
    config: &Config,
    store: &mut Store,
    application: &Application,
    user_grant: &UserGrant,
    now: i64,
) {
    let Some(id) = user_grant.session.filter(|_| application.backchannel_logout_uri.is_some())
    else {
        return;
    };
    let (authority, client) = (user_grant.authority, application.application_id.clone());
    let base = config.present.clone();
    let participant = Participant { authority, base, client, session: id };
    let is_new = |session: &Session| !session.has_participant(&participant);
    if store.sessions.get(&id, now).is_some_and(is_new)
        && let Some(session) = store.sessions.get_mut(&id, now)
    {
        session.add_participant(participant);
        store.touch();
    }
}

/// Ends a login session.
pub(crate) fn end(store: &mut Store, id: u128) {
    if let Some(session) = store.sessions.take(&id) {
        store.logouts.add(&session.subject, session.participants);
        store.touch();
    }
    if store.host_session.id() == Some(id) {
        store.host_session.set(None);
    }
}

/// Sets the cookie of the login session.
pub(crate) fn set_cookie(
    config: &Config,
    vault: &mut Vault,
    cookies: &Cookies,
    id: u128,
    response: &mut HttpResponse,
) {
    if cookies.are_used() {
        let value = vault.seal(&SessionCookie(id));
        cookies.set(config, cookies::SESSION, &value, "", response);
    }
}

/// Deletes the cookie of the login session.
pub(crate) fn clear_cookie(config: &Config, cookies: &Cookies, response: &mut HttpResponse) {
    if cookies.are_used() {
        cookies.set(config, cookies::SESSION, "", "; Max-Age=0", response);
    }
}

/// The id of a session that clients may know (`sid`, OpenID Connect Back-Channel Logout section
/// 2.1). The id itself stays secret.
pub(crate) fn public_id(id: u128) -> String {
    let hash = Sha256::digest(id.to_be_bytes());
    let (half, _) = hash.split_at(hash.len() / 2);
    base64url::encode(half)
}

/// How many seconds a user stays signed in: a working day. At the service this is a setting of the
/// instance.
const SESSION_SECONDS: i64 = 8 * 3600;
