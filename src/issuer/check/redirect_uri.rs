//! Comparing redirect URIs (RFC 9700 section 2.1, RFC 8252 section 7.3).

use crate::issuer::profile::Profile;
use crate::text;

/// Whether a URI is one of those registered, compared character by character. Only the port of a
/// loopback address may differ: the system assigns a port to a native application when it starts.
pub(crate) fn is_registered(uri: &str, registered: &[String]) -> bool {
    registered.iter().any(|known| {
        known == uri
            || matches!(
                (without_loopback_port(known), without_loopback_port(uri)),
                (Some(known), Some(uri)) if known == uri
            )
    })
}

/// Whether the host of a URI is this machine, with any port, path and query.
pub(crate) fn is_loopback(uri: &str) -> bool {
    let rest = uri.strip_prefix("http://").or_else(|| uri.strip_prefix("https://"));
    let place = rest.and_then(host_and_tail);
    place.is_some_and(|(host, _)| is_loopback_ip(host) || host == "localhost")
        && has_uri_characters(uri)
}

/// Whether a text has only characters that are allowed unescaped in a URI, and no fragment.
pub(crate) fn has_uri_characters(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{}#".contains(&byte))
}

/// Checks that a browser can go to this host and port: a name of labels or an IP address, and a port that
/// there is. No part of it can be a wildcard. RFC 8252 section 7.3: the port of a loopback address may
/// differ anyway, see [`is_registered`].
pub(crate) fn check_authority(authority: &str) -> Result<(), &'static str> {
    if authority.contains('*') {
        return Err(
            "no browser goes to a `*`: the port of http://127.0.0.1 and http://[::1] may differ \
                    anyway (RFC 8252 section 7.3), and anyLoopbackRedirectUri allows every port of \
                    localhost",
        );
    }
    let end = authority.find(']').map_or(0, |end| end + 1);
    let (address, rest) = authority.split_at_checked(end).unwrap_or_default();
    if rest.starts_with('[') {
        return Err(NO_HOST);
    }
    let (name, port) = match rest.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (rest, None),
    };
    let is_port = |port: &str| {
        let plain = port.bytes().all(|byte| byte.is_ascii_digit());
        plain && port.parse::<u16>().is_ok_and(|port| port > 0)
    };
    if port.is_some_and(|port| !is_port(port)) {
        return Err("the port is not a number from 1 to 65535");
    }
    let is_host = if address.is_empty() {
        is_name(name)
    } else {
        let inner = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        name.is_empty() && inner.is_some_and(is_ipv6)
    };
    if is_host { Ok(()) } else { Err(NO_HOST) }
}

const NO_HOST: &str = "the host is not a name or an IP address";

/// Whether a text is a host name, or an IPv4 address. What ends in a number is an address for browsers (URL
/// Standard section 3.5).
fn is_name(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(plain);
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || last
            .strip_prefix("0x")
            .or(last.strip_prefix("0X"))
            .is_some_and(|hexadecimal| hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if is_number {
        return is_ipv4(name);
    }
    name.len() <= 253 && name.split('.').all(is_label)
}

/// Whether a text is an IPv4 address of four numbers, as browsers write it.
fn is_ipv4(text: &str) -> bool {
    let is_part = |part: &str| {
        let plain = part.bytes().all(|byte| byte.is_ascii_digit());
        plain
            && part.parse::<u16>().is_ok_and(|number| number < 256)
            && (part == "0" || !part.starts_with('0'))
    };
    text.split('.').count() == 4 && text.split('.').all(is_part)
}

/// Whether a text is an IPv6 address: eight groups of hexadecimal digits, or fewer with one `::` between them
/// (RFC 4291 section 2.2). Browsers write none with an IPv4 address in it.
fn is_ipv6(text: &str) -> bool {
    let groups = |part: &str| -> Option<usize> {
        if part.is_empty() {
            return Some(0);
        }
        let is_group = |group: &str| {
            (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        part.split(':').all(is_group).then(|| part.split(':').count())
    };
    match text.split_once("::") {
        Some((before, after)) => {
            groups(before).zip(groups(after)).is_some_and(|(before, after)| before + after < 8)
        }
        None => groups(text) == Some(8),
    }
}

/// Whether an `Origin` header names the origin of a redirect URI (RFC 6454 section 6.2). The port
/// of a loopback address may differ, as in [`is_registered`].
pub(crate) fn is_origin_of(origin: &str, uri: &str) -> bool {
    let Some(own) = origin_of(uri) else {
        return false;
    };
    own == origin
        || matches!(
            (without_loopback_port(&own), without_loopback_port(origin)),
            (Some(own), Some(origin)) if own == origin
        )
}

/// Whether a text is an origin as browsers write it: in lower case, without default port and slash.
pub(crate) fn is_origin(text: &str) -> bool {
    origin_of(text).as_deref() == Some(text)
}

/// The origin of an http or https URL.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = text::split_scheme(url)?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = text::default_port(&scheme)?;
    let authority = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    (authority.bytes().all(plain) && check_authority(authority).is_ok())
        .then(|| format!("{scheme}://{authority}"))
}

/// The host and the part after the port, if the URI is an http URI on a loopback address.
fn without_loopback_port(uri: &str) -> Option<(&str, &str)> {
    host_and_tail(uri.strip_prefix("http://")?).filter(|(host, _)| is_loopback_ip(host))
}

/// The host and the part after the port, in the part of a URI after its scheme; none if the port is
/// not a valid port.
fn host_and_tail(rest: &str) -> Option<(&str, &str)> {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end)?;
    let host = if authority.starts_with('[') {
        authority.get(..=authority.find(']')?)?
    } else {
        authority.split(':').next()?
    };
    let port = authority.strip_prefix(host)?;
    let digits = port.strip_prefix(':').unwrap_or(port);
    let is_port = port.is_empty() || digits.parse::<u16>().is_ok_and(|port| port > 0);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_port && plain).then_some((host, tail))
}

