//! The checks of an authorization request, as a list. The first one that fails is the refusal.

use crate::base64url;
use crate::issuer::check::claims_request::ClaimsRequest;
use crate::issuer::check::response_mode::ResponseMode;
use crate::issuer::check::response_type::{self, ResponseType};
use crate::issuer::check::scope::Asking;
use crate::issuer::check::{audience, authorization_details, dpop, scope};
use crate::issuer::config::{Application, Config};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::prompt::Prompt;
use crate::issuer::profile::Profile;
use crate::issuer::sealed::authorization_request::AuthorizationRequest;
use crate::issuer::sealed::challenge::Challenge;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;
use crate::pkce::{self, check_verifier};

/// The checks in their order. Each reads its part of the request into the draft.
const CHECKS: [Check; 14] = [
    supported_parameters, // OpenID Connect Core sections 6 and 7.2.1, RFC 9101 section 5
    response_type,        // RFC 6749 section 3.1.1
    response_mode,        // OAuth 2.0 Multiple Response Type Encoding Practices section 2.1
    code_challenge,       // RFC 7636 sections 4.3 and 4.4.1, RFC 9700 section 2.1.1
    dpop_key,             // RFC 9449 section 10
    resources,            // RFC 8707 section 2.1
    details,              // RFC 9396 section 5
    requested_scope,      // RFC 6749 section 3.3, OpenID Connect Core section 11
    id_token_by_redirect, // OpenID Connect Core section 3.2.2.1
    prompt,               // OpenID Connect Core section 3.1.2.1
    max_age,              // OpenID Connect Core section 3.1.2.1
    display,              // OpenID Connect Core section 3.1.2.1
    claims,               // OpenID Connect Core section 5.5
    one_subject,          // OpenID Connect Core sections 3.1.2.1 and 5.5.1
];

/// One check.
type Check = fn(&Input<'_>, &mut Draft) -> Result<(), Refusal>;

/// The request to check.
pub(crate) struct Input<'a> {
    pub(crate) config: &'a Config,
    pub(crate) directory: &'a Directory,
    pub(crate) parameters: &'a Parameters,
    pub(crate) application: &'a Application,
    /// The user of its id_token_hint, if it has one.
    pub(crate) hinted: Option<&'a str>,
    /// The id of the pushed request, if that has to go when this one is answered.
    pub(crate) pushed: Option<u128>,
}

/// A request that has passed all checks.
pub(crate) struct Checked {
    pub(crate) request: AuthorizationRequest,
    pub(crate) prompt: Prompt,
    /// How many seconds ago the user may have signed in at most.
    pub(crate) max_age: Option<i64>,
}

/// What the checks have read until now.
#[derive(Default)]
struct Draft {
    response_type: ResponseType,
    challenge: Option<Challenge>,
    dpop_jkt: Option<String>,
    resources: Vec<String>,
    details: Vec<String>,
    scope: String,
    prompt: Prompt,
    max_age: Option<i64>,
    claims: ClaimsRequest,
}

/// Makes all checks of whose result the client is told. The client and the redirect URI have been
/// checked before.
pub(crate) fn check(input: &Input<'_>) -> Result<Checked, Refusal> {
    let mut draft = Draft::default();
    for check in CHECKS {
        check(input, &mut draft)?;
    }
    let parameters = input.parameters;
    let request = AuthorizationRequest {
        response_type: draft.response_type,
        mode: ResponseMode::of(parameters),
        redirect_uri: parameters.required("redirect_uri")?.to_owned(),
        scope: draft.scope,
        resources: draft.resources,
        details: draft.details,
        state: parameters.value("state").map(str::to_owned),
        nonce: parameters.value("nonce").map(str::to_owned),
        challenge: draft.challenge,
        dpop_jkt: draft.dpop_jkt,
        claims: draft.claims.claims,
        context: draft.claims.context,
        subject: input.hinted.map(str::to_owned).or(draft.claims.subject),
        pushed: input.pushed,
        ask_consent: draft.prompt.consent,
    };
    Ok(Checked { request, prompt: draft.prompt, max_age: draft.max_age })
}

fn supported_parameters(input: &Input<'_>, _draft: &mut Draft) -> Result<(), Refusal> {
    for (name, refusal) in [
        ("request", Refusal::RequestObjectUnsupported),
        ("request_uri", Refusal::RequestUriUnsupported),
        ("registration", Refusal::RegistrationUnsupported),
    ] {
        if input.parameters.value(name).is_some() {
            return Err(refusal);
        }
    }
    Ok(())
}

fn response_type(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    let wanted = ResponseType::read(input.parameters.required("response_type")?)
        .ok_or(Refusal::ResponseTypeUnsupported)?;
    draft.response_type = wanted;
    response_type::check_allowed(wanted, input.config.profile, input.application)
}

