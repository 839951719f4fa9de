use crate::text;

/// Whether a text is the address of a web page or an endpoint: an absolute `https` or `http` URL
/// with a host and without spaces or control characters. Servers' answers hold addresses that are
/// opened and shown as links, where any other scheme could be a script.
pub(super) fn is_web_address(url: &str) -> bool {
    let Some((scheme, rest)) = text::split_once(url, b':') else { return false };
    let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let host = rest.strip_prefix("//").and_then(|rest| rest.bytes().next());
    web && !matches!(host, None | Some(b'/' | b'?' | b'#'))
        && !url.bytes().any(|byte| byte <= b' ' || byte == 0x7f)
}

pub(super) const NOT_A_WEB_ADDRESS: &str = "neither an https nor an http URL";
