//! The authorization endpoint (RFC 6749 section 4.1.1, OpenID Connect Core sections 3.1.2 and 3.2.2).

use std::sync::Arc;

use crate::base64url;
use crate::pkce::{self, check_verifier};
use crate::seconds;

use super::config::{Application, Consent, GrantType};
use super::language::Language;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::sealed::{
    AccessToken, AuthorizationRequest, Challenge, Code, Purpose, SignIn, Transaction,
};
use super::session::SignedIn;
use super::token::IdToken;
use super::{Answer, Exchange, Issuer, claims, dpop, scope, session};

mod claims_parameter;
mod response;

pub(crate) use response::{Destination, ResponseMode, ResponseType};

use claims_parameter::Wanted;

/// What `prompt` asks for (OpenID Connect Core section 3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Prompt {
    none: bool,
    login: bool,
    consent: bool,
}

impl AuthorizationRequest {
    /// What the user agrees to: the scope, and the scopes that would let out the claims that are
    /// asked for one by one.
    pub(crate) fn consent_scope(&self) -> String {
        let mut all = self.scope.clone();
        let names = scope::items(&self.claims.userinfo).chain(scope::items(&self.claims.id_token));
        for scope in names.filter_map(claims::scope_of) {
            if !scope::contains(&all, scope) {
                all.push(' ');
                all.push_str(scope);
            }
        }
        all
    }
}

impl Issuer {
    /// How long a page may be left open.
    pub(crate) const TRANSACTION_SECONDS: i64 = 3600;

