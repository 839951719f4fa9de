//! The page that says what is wrong.

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
    /// Whether the sentence is English on every page: for who reads it aloud.
    in_english: bool,
    /// What was sent; empty for nothing. It stands in the paragraph of the refusal, because some people
    /// read no more than that.
    sent: &'a str,
    /// The setting that would make it right; empty for none.
    setting: &'a str,
    code: &'a str,
    request_id: &'a str,
}

impl Pages {
    /// What is wrong, as a sentence on a page.
    pub(crate) fn sentence(language: Language, refusal: &Refusal) -> String {
        text::refusal(refusal, language).unwrap_or_else(|| format!("{}.", refusal.description()))
    }

    /// A refusal that no client may be told about by redirect.
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
        // To a person a client that is not known is a bad request, not a call to authenticate.
        let status = match refusal.status(profile) {
            401 => 400,
            status => status,
        };
        let response = self.page(language, text.error, status, Forms::None, &page);
        response::with_fields_of(refusal, response)
    }
}
