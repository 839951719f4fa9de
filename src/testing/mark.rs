//! How everybody sees that an issuer is under remote control.

use crate::http::HttpResponse;

/// Marks a response: by a header field, and on a page by a line at its top. The line has no style, script or link of its
/// own, so the page's content security policy stays as it is.
pub(crate) fn mark(response: &mut HttpResponse) {
    let media_type = response.headers.value("content-type").unwrap_or_default();
    if media_type.starts_with("text/html")
        && let Some(place) = place(&response.body)
    {
        let is_chinese =
            response.headers.value("content-language").is_some_and(|it| it.starts_with("zh"));
        let line = if is_chinese { CHINESE } else { ENGLISH };
        response.body.splice(place..place, line.bytes());
    }
    response.headers.push(HEADER, "under remote control");
}

/// Behind the beginning of the page's main part.
fn place(body: &[u8]) -> Option<usize> {
    let start = body.windows(MAIN.len()).position(|part| part == MAIN)?;
    start.checked_add(MAIN.len())
}

const HEADER: &str = "x-test-issuer";

const MAIN: &[u8] = b"<body><main>";

const ENGLISH: &str = "\n<p class=\"problem\" role=\"note\">⚠ <strong>Test issuer, under remote \
                       control.</strong> Do not enter a password that matters.</p>";

const CHINESE: &str = "\n<p class=\"problem\" role=\"note\">⚠ \
                       <strong>测试用签发方，正被远程控制。</strong>请勿输入真实的密码。</p>";
