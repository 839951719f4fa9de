//! The rules by which requests are refused, for those who test with the issuer: the name of each, what would have been
//! right, and what its page in `docs/rules` is made of. The compiler makes sure that no refusal is left out.

use crate::form::FormError;
use crate::issuer::config::{AuthMethod, Config, GrantType};
use crate::issuer::directory::Directory;
use crate::issuer::profile::Profile;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::remedy;

/// A rule by which requests are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, such as `code_expired`.
    pub name: String,
    /// What it is about, such as `Scopes`: the group of the list of all rules.
    pub group: &'static str,
    /// What the response says. `{}` stands for what it says about one request.
    pub sentence: &'static str,
    /// The section that demands it.
    pub section: &'static str,
    /// What would have been right.
    pub right: &'static str,
    /// The status and the error code (`error`) in each profile.
    pub answers: Vec<(Profile, u16, &'static str)>,
    /// The key of the configuration that would allow the request, if there is one.
    pub setting: Option<String>,
}

/// All rules, in the order of the groups.
#[must_use]
pub fn rules() -> Vec<Rule> {
    let directory = Directory::new(Config::example("http://127.0.0.1:9400"));
    all().into_iter().map(|(group, refusal)| rule(&directory, group, &refusal)).collect()
}

fn rule(directory: &Directory, group: &'static str, refusal: &Refusal) -> Rule {
    let answer = |profile| (profile, refusal.status(profile), refusal.code(profile));
    Rule {
        name: name(refusal),
        group,
        sentence: match refusal {
            Refusal::ParameterInvalid(_) => "The parameter {} is wrong: expected {}",
            other => other.sentence(),
        },
        section: refusal.section(),
        right: right(refusal),
        answers: Profile::ALL.map(answer).to_vec(),
        setting: setting(directory, refusal),
    }
}

/// The key that the remedy of a refusal names, without the application and the present value.
fn setting(directory: &Directory, refusal: &Refusal) -> Option<String> {
    let application = directory.applications().first();
    let remedy = remedy::of_application(directory, application, "", refusal)?;
    let key = remedy.setting.split(" = ").next().unwrap_or_default();
    let id = application.map_or("", |one| one.application_id.as_str());
    let own = key.strip_prefix(id).and_then(|rest| rest.strip_prefix('.'));
    let key = own.map_or_else(|| key.to_owned(), |own| format!("applications[].{own}"));
    (!key.is_empty()).then_some(key)
}

/// The name of the rule: the variant's, as names on the wire are written.
pub(crate) fn name(refusal: &Refusal) -> String {
    let mut name = String::new();
    for character in variant(refusal).chars() {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_lowercase());
    }
    name
}

/// Makes the list of all refusals with their groups, and what is right for each. A value in parentheses only makes
/// the example complete.
macro_rules! refusals {
    ($($group:literal { $($variant:ident $(($($part:expr),*))? => $right:literal;)* })*) => {
        /// One refusal of each kind, with its group.
        fn all() -> Vec<(&'static str, Refusal)> {
            vec![$($(($group, Refusal::$variant $(($($part),*))?),)*)*]
        }

        /// The name of the variant.
        fn variant(refusal: &Refusal) -> &'static str {
            match refusal {
                $($(Refusal::$variant { .. } => stringify!($variant),)*)*
            }
        }

        /// What would have been right.
        pub(crate) fn right(refusal: &Refusal) -> &'static str {
            match refusal {
                $($(Refusal::$variant { .. } => $right,)*)*
            }
        }
    };
}

