//! The pages that people see: plain HTML, no script, nothing from elsewhere.
//!
//! Names and ids are part of the interface, for tests and password managers: the fields `username`,
//! `password` and `user_code`, the buttons `decision=allow` and `decision=deny`, the hidden field
//! `transaction`.

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::http::HttpResponse;

use super::profile::Profile;
use super::refusal::Refusal;
use super::scope;

mod html;

use html::Html;

/// Makes pages.
#[derive(Debug)]
pub(crate) struct Pages {
    /// The hash of the one style sheet, as a content security policy names it.
    style_source: String,
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
}

impl Pages {
    pub(crate) fn new() -> Self {
        let hash = base64url::encode(&Sha256::digest(STYLE.as_bytes()));
        let hash = base64url::to_padded_base64(&hash);
        Self { style_source: format!("'sha256-{hash}'") }
    }

    pub(crate) fn login(
        &self,
        action: &str,
        transaction: &str,
        application: &str,
        username: Option<&str>,
        problem: Option<&str>,
    ) -> HttpResponse {
        let mut html = Html::new();
        html.raw("<h1>Sign in</h1><p>to continue to <strong>")
            .text(application)
            .raw("</strong></p>");
        write_problem(&mut html, problem);
        open_form(&mut html, action, transaction);
        html.raw(
            "<label for=\"username\">Username</label><input id=\"username\" name=\"username\"",
        )
        .raw(" type=\"text\" autocomplete=\"username\" autocapitalize=\"none\"")
        .raw(" spellcheck=\"false\" required")
        .raw(if username.is_some() { "" } else { " autofocus" })
        .raw(" value=\"")
        .text(username.unwrap_or_default())
        .raw("\"><label for=\"password\">Password</label><input id=\"password\"")
        .raw(" name=\"password\" type=\"password\" autocomplete=\"current-password\" required")
        .raw(if username.is_some() { " autofocus" } else { "" })
        .raw("><div class=\"buttons\"><button id=\"submit\" type=\"submit\">Sign in</button>")
        .raw("<button id=\"cancel\" class=\"quiet\" type=\"submit\" name=\"decision\"")
        .raw(" value=\"deny\" formnovalidate>Cancel</button></div></form>");
        self.page(&format!("Sign in to {application}"), 200, Forms::Anywhere, html)
    }

    pub(crate) fn decision(
        &self,
        action: &str,
        transaction: &str,
        application: &str,
        username: &str,
        scope: &str,
        user_code: Option<&str>,
    ) -> HttpResponse {
        let mut html = Html::new();
        html.raw("<h1>Allow access?</h1><p><strong>")
            .text(application)
            .raw("</strong> asks for access to your account. You are signed in as <strong>")
            .text(username)
            .raw("</strong>.</p>");
        if let Some(code) = user_code {
            html.raw(
                "<p>Allow this only if your device shows this code now:</p><p class=\"code\">",
            )
            .text(code)
            .raw("</p>");
        }
        html.raw("<p>It will be able to:</p><ul>");
        for item in scope::items(scope) {
            html.raw("<li>");
            match explain(item) {
                Some(sentence) => html.raw(sentence),
                None => html.raw("use <code>").text(item).raw("</code>"),
            };
            html.raw("</li>");
        }
        html.raw("</ul>");
        open_form(&mut html, action, transaction);
        html.raw("<div class=\"buttons\"><button id=\"allow\" type=\"submit\" name=\"decision\"")
            .raw(" value=\"allow\">Allow</button><button id=\"deny\" class=\"quiet\"")
            .raw(" type=\"submit\" name=\"decision\" value=\"deny\">Deny</button></div></form>");
        self.page(&format!("Allow {application} access?"), 200, Forms::Anywhere, html)
    }

    pub(crate) fn user_code(
        &self,
        action: &str,
        typed: &str,
        problem: Option<&str>,
    ) -> HttpResponse {
        // With the code filled in there is only to confirm it, and it stays in sight.
        let (in_code, on_button) = if typed.is_empty() || problem.is_some() {
            (" autofocus", "")
        } else {
            ("", " autofocus")
        };
        let mut html = Html::new();
        html.raw("<h1>Connect a device</h1><p id=\"hint\">Enter the code that your device shows")
            .raw(", or check that it shows the same.</p>");
        write_problem(&mut html, problem);
        html.raw("<form method=\"post\" action=\"")
            .text(action)
            .raw("\"><label for=\"user_code\">Code</label><input id=\"user_code\"")
            .raw(" name=\"user_code\" type=\"text\" autocomplete=\"off\"")
            .raw(" autocapitalize=\"characters\" spellcheck=\"false\" required")
            .raw(in_code)
            .raw(" aria-describedby=\"hint\" class=\"code\" placeholder=\"XXXX-XXXX\" value=\"")
            .text(typed)
            .raw("\"><div class=\"buttons\"><button id=\"submit\" type=\"submit\"")
            .raw(on_button)
            .raw(">Continue</button></div></form>");
        let status = if problem.is_some() { 400 } else { 200 };
        self.page("Connect a device", status, Forms::Own, html)
    }

