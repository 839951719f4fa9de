//! The pages that people see: plain HTML, nothing from elsewhere, and no script but for the one line
//! that sends an answer on as a form.
//!
//! Names and ids are part of the interface, for tests and password managers: the fields `username`,
//! `password` and `user_code`, the buttons `decision=allow` and `decision=deny`, the hidden field
//! `transaction`.

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::http::HttpResponse;

use crate::issuer::check::scope;
use crate::issuer::profile::Profile;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::remedy::Remedy;
use crate::issuer::wire::reply::MARK;

mod html;
mod index;
mod text;

use html::Html;
pub(crate) use index::{IssuerEntry, MAX_ENTRIES};
use text::Text;

/// Makes pages.
#[derive(Debug)]
pub(crate) struct Pages {
    /// The hash of the one style sheet, as a content security policy names it.
    style_source: String,
    /// That of the one script.
    script_source: String,
}

/// Where the form of a page may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forms {
    /// There is no form.
    None,
    /// Back to the issuer.
    Own,
    /// On to the client. Chromium holds the redirect that follows a form to `form-action` as well,
    /// and the client may redirect further, to origins that nobody knows here. So the directive is
    /// left out.
    Anywhere,
    /// On to the client, and at once.
    Sent,
}

impl Pages {
    pub(crate) fn new() -> Self {
        Self { style_source: hash_source(STYLE), script_source: hash_source(SCRIPT) }
    }

    pub(crate) fn login(
        &self,
        language: Language,
        form: &Form<'_>,
        application: &str,
        username: Option<&str>,
        problem: Option<&str>,
    ) -> HttpResponse {
        let text = Text::of(language);
        let mut html = Html::new();
        html.raw("<h1>").raw(text.sign_in).raw("</h1><p>").raw(text.to_continue);
        html.raw("<strong>").text(application).raw("</strong></p>");
        write_problem(&mut html, problem);
        open_form(&mut html, form);
        html.raw("<label for=\"username\">")
            .raw(text.username)
            .raw("</label><input id=\"username\" name=\"username\"")
            .raw(" type=\"text\" autocomplete=\"username\" autocapitalize=\"none\"")
            .raw(" spellcheck=\"false\" required")
            .raw(if username.is_some() { "" } else { " autofocus" })
            .raw(" value=\"")
            .text(username.unwrap_or_default())
            .raw("\"><label for=\"password\">")
            .raw(text.password)
            .raw("</label><input id=\"password\"")
            .raw(" name=\"password\" type=\"password\" autocomplete=\"current-password\" required")
            .raw(if username.is_some() { " autofocus" } else { "" })
            .raw("><div class=\"buttons\"><button id=\"submit\" type=\"submit\">")
            .raw(text.sign_in)
            .raw("</button>")
            .raw("<button id=\"cancel\" class=\"quiet\" type=\"submit\" name=\"decision\"")
            .raw(" value=\"deny\" formnovalidate>")
            .raw(text.cancel)
            .raw("</button></div></form>");
        let title = format!("{}{application}", text.sign_in_to);
        self.page(language, &title, 200, Forms::Anywhere, html)
    }

    pub(crate) fn decision(
        &self,
        language: Language,
        form: &Form<'_>,
        application: &str,
        username: &str,
        scope: &str,
        user_code: Option<&str>,
    ) -> HttpResponse {
        let text = Text::of(language);
        let [asks, full_stop] = text.asks;
        let mut html = Html::new();
        html.raw("<h1>")
            .raw(text.allow_access)
            .raw("</h1><p><strong>")
            .text(application)
            .raw("</strong>")
            .raw(asks)
            .raw("<strong>")
            .text(username)
            .raw("</strong>")
            .raw(full_stop)
            .raw("</p>");
        if let Some(code) = user_code {
            html.raw("<p>").raw(text.device_shows);
            html.raw("</p><div class=\"code\">").text(code).raw("</div>");
        }
        html.raw("<p>").raw(text.will).raw("</p><ul>");
        for item in scope::items(scope) {
            html.raw("<li>");
            match text.scope(item) {
                Some(sentence) => html.raw(sentence),
                None => html.raw(text.use_scope).raw("<code>").text(item).raw("</code>"),
            };
            html.raw("</li>");
        }
        html.raw("</ul>");
        open_form(&mut html, form);
        html.raw("<div class=\"buttons\"><button id=\"allow\" type=\"submit\" name=\"decision\"")
            .raw(" value=\"allow\">")
            .raw(text.allow)
            .raw("</button><button id=\"deny\" class=\"quiet\"")
            .raw(" type=\"submit\" name=\"decision\" value=\"deny\">")
            .raw(text.deny)
            .raw("</button></div></form>");
        let [before, after] = text.allow_access_of;
        self.page(language, &format!("{before}{application}{after}"), 200, Forms::Anywhere, html)
    }

