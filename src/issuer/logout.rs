//! Signing out at a client's wish (OpenID Connect RP-Initiated Logout).

use std::sync::Arc;

use crate::form;

use super::config::Application;
use super::language::Language;
use super::pages::Form;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::sealed::{Purpose, Transaction};
use super::{Answer, Exchange, Issuer, answer};

impl Issuer {
    /// Asks whether the user wants to sign out (section 2 of the specification). The id_token_hint
    /// names the client, and the way back leads to registered URIs only (section 3).
    pub(crate) fn logout(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        let application = self.leaving_application(exchange, &parameters)?;
        let redirect_uri = match parameters.value("post_logout_redirect_uri") {
            None => None,
            Some(uri) => {
                // Compared exactly, without the freedom that loopback ports have elsewhere.
                let registered = application.as_ref().is_some_and(|application| {
                    application.post_logout_redirect_uris.iter().any(|known| known == uri)
                });
                if !registered {
                    return Err(Refusal::LogoutUriUnregistered);
                }
                Some(uri.to_owned())
            }
        };
        let purpose =
            Purpose::Logout { redirect_uri, state: parameters.value("state").map(str::to_owned) };
        let Some(signed_in) = self.signed_in(exchange) else {
            return Ok(self.signed_out(&purpose, exchange.language()));
        };
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

    /// The user said yes.
    pub(crate) fn sign_out(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        let transaction = self.open_transaction(exchange, &parameters)?;
        let session = transaction.session.ok_or(Refusal::FormStale)?;
        if !matches!(transaction.purpose, Purpose::Logout { .. }) {
            return Err(Refusal::FormStale);
        }
        self.end_session(session);
        let mut reply = self.signed_out(&transaction.purpose, transaction.language);
        self.clear_session_cookie(reply.response_mut());
        Ok(reply)
    }

    fn signed_out(&self, purpose: &Purpose, language: Language) -> super::Reply {
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
    ) -> Result<Option<Arc<Application>>, Refusal> {
        let hinted = self.id_token_hint(exchange, parameters)?.map(|hint| hint.client);
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
