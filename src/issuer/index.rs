//! What is served where no endpoint is: a page that shows a developer around, and the addresses of the
//! issuers for whoever looks for metadata in the wrong place.

use crate::form;
use crate::http::{HttpRequest, Method};
use crate::json::ObjectWriter;

use super::language::Language;
use super::pages::IssuerEntry;
use super::refusal::{Refusal, printable};
use super::reply::Reply;
use super::sealed::Authority;
use super::{Issuer, answer, cors, route};

impl Issuer {
    /// Answers a request whose path is that of no endpoint.
    pub(crate) fn answer_elsewhere(
        &mut self,
        request: &HttpRequest,
        path: &str,
        query: &str,
    ) -> Reply {
        // The address of metadata is made of the issuer's (RFC 8414 section 3, OpenID Connect Discovery
        // section 4). Whoever leaves out the issuer's path, or a part of it, comes here.
        if route::asks_metadata(path) {
            return self.where_issuers_are();
        }
        let is_root = path == "/" || path == route::base_path(&self.config);
        let reads = matches!(request.method, Method::Get | Method::Head);
        // What a public deployment has is shown to nobody.
        if is_root && reads && self.is_local() {
            return self.index(request, query);
        }
        let refusal = Refusal::PathUnknown;
        let (id, profile) = (self.random.uuid(), self.config.profile);
        let description = refusal.description();
        let scheme = answer::Scheme::None;
        let hint = self.is_local().then(|| format!("{}/ lists what is here", self.config.base_url));
        let hint = hint.as_deref();
        let mut response = answer::refusal(&refusal, &description, hint, profile, scheme, &id);
        cors::allow(&mut response, "*");
        response.into()
    }

    /// Says that no issuer is at this address, and which there are. These are no metadata, for metadata
    /// must name the issuer that they were asked of (RFC 8414 section 3.3). An issuer that is not on
    /// loopback names only that of the instance, whose address has no id in it.
    fn where_issuers_are(&mut self) -> Reply {
        let mut issuers = vec![self.issuer_url(Authority::Instance, "")];
        if self.is_local() {
            issuers.extend(self.entries().into_iter().map(|entry| entry.issuer));
        }
        let id = self.random.uuid();
        // Most libraries show this sentence at most, and not the list.
        let one = issuers.get(1).or(issuers.first()).map_or("", |issuer| issuer);
        let description = format!(
            "There is no issuer at this address: an issuer has a path, such as {one}. Its metadata are at \
             /.well-known/openid-configuration below it"
        );
        let mut body = ObjectWriter::new();
        body.string("error", Refusal::PathUnknown.code(self.config.profile))
            .string("error_description", &printable(&description, MAX_TEXT))
            .strings("issuers", &issuers)
            .string("request_id", &id);
        let mut response = answer::json(404, body.finish());
        cors::allow(&mut response, "*");
        response.into()
    }

    /// The page at the base URL.
    fn index(&self, request: &HttpRequest, query: &str) -> Reply {
        let language = language_of(request, query);
        let instance = self.issuer_url(Authority::Instance, "");
        self.pages.index(language, &self.config, &instance, &self.entries()).into()
    }

    #[inline(never)]
    fn entries(&self) -> Vec<IssuerEntry<'_>> {
        let mut entries = Vec::new();
        for application in &self.config.applications {
            if entries.len() < MAX_ENTRIES && !application.disabled {
                let issuer = self.issuer_url(Authority::Application, &application.application_id);
                entries.push(IssuerEntry { issuer, application });
            }
        }
        entries
    }
}

/// The language of a page, where nothing that was sealed before says another.
pub(crate) fn language_of(request: &HttpRequest, query: &str) -> Language {
    let body = core::str::from_utf8(&request.body).unwrap_or_default();
    let locales = [query, body]
        .into_iter()
        // What stands further behind is read by nobody.
        .flat_map(|form| form.split('&').take(form::Limits::default().parameters))
        .find_map(|pair| pair.strip_prefix("ui_locales="))
        .and_then(|value| form::decode(value).ok());
    Language::choose(locales.as_deref(), request.headers.value("accept-language"))
}

/// How many characters a description has at most.
const MAX_TEXT: usize = 600;

/// How many issuers, and how many users, are shown.
pub(crate) const MAX_ENTRIES: usize = 100;
