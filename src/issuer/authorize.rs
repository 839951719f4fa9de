//! The authorization endpoint (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2).

use std::sync::Arc;

use crate::base64url;
use crate::form;
use crate::http::HttpResponse;
use crate::pkce::{self, check_verifier};
use crate::seconds;

use super::config::{Application, Consent, GrantType};
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::sealed::{
    Authority, AuthorizationRequest, Challenge, Code, Purpose, RequestedClaims, SignIn, Transaction,
};
use super::session::SignedIn;
use super::{Answer, Exchange, Issuer, answer, redirect_uri, scope};

/// What `prompt` asks for (OpenID Connect Core section 3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Prompt {
    none: bool,
    login: bool,
    consent: bool,
}

/// Where an answer goes once client and redirect URI are known to be good.
pub(crate) struct Destination<'a> {
    pub(crate) authority: Authority,
    pub(crate) client: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) state: Option<&'a str>,
}

impl Issuer {
    /// How long a page may be left open.
    pub(crate) const TRANSACTION_SECONDS: i64 = 3600;

    pub(crate) fn authorize(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        // RFC 6749 section 4.1.2.1: until both are known to be good, nothing is redirected.
        let application = self.requesting_application(exchange, &parameters)?;
        let redirect_uri = parameters.value("redirect_uri").ok_or(Refusal::RedirectUriMissing)?;
        if !redirect_uri::is_registered(redirect_uri, &application.redirect_uris) {
            return Err(Refusal::RedirectUriUnregistered);
        }
        let answer = self.authorize_known_client(exchange, &parameters, &application);
        match answer {
            Ok(response) => Ok(response.into()),
            Err(refusal) => {
                let destination = Destination {
                    authority: exchange.authority,
                    client: &application.application_id,
                    redirect_uri,
                    state: parameters.value("state"),
                };
                Ok(self.redirect_refusal(&destination, &refusal).into())
            }
        }
    }

    fn requesting_application(
        &self,
        exchange: &Exchange<'_>,
        parameters: &Parameters,
    ) -> Result<Arc<Application>, Refusal> {
        let id = parameters.required("client_id")?;
        match &exchange.application {
            Some(application) if application.application_id == id => Ok(Arc::clone(application)),
            Some(_) => Err(Refusal::ClientOther),
            None => self.application(id).ok_or(Refusal::ClientUnknown),
        }
    }

    /// Everything that a client may be told about by redirect.
    fn authorize_known_client(
        &mut self,
        exchange: &Exchange<'_>,
        parameters: &Parameters,
        application: &Arc<Application>,
    ) -> Result<HttpResponse, Refusal> {
        if !application.allows(GrantType::AuthorizationCode) {
            return Err(Refusal::CodeFlowClosed);
        }
        check_supported(parameters)?;
        let challenge = self.challenge(parameters, application)?;
        let scope = scope::of_user(parameters.required("scope")?, application)?;
        let prompt = read_prompt(parameters)?;
        let max_age = read_max_age(parameters)?;
        let hint = self.id_token_hint(exchange, parameters)?;
        let request = AuthorizationRequest {
            redirect_uri: parameters.required("redirect_uri")?.to_owned(),
            scope,
            state: parameters.value("state").map(str::to_owned),
            nonce: parameters.value("nonce").map(str::to_owned),
            challenge,
            ask_consent: prompt.consent,
        };

        let now = exchange.now;
        let signed_in = self.signed_in(exchange).filter(|_| !prompt.login).filter(|signed_in| {
            let age = now.saturating_sub(signed_in.session.auth_time);
            max_age.is_none_or(|max_age| max_age > 0 && age <= max_age)
                && hint.as_ref().is_none_or(|hint| hint.subject == signed_in.session.subject)
        });
        let Some(signed_in) = signed_in else {
            if prompt.none {
                return Err(Refusal::LoginRequired);
            }
            let (transaction, cookie) = self.begin(exchange, application, request);
            let hint = parameters.value("login_hint");
            let mut response = self.login_page(transaction, hint, None)?;
            self.set_browser_cookie(cookie, &mut response);
            return Ok(response);
        };
        if !asks_consent(application, &request, &signed_in) {
            return self.redirect_code(exchange, application, &request, &signed_in);
        }
        if prompt.none {
            return Err(Refusal::ConsentRequired);
        }
        let (transaction, cookie) = self.begin(exchange, application, request);
        let mut response = self.decision_page(exchange, transaction, &signed_in)?;
        self.set_browser_cookie(cookie, &mut response);
        Ok(response)
    }

