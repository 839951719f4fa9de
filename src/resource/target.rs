//! Whether a proof is for the URL of a request (RFC 9449 section 4.3).

/// A URL without query and fragment, as all that are equivalent are written: scheme and host in small letters, without
/// the scheme's own port, the path without dots and needless escapes (RFC 3986 sections 6.2.2 and 6.2.3). None for
/// text that is no http(s) URL, or names a user.
pub(super) fn normal(url: &str) -> Option<String> {
    let bare = url.split(['?', '#']).next()?;
    let (scheme, rest) = bare.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let (host, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?;
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix(port).or(host.strip_suffix(':')).unwrap_or(&host);
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'@' && byte != b'\\';
    if host.is_empty() || host.starts_with(':') || !host.bytes().all(is_plain) {
        return None;
    }
    Some([&scheme, "://", host, &without_dots(&unescaped(path)?)].concat())
}

/// A path in which only those characters are escaped that have to be, by capital letters.
fn unescaped(path: &str) -> Option<String> {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        let digits =
            after.get(..2).filter(|digits| digits.bytes().all(|d| d.is_ascii_hexdigit()))?;
        let octet = u8::from_str_radix(digits, 16).ok()?;
        text.push_str(before);
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            text.push(char::from(octet));
        } else {
            text.push('%');
            text.push_str(&digits.to_ascii_uppercase());
        }
        rest = after.get(2..)?;
    }
    text.push_str(rest);
    Some(text)
}

/// A path without segments that are dots (RFC 3986 section 5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    ["/", &kept.join("/")].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9449_section_4_3_urls_that_are_the_same() {
        for (url, others) in [
            (
                "https://api.example/things",
                &[
                    "https://api.example/things?x=y",
                    "https://api.example/things#f",
                    "HTTPS://API.example:443/things",
                    "https://api.example:/things",
                    "https://api.example/a/../things",
                    "https://api.example/./things",
                    "https://api.example/../things",
                    "https://api.example/%74hings",
                ][..],
            ),
            (
                "https://api.example/",
                &["https://api.example", "https://api.example?x", "https://api.example/."],
            ),
            ("http://[::1]:8080/a%2Fb", &["http://[::1]:8080/a%2fb"]),
            ("https://api.example/a/", &["https://api.example/a/b/..", "https://api.example/a/."]),
        ] {
            for other in others {
                assert_eq!(normal(other), normal(url), "{other}");
            }
            assert!(normal(url).is_some());
        }
    }

    #[test]
    fn rfc_9449_section_4_3_urls_that_are_not() {
        let plain = normal("https://api.example/things");
        for other in [
            "http://api.example/things",
            "https://api.example:8443/things",
            "https://api.example:4430/things",
            "https://api.example/Things",
            "https://api.example/things/",
            "https://api.example//things",
            "https://api.example.evil/things",
            "https://api.example/thing%2573",
            "https://user@api.example/things",
            "https://api.example\\@evil/things",
            "https:api.example/things",
            "ftp://api.example/things",
            "https:///things",
            "https://:443/things",
            "https://api.example/%7",
            "https://api.example/%zz",
            "/things",
            "",
        ] {
            assert_ne!(normal(other), plain, "{other}");
        }
        assert_ne!(normal("https://api.example/a%2Fb"), normal("https://api.example/a/b"));
    }
}
