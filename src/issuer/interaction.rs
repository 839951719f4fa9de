//! The forms between a request and its answer: signing in, and saying yes or no.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::http::HttpResponse;
use crate::secret::constant_time_eq;

use super::config::{Application, User};
use super::pages::{Form, Pages};
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::sealed::{Purpose, Transaction};
use super::session::SignedIn;
use super::store::{Decision, Guesser};
use super::user_code::UserCode;
use super::{Answer, Exchange, Issuer};

impl Issuer {
    /// The login form, as it comes back.
    pub(crate) fn login(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        let (transaction, application) = self.transaction(exchange, &parameters)?;
        if parameters.value("decision") == Some("deny") {
            return self.refuse_transaction(exchange, &transaction);
        }
        let username = parameters.value("username").unwrap_or_default();
        let password = parameters.value("password").unwrap_or_default();
        let guesser = self.password_guesser(exchange, username, true, None);
        let user = match self.check_password(username, password, guesser, exchange.now) {
            Ok(user) => user,
            Err(
                refusal @ (Refusal::PasswordWrong | Refusal::UserDisabled | Refusal::Throttled(_)),
            ) => {
                let problem = Pages::sentence(transaction.language, &refusal);
                let mut response = self.login_page(transaction, Some(username), Some(&problem))?;
                response.status = refusal.status(self.config.profile);
                if let Refusal::Throttled(seconds) = refusal {
                    response = response.header("retry-after", seconds.to_string());
                }
                return Ok(response.into());
            }
            Err(refusal) => return Err(refusal),
        };
        let signed_in = self.sign_in(exchange, &user.user_id)?;
        // Who signed in is signed in, even if what they signed in for has ended: else the session would
        // be in no browser, and take up a place.
        let mut reply = self
            .go_on(exchange, &application, transaction, &signed_in)
            .unwrap_or_else(|refusal| self.refuse(exchange, &refusal));
        self.set_session_cookie(signed_in.id, reply.response_mut());
        self.remember(
            exchange,
            self.number_of("name", &[username.as_bytes()]),
            reply.response_mut(),
        );
        Ok(reply)
    }

    /// The decision form, as it comes back.
    pub(crate) fn decide(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        let (transaction, application) = self.transaction(exchange, &parameters)?;
        let allowed = match parameters.value("decision") {
            Some("allow") => true,
            Some("deny") => false,
            _ => return Err(Refusal::ParameterInvalid("decision", "allow or deny")),
        };
        if !allowed {
            return self.refuse_transaction(exchange, &transaction);
        }
        // The answer is that of the person who was asked: another session cannot give it.
        let signed_in = self
            .signed_in(exchange)
            .filter(|signed_in| transaction.session == Some(signed_in.id))
            .ok_or(Refusal::FormStale)?;
        match transaction.purpose {
            Purpose::Authorize(request) => {
                if let Some(session) = self.store.sessions.get_mut(&signed_in.id, exchange.now) {
                    session.consent(&application.application_id, &request.consent_scope());
                    self.touch();
                }
                self.grant(exchange, &application, &request, &signed_in, transaction.language)
            }
            Purpose::Device { id, user_code } => {
                let decision = Decision::Approved {
                    subject: signed_in.session.subject,
                    auth_time: signed_in.session.auth_time,
                };
                self.decide_device(exchange, (id, user_code), decision, transaction.language)
            }
            Purpose::Logout { .. } => Err(Refusal::FormStale),
        }
    }

    /// Finds the user of a name and a password. Wrong guesses are counted, and a name that nobody
    /// has costs the same as one with a wrong password.
    pub(crate) fn check_password(
        &mut self,
        username: &str,
        password: &str,
        guesser: Guesser,
        now: i64,
    ) -> Result<Arc<User>, Refusal> {
        if let Some(wait) = self.store.passwords.wait(guesser, now) {
            return Err(Refusal::Throttled(wait));
        }
        let user = self.usernames.get(username).and_then(|id| self.users.get(id)).cloned();
        // Hashes are compared, so that not even the length shows.
        let expected = user.as_ref().map_or("", |user| user.password.expose());
        let matches = constant_time_eq(
            &Sha256::digest(expected.as_bytes()),
            &Sha256::digest(password.as_bytes()),
        );
        match user {
            // Who knows the password may know this.
            Some(user) if matches && user.disabled => Err(Refusal::UserDisabled),
            Some(user) if matches => Ok(user),
            _ => {
                self.store.passwords.fail(guesser, now);
                self.touch();
                Err(Refusal::PasswordWrong)
            }
        }
    }

