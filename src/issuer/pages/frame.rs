//! What all pages have in common: the frame around them, and the headers.

use askama::Template;
use sha2::{Digest, Sha256};

use crate::base64url;
use crate::http::HttpResponse;
use crate::issuer::wire::language::Language;

use super::html::Html;

/// Makes pages.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Pages {
    /// The hash of the only style sheet, in the form that a content security policy needs.
    style_source: String,
    /// The hash of the only script.
    script_source: String,
}

/// The frame around the main part of a page.
#[derive(Template)]
#[template(path = "base.html")]
struct Base<'a> {
    language: Language,
    title: &'a str,
    main: &'a Html,
}

/// Where the form of a page is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forms {
    /// There is no form.
    None,
    /// To the issuer.
    Own,
    /// To the issuer, which may redirect to the client. Chromium applies `form-action` to redirects
    /// as well, and the client may redirect further, to origins that are not known here. So the
    /// directive is left out.
    Anywhere,
    /// To the client, by the script.
    Sent,
}

impl Pages {
    /// Hashes the style sheet and the script.
    pub(crate) fn new() -> Self {
        Self { style_source: hash_source(STYLE), script_source: hash_source(SCRIPT) }
    }

    /// A page with this title and this main part.
    pub(super) fn page(
        &self,
        language: Language,
        title: &str,
        status: u16,
        forms: Forms,
        main: &impl Template,
    ) -> HttpResponse {
        self.around(language, title, status, forms, &Html::of(main))
    }

    /// Puts the frame around the main part. It has no type parameter, so the wasm module has it
    /// only once.
    fn around(
        &self,
        language: Language,
        title: &str,
        status: u16,
        forms: Forms,
        main: &Html,
    ) -> HttpResponse {
        let html = Html::of(&Base { language, title, main });
        let form_action = match forms {
            Forms::None => "; form-action 'none'",
            Forms::Own => "; form-action 'self'",
            Forms::Anywhere | Forms::Sent => "",
        };
        let mut policy = format!(
            "default-src 'none'; style-src {}; img-src data:; base-uri 'none'; \
             frame-ancestors 'none'{form_action}",
            self.style_source
        );
        if forms == Forms::Sent {
            policy.push_str("; script-src ");
            policy.push_str(&self.script_source);
        }
        HttpResponse::new(status, html.into_string())
            .header("content-type", "text/html;charset=UTF-8")
            .header("content-language", language.tag())
            .header("cache-control", "no-store")
            .header("pragma", "no-cache")
            .header("content-security-policy", policy)
            .header("x-frame-options", "DENY")
            .header("referrer-policy", "no-referrer")
            .header("x-content-type-options", "nosniff")
    }
}

/// The form of a transaction.
pub(crate) struct Form<'a> {
    /// The path to which it is sent.
    pub(crate) action: &'a str,
    /// The sealed transaction.
    pub(crate) transaction: &'a str,
}

/// The hash of a text, in the form that a content security policy needs.
fn hash_source(text: &str) -> String {
    let hash = base64url::encode(&Sha256::digest(text.as_bytes()));
    let hash = base64url::to_padded_base64(&hash);
    format!("'sha256-{hash}'")
}

/// The script, which submits the first form of the page.
pub(super) const SCRIPT: &str = "document.forms[0].submit()";

/// The style sheet of all pages.
const STYLE: &str = include_str!("templates/page.css");
