//! The page at the end of a flow.

use askama::Template;

use crate::http::HttpResponse;
use crate::issuer::wire::language::Language;

use super::frame::{Forms, Pages};
use super::text::Text;

#[derive(Template)]
#[template(path = "done.html")]
/// What the page says.
pub(super) struct Done<'a> {
    pub(super) text: &'static Text,
    pub(super) title: &'static str,
    /// Who is signed in, if the page says it.
    pub(super) username: Option<&'a str>,
    pub(super) sentence: &'static str,
}

impl Pages {
    /// The page with this content.
    pub(super) fn done(&self, language: Language, page: &Done<'_>) -> HttpResponse {
        self.page(language, page.title, 200, Forms::None, page)
    }
}