/// Whether a host is a loopback IP address (RFC 8252 section 7.3). `localhost` is a name, and could
/// resolve to another address.
pub(crate) fn is_loopback_ip(host: &str) -> bool {
    host == "127.0.0.1" || host == "[::1]"
}

/// Checks whether a URI can be a redirect URI in a profile.
///
/// # Errors
/// Why it cannot.
pub(crate) fn check(uri: &str, profile: Profile) -> Result<(), &'static str> {
    if uri.contains('#') {
        return Err("a redirect URI has no fragment (RFC 6749 section 3.1.2)");
    }
    if !has_uri_characters(uri) {
        return Err("not a URI: characters that are to be escaped");
    }
    let (scheme, rest) = uri.split_once(':').ok_or("not an absolute URI")?;
    let first = scheme.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    if !first || !scheme.bytes().all(plain) {
        return Err("not an absolute URI");
    }
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        // RFC 8252 section 7.1: private-use schemes are reversed domain names. This also excludes
        // `javascript:`, `data:` and the like.
        return if scheme.contains('.') {
            Ok(())
        } else {
            Err("expected https, http on loopback, or a scheme like com.example.app")
        };
    }
    let authority = rest.strip_prefix("//").ok_or("not an absolute URI")?;
    let authority = authority.split(['/', '?']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains('@') {
        return Err("expected a host and no user");
    }
    check_authority(authority)?;
    let host = host_of(authority);
    if scheme == "http"
        && !profile.plain_http_redirect_allowed()
        && !is_loopback_ip(host)
        && host != "localhost"
    {
        return Err("without TLS only on loopback (RFC 9700 section 2.6)");
    }
    Ok(())
}