fn response_mode(input: &Input<'_>, _draft: &mut Draft) -> Result<(), Refusal> {
    ResponseMode::check(input.parameters)
}

fn code_challenge(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    if draft.response_type != ResponseType::Code {
        // PKCE protects the code, and this request gets none.
        return Ok(());
    }
    let Input { config, parameters, application, .. } = input;
    let profile = config.profile;
    let Some(value) = parameters.value("code_challenge") else {
        // EIAM: for public clients PKCE is mandatory.
        let required = application.pkce.required
            || application.public
            || profile.pkce_always_required()
            || parameters.value("code_challenge_method").is_some();
        return if required { Err(Refusal::ChallengeMissing) } else { Ok(()) };
    };
    let allowed = |method| challenge_method_allowed(method, profile, application);
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
    draft.challenge = Some(Challenge { method, value: value.to_owned() });
    Ok(())
}

fn dpop_key(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    let jkt = input.parameters.value(dpop::JKT);
    if jkt.is_some_and(|jkt| !dpop::is_thumbprint(jkt)) {
        return Err(Refusal::ParameterInvalid(&(dpop::JKT, "the SHA-256 thumbprint of a JWK")));
    }
    draft.dpop_jkt = jkt.map(str::to_owned);
    Ok(())
}

fn resources(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    draft.resources = audience::requested(input.config, input.application, input.parameters)?;
    Ok(())
}

fn details(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    draft.details = authorization_details::requested(input.application, input.parameters)?;
    Ok(())
}

fn requested_scope(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    let Input { config, application, .. } = *input;
    let asking = Asking { config, application, resources: &draft.resources };
    if !authorization_details::are_all(&draft.details, application, input.parameters) {
        draft.scope = scope::of_user(input.parameters.value("scope"), asking)?;
    }
    if draft.response_type != ResponseType::Code {
        // Only a code leads to a refresh token.
        draft.scope = scope::without(&draft.scope, scope::OFFLINE_ACCESS);
    }
    Ok(())
}

fn id_token_by_redirect(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    if let ResponseType::Implicit { id_token: true, .. } = draft.response_type {
        if !scope::contains(&draft.scope, scope::OPENID) {
            return Err(Refusal::IdTokenWithoutOpenid);
        }
        // The nonce is required here, because it protects against replayed id_tokens.
        input.parameters.required("nonce")?;
    }
    Ok(())
}

fn prompt(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    draft.prompt = Prompt::read(input.parameters.value("prompt").unwrap_or_default())?;
    Ok(())
}

fn max_age(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    if let Some(text) = input.parameters.value("max_age") {
        let seconds = text.parse().ok().filter(|seconds: &i64| *seconds >= 0);
        let wrong = Refusal::ParameterInvalid(&("max_age", "a whole number of seconds"));
        draft.max_age = Some(seconds.ok_or(wrong)?);
    }
    Ok(())
}

/// The pages suit every value, because they are plain and narrow and need no script.
fn display(input: &Input<'_>, _draft: &mut Draft) -> Result<(), Refusal> {
    match input.parameters.value("display") {
        Some(name) if !DISPLAYS.contains(&name) => {
            Err(Refusal::ParameterInvalid(&("display", "page, popup, touch or wap")))
        }
        _ => Ok(()),
    }
}

fn claims(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    draft.claims = ClaimsRequest::read(input.parameters, input.application, input.directory)?;
    Ok(())
}

fn one_subject(input: &Input<'_>, draft: &mut Draft) -> Result<(), Refusal> {
    match (input.hinted, &draft.claims.subject) {
        (Some(hinted), Some(subject)) if hinted != subject => Err(Refusal::LoginRequired),
        _ => Ok(()),
    }
}

/// Whether an application may use this method for its code challenges.
pub(crate) fn challenge_method_allowed(
    method: pkce::Method,
    profile: Profile,
    application: &Application,
) -> bool {
    application.pkce.methods.contains(&method)
        && (method == pkce::Method::S256 || profile.plain_challenge_allowed())
}

/// The redirect URI, if the application has registered it. Nobody is redirected to another URI, not
/// even with a refusal (RFC 6749 section 4.1.2.1).
pub(crate) fn registered_redirect_uri<'a>(
    parameters: &'a Parameters,
    application: &Application,
) -> Result<&'a str, Refusal> {
    let uri = parameters.value("redirect_uri").ok_or(Refusal::RedirectUriMissing)?;
    if application.may_redirect_to(uri) { Ok(uri) } else { Err(Refusal::RedirectUriUnregistered) }
}

/// The values of `display`.
pub(crate) const DISPLAYS: [&str; 4] = ["page", "popup", "touch", "wap"];
