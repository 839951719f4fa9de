//! What every page has in common.

use sha2::{Digest, Sha256};

use super::frame::SCRIPT;
use super::text::Text;
use super::{Asked, Form, IssuerEntry, Pages};
use crate::base64url;
use crate::issuer::config::{Application, Config};
use crate::issuer::profile::Profile;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::remedy::Remedy;
use crate::issuer::wire::reply::MARK;

#[test]
fn everything_from_outside_is_escaped() {
    let evil = &format!("\"><script>alert('x')</script>&{MARK}");
    let pages = Pages::new();
    let form = Form { action: evil, transaction: evil };
    let mut config = Config::example(evil);
    config.users[0].username = evil.into();
    let details = [evil.clone()];
    let asked = Asked { scope: evil, details: &details, user_code: Some(evil) };
    for language in Language::ALL {
        for response in [
            pages.login(language, &form, evil, Some(evil), Some(evil)),
            pages.decision(language, &form, evil, evil, &asked),
            pages.user_code(language, evil, evil, true),
            pages.logout(language, &form, evil),
            pages.stayed(language, evil),
            pages.form_post(language, evil, evil, &[(evil, evil)], &[]),
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
            // Nobody but the issuer says where a token goes that is still to be signed.
            assert!(!html.contains(MARK), "{html}");
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
    // Browsers hash the text that they have read, and read a carriage return as a line feed.
    assert!(!html.contains('\r'));
    assert!(!policy.contains("script-src"), "{policy}");
    assert!(!html.contains("http:") && !html.contains("https:"));

    let response = pages.form_post(Language::English, "https://a", "A", &[], &[]);
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
