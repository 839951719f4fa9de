//! How safe the addresses of web pages and endpoints are, and which of them may be opened.

use super::reason::Reason;
use super::split::split_once;

/// How safe the way to a web page or an endpoint is, from the least safe to the safest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
pub(crate) enum Safety {
    /// Without TLS: everybody on the way can read and change what is sent.
    #[default]
    Http,
    /// Without TLS, but to this machine itself, so that nobody else is on the way.
    HttpOnLoopback,
    /// With TLS.
    Https,
}

impl Safety {
    /// How safe the way to an absolute `https` or `http` URL is. Other schemes have none: addresses from
    /// servers' answers are opened and shown as links, and there another scheme could be a script.
    ///
    /// `None` if the text is no such URL, has no host, or has a user's name before the host: people take
    /// that name for the host, and no `fetch` sends it (RFC 9110 section 4.2.4).
    #[inline(never)]
    pub(crate) fn of(url: &[u8]) -> Option<Self> {
        let https = after(url, b"https://");
        let rest = https.or_else(|| after(url, b"http://"))?;
        let mut authority = rest;
        for end in *b"/?#" {
            authority = split_once(authority, end).0;
        }
        if matches!(authority, [] | [b':', ..])
            || split_once(authority, b'@').1.is_some()
            || !url.iter().all(is_plain)
        {
            return None;
        }
        Some(match https {
            Some(_) => Self::Https,
            None if is_loopback(authority) => Self::HttpOnLoopback,
            None => Self::Http,
        })
    }

    /// Why a URL may not be used where it has to be at least as safe as `self`; `None` if it may.
    pub(crate) fn fault(self, url: &[u8]) -> Option<Reason> {
        match Self::of(url) {
            None => Some(Reason::NotAWebAddress),
            Some(safety) if safety < self => Some(match self {
                Self::Https => Reason::NotHttps,
                _ => Reason::NotOnLoopback,
            }),
            Some(_) => None,
        }
    }
}

/// What follows `start` in a URL, whose letters may be of either case; `None` if the URL does not begin so.
/// The comparison takes some control characters for `:` and `/`, which does no harm, because
/// [`Safety::of`] refuses every URL with a control character.
fn after<'a>(url: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let (begin, rest) = url.split_at_checked(start.len())?;
    let is_start = begin.iter().zip(start).all(|(octet, expected)| octet | 0x20 == *expected);
    if is_start { Some(rest) } else { None }
}

/// Whether an authority, that is a host with or without a port, is this machine (RFC 8252 section 7.3, and
/// section 8.3 for the name `localhost`).
fn is_loopback(authority: &[u8]) -> bool {
    let hosts: [&[u8]; 3] = [b"localhost", b"127.0.0.1", b"[::1]"];
    hosts.into_iter().any(|host| match authority.split_at_checked(host.len()) {
        Some((start, port)) if start == host => match split_once(port, b':') {
            ([], Some(digits)) => split_once(digits, b':').1.is_none(),
            (rest, _) => rest.is_empty(),
        },
        _ => false,
    })
}

/// Whether an octet may be in a URL. Line breaks, tabs and backslashes may not, because browsers leave out
/// the first two and take the last for a slash; nor may quotes and angle brackets, which end the attribute or
/// text into which a URL is put. The last three octets begin the UTF-8 of U+0080 to U+00BF, U+2000 to U+2FFF
/// and U+F000 to U+FFFF, most of which cannot be seen or turn the text around.
fn is_plain(octet: &u8) -> bool {
    *octet > b' ' && !matches!(octet, b'"' | b'<' | b'>' | b'\\' | 0x7f | 0xc2 | 0xe2 | 0xef)
}
