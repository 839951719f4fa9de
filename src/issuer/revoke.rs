//! Taking tokens back (RFC 7009).

use super::client::Client;
use super::sealed::{AccessToken, RefreshToken, TokenId};
use super::signature::Jws;
use super::standing::Whose;
use super::{Answer, Exchange, Issuer, answer};

impl Issuer {
    /// Ends a token. A refresh token takes the access tokens of its sign-in along; an access token
    /// ends alone (RFC 7009 section 2.1 leaves that open). The hint is not needed: a token says what
    /// it is.
    pub(crate) fn revoke(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        // EIAM documents client_id and client_secret as optional here. RFC 7009 section 2.1 makes
        // a confidential client authenticate, and so do we: else who saw a token could end it.
        let client = self.client(exchange, &parameters)?;
        client.require_secret_unless_public()?;
        self.end_token(exchange, &client, parameters.required("token")?);
        // RFC 7009 section 2.2: the same answer for a token that is unknown. The body is never
        // empty: EIAM's SDK cannot read that.
        Ok(answer::json(200, "{}".to_owned()).into())
    }

    fn end_token(&mut self, exchange: &Exchange<'_>, client: &Client, token: &str) {
        let now = exchange.now;
        let owned = |authority, id: &str| authority == exchange.authority && id == client.id();
        if let Some(token) = self.sealer.open::<RefreshToken>(token) {
            let sign_in = &token.sign_in;
            if owned(sign_in.authority, &sign_in.client)
                && self.store.grant(sign_in.grant, now).is_some()
            {
                self.store.revoke_grant(sign_in.grant, now);
                self.touch();
            }
        } else if let Some(token) = self.access_token(exchange, token)
            && owned(token.authority, &token.client)
            && self.is_live(&token, now)
        {
            let owner = match &token.subject {
                Some(subject) => self.user_owner(subject),
                None => self.client_owner(&token.client),
            };
            let times = (token.expires, now);
            if self.store.revoke_token(token.grant, token.serial, owner, times).is_err() {
                // A revocation always works: without room for this one, all of its owner's that have
                // no record end (RFC 7009 section 2.1 lets a server end more than was asked for).
                match &token.subject {
                    Some(subject) => self.standing.end(Whose::Unrecorded, subject),
                    None => self.standing.end(Whose::Machine, &token.client),
                }
            }
            self.touch();
        }
    }

    /// Opens an access token that came with a request, opaque or a JWT.
    pub(crate) fn access_token(&self, exchange: &Exchange<'_>, token: &str) -> Option<AccessToken> {
        self.sealer.open(token).or_else(|| {
            let jws = Jws::read(token)?;
            // RFC 8725 section 3.11: an id_token is signed by the same key.
            let genuine = jws.is_type("at+jwt") && exchange.is_verified(&self.own_check(&jws)?);
            genuine.then(|| self.unverified_access_token(&jws))?
        })
    }

    /// What the `jti` of a JWT access token has sealed in it. **A `jti` is no secret**: whoever has
    /// read one in a log can put it into a JWT.
    pub(crate) fn unverified_access_token(&self, jws: &Jws) -> Option<AccessToken> {
        let id = jws.claims()?.text("jti")?.into_owned();
        self.sealer.open::<TokenId>(&id).map(|TokenId(token)| token)
    }
}
