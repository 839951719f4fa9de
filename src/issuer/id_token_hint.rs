//! The parameter `id_token_hint`: an id_token that this issuer gave before (OpenID Connect Core
//! section 3.1.2.1, RP-Initiated Logout section 2). It may have expired since; its signature counts.

use super::parameters::Parameters;
use super::refusal::Refusal;
use super::signature::Jws;
use super::{Exchange, Issuer};

/// What a hint says. It is true: the issuer itself signed it.
pub(crate) struct Hint {
    pub(crate) client: String,
    pub(crate) subject: String,
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
        (claims.text("iss")? == self.issuer_url(exchange.authority, &client))
            .then_some(Hint { client, subject })
    }
}