    pub(crate) fn authorize(&mut self, exchange: &Exchange<'_>) -> Answer {
        let parameters = self.parameters(exchange)?;
        // RFC 6749 section 4.1.2.1: until both are known to be good, nothing is redirected.
        let application = self.requesting_application(exchange, &parameters)?;
        // RFC 9126 section 4, RFC 9101 section 5: what was pushed is the whole request.
        let pushed = self.take_pushed(exchange, &parameters, &application)?;
        let is_pushed = pushed.is_some();
        let (parameters, hinted) = match pushed {
            Some(pushed) => (pushed.parameters, Ok(pushed.hinted)),
            None => {
                let hinted = self.hinted_subject(exchange, &parameters);
                (parameters, hinted)
            }
        };
        let redirect_uri = registered_uri(&parameters, &application)?;
        let language = Language::choose(
            parameters.value("ui_locales"),
            exchange.request.headers.value("accept-language"),
        );
        let request = if application.require_pushed_authorization_requests && !is_pushed {
            Err(Refusal::PushRequired)
        } else {
            hinted.and_then(|hinted| self.read_request(&parameters, &application, hinted))
        };
        let answer = match request {
            Ok(request) => {
                self.answer_request(exchange, &parameters, &application, request, language)
            }
            Err(refusal) => Err(refusal),
        };
        answer.or_else(|refusal| {
            let destination = Destination {
                authority: exchange.authority,
                client: &application.application_id,
                redirect_uri,
                state: parameters.value("state"),
                mode: ResponseMode::of(&parameters),
                language,
            };
            Ok(self.send_refusal(&destination, &refusal))
        })
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
            None => self.known_application(id),
        }
    }

    /// The user whom an id_token_hint names.
    pub(crate) fn hinted_subject(
        &self,
        exchange: &Exchange<'_>,
        parameters: &Parameters,
    ) -> Result<Option<String>, Refusal> {
        Ok(self.id_token_hint(exchange, parameters)?.map(|hint| hint.subject))
    }

    /// Checks everything that a client may be told about. `hinted`: the user of the id_token_hint.
    pub(crate) fn read_request(
        &self,
        parameters: &Parameters,
        application: &Application,
        hinted: Option<String>,
    ) -> Result<AuthorizationRequest, Refusal> {
        check_supported(parameters)?;
        let response_type = self.response_type(parameters, application)?;
        ResponseMode::check(parameters)?;
        let challenge = match response_type {
            ResponseType::Code => self.challenge(parameters, application)?,
            // There is no code that could be stolen.
            ResponseType::Implicit { .. } => None,
        };
        let dpop_jkt = read_dpop_jkt(parameters)?;
        let mut scope = scope::of_user(parameters.required("scope")?, application)?;
        if matches!(response_type, ResponseType::Implicit { .. }) {
            // OpenID Connect Core section 11: without a code there is no refresh token.
            scope = scope::without(&scope, scope::OFFLINE_ACCESS);
        }
        if let ResponseType::Implicit { id_token: true, .. } = response_type {
            if !scope::contains(&scope, scope::OPENID) {
                return Err(Refusal::IdTokenWithoutOpenid);
            }
            // OpenID Connect Core section 3.2.2.1: required, against replayed id_tokens.
            parameters.required("nonce")?;
        }
        let prompt = read_prompt(parameters)?;
        read_max_age(parameters)?;
        check_display(parameters)?;
        let wanted = Wanted::read(parameters, application, session::acr(&self.config))?;
        if let (Some(hinted), Some(subject)) = (&hinted, &wanted.subject)
            && hinted != subject
        {
            return Err(Refusal::LoginRequired);
        }
        Ok(AuthorizationRequest {
            response_type,
            mode: ResponseMode::of(parameters),
            redirect_uri: parameters.required("redirect_uri")?.to_owned(),
            scope,
            state: parameters.value("state").map(str::to_owned),
            nonce: parameters.value("nonce").map(str::to_owned),
            challenge,
            dpop_jkt,
            claims: wanted.claims,
            subject: hinted.or(wanted.subject),
            ask_consent: prompt.consent,
        })
    }

    /// Which tokens are wanted, if the application has opened the grant that gives them.
    fn response_type(
        &self,
        parameters: &Parameters,
        application: &Application,
    ) -> Result<ResponseType, Refusal> {
        let wanted = ResponseType::read(parameters.required("response_type")?)
            .ok_or(Refusal::ResponseTypeUnsupported)?;
        match wanted {
            ResponseType::Code if application.allows(GrantType::AuthorizationCode) => Ok(wanted),
            ResponseType::Code => Err(Refusal::CodeFlowClosed),
            ResponseType::Implicit { .. } if self.allows_implicit(application) => Ok(wanted),
            ResponseType::Implicit { .. } => Err(Refusal::ResponseTypeUnsupported),
        }
    }

    pub(crate) fn allows_implicit(&self, application: &Application) -> bool {
        self.config.profile.implicit_grant_allowed()
            && application.allows(GrantType::Implicit)
            // There is no proof of possession at the authorization endpoint.
            && !application.dpop_bound_access_tokens
    }

    /// Answers a good request: with a page for the user, or to the client at once.
    fn answer_request(
        &mut self,
        exchange: &Exchange<'_>,
        parameters: &Parameters,
        application: &Arc<Application>,
        request: AuthorizationRequest,
        language: Language,
    ) -> Answer {
        let prompt = read_prompt(parameters)?;
        let max_age = read_max_age(parameters)?;
        let now = exchange.now;
        let signed_in = self.signed_in(exchange).filter(|_| !prompt.login).filter(|signed_in| {
            let age = now.saturating_sub(signed_in.session.auth_time);
            max_age.is_none_or(|max_age| max_age > 0 && age <= max_age)
                && request.is_for(&signed_in.session.subject)
        });
        let Some(signed_in) = signed_in else {
            if prompt.none {
                return Err(Refusal::LoginRequired);
            }
            let (transaction, cookie) = self.begin(exchange, application, request, language);
            let hint = parameters.value("login_hint");
            let mut response = self.login_page(transaction, hint, None)?;
            self.set_browser_cookie(cookie, &mut response);
            return Ok(response.into());
        };
        if !asks_consent(application, &request, &signed_in) {
            return self.grant(exchange, application, &request, &signed_in, language);
        }
        if prompt.none {
            return Err(Refusal::ConsentRequired);
        }
        let (transaction, cookie) = self.begin(exchange, application, request, language);
        let mut response = self.decision_page(exchange, transaction, &signed_in)?;
        self.set_browser_cookie(cookie, &mut response);
        Ok(response.into())
    }

    /// Begins a transaction in the browser of a request, and gives the cookie to set if it is new.
    fn begin(
        &mut self,
        exchange: &Exchange<'_>,
        application: &Application,
        request: AuthorizationRequest,
        language: Language,
    ) -> (Transaction, Option<String>) {
        let (browser, cookie) = self.browser(exchange);
        let transaction = Transaction {
            authority: exchange.authority,
            client: Some(application.application_id.clone()),
            browser,
            session: None,
            expires: exchange.now.saturating_add(Self::TRANSACTION_SECONDS),
            language,
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
    ) -> Answer {
        match &transaction.purpose {
            // OpenID Connect Core section 3.1.2.1: an answer about somebody else must not be given.
            Purpose::Authorize(request) if !request.is_for(&signed_in.session.subject) => {
                let destination = request.destination(&transaction);
                Ok(self.send_refusal(&destination, &Refusal::LoginRequired))
            }
            Purpose::Authorize(request) if !asks_consent(application, request, signed_in) => {
                self.grant(exchange, application, request, signed_in, transaction.language)
            }
            _ => Ok(self.decision_page(exchange, transaction, signed_in)?.into()),
        }
    }

    /// Gives a client what it asked for.
    pub(crate) fn grant(
        &mut self,
        exchange: &Exchange<'_>,
        application: &Application,
        request: &AuthorizationRequest,
        signed_in: &SignedIn,
        language: Language,
    ) -> Answer {
        let sign_in = SignIn {
            authority: exchange.authority,
            client: application.application_id.clone(),
            subject: signed_in.session.subject.clone(),
            scope: request.scope.clone(),
            auth_time: signed_in.session.auth_time,
            grant: self.random.id(),
            session: Some(signed_in.id),
            claims: request.claims.clone(),
            epoch: self.standing.epoch(),
        };
        let destination = Destination {
            authority: exchange.authority,
            client: &application.application_id,
            redirect_uri: &request.redirect_uri,
            state: request.state.as_deref(),
            mode: request.mode,
            language,
        };
        match request.response_type {
            ResponseType::Code => {
                let code = self.code(exchange.now, application, request, sign_in);
                Ok(self.send(&destination, &[("code", &code)], None))
            }
            ResponseType::Implicit { token, id_token } => {
                let access_token =
                    token.then(|| self.implicit_token(exchange.now, application, &sign_in));
                let lifetime = application.lifetimes.access_token.to_string();
                let mut pairs: Vec<(&str, &str)> = Vec::new();
                if let Some(access_token) = &access_token {
                    // RFC 6749 section 4.2.2.
                    pairs.push(("access_token", access_token));
                    pairs.push(("token_type", "Bearer"));
                    pairs.push(("expires_in", &lifetime));
                    pairs.push(("scope", &request.scope));
                }
                let id_token = if id_token {
                    let user = self.user(&sign_in.subject).ok_or(Refusal::LoginRequired)?;
                    let token = IdToken {
                        user: &user,
                        sign_in: &sign_in,
                        scope: &request.scope,
                        nonce: request.nonce.as_deref(),
                        access_token: access_token.as_deref(),
                    };
                    Some(self.id_token_input(exchange.now, application, &token)?)
                } else {
                    None
                };
                Ok(self.send(&destination, &pairs, id_token))
            }
        }
    }

    /// Makes a code. Nothing is recorded: the code carries itself, and is recorded when it is used.
    fn code(
        &mut self,
        now: i64,
        application: &Application,
        request: &AuthorizationRequest,
        sign_in: SignIn,
    ) -> String {
        let code = Code {
            sign_in,
            redirect_uri: request.redirect_uri.clone(),
            nonce: request.nonce.clone(),
            challenge: request.challenge.clone(),
            dpop_jkt: request.dpop_jkt.clone(),
            expires: seconds::deadline(now, application.lifetimes.code),
        };
        self.sealer.seal(&code, &mut self.random)
    }

    /// Makes an access token of its own grant. It needs no record until somebody revokes it.
    fn implicit_token(&mut self, now: i64, application: &Application, sign_in: &SignIn) -> String {
        let token = AccessToken {
            authority: sign_in.authority,
            client: sign_in.client.clone(),
            subject: Some(sign_in.subject.clone()),
            scope: sign_in.scope.clone(),
            grant: sign_in.grant,
            serial: 0,
            issued: now,
            expires: seconds::deadline(now, application.lifetimes.access_token),
            claims: sign_in.claims.userinfo.clone(),
            jkt: None,
            epoch: self.standing.epoch(),
        };
        self.sealer.seal(&token, &mut self.random)
    }
}

