//! Asking about a token (RFC 7662). The service documents no such endpoint; it is here for tests and
//! resource servers, for the client that owns the token.

use crate::json::ObjectWriter;
use crate::seconds;

use super::client::Client;
use super::sealed::RefreshToken;
use super::token::token_type;
use super::{Answer, Exchange, Issuer, answer, dpop};

impl Issuer {
    pub(crate) fn introspect(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        let client = self.client(exchange, &parameters)?;
        // RFC 7662 section 2.1: the endpoint must be protected, so a public client has no use of it.
        client.require_secret()?;
        let token = parameters.required("token")?;
        let body = self
            .introspect_access_token(exchange, &client, token)
            .or_else(|| self.introspect_refresh_token(exchange, &client, token))
            // RFC 7662 section 2.2: nothing more about tokens that do not work.
            .unwrap_or_else(|| "{\"active\":false}".to_owned());
        Ok(answer::json(200, body).into())
    }

    fn introspect_access_token(
        &self,
        exchange: &Exchange<'_>,
        client: &Client,
        token: &str,
    ) -> Option<String> {
        let token = self.access_token(exchange, token)?;
        let owned = token.authority == exchange.authority && token.client == client.id();
        if !owned || !self.is_live(&token, exchange.now) {
            return None;
        }
        let user = token.subject.as_deref().and_then(|id| self.user(id));
        let mut body = ObjectWriter::new();
        body.boolean("active", true)
            .string("scope", &token.scope)
            .string("client_id", &token.client)
            .optional_string("username", user.as_ref().map(|user| user.username.as_str()))
            .string("token_type", token_type(token.jkt.as_deref()))
            .integer("exp", token.expires)
            .integer("iat", token.issued)
            .string("sub", token.subject.as_deref().unwrap_or(&token.client))
            .string("iss", &self.issuer_url(token.authority, &token.client));
        if let Some(jkt) = &token.jkt {
            body.raw("cnf", &dpop::confirmation(jkt));
        }
        Some(body.finish())
    }

    fn introspect_refresh_token(
        &self,
        exchange: &Exchange<'_>,
        client: &Client,
        token: &str,
    ) -> Option<String> {
        let token: RefreshToken = self.sealer.open(token)?;
        let sign_in = &token.sign_in;
        let grant = self.store.grant(sign_in.grant, exchange.now)?;
        let owned = sign_in.authority == exchange.authority && sign_in.client == client.id();
        let live = self.stands(&sign_in.client, Some(&sign_in.subject), sign_in.epoch)
            && !grant.revoked
            && grant.serial == token.serial
            && !seconds::expired(token.expires, exchange.now, 0);
        let user = self.user(&sign_in.subject)?;
        if !owned || !live {
            return None;
        }
        let mut body = ObjectWriter::new();
        body.boolean("active", true)
            .string("scope", &sign_in.scope)
            .string("client_id", &sign_in.client)
            .string("username", &user.username)
            .integer("exp", token.expires)
            .integer("iat", token.issued)
            .string("sub", &sign_in.subject)
            .string("iss", &self.issuer_url(sign_in.authority, &sign_in.client));
        if let Some(jkt) = &token.jkt {
            body.raw("cnf", &dpop::confirmation(jkt));
        }
        Some(body.finish())
    }
}