    /// `problem`: no device has the code that was typed.
    pub(crate) fn user_code(
        &self,
        language: Language,
        action: &str,
        typed: &str,
        problem: bool,
    ) -> HttpResponse {
        // With the code filled in there is only to confirm it, and it stays in sight.
        let (in_code, on_button) =
            if typed.is_empty() || problem { (" autofocus", "") } else { ("", " autofocus") };
        let text = Text::of(language);
        let mut html = Html::new();
        html.raw("<h1>").raw(text.connect).raw("</h1><p id=\"hint\">").raw(text.connect_hint);
        html.raw("</p>");
        write_problem(&mut html, problem.then_some(text.no_such_device));
        html.raw("<form method=\"post\" action=\"")
            .text(action)
            .raw("\"><input type=\"hidden\" name=\"ui_locales\" value=\"")
            .raw(language.tag())
            .raw("\"><label for=\"user_code\">")
            .raw(text.code)
            .raw("</label><input id=\"user_code\"")
            .raw(" name=\"user_code\" type=\"text\" autocomplete=\"off\"")
            .raw(" autocapitalize=\"characters\" spellcheck=\"false\" required")
            .raw(in_code)
            .raw(" aria-describedby=\"hint\" class=\"code\" placeholder=\"XXXX-XXXX\" value=\"")
            .text(typed)
            .raw("\"><div class=\"buttons\"><button id=\"submit\" type=\"submit\"")
            .raw(on_button)
            .raw(">")
            .raw(text.go_on)
            .raw("</button></div></form>");
        let status = if problem { 400 } else { 200 };
        self.page(language, text.connect, status, Forms::Own, html)
    }

    pub(crate) fn device_done(&self, language: Language, allowed: bool) -> HttpResponse {
        let text = Text::of(language);
        let [title, sentence] = if allowed { text.connected } else { text.refused };
        let mut html = Html::new();
        html.raw("<h1 id=\"done\">").raw(title).raw("</h1><p>").raw(sentence).raw("</p>");
        self.page(language, title, 200, Forms::None, html)
    }

    pub(crate) fn logout(
        &self,
        language: Language,
        form: &Form<'_>,
        username: &str,
    ) -> HttpResponse {
        let text = Text::of(language);
        let [before, after] = text.signed_in_as;
        let mut html = Html::new();
        html.raw("<h1>").raw(text.sign_out_title).raw("</h1><p>").raw(before).raw("<strong>");
        html.text(username).raw("</strong>").raw(after).raw("</p>");
        open_form(&mut html, form);
        html.raw("<div class=\"buttons\"><button id=\"submit\" type=\"submit\" name=\"decision\"")
            .raw(" value=\"allow\">")
            .raw(text.sign_out)
            .raw("</button><button id=\"stay\" class=\"quiet\"")
            .raw(" type=\"submit\" name=\"decision\" value=\"deny\">")
            .raw(text.stay)
            .raw("</button></div></form>");
        self.page(language, text.sign_out_title, 200, Forms::Anywhere, html)
    }

    pub(crate) fn stayed(&self, language: Language, username: &str) -> HttpResponse {
        let text = Text::of(language);
        let [before, after] = text.signed_in_as;
        let mut html = Html::new();
        html.raw("<h1 id=\"done\">").raw(text.stayed).raw("</h1><p>").raw(before);
        html.raw("<strong>").text(username).raw("</strong>").raw(after).raw("</p><p>");
        html.raw(text.close).raw("</p>");
        self.page(language, text.stayed, 200, Forms::None, html)
    }

    pub(crate) fn signed_out(&self, language: Language) -> HttpResponse {
        let text = Text::of(language);
        let mut html = Html::new();
        html.raw("<h1 id=\"done\">").raw(text.signed_out).raw("</h1><p>");
        html.raw(text.close).raw("</p>");
        self.page(language, text.signed_out, 200, Forms::None, html)
    }

