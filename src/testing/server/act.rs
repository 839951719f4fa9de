//! What a test does in the place of users and clients.

use super::shared;
use super::test_issuer::TestIssuer;
use crate::client::token::{self, TokenSet};
use crate::http::HttpRequest;
use crate::issuer::automatic::Automatic;
use crate::issuer::wire::asked::Asked;
use crate::issuer::{
    Application, ClaimsAnswer, ConfigError, Reply, SignatureCheck, User, Verifier,
};
use crate::rustcrypto::RustCrypto;
use crate::testing::acts::expire::TokenKind;
use crate::testing::acts::sign_in::{SessionToKeep, SignIn};
use crate::testing::acts::tokens::{NoTokens, TokensFor};
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

impl TestIssuer {
    /// Makes the tokens that a client would get after a flow, without the flow: see
    /// [`Controlled::tokens`](crate::testing::Controlled::tokens). They work as any others.
    ///
    /// # Errors
    /// Fails for a client or a user who is not there or disabled, and for what the token endpoint refuses.
    pub fn tokens(&self, wanted: &TokensFor) -> Result<TokenSet, ControlError> {
        let (reply, now) = {
            let mut controlled = self.shared.lock();
            let now = shared::now();
            (self.unsigned(&mut controlled, wanted, now)?, controlled.time(now))
        };
        let unread = |problem: String| ControlError::at("tokens", problem);
        let mut signatures = Vec::new();
        while let Some(input) = reply.signing_input(&signatures) {
            let signature = self.shared.sign(&input);
            signatures.push(signature.ok_or_else(|| unread("there is no such key".to_owned()))?);
        }
        let response = reply.complete(&signatures).map_err(|error| unread(error.to_string()))?;
        token::parse_response(&response, now).map_err(|error| unread(error.to_string()))
    }

    /// The reply of the token endpoint, for which claims are asked.
    fn unsigned(
        &self,
        controlled: &mut Controlled,
        wanted: &TokensFor,
        now: i64,
    ) -> Result<Reply, ControlError> {
        let Some(source) = &self.shared.claims else { return controlled.tokens(wanted, now) };
        let mut answers = Vec::new();
        loop {
            match controlled.tokens_asking(wanted, Asked::Host(&answers), now) {
                Ok(reply) => return Ok(reply),
                Err(NoTokens::Refused(refused)) => return Err(refused),
                Err(NoTokens::Asks(questions)) => {
                    answers.extend(questions.into_iter().map(|context| {
                        let claims = source.claims(&context);
                        ClaimsAnswer::new(context, claims)
                    }));
                }
            }
        }
    }

    /// Whether an access token counts now.
    #[must_use]
    pub fn is_valid(&self, access_token: &str) -> bool {
        let controlled = self.shared.lock();
        let mut genuine: Vec<_> = controlled.signature_of(access_token).into_iter().collect();
        let is_right = |check: &SignatureCheck| RustCrypto.verify(check);
        genuine.retain(is_right);
        controlled.inspect_verified(access_token, &genuine, shared::now()).is_some()
    }

    /// Begins a login session of a user, and gives the cookie for a browser.
    ///
    /// # Errors
    /// Fails for a user who is not there or disabled, and if there is no room for the session.
    pub fn sign_in(&self, user: &str) -> Result<SessionToKeep, ControlError> {
        let sign_in = SignIn { user: user.to_owned(), ..SignIn::default() };
        let session = self.shared.lock().sign_in(&sign_in, shared::now())?;
        session.ok_or_else(|| {
            ControlError::at("user", "this issuer keeps its sessions without cookies")
        })
    }

    /// Lets a user approve the device that shows this user code.
    ///
    /// # Errors
    /// Fails for a code that no waiting device has, and for a user who is not there or disabled.
    pub fn approve(&self, user_code: &str, user: &str) -> Result<(), ControlError> {
        self.shared.lock().approve(user_code, Some(user), shared::now())
    }

    /// Denies the device that shows this user code.
    ///
    /// # Errors
    /// Fails for a code that no waiting device has.
    pub fn deny(&self, user_code: &str) -> Result<(), ControlError> {
        self.shared.lock().approve(user_code, None, shared::now())
    }

    /// Lets one token or code expire now: see [`Controlled::expire`](crate::testing::Controlled::expire).
    ///
    /// # Errors
    /// Fails for what is no token of this issuer, and for id_tokens.
    pub fn expire(&self, token: &str) -> Result<TokenKind, ControlError> {
        self.shared.lock().expire(token)
    }

    /// Ends all codes, tokens, login sessions and waiting devices of everybody.
    ///
    /// # Errors
    /// None are known: it is about nobody who could be missing.
    pub fn revoke_all(&self) -> Result<(), ControlError> {
        self.shared.lock().revoke_all(None, None)
    }

    /// Sets who signs in and agrees at the issuer's pages without anybody.
    ///
    /// # Errors
    /// Fails for a user who is not there.
    pub fn set_automatic(&self, automatic: Automatic) -> Result<(), ControlError> {
        self.shared.lock().set_automatic(automatic)
    }

    /// Adds a user, or replaces the one of the same id.
    ///
    /// # Errors
    /// Fails for what a configuration would be refused for.
    pub fn set_user(&self, user: User) -> Result<(), ConfigError> {
        self.shared.lock().set_user(user)
    }

    /// Removes a user, and ends all that was made for them; false if there is none of this id.
    pub fn remove_user(&self, user_id: &str) -> bool {
        self.shared.lock().remove_user(user_id)
    }

    /// Adds a client, or replaces the one of the same id.
    ///
    /// # Errors
    /// Fails for what a configuration would be refused for.
    pub fn set_client(&self, application: Application) -> Result<(), ConfigError> {
        self.shared.lock().set_application(application)
    }

    /// Removes a client, and ends all that was made for it; false if there is none of this id.
    pub fn remove_client(&self, client_id: &str) -> bool {
        self.shared.lock().remove_application(client_id)
    }

    /// The requests by which clients with a `backchannelLogoutUri` are told of logouts since the last call. The issuer
    /// sends nothing itself.
    #[must_use]
    pub fn take_logouts(&self) -> Vec<HttpRequest> {
        let notices = self.shared.lock().take_logouts(shared::now());
        let signed = notices.iter().filter_map(|notice| {
            let signature = self.shared.sign(&notice.signing_input())?;
            Some(notice.request(&signature))
        });
        signed.collect()
    }
}
