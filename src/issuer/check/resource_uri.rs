//! The URIs that name resources (RFC 8707 section 2).

use crate::issuer::check::redirect_uri;

/// Whether this is an absolute URI without a fragment, as RFC 8707 section 2 wants it. The mark that
/// separates it from a scope cannot be in it.
pub(crate) fn is_identifier(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    scheme.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && scheme.bytes().all(plain)
        && !rest.is_empty()
        && !rest.contains('|')
        && redirect_uri::has_uri_characters(rest)
}

/// Whether both name the same resource: letter by letter, but for the path of an http or https URL that
/// is empty or `/` (RFC 3986 section 6.2.3), which URL libraries write as they please.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one == other || {
        let (one, other) = (without_root(one), without_root(other));
        one.is_some() && one == other
    }
}

/// An http or https URL without the `/` that is all of its path; none for what has more of a path.
fn without_root(uri: &str) -> Option<&str> {
    let rest = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"))?;
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let end = uri.len() - (rest.len() - authority.len());
    if authority.contains(['/', '?']) { None } else { uri.get(..end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_8707_section_2_absolute_uris_without_a_fragment() {
        for uri in
            ["https://api.example.com", "api://x", "urn:cloud:idaas:pam", "http://[::1]:1/a?b=c"]
        {
            assert!(is_identifier(uri), "{uri}");
        }
        for text in [
            "",
            "api",
            "/api",
            "https:",
            "1a:b",
            ":b",
            "https://a#b",
            "https://a b",
            "a:b|c",
            "a:é",
        ] {
            assert!(!is_identifier(text), "{text}");
        }
    }

    #[test]
    fn rfc_3986_section_6_2_3_an_empty_path_is_a_slash() {
        assert!(is_same("https://a.example", "https://a.example/"));
        assert!(is_same("http://127.0.0.1:3000/", "http://127.0.0.1:3000"));
        assert!(is_same("urn:a", "urn:a"));
        for (one, other) in [
            ("https://a.example/b", "https://a.example/b/"),
            ("https://a.example", "http://a.example/"),
            ("https://a.example", "https://a.example//"),
            ("https://a.example?b", "https://a.example/?b"),
            ("api://a", "api://a/"),
            ("https://a.example", "https://A.example"),
        ] {
            assert!(!is_same(one, other), "{one} {other}");
        }
    }
}