refusals! {
    "Where a request goes" {
        PathUnknown => "A path that the metadata of the issuer name. The page at the base URL lists the issuers, and \
            each has its metadata at `/.well-known/openid-configuration` below its URL.";
        ApplicationUnknown(String::new()) => "The id of an application of the configuration, behind the \
            `instanceId` of the configuration, in the path.";
        ApplicationDisabled => "An application without `disabled: true` in the configuration.";
        MethodNotAllowed("POST") => "A method of the response's `Allow` header. Tokens are asked for with POST only.";
        HostMissing => "One `Host` field, or an absolute URL, with a valid host and port.";
        HostUnknown => "A host that `allowedHosts` lists with this port.";
    }
    "Parameters" {
        BodyTooLarge => "A request of 64 KiB at most; 16 KiB if it is pushed.";
        BodyNotForm => "A body in UTF-8 with the `Content-Type` `application/x-www-form-urlencoded`. JSON is not read \
            at these endpoints.";
        FormMalformed(FormError::TooManyParameters { limit: 64 }) => "Pairs of `name=value` joined by `&`, in which every \
            other character than letters, digits and `-._*` is written as `%XX` or, for a space, `+`; at most 64 of \
            at most 8 KiB.";
        ParameterTwice(String::new()) => "Every parameter once, in the form and the query together. Only `resource` and \
            `audience` may be repeated.";
        ParameterInQuery(String::new()) => "The parameters of a POST in its body. URLs are logged and kept in histories.";
        ParameterMissing("") => "The parameter with a value; an empty one counts as left out.";
        ParameterInvalid(&("", "")) => "A value of the kind that the description names behind \"expected\".";
        ParameterUnexpected("") => "The request without this parameter.";
    }
    "The client" {
        ClientMissing => "`client_id` in the form, or the client's id as the user of a Basic header.";
        ClientUnknown => "A `client_id` that is the `applicationId` of an application, or that was registered.";
        ClientDisabled => "A client whose application does not have `disabled: true`.";
        ClientOther => "The same client in the path, in `client_id`, in the credentials and in the `aud` of \
            `id_token_hint`.";
        ClientOtherAtDeviceEndpoint => "The `client_id` of the application that the path names.";
        ClientSchemeUnknown => "`Authorization: Basic` with id and secret, or no such header and the credentials in the \
            form.";
        ClientBasicMalformed => "`Authorization: Basic ` and the base64 of `client_id:client_secret`, where both are \
            form-encoded first.";
        ClientTwoMethods => "One of the Basic header, `client_secret` and `client_assertion`, and nothing of the others.";
        ClientSecretMissing => "The client's secret, in a Basic header or as `client_secret`, or an assertion signed \
            with its key.";
        ClientSecretWrong => "One of the `clientSecrets` of the application, form-encoded before it goes into a Basic \
            header.";
        ClientAssertionWrong("") => "A fresh JWT whose `iss` and `sub` are the client's id, whose `aud` is the issuer, \
            with an `exp` in the near future, a `jti` that was not used before, and a valid signature of one of the \
            client's keys.";
        ClientMethodClosed(AuthMethod::PrivateKeyJwt) => "A method of the application's `tokenEndpointAuthMethods`.";
    }
    "The grant" {
        GrantTypeUnknown(String::new()) => "A `grant_type` of `grant_types_supported` in the metadata, such as \
            `authorization_code`.";
        GrantTypeClosed(GrantType::Password) => "A grant of the application's `grants`.";
        CodeUnknown => "The `code` of the callback, decoded once and otherwise unchanged, at the issuer that sent it.";
        CodeOtherClient => "The code by the client that asked for it, at the token endpoint of the same issuer: see \
            `iss` in the callback.";
        CodeExpired => "The code within `lifetimes.code` seconds, 60 by default, after the callback.";
        CodeSpent => "Every code once: store the tokens, and do not repeat the request when a page is loaded again or an \
            effect runs twice.";
        CodeOtherRedirectUri => "The `redirect_uri` of the authorization request, to the byte.";
        VerifierMissing => "The `code_verifier` from which the `code_challenge` of this sign-in was made.";
        VerifierUnexpected => "A `code_challenge` in the authorization request, or no `code_verifier` here.";
        VerifierMalformed => "A `code_verifier` of 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`.";
        VerifierWrong => "The `code_verifier` of this sign-in: its SHA-256 in base64url without padding is the \
            `code_challenge`. Keep one for each `state`.";
        RefreshTokenUnknown => "The `refresh_token` of the last token response, unchanged, at the issuer that sent it.";
        RefreshTokenOtherClient => "The refresh token by the client to which it was given, at the same issuer.";
        RefreshTokenExpired => "The refresh token before it expires, `lifetimes.refreshToken` seconds after it was given; \
            after that a new sign-in.";
        RefreshTokenSpent => "Always the newest refresh token: store the one of each response, and let one caller \
            refresh at a time.";
        GrantRevoked => "A new sign-in, after a token of this one was revoked or its code was used twice.";
        GrantForgotten => "A new sign-in: the issuer has no record of this one any more.";
        UserGone => "A user of the configuration.";
        UserDisabled => "A user without `disabled: true` in the configuration.";
        EndedWithUser => "A new sign-in, once the user is there and enabled again.";
        EndedWithApplication => "A new sign-in, once the application is there and enabled again.";
        PasswordWrong => "The `username` and the `password` of one user of the configuration.";
        AssertionWrong("") => "A JWT of an issuer of `trustedIssuers` with the `aud` of this issuer, a `sub` of a user, \
            an `exp` in the near future, and a valid signature.";
        SubjectTokenWrong("") => "A token that works now, of the kind that `subject_token_type` names.";
        ActorTokenWrong("") => "A token of who acts, that works now, of the kind that `actor_token_type` names.";
    }
    "Scopes" {
        ScopeMissing => "The parameter `scope`, or a `defaultScope` of the application.";
        ScopeUnknown(String::new()) => "Scopes of the application's `scopes`, separated by single spaces.";
        ScopeWidened(String::new()) => "Some of the scopes that were granted at first, or no `scope` at all for the same \
            ones.";
        ScopeOfUsers(String::new()) => "Scopes that are not about a user, because a client that asks for itself has none.";
        ScopeTwoServers => "The scopes of one resource server in each request.";
        ScopeOfOtherResource(String::new()) => "Scopes of the resource that `resource` names.";
        ScopeOfSubject(String::new()) => "Scopes that the subject token has.";
    }
    "Resources" {
        TargetMalformed => "An absolute URI without a fragment in `resource`, such as `https://api.example.com/`.";
        TargetUnknown(String::new()) => "The `identifier` of one of the configuration's `resources`, to the byte.";
        TargetsTooMany => "Eight resources at most in one request.";
        TargetNotGranted(String::new()) => "Resources that the sign-in was for.";
        TargetsDiffer => "Resources whose tokens have the same format and algorithm, or one request for each.";
    }
    "Authorization details" {
        DetailsWrong("") => "A JSON array of objects, each with a `type` of the application.";
        DetailsTypeUnknown(String::new()) => "A type of the application's `authorizationDetailsTypes`.";
        DetailsNotGranted => "Details that the user granted at first, or fewer.";
    }
    "Devices" {
        DeviceFlowClosed => "An application whose `grants` have `urn:ietf:params:oauth:grant-type:device_code`.";
        DeviceCodeUnknown => "The `device_code` of the response of the device authorization endpoint, unchanged.";
        DeviceCodeSpent => "Every device code once: stop polling after tokens came.";
        DeviceCodeOtherClient => "The device code by the client that asked for it, at the same issuer.";
        DeviceCodeExpired => "Polls until `expires_in` has passed, and then a new request for a device code.";
        DevicePending => "The same poll again after `interval` seconds. This is the answer until the user decides.";
        DeviceTooFast(5) => "The same poll again after five seconds more than before, and so from now on.";
        DeviceDenied => "No more polls: the user refused.";
        UserCodeUnknown => "The user code as the device shows it, before it expires, on the page of the same issuer.";
    }
    "Bearer tokens" {
        TokenMissing => "`Authorization: Bearer ` and an access token.";
        TokenTwice => "The access token in the `Authorization` header, and neither in the form nor in the query.";
        TokenInvalid => "An access token of this issuer that has neither expired nor been revoked, unchanged, and not a \
            refresh token or an id_token.";
        TokenWithoutOpenid => "An access token that was asked for with the scope `openid`.";
        ApplicationWithoutOpenid => "An application with `openid` in its `scopes`.";
    }
    "Clients that register themselves" {
        RegistrationTokenMissing => "`Authorization: Bearer ` and an initial access token of the configuration, or the \
            registration access token of the client.";
        RegistrationTokenWrong => "The registration access token of the last response about this client, which is still \
            registered, or an initial access token of the configuration.";
        RegistrationNotJson => "One JSON object of 16 KiB at most, `Content-Type: application/json`, no member twice.";
        RegistrationMemberUnexpected("") => "All members that the client has at present, with the changes, and without \
            those that the server sets.";
        MetadataRedirectUriWrong(String::new()) => "`redirect_uris` of absolute URIs without a fragment: https, or http \
            on loopback.";
        MetadataWrong(String::new()) => "The metadata as RFC 7591 section 2 has them, and of what this issuer offers.";
        StatementMissing => "A `software_statement` of one of the configuration's issuers of statements.";
        StatementWrong("") => "A JWT with a valid signature that has not expired.";
        StatementUnapproved => "A statement whose `iss` the configuration lists.";
        ClientDocumentRefused(String::new()) => "A JSON document at the URL itself, without a redirect, whose \
            `client_id` is that URL, and that says how the client may be used.";
    }
    "Proofs of possession" {
        DpopProofMissing => "A `DPoP` header with a proof for this request.";
        DpopProofWrong("") => "A fresh proof for each request: `typ` is `dpop+jwt`, `jwk` the public key, `htm` the \
            method, `htu` the URL without query and fragment, `iat` now, `jti` new, `ath` the hash of the access token \
            where one is sent.";
        DpopProofOtherKey => "A proof by the key with which the token or the code was asked for.";
        DpopNonceNeeded => "The same request with a new proof, whose `nonce` is the one of the response's `DPoP-Nonce`.";
    }
    "Authorization requests" {
        CodeFlowClosed => "An application whose `grants` have `authorization_code`.";
        ResponseTypeUnsupported => "`response_type=code`.";
        ResponseModeUnsupported => "`response_mode` left out, or one of `query`, `fragment`, `form_post`, or with \
            `.jwt`.";
        RequestObjectUnsupported => "The parameters themselves, and no `request`.";
        RequestObjectMissing => "The parameters as a JWT signed with the client's key, in `request`.";
        RequestObjectWrong("") => "A JWT signed with the client's key by its algorithm, whose `iss` and `client_id` are \
            the client's id, whose `aud` is the issuer, and that is in time.";
        RequestUriUnsupported => "A `request_uri` of the pushed authorization request endpoint.";
        RegistrationUnsupported => "The request without `registration`.";
        RequestUriUnknown => "Every pushed request once, by the client that pushed it, within its `expires_in`.";
        PushRequired => "The parameters sent to the pushed authorization request endpoint first, and here `client_id` \
            and the `request_uri` that came back.";
        IdTokenWithoutOpenid => "The scope `openid` beside the others.";
        AuthenticationUnmet => "An `acr` of `acr_values_supported` in the metadata that the user can have.";
        ChallengeMissing => "A new `code_challenge` in each request, and `code_challenge_method=S256`.";
        ChallengeMethodNotAllowed("S256") => "`code_challenge_method=S256`, or another of the application's \
            `pkce.methods`.";
        ChallengeMalformed => "The SHA-256 of the `code_verifier` in base64url without padding: 43 characters.";
        LoginRequired => "The request without `prompt=none`, so that the user can sign in.";
        ConsentRequired => "The request without `prompt=none`, so that the user can be asked.";
        UserDenied => "Nothing else: the user refused. Say so, and offer to begin again.";
    }
    "Pages" {
        RedirectUriMissing => "`redirect_uri` with the address of the callback.";
        RedirectUriUnregistered => "A `redirect_uri` that is one of the application's `redirectUris` to the byte; on a \
            loopback address the port may be another.";
        LogoutUriUnregistered => "A `post_logout_redirect_uri` that is one of the application's \
            `postLogoutRedirectUris` to the byte.";
        LogoutClientMissing => "`id_token_hint` or `client_id` beside `post_logout_redirect_uri`.";
        IdTokenHintMalformed => "The id_token of the sign-in, as it came; it may have expired.";
        FormFromElsewhere => "The form sent from the page that the issuer showed, by the same browser with its cookies.";
        CookieTwice(String::new()) => "One cookie of this name.";
        FormStale => "The form sent within its time, once, unchanged, while its request still waits.";
    }
    "The issuer itself" {
        Throttled(30) => "The next attempt after the seconds of `Retry-After`.";
        StoreFull => "The next request later, or higher `limits` in the configuration.";
        NoSigningKey => "A signing key set before this request.";
        ClaimsNeeded(Vec::new()) => "An answer of the host about claims before the request is decided.";
        ClaimsFailed(String::new()) => "A claims callback that gives claims for every context.";
        ClaimsTooLarge => "Claims of 16 KiB at most.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let rules = rules();
        assert!(rules.len() > 120, "{}", rules.len());
        for (index, rule) in rules.iter().enumerate() {
            let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
            assert!(rule.name.bytes().all(is_plain), "{}", rule.name);
            assert!(rules.iter().skip(index + 1).all(|other| other.name != rule.name));
            assert!(rule.right.ends_with('.'), "{}: {}", rule.name, rule.right);
            assert!(!rule.right.contains("  "), "{}: {}", rule.name, rule.right);
            assert!(!rule.sentence.is_empty(), "{}", rule.name);
        }
    }

    #[test]
    fn a_rule_says_what_its_refusal_does() {
        let rules = rules();
        let rule = |name: &str| rules.iter().find(|rule| rule.name == name).unwrap();
        let spent = rule("code_spent");
        assert_eq!(spent.section, "RFC 6749 section 4.1.2");
        assert_eq!(spent.group, "The grant");
        assert_eq!(spent.setting, None);
        let everywhere = Profile::ALL.map(|profile| (profile, 400, "invalid_grant"));
        assert_eq!(spent.answers, everywhere);
        assert_eq!(
            rule("token_invalid").answers.iter().map(|answer| answer.1).collect::<Vec<_>>(),
            [400, 401, 401]
        );
        assert_eq!(
            rule("redirect_uri_unregistered").setting.as_deref(),
            Some("applications[].redirectUris")
        );
        assert_eq!(rule("client_unknown").setting.as_deref(), Some("applications"));
    }
}
