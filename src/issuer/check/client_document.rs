//! Documents that describe clients (draft-ietf-oauth-client-id-metadata-document): which one a request
//! needs, and what it must be. Whoever runs the issuer fetches it before the request is handled.

use std::borrow::Cow;

use crate::http::{HttpRequest, HttpResponse};
use crate::issuer::check::client::named_client;
use crate::issuer::check::client_metadata::{ClientMetadata, Source};
use crate::issuer::check::{client_id_url, registered_client, source};
use crate::issuer::config::{Application, ClientIdMetadata, Config, LEAST_CACHED};
use crate::issuer::directory::Directory;
use crate::issuer::directory::registered::{Knowledge, RegisteredClient};
use crate::issuer::state::shares::{Place, Rank};
use crate::issuer::vault::Vault;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::route::Endpoint;
use crate::json::{self, Limits};

/// A document that has to be fetched before a request is handled: see
/// [`Issuer::needed_document`](crate::issuer::Issuer::needed_document).
///
/// Whoever fetches it sends a GET without credentials, follows no redirect (section 4 of the draft),
/// gives up after a few seconds, reads no more than [`most_bytes`](Self::most_bytes) and one, and
/// connects to no address of a private network, also if the name of a public host resolves to one
/// (section 6).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentRequest {
    /// Its URL: https, or on loopback if the configuration allows that.
    pub url: String,
    /// How long it may be. A longer one is refused.
    pub most_bytes: usize,
    /// The client that it is about.
    pub(crate) client: String,
}

/// The document that a request needs and that is not known, or does not count any more. None if it
/// needs none, or one whose URL is refused.
pub(crate) fn needed(
    directory: &Directory,
    target: (Authority, Endpoint),
    request: &HttpRequest,
    query: &str,
    now: i64,
) -> Option<Result<DocumentRequest, &'static str>> {
    let rules = directory.config().client_id_metadata.as_ref()?;
    if !may_need(target) {
        return None;
    }
    let parameters = Parameters::read(request, query, directory.config().profile).ok()?;
    let client = named_client(request.headers.value("authorization"), &parameters)?;
    let known = directory.find_registered(&client);
    if client_id_url::is_url(&client) {
        let is_fresh = known.is_some_and(|known| {
            matches!(known.knowledge, Knowledge::Document { fresh_until } if fresh_until > now)
        });
        if !is_fresh {
            let checked = client_id_url::check(rules, &client);
            return Some(checked.map(|()| DocumentRequest {
                url: client.clone(),
                most_bytes: MAX_DOCUMENT,
                client,
            }));
        }
    }
    let keys = known?.remote_keys.as_ref().filter(|keys| keys.fresh_until <= now)?;
    // What is signed by them: an assertion, or an authorization request (RFC 9101).
    parameters.value("client_assertion").or(parameters.value("request"))?;
    let checked = client_id_url::check(rules, &keys.url);
    Some(checked.map(|()| DocumentRequest { url: keys.url.clone(), most_bytes: MAX_KEYS, client }))
}

/// Whether an endpoint asks who the client is. At others what was known of it is enough.
fn may_need((authority, endpoint): (Authority, Endpoint)) -> bool {
    authority == Authority::Instance
        && matches!(
            endpoint,
            Endpoint::Authorize
                | Endpoint::PushedAuthorization
                | Endpoint::Token
                | Endpoint::DeviceAuthorization
                | Endpoint::Revoke
                | Endpoint::Introspect
        )
}

/// Refuses a request whose document is still needed, with the reason why it is not there.
pub(crate) fn require_fresh(directory: &Directory, exchange: &Exchange<'_>) -> Result<(), Refusal> {
    let Exchange { authority, endpoint, request, query, now, .. } = *exchange;
    let problem = match needed(directory, (authority, endpoint), request, query, now) {
        None => return Ok(()),
        Some(Err(problem)) => problem,
        Some(Ok(document)) => match directory.problems.of(&document.url) {
            Some(problem) => return Err(Refusal::ClientDocumentRefused(problem.to_owned())),
            None => "the host of this issuer fetches none",
        },
    };
    Err(Refusal::ClientDocumentRefused(problem.to_owned()))
}

