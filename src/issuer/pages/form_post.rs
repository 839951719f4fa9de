//! The page that submits the response to a client as a form.

use askama::Template;

use crate::http::HttpResponse;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::reply::MARK;

use super::frame::{Forms, Pages, SCRIPT};
use super::text::Text;

#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPost<'a> {
    text: &'static Text,
    redirect_uri: &'a str,
    application: &'a str,
    fields: &'a [(&'a str, &'a str)],
    signed: &'a [&'static str],
}

impl Pages {
    /// The response to a client as a form (OAuth 2.0 Form Post Response Mode section 2). The form
    /// submits itself, or a button submits it where scripts do not run. The script is a constant
    /// whose hash is in the policy. So no file has to be fetched, which a service worker would have
    /// to serve, and no other script can run.
    ///
    /// `signed` are the fields whose values are tokens that still have to be signed.
    pub(crate) fn form_post(
        &self,
        language: Language,
        redirect_uri: &str,
        application: &str,
        fields: &[(&str, &str)],
        signed: &[&'static str],
    ) -> HttpResponse {
        let text = Text::of(language);
        let page = FormPost { text, redirect_uri, application, fields, signed };
        self.page(language, text.going_back, 200, Forms::Sent, &page)
    }
}
