//! Every reason to say no, by name: the code on the wire, the status, and what to change.

use crate::form::FormError;

use crate::issuer::config::{AuthMethod, GrantType};
use crate::issuer::profile::Profile;
use crate::issuer::state::expiring::Full;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    // Where a request goes.
    PathUnknown,
    ApplicationUnknown(String),
    ApplicationDisabled,
    MethodNotAllowed(&'static str),

    // Its parameters (RFC 6749 sections 3.1 and 3.2).
    BodyTooLarge,
    BodyNotForm,
    FormMalformed(FormError),
    ParameterTwice(String),
    ParameterInQuery(String),
    ParameterMissing(&'static str),
    ParameterInvalid(&'static str, &'static str),
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

    // Scopes (RFC 6749 section 3.3).
    ScopeUnknown(String),
    ScopeWidened(String),
    ScopeOfUsers(String),
    ScopeTwoServers,

    // Devices (RFC 8628 section 3.5).
    DeviceFlowClosed,
    DeviceCodeUnknown,
    DeviceCodeSpent,
    DeviceCodeOtherClient,
    DeviceCodeExpired,
    DevicePending,
    DeviceTooFast(i64),
    DeviceDenied,

    // Bearer tokens (RFC 6750 section 3.1).
    TokenMissing,
    TokenTwice,
    TokenInvalid,
    TokenWithoutOpenid,
    ApplicationWithoutOpenid,

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
    Throttled(i64),
    StoreFull,
    NoSigningKey,
}

impl Refusal {
    /// Whether a proof of possession is missing or wrong (RFC 9449).
    pub(crate) fn is_about_proof(&self) -> bool {
        matches!(self, Self::DpopProofMissing | Self::DpopProofWrong(_) | Self::DpopNonceNeeded)
    }

    /// Whether its message is one that the service documents.
    pub(crate) fn is_documented(&self) -> bool {
        matches!(
            self,
            Self::ApplicationUnknown(_)
                | Self::ApplicationWithoutOpenid
                | Self::GrantTypeClosed(_)
                | Self::DeviceFlowClosed
        )
    }

    /// `error` on the wire.
    pub(crate) fn code(&self, profile: Profile) -> &'static str {
        match self {
            Self::PathUnknown => "not_found",
            Self::ApplicationUnknown(_) => "application_not_found",
            Self::ApplicationDisabled => "application_disabled",
            Self::ClientMissing
            | Self::ClientUnknown
            | Self::ClientDisabled
            | Self::ClientOther
            | Self::ClientSchemeUnknown
            | Self::ClientBasicMalformed
            | Self::ClientSecretMissing
            | Self::ClientSecretWrong
            | Self::ClientAssertionWrong(_)
            | Self::ClientMethodClosed(_) => "invalid_client",
            Self::GrantTypeUnknown(_) if !profile.closed_grant_is_invalid_grant() => {
                "unsupported_grant_type"
            }
            Self::GrantTypeClosed(_) if !profile.closed_grant_is_invalid_grant() => {
                "unauthorized_client"
            }
            Self::GrantTypeUnknown(_)
            | Self::GrantTypeClosed(_)
            | Self::CodeUnknown
            | Self::CodeOtherClient
            | Self::CodeExpired
            | Self::CodeSpent
            | Self::CodeOtherRedirectUri
            | Self::VerifierMissing
            | Self::VerifierUnexpected
            | Self::VerifierMalformed
            | Self::VerifierWrong
            | Self::RefreshTokenUnknown
            | Self::RefreshTokenOtherClient
            | Self::RefreshTokenExpired
            | Self::RefreshTokenSpent
            | Self::GrantRevoked
            | Self::GrantForgotten
            | Self::UserGone
            | Self::UserDisabled
            | Self::EndedWithUser
            | Self::EndedWithApplication
            | Self::PasswordWrong
            | Self::DpopProofOtherKey
            | Self::DeviceCodeUnknown
            | Self::DeviceCodeSpent
            | Self::DeviceCodeOtherClient => "invalid_grant",
            Self::ScopeUnknown(_)
            | Self::ScopeWidened(_)
            | Self::ScopeOfUsers(_)
            | Self::ScopeTwoServers => "invalid_scope",
            Self::DeviceCodeExpired => "expired_token",
            Self::DevicePending => "authorization_pending",
            Self::DeviceTooFast(_) => "slow_down",
            Self::DeviceDenied | Self::UserDenied => "access_denied",
            Self::TokenMissing | Self::TokenInvalid => "invalid_token",
            Self::TokenWithoutOpenid => "insufficient_scope",
            Self::DpopProofMissing | Self::DpopProofWrong(_) => "invalid_dpop_proof",
            Self::DpopNonceNeeded => "use_dpop_nonce",
            Self::CodeFlowClosed => "unauthorized_client",
            Self::ResponseTypeUnsupported => "unsupported_response_type",
            Self::RequestObjectUnsupported => "request_not_supported",
            Self::RequestUriUnsupported => "request_uri_not_supported",
            Self::RegistrationUnsupported => "registration_not_supported",
            Self::RequestUriUnknown => "invalid_request_uri",
            // OpenID Connect Core Error Code unmet_authentication_requirements 1.0.
            Self::AuthenticationUnmet => "unmet_authentication_requirements",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::Throttled(_) | Self::StoreFull => "temporarily_unavailable",
            Self::NoSigningKey => "server_error",
            _ => "invalid_request",
        }
    }

    /// The status of a direct answer.
    pub(crate) fn status(&self, profile: Profile) -> u16 {
        match self {
            Self::PathUnknown | Self::ApplicationUnknown(_) => 404,
            Self::ApplicationDisabled => 403,
            Self::MethodNotAllowed(_) => 405,
            Self::BodyTooLarge => 413,
            Self::TokenMissing | Self::TokenInvalid => profile.userinfo_invalid_token_status(),
            Self::TokenWithoutOpenid => 403,
            Self::Throttled(_) => 429,
            Self::StoreFull => 503,
            Self::NoSigningKey => 500,
            // RFC 6749 section 5.2: 401 is allowed for every invalid_client and demanded with Basic.
            _ if self.code(profile) == "invalid_client" => 401,
            _ => 400,
        }
    }

    /// What is wrong and what to change, in the characters that RFC 6749 section 5.2 allows.
    pub(crate) fn description(&self) -> String {
        printable(&self.sentence(), 300)
    }

    fn sentence(&self) -> String {
        let fixed = match self {
            Self::PathUnknown => "There is no such endpoint, please check the path",
            // EIAM: the documented message.
            Self::ApplicationUnknown(id) => return format!("Application id not found: {id}"),
            // EIAM: the message that the other operations have.
            Self::ApplicationDisabled => "Application is disabled",
            Self::MethodNotAllowed(allowed) => {
                return format!("This endpoint takes {allowed} only");
            }
            Self::BodyTooLarge => {
                "The request is too large: 64 KiB at most, 16 KiB if it is pushed"
            }
            Self::BodyNotForm => {
                "The body is not a form: send Content-Type application/x-www-form-urlencoded"
            }
            Self::FormMalformed(error) => return format!("Malformed parameters: {error}"),
            Self::ParameterTwice(name) => {
                return format!("The parameter {name} is there more than once");
            }
            Self::ParameterInQuery(name) => {
                return format!("Send the parameter {name} in the form, not in the query");
            }
            Self::ParameterMissing(name) => return format!("The parameter {name} is missing"),
            Self::ParameterInvalid(name, expected) => {
                return format!("The parameter {name} is wrong: expected {expected}");
            }
            Self::ParameterUnexpected(name) => {
                return format!("The parameter {name} has no place in this request");
            }
            Self::ClientMissing => "Nothing names the client: send client_id",
            Self::ClientUnknown => "There is no client of this client_id",
            Self::ClientDisabled => "The application of this client_id is disabled",
            Self::ClientOther => {
                "The path, client_id, the credentials and id_token_hint name different clients"
            }
            // EIAM: the documented message.
            Self::ClientOtherAtDeviceEndpoint => "Invalid client id",
            Self::ClientSchemeUnknown => {
                "Clients authenticate with Basic here, the Authorization header has another scheme"
            }
            Self::ClientBasicMalformed => {
                "The Authorization header is not Basic base64(client_id:client_secret)"
            }
            Self::ClientTwoMethods => {
                "Authenticate in one way: the Authorization header, client_secret or client_assertion"
            }
            Self::ClientSecretMissing => {
                "This client must authenticate here, by its secret or by an assertion"
            }
            Self::ClientSecretWrong => "The client secret is wrong",
            Self::ClientAssertionWrong(reason) => {
                return format!("The client assertion is refused: {reason}");
            }
            Self::ClientMethodClosed(method) => {
                return format!("This client does not authenticate by {}", method.name());
            }
            // EIAM: the documented message.
            Self::GrantTypeUnknown(name) => {
                return format!("Invalid or not supported grant_type: {name}");
            }
            Self::GrantTypeClosed(grant) => {
                return format!("Invalid or not supported grant_type: {}", grant.name());
            }
            Self::CodeUnknown => "The code was not issued here, or was changed on its way",
            Self::CodeOtherClient => {
                "The code was issued to another client, or by another issuer here"
            }
            Self::CodeExpired => "The code has expired: start a new authorization",
            Self::CodeSpent => "The code was used already; all tokens made of it are revoked",
            Self::CodeOtherRedirectUri => {
                "redirect_uri is not the one of the authorization request"
            }
            Self::VerifierMissing => {
                "code_verifier is missing: the authorization request had a code_challenge"
            }
            Self::VerifierUnexpected => {
                "code_verifier without a code_challenge in the authorization request"
            }
            Self::VerifierMalformed => {
                "code_verifier is not 43 to 128 characters of A-Z a-z 0-9 - . _ ~"
            }
            Self::VerifierWrong => "code_verifier does not belong to the code_challenge",
            Self::RefreshTokenUnknown => {
                "The refresh token was not issued here, or was changed on its way"
            }
            Self::RefreshTokenOtherClient => {
                "The refresh token was issued to another client, or by another issuer here"
            }
            Self::RefreshTokenExpired => "The refresh token has expired: sign in again",
            Self::RefreshTokenSpent => {
                "The refresh token is not the latest, as when a copy was used; its whole sign-in is \
                 revoked, sign in again"
            }
            Self::GrantRevoked => "The sign-in was revoked: sign in again",
            Self::GrantForgotten => "The sign-in is not known here any more: sign in again",
            Self::UserGone => "The user does not exist any more",
            Self::UserDisabled => "The user is disabled",
            Self::EndedWithUser => {
                "The user was disabled or removed since, which ended this sign-in: sign in again"
            }
            Self::EndedWithApplication => {
                "The application was disabled or removed since, which ended this sign-in: sign in \
                 again"
            }
            Self::PasswordWrong => "The username or the password is wrong",
            Self::ScopeUnknown(scope) => {
                return format!("The application does not have the scope {scope}");
            }
            Self::ScopeWidened(scope) => {
                return format!("The scope {scope} was not granted at first");
            }
            Self::ScopeOfUsers(scope) => {
                return format!("The scope {scope} is about a user, and this grant has none");
            }
            Self::ScopeTwoServers => {
                "The scopes belong to several resource servers: ask for one token each"
            }
            // EIAM: the documented message.
            Self::DeviceFlowClosed => "Application is not turn device grant flow on",
            Self::DeviceCodeUnknown => {
                "The device code was not issued here, or was changed on its way"
            }
            Self::DeviceCodeSpent => {
                "The device code was used already, or its request ended early: start again"
            }
            Self::DeviceCodeOtherClient => {
                "The device code was issued to another client, or by another issuer here"
            }
            Self::DeviceCodeExpired => "The device code has expired: start again",
            Self::DevicePending => "The user has not decided yet: poll again after the interval",
            Self::DeviceTooFast(interval) => {
                return format!("Polled too fast: wait {interval} seconds between two polls now");
            }
            Self::DeviceDenied | Self::UserDenied => "The user refused",
            Self::TokenMissing => "Invalid token: send Authorization: Bearer and an access token",
            Self::TokenTwice => "The access token is there in more than one way",
            // EIAM: the documented message.
            Self::TokenInvalid => "Invalid token",
            // EIAM: the documented message.
            Self::ApplicationWithoutOpenid => "Application is not OIDC application",
            Self::TokenWithoutOpenid => "The access token does not have the scope openid",
            Self::DpopProofMissing => "A DPoP proof is needed here",
            Self::DpopProofWrong(reason) => {
                return format!("The DPoP proof is refused: {reason}");
            }
            Self::DpopProofOtherKey => {
                "It is bound to another key than that of the DPoP proof, or no proof was sent"
            }
            Self::DpopNonceNeeded => {
                "The DPoP proof needs a fresh nonce: take the one of the DPoP-Nonce header"
            }
            Self::CodeFlowClosed => "The application has not opened the grant authorization_code",
            Self::ResponseTypeUnsupported => {
                "The application may not use this response_type: code is the usual one"
            }
            Self::ResponseModeUnsupported => {
                "response_mode must be query, fragment or form_post, and never query for tokens"
            }
            Self::RequestObjectUnsupported => "The parameter request is not supported",
            Self::RequestUriUnsupported => {
                "request_uri must be one that the pushed authorization request endpoint gave"
            }
            Self::RegistrationUnsupported => "The parameter registration is not supported",
            Self::RequestUriUnknown => {
                "request_uri was not pushed here by this client, was used already, or is not kept any \
                 more"
            }
            Self::PushRequired => {
                "This application must push its authorization requests (RFC 9126)"
            }
            Self::IdTokenWithoutOpenid => "An id_token needs the scope openid",
            Self::AuthenticationUnmet => "The acr that the request insists on cannot be had here",
            Self::ChallengeMissing => {
                "PKCE is required: send code_challenge and code_challenge_method S256"
            }
            Self::ChallengeMethodNotAllowed(allowed) => {
                return format!("code_challenge_method must be {allowed} for this application");
            }
            Self::ChallengeMalformed => {
                "code_challenge is malformed: expected base64url without padding, 43 characters \
                 for S256"
            }
            Self::LoginRequired => {
                "Nobody is signed in as the request wants it: see its prompt, max_age, \
                 id_token_hint and claims"
            }
            Self::ConsentRequired => "The user must be asked, and prompt is none",
            Self::RedirectUriMissing => "The parameter redirect_uri is missing",
            Self::RedirectUriUnregistered => {
                "Invalid redirect_uri: it must be exactly one that the application has registered"
            }
            Self::LogoutUriUnregistered => {
                "Invalid post_logout_redirect_uri: it must be exactly one that the application has \
                 registered"
            }
            Self::LogoutClientMissing => {
                "post_logout_redirect_uri is one of a client: send id_token_hint or client_id as well"
            }
            Self::IdTokenHintMalformed => {
                "id_token_hint is not an id_token of this issuer, or its key is not kept any more"
            }
            Self::FormFromElsewhere => "The form was not sent from this page in this browser",
            Self::CookieTwice(name) => {
                return format!(
                    "The browser sent two cookies of the name {name}, and nothing tells which is \
                     ours: delete the cookies of this site, and start again"
                );
            }
            Self::FormStale => {
                "The page is too old or was changed, or what it is about has ended: go back and \
                 start again"
            }
            Self::Throttled(seconds) => {
                return format!("Too many wrong attempts: wait {seconds} seconds");
            }
            Self::StoreFull => {
                "No more of these are kept now, in all or for this user, client or source: try \
                 again later"
            }
            Self::NoSigningKey => "The issuer has no signing key yet",
        };
        fixed.to_owned()
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

/// Keeps what a description may hold (RFC 6749 section 5.2: printable ASCII without `"` and `\`),
/// and not more than anybody reads.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_6749_section_5_2_characters_of_descriptions() {
        let refusal = Refusal::ScopeUnknown("a\"b\\c\r\né\u{0}".into());
        assert!(refusal.description().ends_with("a'b'c????"));
        let long = Refusal::GrantTypeUnknown("x".repeat(10_000));
        assert_eq!(long.description().len(), 300);
    }
}
