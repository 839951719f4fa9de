//! The grant `password` (RFC 6749 section 4.3), which only the profile `eiam` has.

use super::issue::{Occasion, User};
use crate::issuer::client::Client;
use crate::issuer::parameters::Parameters;
use crate::issuer::sealed::{RequestedClaims, SignIn};
use crate::issuer::{Answer, Exchange, Issuer, scope};

impl Issuer {
    pub(super) fn password(
        &mut self,
        exchange: &Exchange<'_>,
        client: &Client,
        parameters: &Parameters,
    ) -> Answer {
        let username = parameters.required("username")?;
        let password = parameters.required("password")?;
        let application = &client.application;
        let scope = match parameters.value("scope") {
            Some(requested) => scope::of_user(requested, application)?,
            None => scope::default_of_user(application),
        };
        let guesser = self.password_guesser(exchange, username, false, Some(client));
        let user = self.check_password(username, password, guesser, exchange.now)?;
        let sign_in = SignIn {
            authority: exchange.authority,
            client: client.id().to_owned(),
            subject: user.user_id.clone(),
            scope: scope.clone(),
            auth_time: exchange.now,
            grant: self.random.id(),
            session: None,
            claims: RequestedClaims::default(),
            epoch: self.standing.epoch(),
        };
        self.issue_for_user(
            exchange,
            client,
            User { user: &user, sign_in: &sign_in, scope: &scope, nonce: None },
            Occasion::First,
        )
    }
}
