//! The device flow but for its polls: the request of the device (RFC 8628 section 3.1) and the page
//! where its user types the code (section 3.3).

use crate::form;
use crate::http::HttpResponse;
use crate::json::ObjectWriter;

use super::config::GrantType;
use super::language::Language;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::sealed::{Authority, DeviceCode, Purpose, Transaction};
use super::store::{Decision, DeviceRequest, Place, Rank};
use super::user_code::UserCode;
use super::{Answer, Exchange, Issuer, answer, scope};

impl Issuer {
    /// Gives a device its codes.
    pub(crate) fn device_authorization(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        let client = self.client(exchange, &parameters).map_err(|refusal| match refusal {
            Refusal::ClientOther => Refusal::ClientOtherAtDeviceEndpoint,
            other => other,
        })?;
        if !self.config.profile.device_request_without_secret() {
            client.require_secret_unless_public()?;
        }
        let application = &client.application;
        if !application.allows(GrantType::DeviceCode) {
            return Err(Refusal::DeviceFlowClosed);
        }
        let scope = match parameters.value("scope") {
            Some(requested) => scope::of_user(requested, application)?,
            None => scope::default_of_user(application),
        };
        let now = exchange.now;
        let lifetime = application.lifetimes.device_code;
        let expires = now.saturating_add(lifetime);
        let user_code = self.unused_user_code(now);
        let id = self.random.id();
        let request = DeviceRequest {
            id,
            authority: exchange.authority,
            client: client.id().to_owned(),
            scope,
            interval: INTERVAL,
            polled: None,
            decision: Decision::Pending,
            place: self.place_of_client(exchange, &client, (Rank::Loose, Rank::Paid)),
        };
        self.store.devices.insert(user_code.key(), request, expires, now)?;
        self.touch();
        let device_code = self.sealer.seal(
            &DeviceCode {
                authority: exchange.authority,
                client: client.id().to_owned(),
                id,
                user_code: user_code.0,
                expires,
            },
            &mut self.random,
        );
        let uri = self.page_url(exchange.authority, client.id(), "device");
        let typed = user_code.to_string();
        let complete = format!("{uri}?user_code={}", form::encode(&typed));
        let mut body = ObjectWriter::new();
        body.string("device_code", &device_code)
            .string("user_code", &typed)
            .string("verification_uri", &uri)
            .string("verification_uri_complete", &complete)
            .integer("expires_in", lifetime)
            .integer("expires_at", expires)
            .integer("interval", INTERVAL);
        Ok(answer::json(200, body.finish()).into())
    }

    /// The page that asks for the user code. A code in the URL is filled in, and the user still has
    /// to confirm that the device shows the same (RFC 8628 section 3.3.1).
    pub(crate) fn device_page(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = Parameters::read(exchange.request, exchange.query, self.config.profile)?;
        // Wrong codes are counted for each browser, so it needs a cookie before its first one.
        let (_, cookie) = self.browser(exchange);
        let mut page = self.user_code_form(exchange, parameters.value("user_code"), false);
        self.set_browser_cookie(cookie, &mut page);
        Ok(page.into())
    }

    /// The code that the user typed. Wrong ones are counted, and a right one resets nothing (RFC 8628
    /// section 5.1): see `guess.rs`.
    pub(crate) fn enter_user_code(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        // Or any page that somebody visits could use up the guesses of where they are.
        self.check_own_page(exchange)?;
        let now = exchange.now;
        let (browser, cookie) = self.browser(exchange);
        let guesser = self.user_code_guesser(exchange);
        if let Some(wait) = self.store.user_codes.wait(guesser, now) {
            return Err(Refusal::Throttled(wait));
        }
        let typed = parameters.value("user_code").unwrap_or_default();
        let found = UserCode::from_typed(typed).and_then(|code| {
            let request = self.store.devices.get(&code.key(), now)?;
            let here = request.decision == Decision::Pending
                && request.authority == exchange.authority
                && match &exchange.application {
                    Some(application) => application.application_id == request.client,
                    None => exchange.authority == Authority::Instance,
                };
            here.then(|| (code, request.id, request.client.clone()))
        });
        let Some((code, id, client)) = found else {
            self.store.user_codes.fail(guesser, now);
            self.touch();
            let mut page = self.user_code_form(exchange, Some(typed), true);
            self.set_browser_cookie(cookie, &mut page);
            return Ok(page.into());
        };
        let transaction = Transaction {
            authority: exchange.authority,
            client: Some(client),
            browser,
            session: None,
            expires: now.saturating_add(Self::TRANSACTION_SECONDS),
            language: exchange.language(),
            purpose: Purpose::Device { id, user_code: code.0 },
        };
        let signed_in = self.signed_in(exchange);
        let mut response = match signed_in {
            Some(signed_in) => self.decision_page(exchange, transaction, &signed_in)?,
            None => self.login_page(transaction, None, None)?,
        };
        self.set_browser_cookie(cookie, &mut response);
        Ok(response.into())
    }

    /// Carries out what the user said on the decision page.
    pub(crate) fn decide_device(
        &mut self,
        exchange: &Exchange<'_>,
        (id, user_code): (u128, u64),
        decision: Decision,
        language: Language,
    ) -> Answer {
        let now = exchange.now;
        let mut request = self.device_waits(id, user_code, now).ok_or(Refusal::FormStale)?.clone();
        let allowed = matches!(decision, Decision::Approved { .. });
        if let Decision::Approved { subject, .. } = &decision {
            request.place = Place::kept(self.user_owner(subject));
        }
        request.decision = decision;
        let key = UserCode(user_code).key();
        let (_, expires) = self.store.devices.entry(&key).ok_or(Refusal::FormStale)?;
        self.store.devices.insert(key, request, expires, now)?;
        self.touch();
        Ok(self.pages.device_done(language, allowed).into())
    }

    fn user_code_form(
        &self,
        exchange: &Exchange<'_>,
        typed: Option<&str>,
        problem: bool,
    ) -> HttpResponse {
        let client = exchange
            .application
            .as_ref()
            .map_or("", |application| application.application_id.as_str());
        let action = self.page_path(exchange.authority, client, "device");
        // A code that reads as one is shown as the device shows it.
        let shown = typed.map(|typed| {
            UserCode::from_typed(typed).map_or_else(|| typed.to_owned(), |code| code.to_string())
        });
        let shown = shown.as_deref().unwrap_or_default();
        self.pages.user_code(exchange.language(), &action, shown, problem)
    }

    fn unused_user_code(&mut self, now: i64) -> UserCode {
        loop {
            let code = UserCode::random(&mut self.random);
            if self.store.devices.get(&code.key(), now).is_none() {
                return code;
            }
        }
    }

    /// Whether a device request that a form is about still waits.
    pub(crate) fn device_waits(
        &self,
        id: u128,
        user_code: u64,
        now: i64,
    ) -> Option<&DeviceRequest> {
        self.store
            .devices
            .get(&UserCode(user_code).key(), now)
            .filter(|request| request.id == id && request.decision == Decision::Pending)
    }
}

/// Seconds between two polls at first; the one in the service's examples, and RFC 8628's default.
const INTERVAL: i64 = 5;
