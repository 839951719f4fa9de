//! The pages of logout (OpenID Connect RP-Initiated Logout section 2).

use askama::Template;

use crate::http::HttpResponse;
use crate::issuer::wire::language::Language;

use super::done::Done;
use super::frame::{Form, Forms, Pages};
use super::text::Text;

#[derive(Template)]
#[template(path = "logout.html")]
struct Logout<'a> {
    text: &'static Text,
    form: &'a Form<'a>,
    username: &'a str,
}

impl Pages {
    /// The page that asks whether to sign out.
    pub(crate) fn logout(
        &self,
        language: Language,
        form: &Form<'_>,
        username: &str,
    ) -> HttpResponse {
        let text = Text::of(language);
        let page = Logout { text, form, username };
        self.page(language, text.sign_out_title, 200, Forms::Anywhere, &page)
    }

    /// The page that says that the user is still signed in.
    pub(crate) fn stayed(&self, language: Language, username: &str) -> HttpResponse {
        let text = Text::of(language);
        let (title, sentence) = (text.stayed, text.close);
        self.done(language, &Done { text, title, username: Some(username), sentence })
    }

    /// The page that says that the user has signed out.
    pub(crate) fn signed_out(&self, language: Language) -> HttpResponse {
        let text = Text::of(language);
        let (title, sentence) = (text.signed_out, text.close);
        self.done(language, &Done { text, title, username: None, sentence })
    }
}
