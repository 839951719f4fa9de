//! Telling clients that a user has signed out (OpenID Connect Back-Channel Logout 1.0). The issuer makes the
//! requests, and the driver signs and sends them.

use crate::form;
use crate::http::HttpRequest;
use crate::issuer::check::{session, subject};
use crate::issuer::jose::sign::Unsigned;
use crate::issuer::server::Issuer;
use crate::issuer::state::logouts::{Ended, Participant};
use crate::issuer::wire::reply::SigningInput;
use crate::json::ObjectWriter;

/// What a client is to be told about a login session that ended.
#[derive(Debug)]
pub struct LogoutNotice {
    application_id: String,
    uri: String,
    token: Unsigned,
    /// What is sent in the place of the token.
    #[cfg(feature = "testing")]
    instead: Option<String>,
}

impl LogoutNotice {
    /// The application that is told.
    #[must_use]
    pub fn application_id(&self) -> &str {
        &self.application_id
    }

    /// Where it is told: its `backchannelLogoutUri`.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// What has to be signed.
    #[must_use]
    pub fn signing_input(&self) -> SigningInput<'_> {
        SigningInput { kid: &self.token.kid, text: self.token.text(String::new) }
    }

    /// The logout token with its signature (section 2.4).
    #[must_use]
    pub fn token(&self, signature: &[u8]) -> String {
        #[cfg(feature = "testing")]
        if let Some(instead) = &self.instead {
            return instead.clone();
        }
        let mut token = self.signing_input().text.into_owned();
        token.push('.');
        token.push_str(&crate::base64url::encode(signature));
        token
    }

    /// What has to be signed, to change it.
    #[cfg(feature = "testing")]
    pub(crate) fn unsigned_mut(&mut self) -> &mut Unsigned {
        &mut self.token
    }

    /// Sends this in the place of the token.
    #[cfg(feature = "testing")]
    pub(crate) fn send_instead(&mut self, token: String) {
        self.instead = Some(token);
    }

    /// The request that tells it (section 2.5). The client answers 200 or 204; for 400 it is of no use to
    /// send the same again (section 2.8).
    #[must_use]
    pub fn request(&self, signature: &[u8]) -> HttpRequest {
        let mut body = form::Encoder::new();
        body.pair("logout_token", &self.token(signature));
        HttpRequest::post_form(self.uri.clone(), body.finish())
    }
}

impl Issuer {
    /// Whether clients are to be told that a session ended: see [`Issuer::take_logouts`].
    #[must_use]
    pub fn has_logouts(&self) -> bool {
        !self.store.logouts.is_empty()
    }

    /// Takes what clients are to be told since the last call. A driver calls it after each step and each edit
    /// of the users; sending must neither hold up nor fail the reply. Login sessions end when their user
    /// signs out, when somebody else signs in in the same browser, and when their user is disabled or
    /// removed. The end of their time is no logout.
    ///
    /// Only those are told who have a `backchannelLogoutUri` and got an id_token in that session. Without a
    /// [signing key](Issuer::set_signing_key) everything waits for the next call. Nothing of it is in a
    /// snapshot.
    pub fn take_logouts(&mut self, now: i64) -> Vec<LogoutNotice> {
        if self.vault.keys.signing().is_none() {
            return Vec::new();
        }
        let ended = self.store.logouts.take();
        ended.into_iter().filter_map(|ended| self.notice(ended, now)).collect()
    }

    /// What one client is told; none if it does not want to know any more.
    fn notice(&mut self, Ended { participant, subject }: Ended, now: i64) -> Option<LogoutNotice> {
        let Participant { authority, base, client, session } = participant;
        let application = self.directory.enabled_application(&client)?;
        let uri = application.backchannel_logout_uri.clone()?;
        let mut claims = ObjectWriter::new();
        claims
            .string("iss", &self.config().issuer_url_at(base.as_deref(), authority, &client))
            .string("sub", &subject::of(&self.vault, application, &subject))
            .string("aud", &client)
            .integer("iat", now)
            .integer("exp", now.saturating_add(LIFETIME));
        if application.backchannel_logout_session_required {
            claims.string("sid", &session::public_id(session));
        }
        let id = self.vault.random.uuid();
        claims.string("jti", &id).raw("events", EVENTS);
        let key = self.vault.keys.signing()?;
        let token = Unsigned::new(key, "logout+jwt", claims.finish());
        Some(LogoutNotice {
            application_id: client,
            uri,
            token,
            #[cfg(feature = "testing")]
            instead: None,
        })
    }
}

/// Section 2.4.
const EVENTS: &str = r#"{"http://schemas.openid.net/event/backchannel-logout":{}}"#;

/// How many seconds a logout token lives: section 4 recommends two minutes at most. A request that is sent
/// again later needs more.
const LIFETIME: i64 = 120;
