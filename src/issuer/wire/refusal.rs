//! All reasons for refusing a request, each with its error code, its status, and what to change.

use std::borrow::Cow;

use crate::form::FormError;

use crate::issuer::config::{AuthMethod, GrantType};
use crate::issuer::profile::Profile;
use crate::issuer::state::expiring::Full;
use crate::issuer::wire::asked::ClaimsContext;

/// Why a request is refused. It is small, because nearly every function may return one: a text and no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    // Where a request goes.
    PathUnknown,
    ApplicationUnknown(String),
    ApplicationDisabled,
    MethodNotAllowed(&'static str),
    HostMissing,
    HostUnknown,

    // Its parameters (RFC 6749 sections 3.1 and 3.2).
    BodyTooLarge,
    BodyNotForm,
    FormMalformed(FormError),
    ParameterTwice(String),
    ParameterInQuery(String),
    ParameterMissing(&'static str),
    /// Its name, and what is expected.
    ParameterInvalid(&'static (&'static str, &'static str)),
    ParameterUnexpected(&'static str),

    // The client (RFC 6749 section 2.3).
    ClientMissing,
    ClientUnknown,
    ClientDisabled,
    ClientOther,
    ClientOtherAtDeviceEndpoint,
    ClientSchemeUnknown,
    ClientBasicMalformed,
    ClientTwoMethods,
    ClientSecretMissing,
    ClientSecretWrong,
    ClientAssertionWrong(&'static str),
    ClientMethodClosed(AuthMethod),

    // The grant (RFC 6749 section 5.2).
    GrantTypeUnknown(String),
    GrantTypeClosed(GrantType),
    CodeUnknown,
    CodeOtherClient,
    CodeExpired,
    CodeSpent,
    CodeOtherRedirectUri,
    VerifierMissing,
    VerifierUnexpected,
    VerifierMalformed,
    VerifierWrong,
    RefreshTokenUnknown,
    RefreshTokenOtherClient,
    RefreshTokenExpired,
    RefreshTokenSpent,
    GrantRevoked,
    GrantForgotten,
    UserGone,
    UserDisabled,
    EndedWithUser,
    EndedWithApplication,
    PasswordWrong,
    AssertionWrong(&'static str),
    SubjectTokenWrong(&'static str),
    ActorTokenWrong(&'static str),

    // Scopes (RFC 6749 section 3.3).
    ScopeMissing,
    ScopeUnknown(String),
    ScopeWidened(String),
    ScopeOfUsers(String),
    ScopeTwoServers,
    ScopeOfOtherResource(String),
    ScopeOfSubject(String),

    // Resources (RFC 8707 section 2).
    TargetMalformed,
    TargetUnknown(String),
    TargetsTooMany,
    TargetNotGranted(String),
    TargetsDiffer,

    // Authorization details (RFC 9396 section 5).
    DetailsWrong(&'static str),
    DetailsTypeUnknown(String),
    DetailsNotGranted,

    // Devices (RFC 8628 section 3.5).
    DeviceFlowClosed,
    DeviceCodeUnknown,
    DeviceCodeSpent,
    DeviceCodeOtherClient,
    DeviceCodeExpired,
    DevicePending,
    DeviceTooFast(i32),
    DeviceDenied,
    /// Its page shows this as a problem, and only those who test with the issuer are told the rule.
    #[cfg(feature = "testing")]
    UserCodeUnknown,

    // Bearer tokens (RFC 6750 section 3.1).
    TokenMissing,
    TokenTwice,
    TokenInvalid,
    TokenWithoutOpenid,
    ApplicationWithoutOpenid,

    // Clients that nobody configured (RFC 7591 section 3.2.2, RFC 7592 section 2).
    RegistrationTokenMissing,
    RegistrationTokenWrong,
    RegistrationNotJson,
    RegistrationMemberUnexpected(&'static str),
    MetadataRedirectUriWrong(String),
    MetadataWrong(String),
    StatementMissing,
    StatementWrong(&'static str),
    StatementUnapproved,
    ClientDocumentRefused(String),

    // Proofs of possession (RFC 9449).
    DpopProofMissing,
    DpopProofWrong(&'static str),
    DpopProofOtherKey,
    DpopNonceNeeded,

    // Authorization requests (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6).
    CodeFlowClosed,
    ResponseTypeUnsupported,
    ResponseModeUnsupported,
    RequestObjectUnsupported,
    RequestObjectMissing,
    RequestObjectWrong(&'static str),
    RequestUriUnsupported,
    RegistrationUnsupported,
    RequestUriUnknown,
    PushRequired,
    IdTokenWithoutOpenid,
    AuthenticationUnmet,
    ChallengeMissing,
    ChallengeMethodNotAllowed(&'static str),
    ChallengeMalformed,
    LoginRequired,
    ConsentRequired,
    UserDenied,

    // Pages.
    RedirectUriMissing,
    RedirectUriUnregistered,
    LogoutUriUnregistered,
    LogoutClientMissing,
    IdTokenHintMalformed,
    FormFromElsewhere,
    CookieTwice(String),
    FormStale,

    // The issuer itself.
    Throttled(i32),
    StoreFull,
    NoSigningKey,

    // Claims that the configuration or the host add.
    /// The host has to be asked first. It is never sent.
    ClaimsNeeded(Vec<ClaimsContext>),
    ClaimsFailed(String),
    ClaimsTooLarge,
}

/// A row of the table of refusals.
struct Row {
    status: u16,
    code: &'static str,
    /// `{}` stands for what [`Refusal::said`] gives.
    sentence: &'static str,
    /// The source of the refusal. It is for readers and for those who test with the issuer, and left out of the
    /// module that is shipped.
    #[cfg(any(test, feature = "testing"))]
    section: &'static str,
}

/// Makes a row from status, code, source and sentence.
macro_rules! row {
    ($status:expr, $code:expr, $section:literal, $sentence:expr) => {
        &Row {
            status: $status,
            code: $code,
            sentence: $sentence,
            #[cfg(any(test, feature = "testing"))]
            section: $section,
        }
    };
}

impl Refusal {
    /// Whether a proof of possession is missing or wrong (RFC 9449).
    pub(crate) fn is_about_proof(&self) -> bool {
        matches!(self, Self::DpopProofMissing | Self::DpopProofWrong(_) | Self::DpopNonceNeeded)
    }

    /// Whether the service documents its message.
    pub(crate) fn is_documented(&self) -> bool {
        matches!(
            self,
            Self::ApplicationUnknown(_)
                | Self::ApplicationWithoutOpenid
                | Self::GrantTypeClosed(_)
                | Self::DeviceFlowClosed
        )
    }

    /// The error code (`error`).
    pub(crate) fn code(&self, profile: Profile) -> &'static str {
        let code = self.row().code;
        match self {
            Self::GrantTypeUnknown(_) | Self::GrantTypeClosed(_) => {
                profile.code_of_closed_grant(code)
            }
            _ => code,
        }
    }

    /// The status of a direct response.
    pub(crate) fn status(&self, profile: Profile) -> u16 {
        match self {
            Self::TokenMissing | Self::TokenInvalid => profile.userinfo_invalid_token_status(),
            _ => self.row().status,
        }
    }

    /// That there were too many attempts, and no more for so many seconds.
    pub(crate) fn throttled(seconds: i64) -> Self {
        Self::Throttled(short(seconds))
    }

    /// That a device asked too early, and is to wait for so many seconds between two requests.
    pub(crate) fn too_fast(seconds: i64) -> Self {
        Self::DeviceTooFast(short(seconds))
    }

    /// What is wrong and what to change. It has only the characters that RFC 6749 section 5.2
    /// allows.
    pub(crate) fn description(&self) -> String {
        let sentence = self.row().sentence;
        let (before, after) = sentence.split_once("{}").unwrap_or((sentence, ""));
        let mut whole = [before, &self.said(), after].concat();
        if let Self::ParameterInvalid((_, expected)) = self {
            whole.push_str(expected);
        }
        printable(&whole, 300)
    }

    /// The section that demands the refusal.
    #[cfg(feature = "testing")]
    pub(crate) fn section(&self) -> &'static str {
        self.row().section
    }

    /// The sentence, in which `{}` stands for what it says about one request.
    #[cfg(feature = "testing")]
    pub(crate) fn sentence(&self) -> &'static str {
        self.row().sentence
    }

    /// What its sentence says about this one request; empty for a sentence that is always the same.
    fn said(&self) -> Cow<'_, str> {
        match self {
            Self::ApplicationUnknown(text)
            | Self::ParameterTwice(text)
            | Self::ParameterInQuery(text)
            | Self::GrantTypeUnknown(text)
            | Self::ScopeUnknown(text)
            | Self::ScopeWidened(text)
            | Self::ScopeOfUsers(text)
            | Self::ScopeOfOtherResource(text)
            | Self::ScopeOfSubject(text)
            | Self::TargetUnknown(text)
            | Self::TargetNotGranted(text)
            | Self::DetailsTypeUnknown(text)
            | Self::MetadataRedirectUriWrong(text)
            | Self::MetadataWrong(text)
            | Self::ClientDocumentRefused(text)
            | Self::CookieTwice(text)
            | Self::ClaimsFailed(text) => text.into(),
            Self::MethodNotAllowed(text)
            | Self::ParameterMissing(text)
            | Self::ParameterUnexpected(text)
            | Self::ClientAssertionWrong(text)
            | Self::AssertionWrong(text)
            | Self::SubjectTokenWrong(text)
            | Self::ActorTokenWrong(text)
            | Self::DetailsWrong(text)
            | Self::RegistrationMemberUnexpected(text)
            | Self::StatementWrong(text)
            | Self::DpopProofWrong(text)
            | Self::RequestObjectWrong(text)
            | Self::ChallengeMethodNotAllowed(text)
            | Self::ParameterInvalid((text, _)) => (*text).into(),
            Self::FormMalformed(error) => error.to_string().into(),
            Self::ClientMethodClosed(method) => method.name().into(),
            Self::GrantTypeClosed(grant) => grant.name().into(),
            Self::DeviceTooFast(seconds) | Self::Throttled(seconds) => seconds.to_string().into(),
            _ => "".into(),
        }
    }

    /// The table of all refusals: status, code, source and sentence. Every row is a constant, so that the table is one
    /// and no code.
    ///
    /// RFC 6749 section 5.2 allows 401 for every `invalid_client`, and requires it if the client
    /// used Basic.
    fn row(&self) -> &'static Row {
        match self {
            // Where a request goes.
            Self::PathUnknown => row!(
                404,
                "not_found",
                "RFC 9110 section 15.5.5",
                "There is no such endpoint, please check the path"
            ),
            Self::ApplicationUnknown(_) => row!(
                404,
                "application_not_found",
                "EIAM: the documented message",
                "Application id not found: {}"
            ),
            Self::ApplicationDisabled => row!(
                403,
                "application_disabled",
                "EIAM: the message of the other operations",
                "Application is disabled"
            ),
            Self::MethodNotAllowed(_) => row!(
                405,
                "invalid_request",
                "RFC 9110 section 15.5.6",
                "This endpoint takes {} only"
            ),
            Self::HostMissing => row!(
                400,
                "invalid_request",
                "RFC 9112 section 3.2",
                "The request does not say for which host it is: that takes an absolute URL, or one valid \
                 field Host"
            ),
            Self::HostUnknown => row!(
                421,
                "misdirected_request",
                "RFC 9110 section 15.5.20",
                "The host for which the request is, is none of allowedHosts in the configuration"
            ),
            // Its parameters (RFC 6749 sections 3.1 and 3.2).
            Self::BodyTooLarge => row!(
                413,
                "invalid_request",
                "RFC 9110 section 15.5.14",
                "The request is too large: 64 KiB at most, 16 KiB if it is pushed"
            ),
            Self::BodyNotForm => row!(
                400,
                "invalid_request",
                "RFC 6749 section 3.2",
                "The body is not a form: send Content-Type application/x-www-form-urlencoded"
            ),
            Self::FormMalformed(_) => {
                row!(400, "invalid_request", "RFC 6749 appendix B", "Malformed parameters: {}")
            }
            Self::ParameterTwice(_) => row!(
                400,
                "invalid_request",
                "RFC 6749 section 3.2",
                "The parameter {} is there more than once"
            ),
            Self::ParameterInQuery(_) => row!(
                400,
                "invalid_request",
                "RFC 6749 sections 2.3.1 and 4.1.3",
                "Send the parameter {} in the form, not in the query"
            ),
            Self::ParameterMissing(_) => {
                row!(400, "invalid_request", "RFC 6749 section 5.2", "The parameter {} is missing")
            }
            Self::ParameterInvalid(..) => row!(
                400,
                "invalid_request",
                "RFC 6749 section 5.2",
                "The parameter {} is wrong: expected "
            ),
            Self::ParameterUnexpected(_) => row!(
                400,
                "invalid_request",
                "RFC 9126 section 2.1",
                "The parameter {} has no place in this request"
            ),
            // The client (RFC 6749 section 2.3).
            Self::ClientMissing => row!(
                401,
                "invalid_client",
                "RFC 6749 section 5.2",
                "Nothing names the client: send client_id"
            ),
            Self::ClientUnknown => row!(
                401,
                "invalid_client",
                "RFC 6749 section 5.2",
                "There is no client of this client_id"
            ),
            Self::ClientDisabled => row!(
                401,
                "invalid_client",
                "RFC 6749 section 5.2",
                "The application of this client_id is disabled"
            ),
            Self::ClientOther => row!(
                401,
                "invalid_client",
                "RFC 6749 section 5.2",
                "The path, client_id, the credentials and id_token_hint name different clients"
            ),
            Self::ClientOtherAtDeviceEndpoint => {
                row!(400, "invalid_request", "EIAM: the documented message", "Invalid client id")
            }
            Self::ClientSchemeUnknown => row!(
                401,
                "invalid_client",
                "RFC 6749 section 2.3.1",
                "Clients authenticate with Basic here, the Authorization header has another scheme"
            ),
            Self::ClientBasicMalformed => row!(
                401,
                "invalid_client",
                "RFC 7617 section 2",
                "The Authorization header is not Basic base64(client_id:client_secret)"
            ),
            Self::ClientTwoMethods => row!(
                400,
                "invalid_request",
                "RFC 6749 section 2.3",
                "Authenticate in one way: the Authorization header, client_secret or client_assertion"
            ),
            Self::ClientSecretMissing => row!(
                401,
                "invalid_client",
                "RFC 6749 section 3.2.1",
                "This client must authenticate here, by its secret or by an assertion"
            ),
            Self::ClientSecretWrong => {
                row!(401, "invalid_client", "RFC 6749 section 5.2", "The client secret is wrong")
            }
            Self::ClientAssertionWrong(_) => row!(
                401,
                "invalid_client",
                "RFC 7523 section 3",
                "The client assertion is refused: {}"
            ),
            Self::ClientMethodClosed(_) => row!(
                401,
                "invalid_client",
                "RFC 7591 section 2",
                "This client does not authenticate by {}"
            ),
            // The grant (RFC 6749 section 5.2).
            Self::GrantTypeUnknown(_) => row!(
                400,
                "unsupported_grant_type",
                "EIAM: the documented message",
                "Invalid or not supported grant_type: {}"
            ),
            Self::GrantTypeClosed(_) => row!(
                400,
                "unauthorized_client",
                "EIAM: the documented message",
                "Invalid or not supported grant_type: {}"
            ),
            Self::CodeUnknown => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 5.2",
                "The code was not issued here, or was changed on its way"
            ),
            Self::CodeOtherClient => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 4.1.3",
                "The code was issued to another client, or by another issuer here"
            ),
            Self::CodeExpired => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 4.1.2",
                "The code has expired: start a new authorization"
            ),
            Self::CodeSpent => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 4.1.2",
                "The code was used already; all tokens made of it are revoked"
            ),
            Self::CodeOtherRedirectUri => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 4.1.3",
                "redirect_uri is not the one of the authorization request"
            ),
            Self::VerifierMissing => row!(
                400,
                "invalid_grant",
                "RFC 7636 section 4.6",
                "code_verifier is missing: the authorization request had a code_challenge"
            ),
            Self::VerifierUnexpected => row!(
                400,
                "invalid_grant",
                "RFC 9700 section 2.1.1",
                "code_verifier without a code_challenge in the authorization request"
            ),
            Self::VerifierMalformed => row!(
                400,
                "invalid_grant",
                "RFC 7636 section 4.1",
                "code_verifier is not 43 to 128 characters of A-Z a-z 0-9 - . _ ~"
            ),
            Self::VerifierWrong => row!(
                400,
                "invalid_grant",
                "RFC 7636 section 4.6",
                "code_verifier does not belong to the code_challenge"
            ),
            Self::RefreshTokenUnknown => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 5.2",
                "The refresh token was not issued here, or was changed on its way"
            ),
            Self::RefreshTokenOtherClient => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 6",
                "The refresh token was issued to another client, or by another issuer here"
            ),
            Self::RefreshTokenExpired => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 5.2",
                "The refresh token has expired: sign in again"
            ),
            Self::RefreshTokenSpent => row!(
                400,
                "invalid_grant",
                "RFC 9700 section 4.14.2",
                "The refresh token is not the latest, as when a copy was used; its whole sign-in is \
                 revoked, sign in again"
            ),
            Self::GrantRevoked => row!(
                400,
                "invalid_grant",
                "RFC 7009 section 2.1",
                "The sign-in was revoked: sign in again"
            ),
            Self::GrantForgotten => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 5.2",
                "The sign-in is not known here any more: sign in again"
            ),
            Self::UserGone => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 5.2",
                "The user does not exist any more"
            ),
            Self::UserDisabled => {
                row!(400, "invalid_grant", "RFC 6749 section 5.2", "The user is disabled")
            }
            Self::EndedWithUser => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 5.2",
                "The user was disabled or removed since, which ended this sign-in: sign in again"
            ),
            Self::EndedWithApplication => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 5.2",
                "The application was disabled or removed since, which ended this sign-in: sign in \
                 again"
            ),
            Self::PasswordWrong => row!(
                400,
                "invalid_grant",
                "RFC 6749 section 4.3.2",
                "The username or the password is wrong"
            ),
            Self::AssertionWrong(_) => {
                row!(400, "invalid_grant", "RFC 7523 section 3.1", "The assertion is refused: {}")
            }
            Self::SubjectTokenWrong(_) => row!(
                400,
                "invalid_request",
                "RFC 8693 section 2.2.2",
                "The subject token is refused: {}"
            ),
            Self::ActorTokenWrong(_) => row!(
                400,
                "invalid_request",
                "RFC 8693 section 2.2.2",
                "The actor token is refused: {}"
            ),
            // Scopes (RFC 6749 section 3.3).
            Self::ScopeMissing => row!(
                400,
                "invalid_scope",
                "RFC 6749 section 3.3",
                "The parameter scope is missing, and the application has no scope by default"
            ),
            Self::ScopeUnknown(_) => row!(
                400,
                "invalid_scope",
                "RFC 6749 section 3.3",
                "The application does not have the scope {}"
            ),
            Self::ScopeWidened(_) => row!(
                400,
                "invalid_scope",
                "RFC 6749 section 6",
                "The scope {} was not granted at first"
            ),
            Self::ScopeOfUsers(_) => row!(
                400,
                "invalid_scope",
                "RFC 6749 section 4.4.2",
                "The scope {} is about a user, and this grant has none"
            ),
            Self::ScopeTwoServers => row!(
                400,
                "invalid_scope",
                "RFC 9068 section 3",
                "The scopes belong to several resource servers: ask for one token each"
            ),
            Self::ScopeOfOtherResource(_) => row!(
                400,
                "invalid_scope",
                "RFC 8707 section 2.2",
                "The scope {} is for another resource than the request names"
            ),
            Self::ScopeOfSubject(_) => row!(
                400,
                "invalid_scope",
                "RFC 8693 section 2.1",
                "The subject token does not have the scope {}"
            ),
            // Resources (RFC 8707 section 2).
            Self::TargetMalformed => row!(
                400,
                "invalid_target",
                "RFC 8707 section 2",
                "The parameter resource must be an absolute URI without a fragment"
            ),
            Self::TargetUnknown(_) => row!(
                400,
                "invalid_target",
                "RFC 8707 section 2",
                "No tokens are given for the resource {}"
            ),
            Self::TargetsTooMany => row!(
                400,
                "invalid_target",
                "RFC 8707 section 2",
                "A request names eight resources at most"
            ),
            Self::TargetNotGranted(_) => row!(
                400,
                "invalid_target",
                "RFC 8707 section 2.2",
                "The sign-in was not for the resource {}"
            ),
            Self::TargetsDiffer => row!(
                400,
                "invalid_target",
                "RFC 8707 section 2",
                "Tokens for these resources are of different kinds: ask for one token each"
            ),
            // Authorization details (RFC 9396 section 5).
            Self::DetailsWrong(_) => row!(
                400,
                "invalid_authorization_details",
                "RFC 9396 section 5",
                "The parameter authorization_details is refused: {}"
            ),
            Self::DetailsTypeUnknown(_) => row!(
                400,
                "invalid_authorization_details",
                "RFC 9396 section 5",
                "The application has no authorization_details of the type {}"
            ),
            Self::DetailsNotGranted => row!(
                400,
                "invalid_authorization_details",
                "RFC 9396 section 6.1",
                "The authorization_details are more than was granted at first"
            ),
            // Devices (RFC 8628 section 3.5).
            Self::DeviceFlowClosed => row!(
                400,
                "invalid_request",
                "EIAM: the documented message",
                "Application is not turn device grant flow on"
            ),
            Self::DeviceCodeUnknown => row!(
                400,
                "invalid_grant",
                "RFC 8628 section 3.5",
                "The device code was not issued here, or was changed on its way"
            ),
            Self::DeviceCodeSpent => row!(
                400,
                "invalid_grant",
                "RFC 8628 section 3.5",
                "The device code was used already, or its request ended early: start again"
            ),
            Self::DeviceCodeOtherClient => row!(
                400,
                "invalid_grant",
                "RFC 8628 section 3.4",
                "The device code was issued to another client, or by another issuer here"
            ),
            Self::DeviceCodeExpired => row!(
                400,
                "expired_token",
                "RFC 8628 section 3.5",
                "The device code has expired: start again"
            ),
            Self::DevicePending => row!(
                400,
                "authorization_pending",
                "RFC 8628 section 3.5",
                "The user has not decided yet: poll again after the interval"
            ),
            Self::DeviceTooFast(_) => row!(
                400,
                "slow_down",
                "RFC 8628 section 3.5",
                "Polled too fast: wait {} seconds between two polls now"
            ),
            Self::DeviceDenied => {
                row!(400, "access_denied", "RFC 8628 section 3.5", "The user refused")
            }
            #[cfg(feature = "testing")]
            Self::UserCodeUnknown => row!(
                400,
                "invalid_request",
                "RFC 8628 section 3.3",
                "No device waits with the user code that was typed"
            ),
            // Bearer tokens (RFC 6750 section 3.1).
            Self::TokenMissing => row!(
                401,
                "invalid_token",
                "RFC 6750 section 3.1",
                "Invalid token: send Authorization: Bearer and an access token"
            ),
            Self::TokenTwice => row!(
                400,
                "invalid_request",
                "RFC 6750 section 2",
                "The access token is there in more than one way"
            ),
            Self::TokenInvalid => {
                row!(401, "invalid_token", "RFC 6750 section 3.1", "Invalid token")
            }
            Self::TokenWithoutOpenid => row!(
                403,
                "insufficient_scope",
                "RFC 6750 section 3.1",
                "The access token does not have the scope openid"
            ),
            Self::ApplicationWithoutOpenid => row!(
                400,
                "invalid_request",
                "EIAM: the documented message",
                "Application is not OIDC application"
            ),
            // Clients that nobody configured (RFC 7591 section 3.2.2, RFC 7592 section 2).
            Self::RegistrationTokenMissing => row!(
                401,
                "invalid_token",
                "RFC 7591 section 3",
                "Send Authorization: Bearer and an initial access token, or for a registered client \
                 its registration access token"
            ),
            Self::RegistrationTokenWrong => row!(
                401,
                "invalid_token",
                "RFC 7592 section 2",
                "The token is none that may register a client here, or the client is not registered \
                 with it any more"
            ),
            Self::RegistrationNotJson => row!(
                400,
                "invalid_request",
                "RFC 7591 section 3.1",
                "Send one JSON object of 16 KiB at most, with Content-Type application/json and \
                 every name once"
            ),
            Self::RegistrationMemberUnexpected(_) => {
                row!(400, "invalid_request", "RFC 7592 section 2.2", "The update is wrong: {}")
            }
            Self::MetadataRedirectUriWrong(_) => {
                row!(400, "invalid_redirect_uri", "RFC 7591 section 3.2.2", "{}")
            }
            Self::MetadataWrong(_) => {
                row!(400, "invalid_client_metadata", "RFC 7591 section 3.2.2", "{}")
            }
            Self::StatementMissing => row!(
                400,
                "invalid_software_statement",
                "RFC 7591 section 3.1.1",
                "Every registration needs a software_statement here"
            ),
            Self::StatementWrong(_) => row!(
                400,
                "invalid_software_statement",
                "RFC 7591 section 3.2.2",
                "The software statement is refused: {}"
            ),
            Self::StatementUnapproved => row!(
                400,
                "unapproved_software_statement",
                "RFC 7591 section 3.2.2",
                "The iss of the software statement is nobody whose statements count here"
            ),
            Self::ClientDocumentRefused(_) => row!(
                401,
                "invalid_client",
                "OAuth Client ID Metadata Document section 4",
                "The client_id is a URL, and its document cannot be used: {}"
            ),
            // Proofs of possession (RFC 9449).
            Self::DpopProofMissing => row!(
                400,
                "invalid_dpop_proof",
                "RFC 9449 sections 5.2 and 7.1",
                "A DPoP proof is needed here"
            ),
            Self::DpopProofWrong(_) => row!(
                400,
                "invalid_dpop_proof",
                "RFC 9449 section 4.3",
                "The DPoP proof is refused: {}"
            ),
            Self::DpopProofOtherKey => row!(
                400,
                "invalid_grant",
                "RFC 9449 sections 5 and 10",
                "It is bound to another key than that of the DPoP proof, or no proof was sent"
            ),
            Self::DpopNonceNeeded => row!(
                400,
                "use_dpop_nonce",
                "RFC 9449 section 8",
                "The DPoP proof needs a fresh nonce: take the one of the DPoP-Nonce header"
            ),
            // Authorization requests (RFC 6749 section 4.1.2.1, OpenID Connect Core section
            // 3.1.2.6).
            Self::CodeFlowClosed => row!(
                400,
                "unauthorized_client",
                "RFC 6749 section 4.1.2.1",
                "The application has not opened the grant authorization_code"
            ),
            Self::ResponseTypeUnsupported => row!(
                400,
                "unsupported_response_type",
                "RFC 6749 section 4.1.2.1",
                "The application may not use this response_type: code is the usual one"
            ),
            Self::ResponseModeUnsupported => row!(
                400,
                "invalid_request",
                "OAuth 2.0 Multiple Response Type Encoding Practices section 2.1",
                "response_mode must be query, fragment or form_post, for a code also with .jwt behind it, \
                 and for tokens never query"
            ),
            Self::RequestObjectUnsupported => row!(
                400,
                "request_not_supported",
                "OpenID Connect Core section 3.1.2.6",
                "The parameter request is not supported for this application"
            ),
            Self::RequestObjectMissing => row!(
                400,
                "invalid_request",
                "RFC 9101 section 10.5",
                "This application must sign its authorization requests: send them in request"
            ),
            Self::RequestObjectWrong(_) => row!(
                400,
                "invalid_request_object",
                "RFC 9101 section 6",
                "The request object is refused: {}"
            ),
            Self::RequestUriUnsupported => row!(
                400,
                "request_uri_not_supported",
                "OpenID Connect Core section 3.1.2.6",
                "request_uri must be one that the pushed authorization request endpoint gave"
            ),
            Self::RegistrationUnsupported => row!(
                400,
                "registration_not_supported",
                "OpenID Connect Core section 3.1.2.6",
                "The parameter registration is not supported"
            ),
            Self::RequestUriUnknown => row!(
                400,
                "invalid_request_uri",
                "RFC 9126 section 4",
                "request_uri was not pushed here by this client, was used already, or is not kept any \
                 more"
            ),
            Self::PushRequired => row!(
                400,
                "invalid_request",
                "RFC 9126 section 6",
                "This application must push its authorization requests (RFC 9126)"
            ),
            Self::IdTokenWithoutOpenid => row!(
                400,
                "invalid_request",
                "OpenID Connect Core section 3.2.2.1",
                "An id_token needs the scope openid"
            ),
            Self::AuthenticationUnmet => row!(
                400,
                "unmet_authentication_requirements",
                "OpenID Connect Core Error Code unmet_authentication_requirements",
                "The acr that the request insists on cannot be had here"
            ),
            Self::ChallengeMissing => row!(
                400,
                "invalid_request",
                "RFC 7636 section 4.4.1",
                "PKCE is required: send code_challenge and code_challenge_method S256"
            ),
            Self::ChallengeMethodNotAllowed(_) => row!(
                400,
                "invalid_request",
                "RFC 7636 section 4.4.1",
                "code_challenge_method must be {} for this application"
            ),
            Self::ChallengeMalformed => row!(
                400,
                "invalid_request",
                "RFC 7636 section 4.2",
                "code_challenge is malformed: expected base64url without padding, 43 characters \
                 for S256"
            ),
            Self::LoginRequired => row!(
                400,
                "login_required",
                "OpenID Connect Core section 3.1.2.6",
                "Nobody is signed in as the request wants it: see its prompt, max_age, \
                 id_token_hint and claims"
            ),
            Self::ConsentRequired => row!(
                400,
                "consent_required",
                "OpenID Connect Core section 3.1.2.6",
                "The user must be asked, and prompt is none"
            ),
            Self::UserDenied => {
                row!(400, "access_denied", "RFC 6749 section 4.1.2.1", "The user refused")
            }
            // Pages.
            Self::RedirectUriMissing => row!(
                400,
                "invalid_request",
                "RFC 6749 section 3.1.2.3",
                "The parameter redirect_uri is missing"
            ),
            Self::RedirectUriUnregistered => row!(
                400,
                "invalid_request",
                "RFC 9700 section 2.1",
                "Invalid redirect_uri: it must be exactly one that the application has registered"
            ),
            Self::LogoutUriUnregistered => row!(
                400,
                "invalid_request",
                "OpenID Connect RP-Initiated Logout section 3",
                "Invalid post_logout_redirect_uri: it must be exactly one that the application has \
                 registered"
            ),
            Self::LogoutClientMissing => row!(
                400,
                "invalid_request",
                "OpenID Connect RP-Initiated Logout section 3",
                "post_logout_redirect_uri is one of a client: send id_token_hint or client_id as well"
            ),
            Self::IdTokenHintMalformed => row!(
                400,
                "invalid_request",
                "OpenID Connect RP-Initiated Logout section 2",
                "id_token_hint is not an id_token of this issuer, or its key is not kept any more"
            ),
            Self::FormFromElsewhere => row!(
                400,
                "invalid_request",
                "RFC 6749 section 10.12",
                "The form was not sent from this page in this browser"
            ),
            Self::CookieTwice(_) => row!(
                400,
                "invalid_request",
                "RFC 6265 section 8.6",
                "The browser sent two cookies of the name {}, and nothing tells which is \
                     ours: delete the cookies of this site, and start again"
            ),
            Self::FormStale => row!(
                400,
                "invalid_request",
                "RFC 6749 section 10.12",
                "The page is too old or was changed, or what it is about has ended: go back and \
                 start again"
            ),
            // The issuer itself.
            Self::Throttled(_) => row!(
                429,
                "temporarily_unavailable",
                "RFC 6585 section 4",
                "Too many wrong attempts: wait {} seconds"
            ),
            Self::StoreFull => row!(
                503,
                "temporarily_unavailable",
                "RFC 9110 section 15.6.4",
                "No more of these are kept now, in all or for this user, client or source: try \
                 again later"
            ),
            Self::NoSigningKey => row!(
                500,
                "server_error",
                "RFC 9110 section 15.6.1",
                "The issuer has no signing key yet"
            ),
            // Claims that the configuration or the host add.
            Self::ClaimsNeeded(_) => row!(
                500,
                "server_error",
                "RFC 9110 section 15.6.1",
                "The host of the issuer was not asked about claims"
            ),
            Self::ClaimsFailed(_) => row!(
                500,
                "server_error",
                "RFC 6749 section 4.1.2.1",
                "The claims callback of the issuer's host failed: {}"
            ),
            Self::ClaimsTooLarge => row!(
                500,
                "server_error",
                "RFC 6749 section 4.1.2.1",
                "The claims that the configuration and the host add have more than 16 KiB"
            ),
        }
    }
}

