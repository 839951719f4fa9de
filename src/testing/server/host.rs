//! Which names a server on loopback answers to.

use core::net::{Ipv4Addr, Ipv6Addr};

/// The name or the address in a host, without its port and in lower case; none if it is no host (RFC 9110 section 7.2).
pub(super) fn name_of(host: &str) -> Option<String> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, rest) = rest.split_once(']')?;
            address.parse::<Ipv6Addr>().ok()?;
            (host.get(..address.len().checked_add(2)?)?, rest)
        }
        None => match host.find(':') {
            Some(place) => host.split_at_checked(place)?,
            None => (host, ""),
        },
    };
    let digits = port.strip_prefix(':').unwrap_or(port);
    let is_port = port.len() == digits.len().saturating_add(usize::from(!port.is_empty()))
        && digits.len() <= 5
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let fits = name.starts_with('[') || (!name.is_empty() && name.bytes().all(is_name));
    let name = name.strip_suffix('.').unwrap_or(name);
    (is_port && fits).then(|| name.to_ascii_lowercase())
}

/// Whether a name or an address is of this machine, whatever a name server says (RFC 6761 section 6.3).
pub(super) fn is_loopback(name: &str) -> bool {
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "[::1]"
        || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// The host of an http(s) URL, with its port.
pub(super) fn host_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9110_section_7_2_the_name_in_a_host() {
        for (host, name) in [
            ("localhost:80", Some("localhost")),
            ("LocalHost.", Some("localhost")),
            ("127.0.0.1:9400", Some("127.0.0.1")),
            ("[::1]:80", Some("[::1]")),
            ("[::1]", Some("[::1]")),
            ("a_b-c.example", Some("a_b-c.example")),
            ("", None),
            (":80", None),
            ("a:b", None),
            ("a:123456", None),
            ("a b", None),
            ("[::1", None),
            ("[::1]x", None),
            ("[x]", None),
            ("user@host", None),
            ("é", None),
        ] {
            assert_eq!(name_of(host).as_deref(), name, "{host}");
        }
    }

    #[test]
    fn rfc_6761_section_6_3_names_of_this_machine() {
        for name in ["localhost", "a.localhost", "127.0.0.1", "127.1.2.3", "[::1]"] {
            assert!(is_loopback(name), "{name}");
        }
        for name in ["", "localhost.example", "127.0.0.1.example", "128.0.0.1", "[::2]", "0.0.0.0"]
        {
            assert!(!is_loopback(name), "{name}");
        }
        assert_eq!(host_of("https://as.example:8/a"), "as.example:8");
        assert_eq!(host_of("http://[::1]:8"), "[::1]:8");
    }
}
