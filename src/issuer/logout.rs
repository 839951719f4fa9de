//! Signing out at a client's wish (OpenID Connect RP-Initiated Logout).

use std::sync::Arc;

use crate::form;

use super::config::Application;
use super::language::Language;
use super::pages::Form;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::sealed::{Purpose, Transaction};
use super::{Answer, Exchange, Issuer, Reply, answer};

impl Issuer {
    /// Signs out at once where the id_token_hint is of the login session of this browser, expired or
    /// not: who has it was given it for this session, so nobody else sends the user here. Where it is
    /// of another one, or where there is none, the user is asked, as section 2 of the specification
    /// demands. The hint names the client, and the way back leads to registered URIs only (section
    /// 3).
    pub(crate) fn logout(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        let hint = self.id_token_hint(exchange, &parameters)?;
        let hinted = hint.as_ref().map(|hint| hint.client.clone());
        let application = self.leaving_application(exchange, &parameters, hinted)?;
        let redirect_uri = match parameters.value("post_logout_redirect_uri") {
            None => None,
            Some(uri) => match &application {
                Some(application) if application.may_leave_to(uri) => Some(uri.to_owned()),
                Some(_) => return Err(Refusal::LogoutUriUnregistered),
                None => return Err(Refusal::LogoutClientMissing),
            },
        };
        let purpose =
            Purpose::Logout { redirect_uri, state: parameters.value("state").map(str::to_owned) };
        let Some(signed_in) = self.signed_in(exchange) else {
            return Ok(self.signed_out(&purpose, exchange.language()));
        };
        if hint.is_some_and(|hint| hint.is_of(&signed_in)) {
            return Ok(self.end_and_go(signed_in.id, &purpose, exchange.language()));
        }
        let (browser, cookie) = self.browser(exchange);
        let client = application.as_ref().map(|application| application.application_id.clone());
        let action =
            self.page_path(exchange.authority, client.as_deref().unwrap_or_default(), "signout");
        let transaction = Transaction {
            authority: exchange.authority,
            client,
            browser,
            session: Some(signed_in.id),
            expires: exchange.now.saturating_add(Self::TRANSACTION_SECONDS),
            language: exchange.language(),
            purpose,
        };
        let sealed = self.sealer.seal(&transaction, &mut self.random);
        let username = self
            .user(&signed_in.session.subject)
            .map(|user| user.username.clone())
            .unwrap_or_default();
        let mut response = self.pages.logout(
            transaction.language,
            &Form { action: &action, transaction: &sealed },
            &username,
        );
        self.set_browser_cookie(cookie, &mut response);
        Ok(response.into())
    }

    /// The user said yes or no.
    pub(crate) fn sign_out(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        let transaction = self.open_transaction(exchange, &parameters)?;
        let session = transaction.session.ok_or(Refusal::FormStale)?;
        if !matches!(transaction.purpose, Purpose::Logout { .. }) {
            return Err(Refusal::FormStale);
        }
        match parameters.value("decision") {
            // Whoever presses Enter presses the first button.
            None | Some("allow") => {
                Ok(self.end_and_go(session, &transaction.purpose, transaction.language))
            }
            // Section 3: the user goes back to the client after a logout, and there was none.
            Some("deny") => Ok(self.stay(exchange, transaction.language)),
            Some(_) => Err(Refusal::ParameterInvalid("decision", "allow or deny")),
        }
    }

    fn end_and_go(&mut self, session: u128, purpose: &Purpose, language: Language) -> Reply {
        self.end_session(session);
        let mut reply = self.signed_out(purpose, language);
        self.clear_session_cookie(reply.response_mut());
        reply
    }

    fn stay(&self, exchange: &Exchange<'_>, language: Language) -> Reply {
        let user = self.signed_in(exchange).and_then(|one| self.user(&one.session.subject));
        match user {
            Some(user) => self.pages.stayed(language, &user.username).into(),
            // Somebody signed out elsewhere in the meantime.
            None => self.pages.signed_out(language).into(),
        }
    }

    fn signed_out(&self, purpose: &Purpose, language: Language) -> Reply {
        match purpose {
            Purpose::Logout { redirect_uri: Some(uri), state } => {
                let mut location = uri.clone();
                if state.is_some() && !location.contains('?') {
                    location.push('?');
                }
                let mut query = form::Encoder::after(location);
                query.optional("state", state.as_deref());
                answer::see_other(query.finish()).into()
            }
            _ => self.pages.signed_out(language).into(),
        }
    }

    /// The client that wants it: of the path, of `client_id`, or of the id_token_hint.
    fn leaving_application(
        &self,
        exchange: &Exchange<'_>,
        parameters: &Parameters,
        hinted: Option<String>,
    ) -> Result<Option<Arc<Application>>, Refusal> {
        let named = parameters.value("client_id").map(str::to_owned);
        let of_path =
            exchange.application.as_ref().map(|application| application.application_id.clone());
        let mut names = [of_path, named, hinted].into_iter().flatten();
        let Some(first) = names.next() else {
            return Ok(None);
        };
        // Section 2: client_id must be the one that the id_token was issued to.
        if names.any(|other| other != first) {
            return Err(Refusal::ClientOther);
        }
        self.known_application(&first).map(Some)
    }
}
