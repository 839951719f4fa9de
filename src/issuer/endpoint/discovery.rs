//! The metadata of an issuer (OpenID Connect Discovery section 3, RFC 8414 section 2). They
//! announce exactly what is implemented and enabled.

use crate::json::ObjectWriter;
use crate::pkce::Method;
use crate::text;

use crate::issuer::check::response_mode::{self, ResponseMode};
use crate::issuer::check::{
    authentication, claims, client_id_url, custom_claims, request_object, response_type, scope,
};
use crate::issuer::config::{Application, AuthMethod, Config, GrantType, SubjectType};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::checks::{DISPLAYS, challenge_method_allowed};
use crate::issuer::endpoint::authorize::prompt::Prompt;
use crate::issuer::endpoint::introspect;
use crate::issuer::jose::algorithm::VerificationAlgorithm;
use crate::issuer::jose::key_set::KeySet;
use crate::issuer::profile::Profile;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response;

/// Answers with the metadata of the issuer to which the path belongs.
pub(crate) fn answer(directory: &Directory, keys: &KeySet, exchange: &Exchange<'_>) -> Reply {
    let config = directory.config();
    let authority = exchange.authority;
    // The metadata of the instance's server describe what all of its clients together may use.
    let strangers = config.takes_strangers().then(|| config.registered_template());
    let mut applications: Vec<&Application> = Vec::new();
    match exchange.application {
        Some(application) => applications.push(application),
        None => {
            for one in directory.applications() {
                if !one.disabled {
                    applications.push(one);
                }
            }
            applications.extend(&strangers);
        }
    }
    let profile = config.profile;
    let any = |test: &dyn Fn(&Application) -> bool| applications.iter().any(|one| test(one));
    let mut grants = Names::new();
    for grant in GrantType::ALL {
        let is_open = any(&|one| match grant {
            GrantType::Implicit => response_type::allows_implicit(profile, one),
            _ => one.allows(grant),
        });
        add(&mut grants, grant.name(), is_open && grant.exists_in(profile));
    }
    let has = |grant: GrantType| grants.contains(&grant.name());
    let codes = has(GrantType::AuthorizationCode);
    let implicit = has(GrantType::Implicit);
    let authorizes = codes || implicit;

    let mut scopes = Names::new();
    let mut userinfo = Names::new();
    let mut details = Names::new();
    let mut openid = false;
    // RFC 9126 section 5. The instance's server requires it only if every client must push its
    // requests.
    let (mut all_push, mut all_sign) = (authorizes, true);
    let mut signers: Vec<&Application> = Vec::new();
    for one in &applications {
        for scope in &one.scopes {
            openid |= scope == scope::OPENID;
            add(&mut scopes, scope, true);
        }
        if let Some(algorithm) = one.userinfo_signed_response_alg {
            add(&mut userinfo, algorithm.name(), true);
        }
        for name in &one.authorization_details_types {
            add(&mut details, name, true);
        }
        if one.allows(GrantType::AuthorizationCode) || response_type::allows_implicit(profile, one)
        {
            all_push &= profile.pushed_requests_only() || one.require_pushed_authorization_requests;
            all_sign &= one.require_signed_request_object;
            if request_object::are_taken(profile, one) {
                signers.push(one);
            }
        }
    }
    let is_instance = authority == Authority::Instance;
    add(&mut scopes, scope::OFFLINE_ACCESS, is_instance && has(GrantType::RefreshToken));
    let mut claims = STANDARD_CLAIMS.to_vec();
    claims.extend(claims::of_scopes(&scopes));
    for name in custom_claims::names(config, &applications) {
        add(&mut claims, name, true);
    }
    let mut challenges = Names::new();
    for method in Method::ALL {
        let is_allowed = any(&|one| challenge_method_allowed(method, profile, one));
        add(&mut challenges, method.name(), is_allowed);
    }
    let mut response_types = Names::new();
    add(&mut response_types, "code", codes);
    for name in IMPLICIT_TYPES {
        add(&mut response_types, name, implicit);
    }
    let mut modes = Names::new();
    for mode in ResponseMode::ALL {
        add(&mut modes, mode.name(), codes || (implicit && mode.takes_tokens()));
    }
    add(&mut modes, response_mode::JWT, codes);
    let mut subjects = Names::new();
    for kind in SubjectType::ALL {
        add(&mut subjects, kind.name(), any(&|one| one.subject_type == kind));
    }
    // At an application's issuer those ask as well whom its tokens are for.
    let mut askers: Vec<&Application> = Vec::new();
    for one in directory.applications() {
        let is_own =
            exchange.application.is_none_or(|own| own.application_id == one.application_id);
        if one.is_confidential()
            && !one.disabled
            && (is_own || introspect::asks_about_others(config, one))
        {
            askers.push(one);
        }
    }
    let with_secret = !askers.is_empty();
    let (mut methods, client_algorithms) = methods_of(profile, &applications);
    let (methods_of_askers, asker_algorithms) = methods_of(profile, &askers);
    add(&mut methods, "none", any(&|one| one.public));
    // RFC 9728 section 4: those that are such URLs (section 1.2).
    let mut resources = Names::new();
    for one in &config.resources {
        add(&mut resources, &one.identifier, client_id_url::is_url(&one.identifier));
    }
    let algorithms = VerificationAlgorithm::names_in(profile);
    // RFC 9101 sections 9.2 and 10.5.
    let mut object_algorithms = Names::new();
    for name in &algorithms {
        let is_taken = signers
            .iter()
            .any(|one| one.request_object_signing_alg.is_none_or(|only| only.name() == *name));
        add(&mut object_algorithms, name, is_taken);
    }

    let client = exchange.application_id();
    let issuer = config.issuer_url(authority, client);
    let mut body = ObjectWriter::new();
    body.string("issuer", &issuer);
    for (is_there, name, is_page, path) in [
        (authorizes, "authorization_endpoint", true, "authorize"),
        (authorizes, "pushed_authorization_request_endpoint", false, "par"),
        (has(GrantType::DeviceCode), "device_authorization_endpoint", false, "device/code"),
        (true, "token_endpoint", false, "token"),
        (is_instance && config.registration.is_some(), "registration_endpoint", false, "register"),
        (openid, "userinfo_endpoint", false, "userinfo"),
        (true, "revocation_endpoint", false, "revoke"),
        (with_secret, "introspection_endpoint", false, "introspect"),
        (true, "end_session_endpoint", true, "logout"),
    ] {
        if is_there {
            let url = if is_page { Config::page_url } else { Config::api_url };
            body.string(name, &url(config, authority, client, path));
        }
    }
    body.string("jwks_uri", &text::concat(&[&issuer, "/jwks"]));
    let signing: &[&str] = &[keys.algorithm().name()];
    let languages = Language::ALL.map(Language::tag);
    let contexts = authentication::offered(config);
    let lists: [(bool, &str, &[&str]); 25] = [
        (true, "scopes_supported", &scopes),
        (true, "response_types_supported", &response_types),
        (true, "response_modes_supported", &modes),
        (true, "grant_types_supported", &grants),
        (true, "subject_types_supported", &subjects),
        (true, "id_token_signing_alg_values_supported", signing),
        (true, "claims_supported", &claims),
        (codes, "code_challenge_methods_supported", &challenges),
        // JWT Secured Authorization Response Mode section 4.
        (codes, "authorization_signing_alg_values_supported", signing),
        (authorizes, "prompt_values_supported", &Prompt::WORDS),
        (authorizes, "display_values_supported", &DISPLAYS),
        (authorizes, "acr_values_supported", &contexts),
        (true, "ui_locales_supported", &languages),
        (true, "token_endpoint_auth_methods_supported", &methods),
        (true, "revocation_endpoint_auth_methods_supported", &methods),
        (with_secret, "introspection_endpoint_auth_methods_supported", &methods_of_askers),
        // RFC 9701 section 7.
        (with_secret, "introspection_signing_alg_values_supported", signing),
        (openid && !userinfo.is_empty(), "userinfo_signing_alg_values_supported", &userinfo),
        // RFC 9396 section 10.
        (!details.is_empty(), "authorization_details_types_supported", &details),
        (!resources.is_empty(), "protected_resources", &resources),
        (
            !client_algorithms.is_empty(),
            "token_endpoint_auth_signing_alg_values_supported",
            &client_algorithms,
        ),
        (
            !client_algorithms.is_empty(),
            "revocation_endpoint_auth_signing_alg_values_supported",
            &client_algorithms,
        ),
        (
            !asker_algorithms.is_empty(),
            "introspection_endpoint_auth_signing_alg_values_supported",
            &asker_algorithms,
        ),
        // RFC 9449 section 5.1 defines this member.
        (true, "dpop_signing_alg_values_supported", &algorithms),
        (!signers.is_empty(), "request_object_signing_alg_values_supported", &object_algorithms),
    ];
    for (is_there, name, names) in lists {
        if is_there {
            body.strings(name, names);
        }
    }
    // OpenID Connect Back-Channel Logout section 2.1.
    let logout = any(&|one| one.backchannel_logout_uri.is_some());
    let signs = !signers.is_empty();
    for (is_there, name, value) in [
        (logout, "backchannel_logout_supported", true),
        (logout, "backchannel_logout_session_supported", true),
        (all_push, "require_pushed_authorization_requests", true),
        (signs && all_sign, "require_signed_request_object", true),
        (true, "claims_parameter_supported", authorizes),
        (true, "request_parameter_supported", signs),
        (true, "request_uri_parameter_supported", false),
        (true, "authorization_response_iss_parameter_supported", authorizes),
        // draft-ietf-oauth-client-id-metadata-document section 5.
        (
            is_instance && config.client_id_metadata.is_some(),
            "client_id_metadata_document_supported",
            true,
        ),
    ] {
        if is_there {
            body.boolean(name, value);
        }
    }
    // A cache may have one place for all names of the issuer: what a proxy says is in no URL.
    if config.is_named_by_request() {
        return response::json(200, body.finish()).into();
    }
    response::public_json(body.finish()).into()
}

