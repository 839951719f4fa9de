//! Documents of clients around the step of [`Issuer::handle_verified`]. Which one a request needs, the
//! issuer says before it; fetching is the driver's, because the issuer has no I/O.

use std::borrow::Cow;

use crate::http::{HttpRequest, HttpResponse};
use crate::issuer::check::client_document::{self, DocumentRequest};
use crate::issuer::check::client_metadata;
use crate::issuer::directory::registered;
use crate::issuer::server::Issuer;
use crate::issuer::wire::refusal::printable;
use crate::issuer::wire::route::{self, Route};

/// Fetches documents of clients, for drivers outside JavaScript.
pub trait Fetcher {
    /// The response to a GET of the document, whatever its status: [`DocumentRequest`] says what to heed.
    ///
    /// # Errors
    /// Why there is no response, in a few words that strangers may read.
    fn fetch(&self, document: &DocumentRequest) -> Result<HttpResponse, String>;
}

impl Issuer {
    /// The document that has to be fetched before this request is handled: the one behind a client id
    /// that is a URL, or the keys behind its `jwks_uri`. Hand its response to
    /// [`Issuer::take_document`], and ask again until there is none. It is always `None` unless the
    /// configuration has `clientIdMetadata`; and a document that is fresh is not needed.
    #[must_use]
    pub fn needed_document(&self, request: &HttpRequest, now: i64) -> Option<DocumentRequest> {
        self.config().client_id_metadata.as_ref()?;
        let (path, query) = route::split(&request.url, self.config());
        let route = Route::from_path(path)?;
        let target = (route.authority, route.endpoint);
        client_document::needed(&self.directory, target, request, query, now)?.ok()
    }

    /// Takes the response for a document that `request` needs, or the reason why there is none. Returns
    /// false if it cannot be used; then handling the request refuses it with the reason. Nothing of such a
    /// response is kept, and a former document does not count any longer than it would have.
    pub fn take_document(
        &mut self,
        request: &HttpRequest,
        document: &DocumentRequest,
        response: Result<&HttpResponse, &str>,
        now: i64,
    ) -> bool {
        let taken = match response {
            Ok(response) => self.take(request, document, response, now),
            Err(reason) => Err(Cow::Owned(printable(reason, 200))),
        };
        match taken {
            Ok(()) => {
                self.directory.problems.forget(&document.url);
                self.store.touch();
                true
            }
            Err(problem) => {
                self.directory.problems.note(&document.url, problem);
                false
            }
        }
    }

    /// Fetches what a request needs, so that it can be handled.
    pub fn fetch_documents<F: Fetcher>(&mut self, fetcher: &F, request: &HttpRequest, now: i64) {
        while let Some(document) = self.needed_document(request, now) {
            let response = fetcher.fetch(&document);
            let response = response.as_ref().map_err(String::as_str);
            if !self.take_document(request, &document, response, now) {
                break;
            }
        }
    }

    fn take(
        &mut self,
        request: &HttpRequest,
        document: &DocumentRequest,
        response: &HttpResponse,
        now: i64,
    ) -> Result<(), Cow<'static, str>> {
        let config = self.directory.config();
        let Some(rules) = &config.client_id_metadata else {
            return Err("the configuration has no clientIdMetadata".into());
        };
        let object = client_document::read(document, response)?;
        let lifetime = client_document::lifetime(rules, response);
        let key = registered::key(&document.client);
        if document.url != document.client {
            let jwks = client_metadata::client_keys(&object)?;
            let fresh_until = now.saturating_add(lifetime);
            let known = self.directory.registered.get_mut(&key, now);
            let client = known.ok_or("its client is not known any more")?;
            client.application.jwks = jwks;
            if let Some(keys) = &mut client.remote_keys {
                keys.fresh_until = fresh_until;
            }
            return Ok(());
        }
        let made =
            client_document::client(config, &self.vault, document, &object, lifetime, request, now);
        let (client, expires) = made?;
        let inserted = self.directory.registered.insert(key, client, expires, now);
        inserted.map_err(|_| Cow::Borrowed("no more clients are kept now: try again later"))
    }
}