    pub(crate) fn device_done(&self, allowed: bool) -> HttpResponse {
        let (title, sentence) = if allowed {
            ("Device connected", "You can close this page and go on at your device.")
        } else {
            ("Device refused", "The device gets no access. You can close this page.")
        };
        let mut html = Html::new();
        html.raw("<h1 id=\"done\">").text(title).raw("</h1><p>").text(sentence).raw("</p>");
        self.page(title, 200, Forms::None, html)
    }

    pub(crate) fn logout(&self, action: &str, transaction: &str, username: &str) -> HttpResponse {
        let mut html = Html::new();
        html.raw("<h1>Sign out?</h1><p>You are signed in as <strong>")
            .text(username)
            .raw("</strong>.</p>");
        open_form(&mut html, action, transaction);
        html.raw("<div class=\"buttons\"><button id=\"submit\" type=\"submit\">Sign out</button>")
            .raw("</div></form>");
        self.page("Sign out?", 200, Forms::Anywhere, html)
    }

    pub(crate) fn signed_out(&self) -> HttpResponse {
        let mut html = Html::new();
        html.raw("<h1 id=\"done\">Signed out</h1><p>You can close this page.</p>");
        self.page("Signed out", 200, Forms::None, html)
    }

    /// A refusal that no client may be told about by redirect.
    pub(crate) fn refusal(
        &self,
        refusal: &Refusal,
        profile: Profile,
        request_id: &str,
    ) -> HttpResponse {
        let mut html = Html::new();
        html.raw("<h1>This did not work</h1><p id=\"error_description\" role=\"alert\">")
            .text(&refusal.description())
            .raw("</p><p class=\"small\">Error <code id=\"error\">")
            .text(refusal.code(profile))
            .raw("</code>, request <code id=\"request_id\">")
            .text(request_id)
            .raw("</code></p>");
        // To a person a client that is not known is a bad request, not a call to authenticate.
        let status = match refusal.status(profile) {
            401 => 400,
            status => status,
        };
        let response = self.page("Error", status, Forms::None, html);
        match refusal {
            Refusal::MethodNotAllowed(allowed) => response.header("allow", *allowed),
            Refusal::Throttled(seconds) => response.header("retry-after", seconds.to_string()),
            _ => response,
        }
    }

    fn page(&self, title: &str, status: u16, forms: Forms, content: Html) -> HttpResponse {
        let mut html = Html::new();
        html.raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
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
            Forms::Anywhere => "",
        };
        let policy = format!(
            "default-src 'none'; style-src {}; img-src data:; base-uri 'none'; \
             frame-ancestors 'none'{form_action}",
            self.style_source
        );
        HttpResponse::new(status, html.finish())
            .header("content-type", "text/html;charset=UTF-8")
            .header("cache-control", "no-store")
            .header("pragma", "no-cache")
            .header("content-security-policy", policy)
            .header("x-frame-options", "DENY")
            .header("referrer-policy", "no-referrer")
            .header("x-content-type-options", "nosniff")
    }
}

fn open_form(html: &mut Html, action: &str, transaction: &str) {
    html.raw("<form method=\"post\" action=\"")
        .text(action)
        .raw("\"><input type=\"hidden\" name=\"transaction\" value=\"")
        .text(transaction)
        .raw("\">");
}

fn write_problem(html: &mut Html, problem: Option<&str>) {
    if let Some(problem) = problem {
        html.raw("<p id=\"problem\" class=\"problem\" role=\"alert\">").text(problem).raw("</p>");
    }
}

/// What a scope means to a person.
fn explain(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "openid" => "know who you are",
        "profile" => "see your name and profile",
        "email" => "see your email address",
        "phone" => "see your phone number",
        "address" => "see your postal address",
        "offline_access" => "keep this access while you are away",
        _ => return None,
    })
}

const STYLE: &str = "\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;\
font:1rem/1.5 system-ui,sans-serif;background:#f3f4f6;color:#16181d}\
main{width:100%;max-width:26rem;padding:1.5rem;border-radius:.75rem;background:#fff;\
border:1px solid #d5d8df;overflow-wrap:anywhere}\
h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.2}\
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

    #[test]
    fn everything_from_outside_is_escaped() {
        let evil = "\"><script>alert('x')</script>&";
        let pages = Pages::new();
        for response in [
            pages.login(evil, evil, evil, Some(evil), Some(evil)),
            pages.decision(evil, evil, evil, evil, evil, Some(evil)),
            pages.user_code(evil, evil, Some(evil)),
            pages.logout(evil, evil, evil),
            pages.refusal(&Refusal::ScopeUnknown(evil.into()), Profile::Eiam, evil),
        ] {
            let html = core::str::from_utf8(&response.body).unwrap();
            assert!(!html.contains("<script"), "{html}");
            assert!(!html.contains("alert('x')"), "{html}");
        }
    }

    #[test]
    fn the_policy_names_the_style_that_is_there() {
        let response = Pages::new().signed_out();
        let html = core::str::from_utf8(&response.body).unwrap();
        let style = html.split("<style>").nth(1).unwrap();
        let style = style.split("</style>").next().unwrap();
        let hash = base64url::encode(&Sha256::digest(style.as_bytes()))
            .replace('-', "+")
            .replace('_', "/");
        let policy = response.headers.value("content-security-policy").unwrap();
        assert!(policy.contains(&format!("'sha256-{hash}='")), "{policy}");
        assert!(!html.contains("http:") && !html.contains("https:"));
    }
}