    /// Begins a transaction in the browser of a request, and gives the cookie to set if it is new.
    fn begin(
        &mut self,
        exchange: &Exchange<'_>,
        application: &Application,
        request: AuthorizationRequest,
    ) -> (Transaction, Option<String>) {
        let (browser, cookie) = self.browser(exchange);
        let transaction = Transaction {
            authority: exchange.authority,
            client: Some(application.application_id.clone()),
            browser,
            session: None,
            expires: exchange.now.saturating_add(Self::TRANSACTION_SECONDS),
            purpose: Purpose::Authorize(request),
        };
        (transaction, cookie)
    }

    /// RFC 7636 sections 4.3 and 4.4.1.
    fn challenge(
        &self,
        parameters: &Parameters,
        application: &Application,
    ) -> Result<Option<Challenge>, Refusal> {
        let profile = self.config.profile;
        let Some(value) = parameters.value("code_challenge") else {
            // EIAM: for public clients PKCE is mandatory.
            let required = application.pkce.required
                || application.public
                || profile.pkce_always_required()
                || parameters.value("code_challenge_method").is_some();
            return if required { Err(Refusal::ChallengeMissing) } else { Ok(None) };
        };
        let allowed = |method: pkce::Method| {
            application.pkce.methods.contains(&method)
                && (method == pkce::Method::S256 || profile.plain_challenge_allowed())
        };
        let name = parameters.value("code_challenge_method").unwrap_or("plain");
        let method = pkce::Method::from_name(name).filter(|method| allowed(*method));
        let Some(method) = method else {
            let names = match (allowed(pkce::Method::S256), allowed(pkce::Method::Plain)) {
                (true, true) => "S256 or plain",
                (false, true) => "plain",
                _ => "S256",
            };
            return Err(Refusal::ChallengeMethodNotAllowed(names));
        };
        let well_formed = match method {
            pkce::Method::S256 => base64url::decode(value).is_ok_and(|bytes| bytes.len() == 32),
            pkce::Method::Plain => check_verifier(value).is_ok(),
        };
        if !well_formed {
            return Err(Refusal::ChallengeMalformed);
        }
        let value = value.to_owned();
        Ok(Some(Challenge { method, value }))
    }

    /// Goes on with a request whose user has just signed in: to the question, or back to the client.
    pub(crate) fn go_on(
        &mut self,
        exchange: &Exchange<'_>,
        application: &Arc<Application>,
        transaction: Transaction,
        signed_in: &SignedIn,
    ) -> Result<HttpResponse, Refusal> {
        match &transaction.purpose {
            Purpose::Authorize(request) if !asks_consent(application, request, signed_in) => {
                self.redirect_code(exchange, application, request, signed_in)
            }
            _ => self.decision_page(exchange, transaction, signed_in),
        }
    }

