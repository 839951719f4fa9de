//! The pages on which a user signs in, and allows or denies access.

use askama::Template;

use crate::http::HttpResponse;
use crate::issuer::check::scope;
use crate::issuer::wire::language::Language;

use super::frame::{Form, Forms, Pages};
use super::text::Text;

#[derive(Template)]
#[template(path = "login.html")]
struct Login<'a> {
    text: &'static Text,
    form: &'a Form<'a>,
    application: &'a str,
    username: Option<&'a str>,
    problem: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "decision.html")]
struct Decision<'a> {
    text: &'static Text,
    form: &'a Form<'a>,
    application: &'a str,
    username: &'a str,
    asked: &'a Asked<'a>,
}

/// What a user is asked to allow.
pub(crate) struct Asked<'a> {
    pub(crate) scope: &'a str,
    /// Objects of JSON (RFC 9396).
    pub(crate) details: &'a [String],
    /// The code that the device shows, if a device asks.
    pub(crate) user_code: Option<&'a str>,
}

impl<'a> Asked<'a> {
    fn items(&self) -> impl Iterator<Item = &'a str> {
        scope::items(self.scope)
    }
}

impl Pages {
    /// The page that asks for username and password. `problem` says what was wrong with those that
    /// were sent.
    pub(crate) fn login(
        &self,
        language: Language,
        form: &Form<'_>,
        application: &str,
        username: Option<&str>,
        problem: Option<&str>,
    ) -> HttpResponse {
        let text = Text::of(language);
        let page = Login { text, form, application, username, problem };
        let title = format!("{}{application}", text.sign_in_to);
        self.page(language, &title, 200, Forms::Anywhere, &page)
    }

    /// The page that asks whether an application gets access.
    pub(crate) fn decision(
        &self,
        language: Language,
        form: &Form<'_>,
        application: &str,
        username: &str,
        asked: &Asked<'_>,
    ) -> HttpResponse {
        let text = Text::of(language);
        let page = Decision { text, form, application, username, asked };
        let [before, after] = text.allow_access_of;
        let title = format!("{before}{application}{after}");
        self.page(language, &title, 200, Forms::Anywhere, &page)
    }
}
