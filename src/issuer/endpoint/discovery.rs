//! The metadata of an issuer (OpenID Connect Discovery section 3, RFC 8414 section 2). They
//! announce exactly what is implemented and enabled.

use crate::json::ObjectWriter;
use crate::pkce::Method;

use crate::issuer::check::response_mode::{self, ResponseMode};
use crate::issuer::check::{
    authentication, claims, custom_claims, request_object, response_type, scope,
};
use crate::issuer::config::{Application, AuthMethod, GrantType, SubjectType};
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
    let applications: Vec<&Application> = match exchange.application {
        Some(application) => vec![application],
        None => {
            let configured = directory.applications().iter().filter(|one| !one.disabled);
            configured.chain(&strangers).collect()
        }
    };
    let client = exchange.application_id();
    let api = |name: &str| config.api_url(authority, client, name);
    let page = |name: &str| config.page_url(authority, client, name);
    let profile = config.profile;
    let any = |test: &dyn Fn(&Application) -> bool| applications.iter().any(|one| test(one));
    let grants: Vec<GrantType> = GrantType::ALL
        .into_iter()
        .filter(|grant| grant.exists_in(profile))
        .filter(|grant| match grant {
            GrantType::Implicit => any(&|one| response_type::allows_implicit(profile, one)),
            _ => any(&|one| one.allows(*grant)),
        })
        .collect();
    let codes = grants.contains(&GrantType::AuthorizationCode);
    let implicit = grants.contains(&GrantType::Implicit);
    let authorizes = codes || implicit;
    let openid = any(&|one| one.scopes.iter().any(|scope| scope == scope::OPENID));
    // At an application's issuer those ask as well whom its tokens are for.
    let askers: Vec<&Application> = directory
        .applications()
        .iter()
        .filter(|one| one.is_confidential() && !one.disabled)
        .filter(|one| {
            exchange.application.is_none_or(|own| own.application_id == one.application_id)
                || introspect::asks_about_others(config, one)
        })
        .collect();
    let with_secret = !askers.is_empty();
    let issuer = config.issuer_url(authority, client);

    let mut body = ObjectWriter::new();
    body.string("issuer", &issuer);
    if authorizes {
        body.string("authorization_endpoint", &page("authorize"))
            .string("pushed_authorization_request_endpoint", &api("par"));
    }
    if grants.contains(&GrantType::DeviceCode) {
        body.string("device_authorization_endpoint", &api("device/code"));
    }
    body.string("token_endpoint", &api("token"));
    if authority == Authority::Instance && config.registration.is_some() {
        body.string("registration_endpoint", &api("register"));
    }
    if openid {
        body.string("userinfo_endpoint", &api("userinfo"));
    }
    body.string("revocation_endpoint", &api("revoke"));
    if with_secret {
        body.string("introspection_endpoint", &api("introspect"));
    }
    body.string("end_session_endpoint", &page("logout"))
        .string("jwks_uri", &format!("{issuer}/jwks"));

    let mut scopes: Vec<String> = Vec::new();
    for scope in applications.iter().flat_map(|one| &one.scopes) {
        if !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    let offline = scope::OFFLINE_ACCESS.to_owned();
    if authority == Authority::Instance
        && grants.contains(&GrantType::RefreshToken)
        && !scopes.contains(&offline)
    {
        scopes.push(offline);
    }
    let mut claims: Vec<&str> =
        STANDARD_CLAIMS.into_iter().chain(claims::of_scopes(&scopes)).collect();
    for name in custom_claims::names(config, &applications) {
        if !claims.contains(&name) {
            claims.push(name);
        }
    }
    let methods = Method::ALL
        .into_iter()
        .filter(|method| any(&|one| challenge_method_allowed(*method, profile, one)));
    let response_types = [("code", codes)]
        .into_iter()
        .chain(IMPLICIT_TYPES.map(|name| (name, implicit)))
        .filter_map(|(name, on)| on.then_some(name));
    let modes = ResponseMode::ALL
        .into_iter()
        .filter(|mode| codes || (implicit && mode.takes_tokens()))
        .map(ResponseMode::name)
        .chain(codes.then_some(response_mode::JWT));
    let methods_of_clients = methods_of(&applications);
    let methods_of_askers = methods_of(&askers);
    let mut authentication: Vec<&str> =
        methods_of_clients.iter().copied().map(AuthMethod::name).collect();
    authentication.extend(any(&|one| one.public).then_some("none"));
    let subject_types = SubjectType::ALL
        .into_iter()
        .filter(|kind| any(&|one| one.subject_type == *kind))
        .map(SubjectType::name);
    body.strings("scopes_supported", &scopes)
        .strings("response_types_supported", response_types)
        .strings("response_modes_supported", modes)
        .strings("grant_types_supported", grants.iter().map(|one| one.name()))
        .strings("subject_types_supported", subject_types)
        .strings("id_token_signing_alg_values_supported", [keys.algorithm().name()])
        .strings("claims_supported", claims);
    if codes {
        body.strings("code_challenge_methods_supported", methods.map(Method::name));
        // JWT Secured Authorization Response Mode section 4.
        body.strings("authorization_signing_alg_values_supported", [keys.algorithm().name()]);
    }
    if authorizes {
        body.strings("prompt_values_supported", Prompt::WORDS)
            .strings("display_values_supported", DISPLAYS)
            .strings("acr_values_supported", authentication::offered(config));
    }
    body.strings("ui_locales_supported", Language::ALL.map(Language::tag));
    body.strings("token_endpoint_auth_methods_supported", &authentication)
        .strings("revocation_endpoint_auth_methods_supported", &authentication);
    if with_secret {
        let names = methods_of_askers.iter().copied().map(AuthMethod::name);
        body.strings("introspection_endpoint_auth_methods_supported", names);
    }
    if with_secret {
        // RFC 9701 section 7.
        let signed = [keys.algorithm().name()];
        body.strings("introspection_signing_alg_values_supported", signed);
    }
    let mut userinfo: Vec<&str> = Vec::new();
    for algorithm in applications.iter().filter_map(|one| one.userinfo_signed_response_alg) {
        if !userinfo.contains(&algorithm.name()) {
            userinfo.push(algorithm.name());
        }
    }
    if openid && !userinfo.is_empty() {
        body.strings("userinfo_signing_alg_values_supported", &userinfo);
    }
    let mut types: Vec<&str> = Vec::new();
    for name in applications.iter().flat_map(|one| &one.authorization_details_types) {
        if !types.contains(&name.as_str()) {
            types.push(name);
        }
    }
    if !types.is_empty() {
        // RFC 9396 section 10.
        body.strings("authorization_details_types_supported", &types);
    }
    // RFC 9728 section 4: those that are such URLs (section 1.2).
    let resources = config.resources.iter().map(|one| one.identifier.as_str());
    let resources: Vec<&str> = resources.filter(|one| is_url(one)).collect();
    if !resources.is_empty() {
        body.strings("protected_resources", &resources);
    }
    for (endpoint, methods) in [
        ("token", &methods_of_clients),
        ("revocation", &methods_of_clients),
        ("introspection", &methods_of_askers),
    ] {
        let algorithms = client_algorithms(profile, methods);
        if !algorithms.is_empty() {
            let name = format!("{endpoint}_endpoint_auth_signing_alg_values_supported");
            body.strings(&name, &algorithms);
        }
    }
    // RFC 9449 section 5.1 defines this member.
    body.strings("dpop_signing_alg_values_supported", VerificationAlgorithm::names_in(profile));
    if any(&|one| one.backchannel_logout_uri.is_some()) {
        // OpenID Connect Back-Channel Logout section 2.1.
        body.boolean("backchannel_logout_supported", true)
            .boolean("backchannel_logout_session_supported", true);
    }
    // RFC 9126 section 5. The instance's server requires it only if every client must push its
    // requests.
    let authorizing: Vec<&Application> = applications
        .iter()
        .copied()
        .filter(|one| {
            one.allows(GrantType::AuthorizationCode) || response_type::allows_implicit(profile, one)
        })
        .collect();
    let pushes = |one: &&Application| {
        profile.pushed_requests_only() || one.require_pushed_authorization_requests
    };
    if authorizes && authorizing.iter().all(pushes) {
        body.boolean("require_pushed_authorization_requests", true);
    }
    // RFC 9101 sections 9.2 and 10.5.
    let signers: Vec<&Application> =
        authorizing.iter().copied().filter(|one| request_object::are_taken(profile, one)).collect();
    if !signers.is_empty() {
        let any_of = |name: &&str| {
            signers.iter().any(|one| {
                one.request_object_signing_alg
                    .is_none_or(|only| Some(only) == VerificationAlgorithm::from_name(name))
            })
        };
        let names = VerificationAlgorithm::names_in(profile).filter(any_of);
        body.strings("request_object_signing_alg_values_supported", names);
    }
    if !signers.is_empty() && authorizing.iter().all(|one| one.require_signed_request_object) {
        body.boolean("require_signed_request_object", true);
    }
    body.boolean("claims_parameter_supported", authorizes)
        .boolean("request_parameter_supported", !signers.is_empty())
        .boolean("request_uri_parameter_supported", false)
        .boolean("authorization_response_iss_parameter_supported", authorizes);
    if authority == Authority::Instance && config.client_id_metadata.is_some() {
        // draft-ietf-oauth-client-id-metadata-document section 5.
        body.boolean("client_id_metadata_document_supported", true);
    }
    // A cache may have one place for all names of the issuer: what a proxy says is in no URL.
    if config.is_named_by_request() {
        return response::json(200, body.finish()).into();
    }
    response::public_json(body.finish()).into()
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// How some of these applications authenticate.
fn methods_of(applications: &[&Application]) -> Vec<AuthMethod> {
    let methods = AuthMethod::ALL.into_iter();
    methods.filter(|method| applications.iter().any(|one| one.authenticates_by(*method))).collect()
}

/// What assertions of clients may be signed with (RFC 8414 section 2).
fn client_algorithms(profile: Profile, methods: &[AuthMethod]) -> Vec<&'static str> {
    let mut names = Vec::new();
    if methods.contains(&AuthMethod::ClientSecretJwt) {
        names.push("HS256");
    }
    if methods.contains(&AuthMethod::PrivateKeyJwt) {
        names.extend(VerificationAlgorithm::names_in(profile));
    }
    names
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
