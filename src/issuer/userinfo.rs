//! What is known about a user (OpenID Connect Core section 5.3, RFC 6750).

use crate::http::{HttpRequest, Method};
use crate::json::ObjectWriter;
use crate::seconds;

use super::parameters::Parameters;
use super::profile::Profile;
use super::refusal::Refusal;
use super::sealed::AccessToken;
use super::store::Place;
use super::{Answer, Exchange, Issuer, answer, claims, scope};

impl Issuer {
    pub(crate) fn userinfo(&mut self, exchange: &Exchange<'_>) -> Answer {
        if let Some(application) = &exchange.application
            && !application.scopes.iter().any(|one| one == scope::OPENID)
        {
            return Err(Refusal::ApplicationWithoutOpenid);
        }
        let posted = posted(exchange.request, self.config.profile)?;
        let posted = posted.as_ref().and_then(|parameters| parameters.value("access_token"));
        let (text, proof) = match (credentials(exchange.request), posted) {
            // RFC 6750 section 2: one way for each request.
            (Some(_), Some(_)) => return Err(Refusal::TokenTwice),
            (Some((DPOP, text)), None) => {
                let proof = self.proof(exchange, Some(text))?.ok_or(Refusal::DpopProofMissing)?;
                (text, Some(proof))
            }
            (Some((_, text)), None) | (None, Some(text)) => (text, None),
            (None, None) => return Err(Refusal::TokenMissing),
        };
        let token = self.live_access_token(text, exchange.now)?;
        // RFC 9449 sections 7.1 and 7.2: a token that is bound to a key works with a proof by that
        // key alone, and one that is not bound is no DPoP token.
        let thumbprint = proof.as_ref().map(|proof| proof.thumbprint.as_str());
        if token.jkt.as_deref() != thumbprint {
            return Err(Refusal::TokenInvalid);
        }
        if token.authority != exchange.authority
            || exchange
                .application
                .as_ref()
                .is_some_and(|application| application.application_id != token.client)
        {
            return Err(Refusal::TokenInvalid);
        }
        if !scope::contains(&token.scope, scope::OPENID) {
            return Err(Refusal::TokenWithoutOpenid);
        }
        let user = token
            .subject
            .as_deref()
            .and_then(|subject| self.user(subject))
            .ok_or(Refusal::TokenInvalid)?;
        if let Some(proof) = &proof {
            let owner = Place::kept(self.user_owner(&user.user_id));
            self.spend(proof, owner, exchange.now)?;
        }
        let mut body = ObjectWriter::new();
        body.string("sub", &user.user_id);
        claims::write(&user, &token.scope, &token.claims, &mut body);
        Ok(answer::json(200, body.finish()).into())
    }

    /// Opens an access token and checks that it still works.
    pub(crate) fn live_access_token(&self, token: &str, now: i64) -> Result<AccessToken, Refusal> {
        let token: AccessToken = self.sealer.open(token).ok_or(Refusal::TokenInvalid)?;
        if self.is_live(&token, now) { Ok(token) } else { Err(Refusal::TokenInvalid) }
    }

    /// Whether an access token has neither expired nor been revoked, and its client and user are
    /// still there.
    pub(crate) fn is_live(&self, token: &AccessToken, now: i64) -> bool {
        !seconds::expired(token.expires, now, 0)
            && !self.store.is_revoked(token.grant, token.serial, now)
            && self.stands(&token.client, token.subject.as_deref(), token.epoch)
            && (self.store.grant(token.grant, now).is_some()
                || self.stands_alone(&token.client, token.subject.as_deref(), token.epoch))
    }
}

impl Exchange<'_> {
    /// Whether the request presents a token as one that is bound to a key.
    pub(crate) fn proves_token(&self) -> bool {
        credentials(self.request).is_some_and(|(scheme, _)| scheme == DPOP)
    }
}

/// The form of a POST. RFC 9700 section 4.3.2: a token in a query ends in logs, so the query is not
/// read.
pub(crate) fn posted(
    request: &HttpRequest,
    profile: Profile,
) -> Result<Option<Parameters>, Refusal> {
    match request.method {
        Method::Post => Parameters::read(request, "", profile).map(Some),
        _ => Ok(None),
    }
}

/// The scheme and the token of the Authorization header.
pub(crate) fn credentials(request: &HttpRequest) -> Option<(&'static str, &str)> {
    let (scheme, token) = request.headers.value("authorization")?.split_once(' ')?;
    let scheme = [BEARER, DPOP].into_iter().find(|name| name.eq_ignore_ascii_case(scheme))?;
    Some((scheme, token.trim()))
}

const BEARER: &str = "Bearer";
const DPOP: &str = "DPoP";
