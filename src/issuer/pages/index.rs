//! The page at the base URL.

use askama::Template;

use crate::http::HttpResponse;
use crate::issuer::config::{Application, Config, User};
use crate::issuer::wire::language::Language;

use super::frame::{Forms, Pages};
use super::text::Text;

/// How many issuers and how many users are shown at most.
pub(crate) const MAX_ENTRIES: usize = 100;

/// An issuer of one application.
pub(crate) struct IssuerEntry<'a> {
    pub(crate) issuer: String,
    pub(crate) application: &'a Application,
}

#[derive(Template)]
#[template(path = "index.html")]
struct Index<'a> {
    text: &'static Text,
    config: &'a Config,
    /// The issuer of the instance.
    issuer: &'a str,
    entries: &'a [IssuerEntry<'a>],
}

impl<'a> Index<'a> {
    /// The users who can sign in.
    fn users(&self) -> impl Iterator<Item = &'a User> {
        self.config.users.iter().filter(|user| !user.disabled).take(MAX_ENTRIES)
    }
}

impl Pages {
    /// The issuers, clients and users, for a developer who opens the address of an issuer of their
    /// own.
    pub(crate) fn index(
        &self,
        language: Language,
        config: &Config,
        instance: &str,
        entries: &[IssuerEntry<'_>],
    ) -> HttpResponse {
        let text = Text::of(language);
        let page = Index { text, config, issuer: instance, entries };
        self.page(language, text.index, 200, Forms::None, &page)
    }
}
