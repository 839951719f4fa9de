//! The pages of the device flow (RFC 8628 section 3.3). The one that asks whether the device may is that
//! of every application.

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
    /// With the code filled in there is only to confirm it, and it stays in sight.
    confirms: bool,
}

impl Pages {
    /// Asks for the code that a device shows. `problem`: no device has the code that was typed.
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

    /// Says what became of the device.
    pub(crate) fn device_done(&self, language: Language, allowed: bool) -> HttpResponse {
        let text = Text::of(language);
        let [title, sentence] = if allowed { text.connected } else { text.refused };
        self.done(language, &Done { text, title, username: None, sentence })
    }
}