/// The host of an authority, without its port.
pub(crate) fn host_of(authority: &str) -> &str {
    match authority.find(']') {
        Some(end) => authority.get(..=end).unwrap_or(authority),
        None => authority.split(':').next().unwrap_or(authority),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(uri: &str, registered: &str) -> bool {
        is_registered(uri, &[registered.to_owned()])
    }

    #[test]
    fn rfc_9700_section_2_1_exact_comparison() {
        let known = "https://app.example/cb?x=1";
        assert!(matches(known, known));
        for uri in [
            "https://app.example/cb?x=1&y=2",
            "https://app.example/cb",
            "https://app.example/cb/?x=1",
            "https://app.example:443/cb?x=1",
            "https://APP.example/cb?x=1",
            "https://app.example/cb?x=1#f",
            "https://app.example/other/../cb?x=1",
            "https://app.example@evil.example/cb?x=1",
            "https://app.example.evil.example/cb?x=1",
        ] {
            assert!(!matches(uri, known), "{uri}");
        }
    }

    #[test]
    fn url_standard_section_3_hosts_and_ports_that_browsers_can_use() {
        for authority in [
            "app.example",
            "app.example.",
            "APP.example:443",
            "localhost:1",
            "a_b-c.example:65535",
            "127.0.0.1",
            "127.0.0.1:8700",
            "[::1]",
            "[2001:db8::1]:8080",
            "[::]",
            "[1:2:3:4:5:6:7:8]",
            "[1:2:3:4:5:6:7::]",
            "0.0.0.0",
            "xn--fiqs8s",
        ] {
            assert_eq!(check_authority(authority), Ok(()), "{authority}");
        }
        for authority in [
            "",
            ".",
            "a..b",
            ".a",
            "localhost:*",
            "*.example",
            "*",
            "localhost:",
            "localhost:0",
            "localhost:65536",
            "localhost:+80",
            "localhost:80:80",
            "127.0.0.256",
            "127.0.1",
            "1.2.3.4.5",
            "a.0x1",
            "[::1",
            "::1]",
            "[::1]x",
            "[::1]:",
            "[127.0.0.1]",
            "[::g]",
            "[]",
            "[1:2:3:4:5:6:7]",
            "[1:2:3:4:5:6:7::8]",
            "[1:::2]",
            "[1::2::3]",
            "[12345::]",
            "[::1:]",
            "127.0.0.01",
            "+1.2.3.4",
            "1.2.3.+4",
            "a%20b",
            "a,b",
        ] {
            assert!(check_authority(authority).is_err(), "{authority}");
        }
        assert!(!is_origin("https://a:99999") && !is_origin("https://*.example"));
    }

    #[test]
    fn rfc_6454_section_6_2_origins() {
        for (origin, uri) in [
            ("https://app.example", "https://app.example/cb?x=1"),
            ("https://app.example", "https://APP.example:443/cb"),
            ("http://localhost:8600", "http://localhost:8600/callback"),
            ("http://127.0.0.1:5173", "http://127.0.0.1/callback"),
        ] {
            assert!(is_origin_of(origin, uri), "{origin}");
        }
        for (origin, uri) in [
            ("https://app.example:8443", "https://app.example/cb"),
            ("http://app.example", "https://app.example/cb"),
            ("https://evil.example", "https://app.example/cb?https://evil.example"),
            ("http://localhost:8601", "http://localhost:8600/callback"),
            ("null", "com.example.app:/cb"),
            ("com.example.app://", "com.example.app:/cb"),
        ] {
            assert!(!is_origin_of(origin, uri), "{origin}");
        }
        assert!(is_origin("https://app.example") && is_origin("http://[::1]:8080"));
        for text in [
            "*",
            "null",
            "https://app.example/",
            "https://App.example",
            "https://a@b",
            "http://[::1]:80a",
            "",
        ] {
            assert!(!is_origin(text), "{text}");
        }
    }

    #[test]
    fn what_is_on_this_machine_and_what_only_looks_so() {
        for uri in [
            "http://localhost:5173/",
            "http://localhost",
            "http://localhost:3000/api/auth/callback/eiam?x=y",
            "http://127.0.0.1:1/cb",
            "http://[::1]:65535/cb",
            "https://localhost:5173/cb",
        ] {
            assert!(is_loopback(uri), "{uri}");
        }
        for uri in [
            "http://localhost.evil.example/cb",
            "http://localhost@evil.example/cb",
            "http://localhost:80@evil.example/cb",
            "http://evil.example/localhost",
            "http://localhost\\@evil.example/cb",
            "http://localhost:0/cb",
            "http://localhost:65536/cb",
            "http://localhost:/cb",
            "http://LOCALHOST:1/cb",
            "http://[::1].evil.example/cb",
            "http://[::1",
            "http://127.0.0.1.evil.example/",
            "http://0.0.0.0:5173/",
            "http:localhost/cb",
            "http:///localhost/cb",
            "ftp://localhost/cb",
            "javascript://localhost/%0aalert(1)",
            "com.example.app://localhost/cb",
            "http://localhost/cb#fragment",
            "http://localhost/cb\r\nset-cookie: a=b",
            "http://localhost/\0",
            "http://localhost/ä",
            "",
        ] {
            assert!(!is_loopback(uri), "{uri}");
        }
    }

    #[test]
    fn rfc_8252_section_7_3_any_port_on_loopback() {
        for (uri, known) in [
            ("http://127.0.0.1:51004/cb", "http://127.0.0.1/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:8700/cb"),
            ("http://[::1]:61023/cb", "http://[::1]/cb"),
        ] {
            assert!(matches(uri, known), "{uri}");
        }
        for (uri, known) in [
            ("http://127.0.0.1:51004/other", "http://127.0.0.1/cb"),
            ("http://127.0.0.1:51004/cb?a", "http://127.0.0.1/cb"),
            ("https://127.0.0.1:1/cb", "https://127.0.0.1/cb"),
            ("http://localhost:1/cb", "http://localhost/cb"),
            ("http://[::1]:1/cb", "http://127.0.0.1/cb"),
            ("http://127.0.0.1:1@evil.example/cb", "http://127.0.0.1/cb"),
            ("http://127.0.0.1:99999/cb", "http://127.0.0.1/cb"),
            ("http://127.0.0.1:+1/cb", "http://127.0.0.1/cb"),
            ("http://127.0.0.1:/cb", "http://127.0.0.1/cb"),
            ("http://127.0.0.1.evil.example/cb", "http://127.0.0.1/cb"),
            ("http://app.example:81/cb", "http://app.example/cb"),
        ] {
            assert!(!matches(uri, known), "{uri}");
        }
    }
}
