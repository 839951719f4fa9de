//! The page at the base URL.

use crate::http::HttpResponse;
use crate::issuer::config::{Application, Config};
use crate::issuer::wire::language::Language;

use super::html::Html;
use super::text::Text;
use super::{Forms, Pages};

/// An issuer of one application.
pub(crate) struct IssuerEntry<'a> {
    pub(crate) issuer: String,
    pub(crate) application: &'a Application,
}

impl Pages {
    /// The issuers, clients and users, for a developer who opens the address of an issuer of their own.
    pub(crate) fn index(
        &self,
        language: Language,
        config: &Config,
        instance: &str,
        entries: &[IssuerEntry<'_>],
    ) -> HttpResponse {
        let text = Text::of(language);
        let mut html = Html::new();
        html.raw("<h1>").raw(text.index).raw("</h1><p><code>profile</code> <code>");
        html.raw(config.profile.name()).raw("</code></p><h2>").raw(text.issuers);
        html.raw("</h2><ul><li>").raw(text.every_client).raw("<br>");
        write_issuer(&mut html, instance);
        for IssuerEntry { issuer, application } in entries {
            html.raw("</li><li><strong>").text(application.display_name());
            html.raw("</strong>, <code>client_id</code> <code>");
            html.text(&application.application_id).raw("</code>, ");
            html.raw(if application.public { "public" } else { "confidential" });
            html.raw("<br>");
            write_issuer(&mut html, issuer);
            html.raw("<br><span class=\"small\">");
            for (index, grant) in application.grants.iter().enumerate() {
                html.raw(if index > 0 { ", " } else { "" }).raw(grant.name());
            }
            html.raw("</span>");
        }
        html.raw("</li></ul><h2>").raw(text.users).raw("</h2><p>").raw(text.users_hint);
        html.raw("</p><ul>");
        for user in config.users.iter().filter(|user| !user.disabled).take(MAX_ENTRIES) {
            html.raw("<li><code>").text(&user.username).raw("</code></li>");
        }
        html.raw("</ul>");
        self.page(language, text.index, 200, Forms::None, html)
    }
}

/// An issuer's address, which leads to its metadata.
fn write_issuer(html: &mut Html, issuer: &str) {
    html.raw("<a href=\"").text(issuer).raw("/.well-known/openid-configuration\">");
    html.text(issuer).raw("</a>");
}

/// How many issuers, and how many users, are shown.
pub(crate) const MAX_ENTRIES: usize = 100;