/// What a document says, in a response to its request.
pub(crate) fn read<'a>(
    document: &DocumentRequest,
    response: &'a HttpResponse,
) -> Result<json::Object<'a>, Cow<'static, str>> {
    if response.status != 200 {
        return Err(format!("the status is {}, and only 200 counts", response.status).into());
    }
    let media_type = response.headers.media_type().to_ascii_lowercase();
    let is_json = media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"));
    if !is_json {
        return Err("its Content-Type is not application/json".into());
    }
    if response.body.len() > document.most_bytes {
        return Err(format!("it has more than {} bytes", document.most_bytes).into());
    }
    let text = core::str::from_utf8(&response.body).ok();
    text.and_then(|text| json::parse_object(text, Limits::default()).ok())
        .ok_or_else(|| "it is no JSON object, or has a name twice".into())
}

/// The client that a document describes. It is kept for as long as anything lives that the client can
/// be given until the document is needed again.
pub(crate) fn client(
    config: &Config,
    vault: &Vault,
    document: &DocumentRequest,
    object: &json::Object<'_>,
    lifetime: i64,
    request: &HttpRequest,
    now: i64,
) -> Result<(RegisteredClient, i64), Cow<'static, str>> {
    let id = &document.client;
    // Section 4.1: compared character by character.
    if object.member("client_id").and_then(|value| value.as_str()).as_deref() != Some(&**id) {
        return Err("its client_id is not its URL".into());
    }
    for name in ["client_secret", "client_secret_expires_at"] {
        if object.member(name).is_some() {
            return Err("it has a client_secret, which would be no secret".into());
        }
    }
    let method = object.member("token_endpoint_auth_method").and_then(|value| value.as_str());
    if method.is_some_and(|method| method != "none" && method != "private_key_jwt") {
        return Err("its token_endpoint_auth_method is neither none nor private_key_jwt".into());
    }
    let source = Source { object, statement: None, usual_method: "none" };
    let metadata = ClientMetadata::read(config, source).map_err(|one| one.description())?;
    let lifetimes = metadata.application.lifetimes;
    let longest = [lifetimes.refresh_token, lifetimes.access_token, lifetimes.device_code];
    let longest = longest.into_iter().max().unwrap_or_default();
    let of_resources = config.resources.iter().filter_map(|one| one.lifetime).max();
    let longest = longest.max(of_resources.unwrap_or_default());
    let network = source::network(request.source.as_deref());
    let fresh_until = now.saturating_add(lifetime);
    let mut client = RegisteredClient {
        application: Application::new(id),
        remote_keys: None,
        place: Place::new(vault.number_of("registrant", &[&network]), Rank::Loose),
        knowledge: Knowledge::Document { fresh_until },
        metadata: String::new(),
    };
    registered_client::apply(metadata, &mut client);
    Ok((client, fresh_until.saturating_add(longest)))
}

/// For how many seconds a response counts (RFC 9111 section 4.2.1), within the bounds of the
/// configuration.
pub(crate) fn lifetime(rules: &ClientIdMetadata, response: &HttpResponse) -> i64 {
    let mut stated = None;
    for directive in response.headers.values("cache-control").flat_map(|value| value.split(',')) {
        let directive = directive.trim().to_ascii_lowercase();
        if directive == "no-store" || directive == "no-cache" {
            stated = Some(0);
        } else if let Some(seconds) = directive.strip_prefix("max-age=") {
            let seconds = seconds.trim_matches('"').parse().unwrap_or(0);
            stated = Some(stated.map_or(seconds, |other: i64| other.min(seconds)));
        }
    }
    let age = response.headers.value("age").and_then(|age| age.trim().parse().ok()).unwrap_or(0);
    let rest = stated.unwrap_or(UNSTATED).saturating_sub(i64::max(age, 0));
    rest.clamp(LEAST_CACHED, rules.longest_cached.max(LEAST_CACHED))
}

/// The most bytes of a document (section 6.6 of the draft).
const MAX_DOCUMENT: usize = 5 * 1024;

/// The most bytes of a JWK set: 20 keys of RSA with 4096 bits.
const MAX_KEYS: usize = 16 * 1024;

/// How many seconds a document counts that does not say it.
const UNSTATED: i64 = 300;
