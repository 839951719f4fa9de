//! Taking tokens back (RFC 7009).

use crate::base64url;
use crate::json::{self, Limits};

use super::client::Client;
use super::refusal::Refusal;
use super::sealed::{AccessToken, RefreshToken, TokenId};
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
        self.end_token(exchange, &client, parameters.required("token")?)?;
        // RFC 7009 section 2.2: the same answer for a token that is unknown. The body is never
        // empty: EIAM's SDK cannot read that.
        Ok(answer::json(200, "{}".to_owned()).into())
    }

    fn end_token(
        &mut self,
        exchange: &Exchange<'_>,
        client: &Client,
        token: &str,
    ) -> Result<(), Refusal> {
        let now = exchange.now;
        let owned = |authority, id: &str| authority == exchange.authority && id == client.id();
        if let Some(token) = self.sealer.open::<RefreshToken>(token) {
            let sign_in = &token.sign_in;
            if owned(sign_in.authority, &sign_in.client)
                && self.store.grant(sign_in.grant, now).is_some()
            {
                self.store.revoke_grant(sign_in.grant, token.expires, now)?;
                self.touch();
            }
        } else if let Some(token) = self.access_token(token)
            && owned(token.authority, &token.client)
            && self.is_live(&token, now)
        {
            let (grant, serial) = (token.grant, token.serial);
            self.store.revoke_token(grant, serial, token.expires, now)?;
            self.touch();
        }
        Ok(())
    }

    /// Opens an access token, opaque or a JWT. What a JWT says is not believed: only its sealed
    /// `jti` is, which nobody else can make.
    pub(crate) fn access_token(&self, token: &str) -> Option<AccessToken> {
        if let Some(token) = self.sealer.open::<AccessToken>(token) {
            return Some(token);
        }
        let mut parts = token.split('.');
        let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let payload = base64url::decode(payload).ok()?;
        let claims = json::parse_bytes(&payload, Limits::default()).ok()?;
        let id = claims.as_object()?.member("jti")?.as_str()?;
        self.sealer.open::<TokenId>(&id).map(|TokenId(token)| token)
    }
}
