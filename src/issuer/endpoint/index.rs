//! The responses for paths without an endpoint: a page at the base URL that helps developers, and
//! the URLs of the issuers for clients that look for metadata in the wrong place.

use crate::http::{HttpRequest, Method};
use crate::issuer::config::Config;
use crate::issuer::pages::{IssuerEntry, MAX_ENTRIES, Pages};
use crate::issuer::sealed::random::Random;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::decision::Note;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::refusal::{Refusal, printable};
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response::{self, Scheme};
use crate::issuer::wire::{cors, remedy, route};
use crate::json::ObjectWriter;

/// Answers a request whose path belongs to no endpoint.
pub(crate) fn answer(
    config: &Config,
    random: &mut Random,
    pages: &Pages,
    request: &HttpRequest,
    path: &str,
    query: &str,
) -> Reply {
    // Clients make the URL of metadata from that of the issuer (RFC 8414 section 3, OpenID Connect
    // Discovery section 4). If they leave out a part of the issuer's path, the request comes here.
    if route::asks_metadata(path) {
        return where_issuers_are(config, random);
    }
    let is_root = path == "/" || path == route::base_path(config);
    let reads = matches!(request.method, Method::Get | Method::Head);
    // A public deployment does not show its applications and users.
    if is_root && reads && remedy::is_local(config) {
        return index(config, pages, request, query);
    }
    refuse(config, random, &Refusal::PathUnknown)
}

/// Refuses a request whose path belongs to no endpoint.
pub(crate) fn refuse(config: &Config, random: &mut Random, refusal: &Refusal) -> Reply {
    let (id, profile) = (random.uuid(), config.profile);
    let description = refusal.description();
    let scheme = Scheme::None;
    let is_path = matches!(refusal, Refusal::PathUnknown);
    let hint = (is_path && remedy::is_local(config))
        .then(|| format!("{}/ lists what is here", config.base()));
    let hint = hint.as_deref();
    let mut response = response::refusal(refusal, &description, hint, profile, scheme, &id);
    cors::allow(&mut response, "*");
    Note::of(refusal, profile, None, Some(&id)).on(response.into())
}

/// Says that there is no issuer at this URL, and which issuers there are. It does not answer with
/// metadata, because those must name the issuer for which they were requested (RFC 8414 section
/// 3.3). If the issuer is not on loopback, only the issuer of the instance is named, whose URL
/// contains no id.
fn where_issuers_are(config: &Config, random: &mut Random) -> Reply {
    let mut issuers = vec![config.issuer_url(Authority::Instance, "")];
    if remedy::is_local(config) {
        issuers.extend(entries(config).into_iter().map(|entry| entry.issuer));
    }
    let id = random.uuid();
    // Most libraries show only this sentence, and not the list.
    let one = issuers.get(1).or(issuers.first()).map_or("", |issuer| issuer);
    let description = format!(
        "There is no issuer at this address: an issuer has a path, such as {one}. Its metadata are at \
             /.well-known/openid-configuration below it"
    );
    let mut body = ObjectWriter::new();
    body.string("error", Refusal::PathUnknown.code(config.profile))
        .string("error_description", &printable(&description, MAX_TEXT))
        .strings("issuers", &issuers)
        .string("request_id", &id);
    let mut response = response::json(404, body.finish());
    cors::allow(&mut response, "*");
    Note::of(&Refusal::PathUnknown, config.profile, None, Some(&id)).on(response.into())
}

/// The page at the base URL.
fn index(config: &Config, pages: &Pages, request: &HttpRequest, query: &str) -> Reply {
    let language = Language::of_request(request, query);
    let instance = config.issuer_url(Authority::Instance, "");
    pages.index(language, config, &instance, &entries(config)).into()
}

/// The issuers of the applications, as far as the page shows them.
#[inline(never)]
fn entries(config: &Config) -> Vec<IssuerEntry<'_>> {
    let mut entries = Vec::new();
    for application in &config.applications {
        if entries.len() < MAX_ENTRIES && !application.disabled {
            let issuer = config.issuer_url(Authority::Application, &application.application_id);
            entries.push(IssuerEntry { issuer, application });
        }
    }
    entries
}

/// How many characters the description has at most.
const MAX_TEXT: usize = 600;