    /// The answer to a client as a form (OAuth 2.0 Form Post Response Mode section 2). It sends
    /// itself where scripts run; where they do not, a button sends it. The script is a constant, and
    /// the policy names its hash: there is no file to be fetched, which a service worker would have
    /// to serve as well, and no other script can run.
    pub(crate) fn form_post(
        &self,
        language: Language,
        redirect_uri: &str,
        application: &str,
        fields: &[(&str, &str)],
        signed: Option<&'static str>,
    ) -> HttpResponse {
        let text = Text::of(language);
        let [before, after] = text.going_back_hint;
        let mut html = Html::new();
        html.raw("<h1>").raw(text.going_back).raw("</h1><p>").raw(before).raw("<strong>");
        html.text(application).raw("</strong>").raw(after).raw("</p>");
        html.raw("<form method=\"post\" action=\"").text(redirect_uri).raw("\">");
        for (name, value) in fields {
            html.raw("<input type=\"hidden\" name=\"").text(name);
            html.raw("\" value=\"").text(value).raw("\">");
        }
        if let Some(name) = signed {
            html.raw("<input type=\"hidden\" name=\"").raw(name);
            html.raw("\" value=\"").raw(MARK).raw("\">");
        }
        html.raw("<div class=\"buttons\"><button type=\"submit\" autofocus>")
            .raw(text.go_on)
            .raw("</button></div></form><script>")
            .raw(SCRIPT)
            .raw("</script>");
        self.page(language, text.going_back, 200, Forms::Sent, html)
    }

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
        let text = Text::of(language);
        let mut html = Html::new();
        html.raw("<h1>").raw(text.failed).raw("</h1><p id=\"error_description\" role=\"alert\"");
        match text::refusal(refusal, language) {
            Some(sentence) => html.raw(">").text(&sentence),
            // For who reads it aloud: this part is English on every page.
            None => html.raw(" lang=\"en\">").text(&refusal.description()),
        };
        if let Some(remedy) = remedy {
            write_remedy(&mut html, text, remedy);
        }
        html.raw("</p><p class=\"small\">")
            .raw(text.error)
            .raw(" <code id=\"error\">")
            .text(refusal.code(profile))
            .raw("</code>, ")
            .raw(text.request)
            .raw(" <code id=\"request_id\">")
            .text(request_id)
            .raw("</code></p>");
        // To a person a client that is not known is a bad request, not a call to authenticate.
        let status = match refusal.status(profile) {
            401 => 400,
            status => status,
        };
        let response = self.page(language, text.error, status, Forms::None, html);
        match refusal {
            Refusal::MethodNotAllowed(allowed) => response.header("allow", *allowed),
            Refusal::Throttled(seconds) => response.header("retry-after", seconds.to_string()),
            _ => response,
        }
    }

    fn page(
        &self,
        language: Language,
        title: &str,
        status: u16,
        forms: Forms,
        content: Html,
    ) -> HttpResponse {
        let mut html = Html::new();
        html.raw("<!doctype html><html lang=\"")
            .raw(language.tag())
            .raw("\"><head><meta charset=\"utf-8\"><title>")
            .text(title)
            .raw("</title><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .raw("<meta name=\"color-scheme\" content=\"light dark\">")
            .raw("<link rel=\"icon\" href=\"data:,\"><style>")
            .raw(STYLE)
            .raw("</style></head><body><main>")
            .append(content)
            .raw("</main></body></html>");
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
        HttpResponse::new(status, html.finish())
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

/// A form that goes on with a transaction.
pub(crate) struct Form<'a> {
    /// The path that it is sent to.
    pub(crate) action: &'a str,
    /// The sealed transaction.
    pub(crate) transaction: &'a str,
}

fn hash_source(text: &str) -> String {
    let hash = base64url::encode(&Sha256::digest(text.as_bytes()));
    let hash = base64url::to_padded_base64(&hash);
    format!("'sha256-{hash}'")
}

fn open_form(html: &mut Html, form: &Form<'_>) {
    html.raw("<form method=\"post\" action=\"")
        .text(form.action)
        .raw("\"><input type=\"hidden\" name=\"transaction\" value=\"")
        .text(form.transaction)
        .raw("\">");
}

/// What was sent stands in the paragraph of the refusal, because some people read no more than that.
fn write_remedy(html: &mut Html, text: &Text, remedy: &Remedy) {
    if !remedy.sent.is_empty() {
        html.raw(text.sent).text(&remedy.sent);
    }
    if !remedy.setting.is_empty() {
        html.raw("</p><p>").raw(text.configuration).raw("<code id=\"setting\">");
        html.text(&remedy.setting).raw("</code>");
    }
}

fn write_problem(html: &mut Html, problem: Option<&str>) {
    if let Some(problem) = problem {
        html.raw("<p id=\"problem\" class=\"problem\" role=\"alert\">").text(problem).raw("</p>");
    }
}

/// Sends the first form of the page.
const SCRIPT: &str = "document.forms[0].submit()";

