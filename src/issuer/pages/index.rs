//! The page at the base URL.

use crate::http::HttpResponse;
use crate::issuer::config::Application;
use crate::issuer::language::Language;
use crate::issuer::profile::Profile;

use super::html::Html;
use super::text::Text;
use super::{Forms, Pages};

/// An issuer of one application.
pub(crate) struct IssuerEntry<'a> {
    pub(crate) issuer: String,
    pub(crate) application: &'a Application,
}

impl Pages {
    /// What there is, for who looks at the address of an issuer of their own.
    pub(crate) fn index(
        &self,
        language: Language,
        profile: Profile,
        instance: &str,
        entries: &[IssuerEntry<'_>],
        users: &[&str],
    ) -> HttpResponse {
        let text = Text::of(language);
        let mut html = Html::new();
        html.raw("<h1>").raw(text.index).raw("</h1><p>").raw(text.profile).raw(" <code>");
        html.raw(profile.name()).raw("</code></p><h2>").raw(text.issuers).raw("</h2><p>");
        html.raw(text.issuers_hint).raw("</p><ul><li>").raw(text.every_client).raw("<br>");
        write_issuer(&mut html, instance);
        for IssuerEntry { issuer, application } in entries {
            html.raw("</li><li><strong>").text(application.display_name());
            html.raw("</strong>, <code>client_id</code> <code>");
            html.text(&application.application_id).raw("</code>, ");
            html.raw(if application.public { text.public } else { text.confidential });
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
        for user in users {
            html.raw("<li><code>").text(user).raw("</code></li>");
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
