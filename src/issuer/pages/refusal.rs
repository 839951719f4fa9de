//! The page that says why a request is refused.

use askama::Template;

use crate::http::HttpResponse;
use crate::issuer::profile::Profile;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::remedy::Remedy;
use crate::issuer::wire::response;

use super::frame::{Forms, Pages};
use super::text::{self, Text};

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage<'a> {
    text: &'static Text,
    sentence: &'a str,
    /// Whether the sentence is in English although the page is not. Screen readers need to know it.
    in_english: bool,
    /// The wrong value that was sent; empty if there is none. It is in the same paragraph as the
    /// refusal, because some people read only that.
    sent: &'a str,
    /// The setting that would allow it; empty if there is none.
    setting: &'a str,
    code: &'a str,
    request_id: &'a str,
}

impl Pages {
    /// The sentence that a page shows for a refusal.
    pub(crate) fn sentence(language: Language, refusal: &Refusal) -> String {
        text::refusal(refusal, language).unwrap_or_else(|| format!("{}.", refusal.description()))
    }

    /// The page for a refusal of which no client is told by a redirect.
    pub(crate) fn refusal(
        &self,
        language: Language,
        refusal: &Refusal,
        remedy: Option<&Remedy>,
        profile: Profile,
        request_id: &str,
    ) -> HttpResponse {
        let translated = text::refusal(refusal, language);
        let in_english = translated.is_none();
        let text = Text::of(language);
        let page = RefusalPage {
            text,
            sentence: &translated.unwrap_or_else(|| refusal.description()),
            in_english,
            sent: remedy.map_or("", |remedy| &remedy.sent),
            setting: remedy.map_or("", |remedy| &remedy.setting),
            code: refusal.code(profile),
            request_id,
        };
        // 401 would ask the person to authenticate, which does not make an unknown client known.
        let status = match refusal.status(profile) {
            401 => 400,
            status => status,
        };
        let response = self.page(language, text.error, status, Forms::None, &page);
        response::with_fields_of(refusal, response)
    }
}