/// The names in a member of the metadata.
type Names<'a> = Vec<&'a str>;

/// Adds a name, if it is due and is not there yet.
#[inline(never)]
fn add<'a>(names: &mut Names<'a>, name: &'a str, is_due: bool) {
    if is_due && !names.contains(&name) {
        names.push(name);
    }
}

/// How some of these applications authenticate, and what their assertions may be signed with (RFC 8414
/// section 2).
#[inline(never)]
fn methods_of(profile: Profile, applications: &[&Application]) -> (Names<'static>, Names<'static>) {
    let (mut names, mut algorithms) = (Names::new(), Names::new());
    for method in AuthMethod::ALL {
        if applications.iter().any(|one| one.authenticates_by(method)) {
            names.push(method.name());
            match method {
                AuthMethod::ClientSecretJwt => algorithms.push("HS256"),
                AuthMethod::PrivateKeyJwt => {
                    algorithms.extend(VerificationAlgorithm::names_in(profile));
                }
                AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost => {}
            }
        }
    }
    (names, algorithms)
}

/// The claims of the tokens themselves.
const STANDARD_CLAIMS: [&str; 12] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "jti",
    "auth_time",
    "nonce",
    "at_hash",
    "acr",
    "amr",
    "sid",
];

/// The response types of the implicit flow. EIAM documents `token`, `id_token` and `token
/// id_token`; the last one is written here as the specifications write it.
const IMPLICIT_TYPES: [&str; 3] = ["token", "id_token", "id_token token"];