const STYLE: &str = "\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;\
font:1rem/1.5 system-ui,sans-serif;background:#f3f4f6;color:#16181d}\
main{width:100%;max-width:26rem;padding:1.5rem;border-radius:.75rem;background:#fff;\
border:1px solid #d5d8df;overflow-wrap:anywhere}\
h1,h2{margin:0 0 .5rem;font-size:1.5rem;line-height:1.2}\
h2{margin-top:1.5rem;font-size:1.125rem}li{margin:.25rem 0}a{color:inherit}\
p,ul{margin:.5rem 0}ul{padding-left:1.25rem}\
label{display:block;margin-top:1rem;font-weight:600}\
input{width:100%;margin-top:.25rem;padding:.6rem .75rem;font:inherit;color:inherit;\
background:transparent;border:1px solid #6b7280;border-radius:.5rem}\
.buttons{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}\
button{flex:1 1 8rem;min-height:2.75rem;padding:.5rem 1rem;font:inherit;font-weight:600;\
color:#fff;background:#1d4ed8;border:1px solid #1d4ed8;border-radius:.5rem;cursor:pointer}\
button.quiet{color:inherit;background:transparent;border-color:#6b7280}\
:focus-visible{outline:3px solid #b45309;outline-offset:2px}\
.problem{padding:.5rem .75rem;border-left:4px solid #dc2626;background:#dc26261a}\
.code{font-family:ui-monospace,monospace;font-size:1.5rem;letter-spacing:.1em;text-align:center}\
.small{font-size:.875rem}\
@media(prefers-color-scheme:dark){body{background:#111318;color:#eceef2}\
main{background:#1b1e25;border-color:#3a3f4b}\
button{background:#2563eb;border-color:#2563eb}\
input,button.quiet{border-color:#9ca3af}\
:focus-visible{outline-color:#f59e0b}}";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::config::{Application, Config};

    #[test]
    fn everything_from_outside_is_escaped() {
        let evil = "\"><script>alert('x')</script>&";
        let pages = Pages::new();
        let form = Form { action: evil, transaction: evil };
        let mut config = Config::example(evil);
        config.users[0].username = evil.into();
        for language in Language::ALL {
            for response in [
                pages.login(language, &form, evil, Some(evil), Some(evil)),
                pages.decision(language, &form, evil, evil, evil, Some(evil)),
                pages.user_code(language, evil, evil, true),
                pages.logout(language, &form, evil),
                pages.stayed(language, evil),
                pages.form_post(language, evil, evil, &[(evil, evil)], None),
                pages.refusal(
                    language,
                    &Refusal::ScopeUnknown(evil.into()),
                    Some(&Remedy { sent: evil.into(), setting: evil.into() }),
                    Profile::Eiam,
                    evil,
                ),
                pages.index(
                    language,
                    &config,
                    evil,
                    &[IssuerEntry { issuer: evil.into(), application: &Application::new(evil) }],
                ),
            ] {
                let html = core::str::from_utf8(&response.body).unwrap();
                let html = html.replace(&format!("<script>{SCRIPT}</script>"), "");
                assert!(!html.contains("<script"), "{html}");
                assert!(!html.contains("alert('x')"), "{html}");
            }
        }
    }

    #[test]
    fn the_policy_names_the_style_and_the_script_that_are_there() {
        let hash_of = |html: &str, start: &str, end: &str| {
            let text = html.split(start).nth(1).unwrap().split(end).next().unwrap();
            let hash = base64url::encode(&Sha256::digest(text.as_bytes()));
            format!("'sha256-{}='", hash.replace('-', "+").replace('_', "/"))
        };
        let pages = Pages::new();
        let response = pages.signed_out(Language::English);
        let html = core::str::from_utf8(&response.body).unwrap();
        let policy = response.headers.value("content-security-policy").unwrap();
        assert!(policy.contains(&hash_of(html, "<style>", "</style>")), "{policy}");
        assert!(!policy.contains("script-src"), "{policy}");
        assert!(!html.contains("http:") && !html.contains("https:"));

        let response = pages.form_post(Language::English, "https://a", "A", &[], None);
        let html = core::str::from_utf8(&response.body).unwrap();
        let policy = response.headers.value("content-security-policy").unwrap();
        let source = format!("; script-src {}", hash_of(html, "<script>", "</script>"));
        assert!(policy.ends_with(&source), "{policy}");
    }

    #[test]
    fn both_languages_explain_the_same_scopes() {
        for scope in ["openid", "profile", "email", "phone", "address", "offline_access"] {
            for language in Language::ALL {
                assert!(Text::of(language).scope(scope).is_some(), "{scope}");
            }
        }
    }
}
