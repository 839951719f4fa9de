//! Where a server's metadata is (OpenID Connect Discovery section 4, RFC 8414 section 3).

use super::address::Safety;
use super::failure::{Failure, Kind};
use super::reason::Reason;
use super::sink::Sink;
use super::split::split_once;

/// A place where a server's metadata may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `/.well-known/openid-configuration` behind the issuer (OpenID Connect Discovery section 4).
    OpenId,
    /// `/.well-known/oauth-authorization-server` between the issuer's host and its path (RFC 8414
    /// section 3).
    OAuth,
    /// `/.well-known/openid-configuration` between the issuer's host and its path (RFC 8414 section 5).
    OpenIdInserted,
}

/// All places in the order in which they are tried. For an issuer without a path, the first and the last are
/// the same.
pub(crate) const PLACES: [Place; 3] = [Place::OpenId, Place::OAuth, Place::OpenIdInserted];

/// Writes the URL of an issuer's metadata.
///
/// # Errors
/// Fails for an issuer that is no http(s) URL, or that has a query or a fragment.
pub(crate) fn write(issuer: &[u8], place: Place, sink: &mut impl Sink) -> Result<(), Failure> {
    let reason = if Safety::of(issuer).is_none() {
        Reason::NotAnIssuer
    } else if issuer.iter().any(|octet| matches!(octet, b'?' | b'#')) {
        Reason::HasQueryOrFragment
    } else {
        let base = issuer.strip_suffix(b"/").unwrap_or(issuer);
        let (host, path) = base.split_at_checked(host_length(base)).unwrap_or((base, &[]));
        let known: &[u8] = match place {
            Place::OAuth => b"/.well-known/oauth-authorization-server",
            _ => b"/.well-known/openid-configuration",
        };
        let order = if place == Place::OpenId { [host, path, known] } else { [host, known, path] };
        order.into_iter().for_each(|part| sink.extend(part));
        return Ok(());
    };
    sink.cut(0);
    sink.extend(b"issuer");
    Err(Failure { kind: Kind::Argument, reason })
}

/// The octets of a URL before its path, which begins at the third slash.
fn host_length(url: &[u8]) -> usize {
    let (scheme, rest) = split_once(url, b'/');
    let (_, rest) = split_once(rest.unwrap_or_default(), b'/');
    let (host, _) = split_once(rest.unwrap_or_default(), b'/');
    scheme.len() + 2 + host.len()
}

/// Whether the metadata may be at the next place after this failure, with this status, at one. They may be if
/// there is no page at this place, or one that is no JSON, such as the page that a server of a single-page
/// application sends for every path. Metadata of another issuer, and a server that cannot answer now, end the
/// search.
pub(crate) fn goes_on(failure: Failure, status: u16) -> bool {
    match failure.kind {
        Kind::Http | Kind::OAuth => (400..500).contains(&status) && status != 429,
        Kind::Malformed => failure.reason.is_about_json(),
        _ => false,
    }
}

/// Writes why metadata of another issuer are refused. The text has both issuers in quotes, for people who look
/// for the difference, and therefore writes characters other than printable ASCII as `\u{…}`.
pub(crate) fn write_mismatch(asked: &[u8], found: &[u8], sink: &mut impl Sink) {
    for (text, what) in [
        (found, &b" is not the issuer that was asked, "[..]),
        (asked, b": every character counts, and localhost is not 127.0.0.1"),
    ] {
        write_quoted(text, sink);
        sink.extend(what);
    }
}

/// The characters of an issuer that are shown.
const LONGEST: usize = 200;

/// Writes a text in quotes, cut to [`LONGEST`] characters and with escapes for what cannot be seen.
fn write_quoted(text: &[u8], sink: &mut impl Sink) {
    sink.push(b'"');
    let mut characters = core::str::from_utf8(text).unwrap_or_default().chars();
    for character in characters.by_ref().take(LONGEST) {
        match character {
            '"' | '\\' => sink.extend(&[b'\\', character as u8]),
            ' '..='~' => sink.push(character as u8),
            _ => {
                sink.extend(b"\\u{");
                hexadecimal(character as u32, sink);
                sink.push(b'}');
            }
        }
    }
    if characters.next().is_some() {
        sink.extend("…".as_bytes());
    }
    sink.push(b'"');
}

/// Writes a number in small hexadecimal digits.
fn hexadecimal(number: u32, sink: &mut impl Sink) {
    if number > 15 {
        hexadecimal(number >> 4, sink);
    }
    let digit = number as u8 & 15;
    sink.push(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_an_issuer() {
        for (issuer, expected) in [
            (
                "https://as.example/a/b",
                [
                    "https://as.example/a/b/.well-known/openid-configuration",
                    "https://as.example/.well-known/oauth-authorization-server/a/b",
                    "https://as.example/.well-known/openid-configuration/a/b",
                ],
            ),
            (
                "https://as.example:8443/",
                [
                    "https://as.example:8443/.well-known/openid-configuration",
                    "https://as.example:8443/.well-known/oauth-authorization-server",
                    "https://as.example:8443/.well-known/openid-configuration",
                ],
            ),
        ] {
            let urls = PLACES.map(|place| {
                let mut url = Vec::new();
                write(issuer.as_bytes(), place, &mut url).unwrap();
                String::from_utf8(url).unwrap()
            });
            assert_eq!(urls, expected);
        }
    }

    #[test]
    fn a_difference_is_seen() {
        let reason = |asked: &str, found: &str| {
            let mut sink = Vec::new();
            write_mismatch(asked.as_bytes(), found.as_bytes(), &mut sink);
            String::from_utf8(sink).unwrap()
        };
        assert_eq!(
            reason("https://as.example", "https://\u{430}s.example\"\n\u{1f600}\0"),
            r#""https://\u{430}s.example\"\u{a}\u{1f600}\u{0}" is not the issuer that was asked, "https://as.example": every character counts, and localhost is not 127.0.0.1"#
        );
        assert!(reason(&"a".repeat(200), "b").contains("a\":"));
        let long = reason(&"é".repeat(201), "b");
        assert_eq!((long.matches(r"\u{e9}").count(), long.contains("…\":")), (200, true));
    }
}