impl AuthorizationRequest {
    /// Whether this user may answer the request.
    fn is_for(&self, subject: &str) -> bool {
        self.subject.as_deref().is_none_or(|wanted| wanted == subject)
    }

    /// Where the answer to a request goes that waited in a page.
    pub(crate) fn destination<'a>(&'a self, transaction: &'a Transaction) -> Destination<'a> {
        Destination {
            authority: transaction.authority,
            client: transaction.client.as_deref().unwrap_or_default(),
            redirect_uri: &self.redirect_uri,
            state: self.state.as_deref(),
            mode: self.mode,
            language: transaction.language,
        }
    }
}

/// The redirect URI, if the application has registered it.
pub(crate) fn registered_uri<'a>(
    parameters: &'a Parameters,
    application: &Application,
) -> Result<&'a str, Refusal> {
    let uri = parameters.value("redirect_uri").ok_or(Refusal::RedirectUriMissing)?;
    if application.may_redirect_to(uri) { Ok(uri) } else { Err(Refusal::RedirectUriUnregistered) }
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
            Consent::Once => !signed_in
                .session
                .has_consented(&application.application_id, &request.consent_scope()),
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
    Ok(())
}

/// OpenID Connect Core section 3.1.2.1. The pages are plain and narrow, and need no script, so they
/// are right for each of these.
fn check_display(parameters: &Parameters) -> Result<(), Refusal> {
    match parameters.value("display") {
        Some(name) if !DISPLAYS.contains(&name) => {
            Err(Refusal::ParameterInvalid("display", "page, popup, touch or wap"))
        }
        _ => Ok(()),
    }
}

/// How pages can be shown.
pub(crate) const DISPLAYS: [&str; 4] = ["page", "popup", "touch", "wap"];

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

/// RFC 9449 section 10: the key that the code is bound to.
fn read_dpop_jkt(parameters: &Parameters) -> Result<Option<String>, Refusal> {
    match parameters.value(dpop::JKT) {
        Some(jkt) if !dpop::is_thumbprint(jkt) => {
            Err(Refusal::ParameterInvalid(dpop::JKT, "the SHA-256 thumbprint of a JWK"))
        }
        jkt => Ok(jkt.map(str::to_owned)),
    }
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