    /// The page where somebody signs in to go on with a transaction.
    pub(crate) fn login_page(
        &mut self,
        transaction: Transaction,
        username: Option<&str>,
        problem: Option<&str>,
    ) -> Result<HttpResponse, Refusal> {
        let client = transaction.client.as_deref().ok_or(Refusal::FormStale)?;
        let application = self.application(client).ok_or(Refusal::FormStale)?;
        let action = self.page_path(transaction.authority, client, "login");
        let sealed = self.sealer.seal(&transaction, &mut self.random);
        let form = Form { action: &action, transaction: &sealed };
        let name = application.display_name();
        Ok(self.pages.login(transaction.language, &form, name, username, problem))
    }

    /// The page that asks the user whether the client may.
    pub(crate) fn decision_page(
        &mut self,
        exchange: &Exchange<'_>,
        transaction: Transaction,
        signed_in: &SignedIn,
    ) -> Result<HttpResponse, Refusal> {
        let client = transaction.client.as_deref().ok_or(Refusal::FormStale)?;
        let application = self.application(client).ok_or(Refusal::FormStale)?;
        let user = self.user(&signed_in.session.subject).ok_or(Refusal::FormStale)?;
        let action = self.page_path(transaction.authority, client, "decision");
        let (scope, code) = match &transaction.purpose {
            Purpose::Authorize(request) => (request.consent_scope(), None),
            Purpose::Device { id, user_code } => {
                let request =
                    self.device_waits(*id, *user_code, exchange.now).ok_or(Refusal::FormStale)?;
                let code = UserCode(*user_code).to_string();
                (request.scope.clone(), Some(code))
            }
            Purpose::Logout { .. } => return Err(Refusal::FormStale),
        };
        let transaction = Transaction { session: Some(signed_in.id), ..transaction };
        let sealed = self.sealer.seal(&transaction, &mut self.random);
        Ok(self.pages.decision(
            transaction.language,
            &Form { action: &action, transaction: &sealed },
            application.display_name(),
            &user.username,
            &scope,
            code.as_deref(),
        ))
    }

    /// Opens the transaction of a form and checks that it belongs here, and to this browser.
    fn transaction(
        &self,
        exchange: &Exchange<'_>,
        parameters: &Parameters,
    ) -> Result<(Transaction, Arc<Application>), Refusal> {
        let transaction = self.open_transaction(exchange, parameters)?;
        let application = transaction
            .client
            .as_deref()
            .and_then(|client| self.application(client))
            .filter(|application| match &exchange.application {
                Some(named) => named.application_id == application.application_id,
                None => true,
            })
            .ok_or(Refusal::FormStale)?;
        Ok((transaction, application))
    }

    pub(crate) fn open_transaction(
        &self,
        exchange: &Exchange<'_>,
        parameters: &Parameters,
    ) -> Result<Transaction, Refusal> {
        let transaction: Transaction = parameters
            .value("transaction")
            .and_then(|sealed| self.sealer.open(sealed))
            .ok_or(Refusal::FormStale)?;
        if transaction.authority != exchange.authority || transaction.expires <= exchange.now {
            return Err(Refusal::FormStale);
        }
        self.check_form_origin(exchange, transaction.browser)?;
        Ok(transaction)
    }

    /// Tells the client, or the device, that the user refused.
    fn refuse_transaction(&mut self, exchange: &Exchange<'_>, transaction: &Transaction) -> Answer {
        match &transaction.purpose {
            Purpose::Authorize(request) => {
                Ok(self.send_refusal(&request.destination(transaction), &Refusal::UserDenied))
            }
            Purpose::Device { id, user_code } => {
                let device = (*id, *user_code);
                self.decide_device(exchange, device, Decision::Denied, transaction.language)
            }
            Purpose::Logout { .. } => Err(Refusal::FormStale),
        }
    }
}
