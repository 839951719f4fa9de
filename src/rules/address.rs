//! Which addresses of web pages and endpoints may be opened.

use super::reason::Reason;
use super::split::split_once;

/// How safe the way to a web page or an endpoint is, the least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
pub(crate) enum Safety {
    /// Without TLS: everybody on the way can read and change what is sent.
    #[default]
    Http,
    /// Without TLS, but on the way to this machine nobody else is.
    HttpOnLoopback,
    /// With TLS.
    Https,
}

impl Safety {
    /// How safe the way to an address is: to an absolute `https` or `http` URL. Servers' answers hold
    /// addresses that are opened and shown as links, where any other scheme could be a script.
    ///
    /// `None` if it is no such URL, has no host, or has a user's name before the host: people take that
    /// for the host, and no `fetch` sends it (RFC 9110 section 4.2.4).
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

    /// Why nobody may be sent to an address that has to be at least so safe.
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

/// What follows a start, whose letters may be of either case. A control character may stand for one of the
/// others, which no URL has.
fn after<'a>(url: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let (begin, rest) = url.split_at_checked(start.len())?;
    let is_start = begin.iter().zip(start).all(|(octet, expected)| octet | 0x20 == *expected);
    if is_start { Some(rest) } else { None }
}

/// Whether an authority is this machine (RFC 8252 section 7.3, and section 8.3 for the name).
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

/// Whether an octet may be in a URL. Browsers leave out line breaks and tabs and take a backslash for a
/// slash. Quotes and angle brackets end what a URL is put into. The last three begin characters that
/// mostly are not seen, or turn the text around: U+0080 to U+00BF, U+2000 to U+2FFF, U+F000 to U+FFFF.
fn is_plain(octet: &u8) -> bool {
    *octet > b' ' && !matches!(octet, b'"' | b'<' | b'>' | b'\\' | 0x7f | 0xc2 | 0xe2 | 0xef)
}