impl From<FormError> for Refusal {
    fn from(error: FormError) -> Self {
        Self::FormMalformed(error)
    }
}

impl From<Full> for Refusal {
    fn from(_: Full) -> Self {
        Self::StoreFull
    }
}

/// Replaces the characters that a description must not have (RFC 6749 section 5.2 allows printable
/// ASCII without `"` and `\`), and cuts it off after `most` characters.
pub(crate) fn printable(text: &str, most: usize) -> String {
    text.chars()
        .take(most)
        .map(|character| match character {
            '"' | '\\' => '\'',
            ' '..='~' => character,
            _ => '?',
        })
        .collect()
}

/// Seconds of a wait, of which there are never so many that they would not fit.
fn short(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_where_they_come_from() {
        let origins = ["RFC ", "OAuth 2.0 ", "OAuth Client ID ", "OpenID Connect ", "EIAM: "];
        for refusal in [
            Refusal::PathUnknown,
            Refusal::CodeSpent,
            Refusal::ResponseModeUnsupported,
            Refusal::LogoutClientMissing,
            Refusal::GrantTypeUnknown("x".into()),
        ] {
            let Row { section, sentence, .. } = refusal.row();
            assert!(origins.iter().any(|origin| section.starts_with(origin)), "{section}");
            assert!(!sentence.is_empty());
        }
    }

    #[test]
    fn sentences_say_what_is_wrong_with_this_request() {
        for (refusal, sentence) in [
            (
                Refusal::ParameterInvalid(&("prompt", "{}")),
                "The parameter prompt is wrong: expected {}",
            ),
            (Refusal::ScopeUnknown("{}".into()), "The application does not have the scope {}"),
            (Refusal::MethodNotAllowed("POST"), "This endpoint takes POST only"),
            (Refusal::MetadataWrong("contacts".into()), "contacts"),
            (Refusal::Throttled(30), "Too many wrong attempts: wait 30 seconds"),
            (Refusal::UserDenied, "The user refused"),
        ] {
            assert_eq!(refusal.description(), sentence);
        }
    }

    #[test]
    fn rfc_6749_section_5_2_characters_of_descriptions() {
        let refusal = Refusal::ScopeUnknown("a\"b\\c\r\né\u{0}".into());
        assert!(refusal.description().ends_with("a'b'c????"));
        let long = Refusal::GrantTypeUnknown("x".repeat(10_000));
        assert_eq!(long.description().len(), 300);
    }
}
