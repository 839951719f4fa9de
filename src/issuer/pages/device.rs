//! The pages of the device flow (RFC 8628 section 3.3). The page that asks for consent is the same
//! as in the other flows.

use askama::Template;

use crate::http::HttpResponse;
use crate::issuer::wire::language::Language;

use super::done::Done;
use super::frame::{Forms, Pages};
use super::text::Text;

#[derive(Template)]
#[template(path = "user_code.html")]
struct UserCode<'a> {
    language: Language,
    text: &'static Text,
    action: &'a str,
    typed: &'a str,
    problem: Option<&'static str>,
    /// Whether the code is filled in, so that the user only has to confirm it.
    confirms: bool,
}

impl Pages {
    /// The page that asks for the code that a device shows. `problem`: no device has the typed
    /// code.
    pub(crate) fn user_code(
        &self,
        language: Language,
        action: &str,
        typed: &str,
        problem: bool,
    ) -> HttpResponse {
        let text = Text::of(language);
        let page = UserCode {
            language,
            text,
            action,
            typed,
            problem: problem.then_some(text.no_such_device),
            confirms: !typed.is_empty() && !problem,
        };
        let status = if problem { 400 } else { 200 };
        self.page(language, text.connect, status, Forms::Own, &page)
    }

    /// The page that says whether the device got access.
    pub(crate) fn device_done(&self, language: Language, allowed: bool) -> HttpResponse {
        let text = Text::of(language);
        let [title, sentence] = if allowed { text.connected } else { text.refused };
        self.done(language, &Done { text, title, username: None, sentence })
    }
}
