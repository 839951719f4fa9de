//! Comparing redirect URIs (RFC 9700 section 2.1, RFC 8252 section 7.3).

use super::config::is_loopback_ip;

/// Whether a URI is one of those registered, character by character. Only the port of a loopback
/// address is free, since a native application listens where the system lets it.
pub(crate) fn is_registered(uri: &str, registered: &[String]) -> bool {
    registered.iter().any(|known| {
        known == uri
            || matches!(
                (without_loopback_port(known), without_loopback_port(uri)),
                (Some(known), Some(uri)) if known == uri
            )
    })
}

/// Host and what follows the port, if the URI is http on a loopback address.
fn without_loopback_port(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
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
    (is_loopback_ip(host) && is_port && plain).then_some((host, tail))
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
