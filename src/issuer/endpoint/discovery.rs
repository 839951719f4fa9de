//! The metadata of an issuer (OpenID Connect Discovery section 3, RFC 8414 section 2). They
//! announce exactly what is implemented and enabled.

use crate::json::ObjectWriter;
use crate::pkce::Method;

use crate::issuer::check::response_mode::ResponseMode;
use crate::issuer::check::{authentication, claims, response_type, scope};
use crate::issuer::config::{Application, AuthMethod, GrantType};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::checks::{DISPLAYS, challenge_method_allowed};
use crate::issuer::endpoint::authorize::prompt::Prompt;
use crate::issuer::endpoint::introspect;
use crate::issuer::jose::algorithm::VerificationAlgorithm;
use crate::issuer::jose::key_set::KeySet;
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
    let claims: Vec<&str> = STANDARD_CLAIMS.into_iter().chain(claims::of_scopes(&scopes)).collect();
    let methods = Method::ALL
        .into_iter()
        .filter(|method| any(&|one| challenge_method_allowed(*method, profile, one)));
    let response_types = [("code", codes)]
        .into_iter()
        .chain(IMPLICIT_TYPES.map(|name| (name, implicit)))
        .filter_map(|(name, on)| on.then_some(name));
    // Tokens are never sent in a query.
    let modes = ResponseMode::ALL
        .into_iter()
        .filter(|mode| codes || (implicit && *mode != ResponseMode::Query));
    let methods_of_clients = methods_of(&applications);
    let methods_of_askers = methods_of(&askers);
    let mut authentication: Vec<&str> =
        methods_of_clients.iter().copied().map(AuthMethod::name).collect();
    authentication.extend(any(&|one| one.public).then_some("none"));
    body.strings("scopes_supported", &scopes)
        .strings("response_types_supported", response_types)
        .strings("response_modes_supported", modes.map(ResponseMode::name))
        .strings("grant_types_supported", grants.iter().map(|one| one.name()))
        .strings("subject_types_supported", ["public"])
        .strings("id_token_signing_alg_values_supported", [keys.algorithm().name()])
        .strings("claims_supported", claims);
    if codes {
        body.strings("code_challenge_methods_supported", methods.map(Method::name));
    }
    if authorizes {
        body.strings("prompt_values_supported", Prompt::WORDS)
            .strings("display_values_supported", DISPLAYS)
            .strings("acr_values_supported", [authentication::acr(config)]);
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
        let algorithms = client_algorithms(methods);
        if !algorithms.is_empty() {
            let name = format!("{endpoint}_endpoint_auth_signing_alg_values_supported");
            body.strings(&name, &algorithms);
        }
    }
    // RFC 9449 section 5.1 defines this member.
    body.strings("dpop_signing_alg_values_supported", VerificationAlgorithm::NAMES);
    // RFC 9126 section 5. The instance's server requires it only if every client must push its
    // requests.
    if authorizes
        && applications
            .iter()
            .filter(|one| {
                one.allows(GrantType::AuthorizationCode)
                    || response_type::allows_implicit(profile, one)
            })
            .all(|one| one.require_pushed_authorization_requests)
    {
        body.boolean("require_pushed_authorization_requests", true);
    }
    body.boolean("claims_parameter_supported", authorizes)
        .boolean("request_parameter_supported", false)
        .boolean("request_uri_parameter_supported", false)
        .boolean("authorization_response_iss_parameter_supported", authorizes);
    if authority == Authority::Instance && config.client_id_metadata.is_some() {
        // draft-ietf-oauth-client-id-metadata-document section 5.
        body.boolean("client_id_metadata_document_supported", true);
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
fn client_algorithms(methods: &[AuthMethod]) -> Vec<&'static str> {
    let mut names = Vec::new();
    if methods.contains(&AuthMethod::ClientSecretJwt) {
        names.push("HS256");
    }
    if methods.contains(&AuthMethod::PrivateKeyJwt) {
        names.extend(VerificationAlgorithm::NAMES);
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
