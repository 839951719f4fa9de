//! The parameter `id_token_hint`: an id_token that this issuer gave before (OpenID Connect Core
//! section 3.1.2.1, RP-Initiated Logout section 2). It may have expired since; its signature counts.

use std::borrow::Cow;

use super::parameters::Parameters;
use super::refusal::Refusal;
use super::session::SignedIn;
use super::signature::Jws;
use super::{Exchange, Issuer, session};

/// What a hint says. It is true: the issuer itself signed it.
pub(crate) struct Hint {
    pub(crate) client: String,
    pub(crate) subject: String,
    /// The public id of the login session that the id_token came of, if it came of one.
    session: Option<String>,
}

impl Hint {
    /// Whether the id_token was given for this very login session (RP-Initiated Logout section 2).
    pub(crate) fn is_of(&self, signed_in: &SignedIn) -> bool {
        self.subject == signed_in.session.subject
            && self.session.as_deref() == Some(&*session::public_id(signed_in.id))
    }
}

impl Issuer {
    /// The hint of a request, if it has one.
    pub(crate) fn id_token_hint(
        &self,
        exchange: &Exchange<'_>,
        parameters: &Parameters,
    ) -> Result<Option<Hint>, Refusal> {
        parameters
            .value("id_token_hint")
            .map(|hint| self.read_hint(exchange, hint).ok_or(Refusal::IdTokenHintMalformed))
            .transpose()
    }

    fn read_hint(&self, exchange: &Exchange<'_>, hint: &str) -> Option<Hint> {
        let jws = Jws::read(hint)?;
        // RFC 8725 section 3.11: other tokens of ours are signed by the same key.
        if !jws.is_type("JWT") || !exchange.is_verified(&self.own_check(&jws)?) {
            return None;
        }
        let claims = jws.claims()?;
        let (client, subject) =
            (claims.text("aud")?.into_owned(), claims.text("sub")?.into_owned());
        (claims.text("iss")? == self.issuer_url(exchange.authority, &client)).then(|| Hint {
            client,
            subject,
            session: claims.text("sid").map(Cow::into_owned),
        })
    }
}
