//! What the journal shows of a request. Whatever is not known to be harmless is shown as its length.

use crate::form::{self, Limits};
use crate::http::HttpRequest;

/// The header fields that matter.
pub(super) fn headers(request: &HttpRequest) -> Vec<(&'static str, String)> {
    let shown = SHOWN_HEADERS
        .into_iter()
        .flat_map(|name| request.headers.values(name).map(move |value| (name, shortened(value))));
    let masked = MASKED_HEADERS
        .into_iter()
        .flat_map(|name| request.headers.values(name).map(move |value| (name, length(value))));
    let authorization = request.headers.values("authorization").map(|value| {
        let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
        let known = SCHEMES.into_iter().find(|known| known.eq_ignore_ascii_case(scheme));
        let value = match known {
            Some(scheme) => format!("{scheme} {}", length(rest)),
            None => length(value),
        };
        ("authorization", value)
    });
    shown.chain(authorization).chain(masked).collect()
}

/// The parameters of the query, and of the body if it is a form.
pub(super) fn parameters(request: &HttpRequest) -> Vec<(String, String)> {
    let url = request.url.split('#').next().unwrap_or_default();
    let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let is_form = request.headers.value("content-type").is_some_and(|value| {
        let media_type = value.split(';').next().unwrap_or_default().trim();
        media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    });
    let body = if is_form { core::str::from_utf8(&request.body).ok() } else { None };
    let texts = [query, body.unwrap_or_default()];
    // What cannot be read is not shown: the refusal says why.
    let pairs = texts
        .into_iter()
        .filter(|text| text.len() <= MAX_READ)
        .flat_map(|text| form::parse(text, Limits::default()).unwrap_or_default());
    pairs.map(|(key, text)| (name(&key), value(&key, &text))).collect()
}

/// The name of a parameter. A secret in the place of a name is no word of small letters.
fn name(name: &str) -> String {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if SHOWN.contains(&name) || (name.len() <= MAX_NAME && name.bytes().all(is_word)) {
        return name.to_owned();
    }
    length(name)
}

/// The value of a parameter.
fn value(name: &str, value: &str) -> String {
    if SHOWN.contains(&name) { shortened(value) } else { length(value) }
}

/// Only how long a text is.
fn length(text: &str) -> String {
    format!("[{} characters]", text.chars().count())
}

/// As much of a text as is shown of any.
fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The parameters that are shown. They are neither secrets, nor what would let somebody go on in the place of
/// whoever sent them, as `state`, `nonce` and `user_code` would.
const SHOWN: [&str; 31] = [
    "acr_values",
    "actor_token_type",
    "audience",
    "authorization_details",
    "claims",
    "claims_locales",
    "client_assertion_type",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "decision",
    "display",
    "dpop_jkt",
    "grant_type",
    "iss",
    "login_hint",
    "logout_hint",
    "max_age",
    "post_logout_redirect_uri",
    "prompt",
    "redirect_uri",
    "requested_token_type",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "subject_token_type",
    "target_link_uri",
    "token_type_hint",
    "ui_locales",
    "username",
];

/// The header fields that are shown.
const SHOWN_HEADERS: [&str; 3] = ["accept", "content-type", "origin"];

/// The header fields of which it is shown that they are there.
const MASKED_HEADERS: [&str; 2] = ["cookie", "dpop"];

/// The schemes of `Authorization` that are shown. Whatever else stands in its place can be a secret.
const SCHEMES: [&str; 3] = ["Basic", "Bearer", "DPoP"];

/// How many characters of a text are shown.
const MAX_SHOWN: usize = 512;

/// How many characters the name of an unknown parameter has at most.
const MAX_NAME: usize = 32;

/// How many octets a query or a body has at most that is read: what is longer is refused.
const MAX_READ: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        const SECRET: &str = "CSsecret5ecretSecret";
        let form = |text: &str| HttpRequest::post_form("/t", text.to_owned());
        for request in [
            form(&format!("client_secret={SECRET}")),
            form(&format!("code={SECRET}&code_verifier={SECRET}&refresh_token={SECRET}")),
            form(&format!("password={SECRET}&username=a")),
            form(&format!("unknown={SECRET}")),
            form(&format!("{SECRET}=x")),
            form(SECRET),
            form(&format!("{{\"client_secret\":\"{SECRET}\"}}")),
            form(&format!("client%5Fsecret={SECRET}")),
            HttpRequest::get(format!("/t?access_token={SECRET}&state={SECRET}")),
            HttpRequest::get(format!("/t#client_id={SECRET}")),
            HttpRequest::get("/t").header("authorization", format!("Basic {SECRET}")),
            HttpRequest::get("/t").header("authorization", SECRET),
            HttpRequest::get("/t").header("authorization", format!("{SECRET} x")),
            HttpRequest::get("/t").header("cookie", format!("a={SECRET}")),
            HttpRequest::get("/t").header("dpop", SECRET),
            HttpRequest::get("/t").header("x-api-key", SECRET),
        ] {
            let shown = format!("{:?} {:?}", headers(&request), parameters(&request));
            assert!(!shown.contains(SECRET), "{shown}");
        }
    }

    #[test]
    fn what_is_harmless_is_shown() {
        let request = HttpRequest::post_form(
            "/t?scope=openid",
            "grant_type=password&username=%E5%BC%A0&password=geheim&foo_bar=x&scope=a+b".to_owned(),
        )
        .header("Authorization", "bearer abc");
        let shown = parameters(&request);
        let shown: Vec<_> = shown.iter().map(|(name, value)| (&**name, &**value)).collect();
        let expected = [
            ("scope", "openid"),
            ("grant_type", "password"),
            ("username", "张"),
            ("password", "[6 characters]"),
            ("foo_bar", "[1 characters]"),
            ("scope", "a b"),
        ];
        assert_eq!(shown, expected);
        let expected = [
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("authorization", "Bearer [3 characters]".to_owned()),
        ];
        assert_eq!(headers(&request), expected);
    }

    #[test]
    fn nothing_is_long() {
        let request = HttpRequest::get(format!("/t?scope={}", "é".repeat(600)));
        let [(_, value)] = parameters(&request).try_into().unwrap();
        assert_eq!(value.chars().count(), 513);
        let huge = HttpRequest::get(format!("/t?scope={}", "a".repeat(70_000)));
        assert!(parameters(&huge).is_empty());
    }
}