    /// Makes a code and sends it to the client. Nothing is recorded: the code carries itself, and is
    /// recorded when it is used.
    pub(crate) fn redirect_code(
        &mut self,
        exchange: &Exchange<'_>,
        application: &Application,
        request: &AuthorizationRequest,
        signed_in: &SignedIn,
    ) -> Result<HttpResponse, Refusal> {
        let code = Code {
            sign_in: SignIn {
                authority: exchange.authority,
                client: application.application_id.clone(),
                subject: signed_in.session.subject.clone(),
                scope: request.scope.clone(),
                auth_time: signed_in.session.auth_time,
                grant: self.random.id(),
                session: Some(signed_in.id),
                claims: RequestedClaims::default(),
            },
            redirect_uri: request.redirect_uri.clone(),
            nonce: request.nonce.clone(),
            challenge: request.challenge.clone(),
            expires: seconds::deadline(exchange.now, application.lifetimes.code),
        };
        let code = self.sealer.seal(&code, &mut self.random);
        let destination = Destination {
            authority: exchange.authority,
            client: &application.application_id,
            redirect_uri: &request.redirect_uri,
            state: request.state.as_deref(),
        };
        Ok(self.redirect(&destination, &[("code", &code)]))
    }

    /// Tells a client by redirect why it gets no code (RFC 6749 section 4.1.2.1).
    pub(crate) fn redirect_refusal(
        &self,
        destination: &Destination<'_>,
        refusal: &Refusal,
    ) -> HttpResponse {
        self.redirect(
            destination,
            &[
                ("error", refusal.code(self.config.profile)),
                ("error_description", &refusal.description()),
            ],
        )
    }

    /// Every answer says who gives it (RFC 9207 section 2). Whether the service does is not
    /// documented; a client that does not know `iss` passes over it.
    fn redirect(&self, destination: &Destination<'_>, pairs: &[(&str, &str)]) -> HttpResponse {
        let mut location = destination.redirect_uri.to_owned();
        if !location.contains('?') {
            location.push('?');
        }
        let mut query = form::Encoder::after(location);
        for (name, value) in pairs {
            query.pair(name, value);
        }
        query.optional("state", destination.state);
        let issuer = self.issuer_url(destination.authority, destination.client);
        query.pair("iss", &issuer);
        answer::see_other(query.finish())
    }
}

/// Whether the user is asked before this client gets this scope.
fn asks_consent(
    application: &Application,
    request: &AuthorizationRequest,
    signed_in: &SignedIn,
) -> bool {
    request.ask_consent
        || match application.consent {
            Consent::Skip => false,
            Consent::Once => {
                !signed_in.session.has_consented(&application.application_id, &request.scope)
            }
            Consent::Always => true,
        }
}

fn check_supported(parameters: &Parameters) -> Result<(), Refusal> {
    for (name, refusal) in [
        ("request", Refusal::RequestObjectUnsupported),
        ("request_uri", Refusal::RequestUriUnsupported),
        ("registration", Refusal::RegistrationUnsupported),
    ] {
        if parameters.value(name).is_some() {
            return Err(refusal);
        }
    }
    if parameters.required("response_type")? != "code" {
        return Err(Refusal::ResponseTypeUnsupported);
    }
    match parameters.value("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(Refusal::ResponseModeUnsupported),
    }
}

fn read_prompt(parameters: &Parameters) -> Result<Prompt, Refusal> {
    let wrong =
        Refusal::ParameterInvalid("prompt", "login, consent, select_account, or none alone");
    let mut prompt = Prompt::default();
    let mut words = 0;
    for word in scope::items(parameters.value("prompt").unwrap_or_default()) {
        words += 1;
        match word {
            "none" => prompt.none = true,
            // Choosing an account is signing in: one browser has one session.
            "login" | "select_account" => prompt.login = true,
            "consent" => prompt.consent = true,
            _ => return Err(wrong),
        }
    }
    if prompt.none && words > 1 {
        return Err(wrong);
    }
    Ok(prompt)
}

fn read_max_age(parameters: &Parameters) -> Result<Option<i64>, Refusal> {
    parameters
        .value("max_age")
        .map(|text| {
            text.parse()
                .ok()
                .filter(|seconds: &i64| *seconds >= 0)
                .ok_or(Refusal::ParameterInvalid("max_age", "a whole number of seconds"))
        })
        .transpose()
}
