//! The grant `client_credentials` (RFC 6749 section 4.4): a token that a client has for itself,
//! without refresh token and id_token. It needs no record until somebody revokes it.

use crate::issuer::client::Client;
use crate::issuer::parameters::Parameters;
use crate::issuer::sealed::{AccessToken, Authority};
use crate::issuer::store::Place;
use crate::issuer::{Answer, Exchange, Issuer, scope};

impl Issuer {
    pub(super) fn client_credentials(
        &mut self,
        exchange: &Exchange<'_>,
        client: &Client,
        parameters: &Parameters,
    ) -> Answer {
        let requested = parameters.value("scope");
        let scope = scope::of_client(requested, &client.application)?;
        let lifetime = client.application.lifetimes.access_token;
        let token = AccessToken {
            authority: exchange.authority,
            client: client.id().to_owned(),
            subject: None,
            scope,
            grant: self.random.id(),
            serial: 0,
            issued: exchange.now,
            expires: exchange.now.saturating_add(lifetime),
            claims: String::new(),
            jkt: client.key_thumbprint().map(str::to_owned),
            epoch: self.standing.epoch(),
        };
        if let Some(proof) = &client.proof {
            let owner = Place::kept(self.client_owner(client.id()));
            self.spend(proof, owner, exchange.now)?;
        }
        // EIAM: opaque at an application's own server; at the instance's a JWT, whose validator
        // wants it so.
        match exchange.authority {
            Authority::Application => Ok(self.answer_with_opaque(&token, requested, lifetime)),
            Authority::Instance => self.answer_with_jwt(&token, lifetime),
        }
    }
}
