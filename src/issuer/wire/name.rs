//! The names of the issuer: under which scheme, host and port a request reaches it. With `baseUrl: "request"` each
//! request says it, and the configuration lists the hosts that it may say. Everything that is made of the base URL
//! (`iss`, metadata, pages, cookies, what proofs and assertions are for) follows, so a container, its host and a
//! browser each see the issuer under the name that they know.

use std::borrow::Cow;

use crate::http::HttpRequest;
use crate::issuer::config::Config;
use crate::issuer::wire::refusal::Refusal;
use crate::text;

/// The base URL under which a request came; none where the configuration has the only one.
///
/// # Errors
/// Fails if the request says none, or one that the configuration does not list. The refusal repeats nothing of it.
pub(crate) fn of_request(
    config: &Config,
    request: &HttpRequest,
) -> Result<Option<String>, Refusal> {
    if !config.is_named_by_request() {
        return Ok(None);
    }
    let place = Said::of(config, request).and_then(|said| said.place());
    let place = place.ok_or(Refusal::HostMissing)?;
    if config.allowed_hosts.iter().any(|entry| place.is(entry)) {
        Ok(Some(place.to_url()))
    } else {
        Err(Refusal::HostUnknown)
    }
}

/// Whether the issuer is reached at this origin, as a configuration with `baseUrl: "request"` says.
pub(crate) fn is_origin(config: &Config, scheme: &str, authority: &str) -> bool {
    let said = Said { scheme: scheme.into(), authority: authority.into(), port: None };
    said.place().is_some_and(|place| config.allowed_hosts.iter().any(|entry| place.is(entry)))
}

/// Whether a text can be an entry of the list: a host in lower case, with a port, `*` for any port, or none for the
/// default port of the scheme.
pub(crate) fn is_entry(entry: &str) -> bool {
    let (host, port) = split_port(entry);
    is_host(host)
        && !host.bytes().any(|byte| byte.is_ascii_uppercase())
        && port.is_none_or(|port| port == ANY_PORT || is_port(port))
}

/// The host of an entry of the list.
pub(crate) fn host_of_entry(entry: &str) -> &str {
    split_port(entry).0
}

/// Scheme and host as a request says them.
struct Said<'a> {
    scheme: Cow<'a, str>,
    authority: Cow<'a, str>,
    /// The port where `authority` has none.
    port: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// The URL of the request, or its one field `Host` (RFC 9112 section 3.3); what a trusted proxy says goes first.
    fn of(config: &Config, request: &'a HttpRequest) -> Option<Self> {
        let absolute = text::split_scheme(&request.url).filter(|(scheme, _)| !scheme.contains('/'));
        let (scheme, authority) = match absolute {
            Some((scheme, rest)) => {
                (scheme, Some(rest.split(['/', '?', '#']).next().unwrap_or(rest)))
            }
            None => ("http", only(request, "host")),
        };
        let proxied = if config.trust_proxy { Proxied::read(request)? } else { Proxied::default() };
        Some(Self {
            scheme: proxied.scheme.unwrap_or(scheme.into()),
            authority: proxied.authority.or(authority.map(Cow::from))?,
            port: proxied.port,
        })
    }

    /// The same as a place, if it is one.
    fn place(&self) -> Option<Place> {
        let scheme = match self.scheme.to_ascii_lowercase().as_str() {
            "http" => "http",
            "https" => "https",
            _ => return None,
        };
        let (host, port) = split_port(&self.authority);
        let port = port.or(self.port);
        if !is_host(host) || !port.is_none_or(is_port) {
            return None;
        }
        Some(Place {
            scheme,
            host: host.to_ascii_lowercase(),
            port: port.unwrap_or(default_port(scheme)).to_owned(),
        })
    }
}

/// What a proxy says of the request that it passes on. A sender can write these fields as well, so they are read
/// only where the configuration trusts the proxy; and of several values only the last, which is the proxy's own.
#[derive(Default)]
struct Proxied<'a> {
    scheme: Option<Cow<'a, str>>,
    authority: Option<Cow<'a, str>>,
    port: Option<&'a str>,
}

impl<'a> Proxied<'a> {
    /// `Forwarded` (RFC 7239 section 4), or `X-Forwarded-Proto`, `-Host` and `-Port`; none for a field that cannot
    /// be read.
    fn read(request: &'a HttpRequest) -> Option<Self> {
        let last = |name: &str| {
            let value = request.headers.values(name).last()?;
            value.rsplit(',').next().map(str::trim)
        };
        let Some(element) = last("forwarded") else {
            return Some(Self {
                scheme: last("x-forwarded-proto").map(Cow::from),
                authority: last("x-forwarded-host").map(Cow::from),
                port: last("x-forwarded-port"),
            });
        };
        let mut this = Self::default();
        for pair in element.split(';').filter(|pair| !pair.trim().is_empty()) {
            let (name, value) = text::split_once(pair.trim(), b'=')?;
            let value = unquoted(value)?;
            if name.eq_ignore_ascii_case("proto") {
                this.scheme = Some(value);
            } else if name.eq_ignore_ascii_case("host") {
                this.authority = Some(value);
            }
        }
        Some(this)
    }
}

/// A value without its quotes (RFC 9110 section 5.6.4). Neither a scheme nor a host needs an escape.
fn unquoted(value: &str) -> Option<Cow<'_, str>> {
    let inner = match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?,
        None => value,
    };
    (!inner.contains(['"', '\\'])).then_some(Cow::Borrowed(inner))
}

/// Where a request went.
struct Place {
    scheme: &'static str,
    host: String,
    port: String,
}

impl Place {
    /// Whether an entry of the list is this place.
    fn is(&self, entry: &str) -> bool {
        let (host, port) = split_port(entry);
        self.host == host
            && match port {
                Some(port) => port == ANY_PORT || port == self.port,
                None => self.has_default_port(),
            }
    }

    fn has_default_port(&self) -> bool {
        default_port(self.scheme) == self.port
    }

    /// The base URL, as browsers write an origin.
    fn to_url(&self) -> String {
        let Self { scheme, host, port } = self;
        if self.has_default_port() {
            format!("{scheme}://{host}")
        } else {
            format!("{scheme}://{host}:{port}")
        }
    }
}

/// The default port of one of the two schemes that a place has.
fn default_port(scheme: &str) -> &'static str {
    text::default_port(scheme).map_or("", |port| port.trim_start_matches(':'))
}

/// The value of a field that occurs once.
fn only<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let mut values = request.headers.values(name);
    values.next().filter(|_| values.next().is_none())
}

/// A host and its port, if it has one. The colons in `[::1]` begin none.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// Whether a text is a host name, or an address as URLs have it (RFC 3986 section 3.2.2).
fn is_host(host: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let is_address = |address: &str| {
        address.contains(':')
            && address.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
    };
    (1..=MAX_HOST).contains(&host.len())
        && match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(address) => is_address(address),
            None => host.bytes().all(plain),
        }
}

/// Whether a text is a port, written in one way only.
fn is_port(port: &str) -> bool {
    !port.starts_with('0')
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_ok()
}

/// Stands for any port in an entry of the list.
const ANY_PORT: &str = "*";

/// The most characters of a host name (RFC 1035 section 2.3.4).
const MAX_HOST: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;
    use crate::issuer::config::BY_REQUEST;

    fn config(hosts: &[&str], trust_proxy: bool) -> Config {
        let mut config = Config::example(BY_REQUEST);
        config.allowed_hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        config.trust_proxy = trust_proxy;
        config
    }

    fn request(url: &str, fields: &[(&str, &str)]) -> HttpRequest {
        HttpRequest {
            method: Method::Get,
            url: url.to_owned(),
            headers: fields.iter().copied().collect(),
            body: Vec::new(),
            source: None,
        }
    }

    fn named(config: &Config, url: &str, fields: &[(&str, &str)]) -> Result<String, Refusal> {
        of_request(config, &request(url, fields)).map(Option::unwrap_or_default)
    }

    #[test]
    fn rfc_9112_section_3_3_the_url_or_else_the_host() {
        let config = config(&["issuer:9400", "localhost:*", "as.example", "[::1]:9400"], false);
        for (url, host, expected) in [
            ("/a", "issuer:9400", "http://issuer:9400"),
            ("/a?u=https://other/", "ISSUER:9400", "http://issuer:9400"),
            ("/a", "localhost", "http://localhost"),
            ("/a", "localhost:8080", "http://localhost:8080"),
            ("/a", "[::1]:9400", "http://[::1]:9400"),
            ("https://as.example:443/a", "other", "https://as.example"),
            ("HTTP://As.Example:80?x", "other", "http://as.example"),
            ("https://localhost:1#/", "other", "https://localhost:1"),
        ] {
            assert_eq!(
                named(&config, url, &[("host", host)]).as_deref(),
                Ok(expected),
                "{url} {host}"
            );
        }
    }

    #[test]
    fn rfc_9110_section_15_5_20_no_other_host() {
        let config = config(&["issuer:9400", "localhost:*", "as.example"], false);
        for (url, host) in [
            ("/", "issuer"),
            ("/", "issuer:9401"),
            ("/", "issuer.evil:9400"),
            ("/", "evil.issuer:9400"),
            ("/", "localhost.evil:80"),
            ("/", "as.example."),
            ("/", "as.example:443"),
            ("https://as.example:80/", "as.example"),
            ("http://evil/", "issuer:9400"),
        ] {
            assert_eq!(
                named(&config, url, &[("host", host)]),
                Err(Refusal::HostUnknown),
                "{url} {host}"
            );
        }
        for (url, fields) in [
            ("/", &[][..]),
            ("/", &[("host", "issuer:9400"), ("host", "issuer:9400")]),
            ("/", &[("host", "")]),
            ("/", &[("host", "issuer:")]),
            ("/", &[("host", "issuer:09400")]),
            ("/", &[("host", "issuer:99999")]),
            ("/", &[("host", "user@issuer:9400")]),
            ("/", &[("host", "issuer:9400/x")]),
            ("/", &[("host", "issuer 9400")]),
            ("/", &[("host", "[::1")]),
            ("/", &[("host", "*:9400")]),
            ("ftp://issuer:9400/", &[("host", "issuer:9400")]),
            ("http://user:x@issuer:9400/", &[]),
            ("http:///x", &[]),
        ] {
            assert_eq!(named(&config, url, fields), Err(Refusal::HostMissing), "{url} {fields:?}");
        }
    }

    #[test]
    fn rfc_7239_section_4_a_proxy_counts_where_it_is_trusted() {
        let hosts = ["issuer:9400", "as.example", "as.example:8443"];
        let inside = ("host", "issuer:9400");
        for (fields, expected) in [
            (
                &[("x-forwarded-host", "as.example"), ("x-forwarded-proto", "https")][..],
                "https://as.example",
            ),
            (
                &[("x-forwarded-host", "evil, as.example"), ("x-forwarded-proto", "ftp, https")],
                "https://as.example",
            ),
            (
                &[("x-forwarded-host", "evil"), ("x-forwarded-host", "as.example")],
                "http://as.example",
            ),
            (
                &[
                    ("x-forwarded-host", "as.example"),
                    ("x-forwarded-proto", "https"),
                    ("x-forwarded-port", "8443"),
                ],
                "https://as.example:8443",
            ),
            (
                &[("x-forwarded-host", "as.example:8443"), ("x-forwarded-port", "1")],
                "http://as.example:8443",
            ),
            (&[("x-forwarded-proto", "https")], "https://issuer:9400"),
            (&[("forwarded", "for=1.2.3.4;proto=https;host=as.example")], "https://as.example"),
            (
                &[(
                    "forwarded",
                    "host=evil, for=\"[::1]:1\"; Host=\"as.example:8443\" ;Proto=https",
                )],
                "https://as.example:8443",
            ),
            (
                &[("forwarded", "host=as.example"), ("x-forwarded-host", "evil")],
                "http://as.example",
            ),
        ] {
            let all: Vec<_> = [inside].into_iter().chain(fields.iter().copied()).collect();
            let trusting = named(&config(&hosts, true), "/", &all);
            assert_eq!(trusting.as_deref(), Ok(expected), "{fields:?}");
            let other = named(&config(&hosts, false), "/", &all);
            assert_eq!(other.as_deref(), Ok("http://issuer:9400"), "{fields:?}");
        }
        for fields in [
            &[("x-forwarded-host", "evil")][..],
            &[("x-forwarded-host", "as.example, evil")],
            &[("x-forwarded-proto", "ftp")],
            &[("x-forwarded-host", "")],
            &[("x-forwarded-host", "as.example"), ("x-forwarded-port", "x")],
            &[("forwarded", "host")],
            &[("forwarded", "host=\"as.example")],
            &[("forwarded", "host=\"as\\.example\"")],
            &[("forwarded", "host=evil")],
        ] {
            let all: Vec<_> = [inside].into_iter().chain(fields.iter().copied()).collect();
            assert!(named(&config(&hosts, true), "/", &all).is_err(), "{fields:?}");
        }
    }

    #[test]
    fn one_base_url_is_that_of_all_requests() {
        let config = Config::example("https://as.example/base");
        assert_eq!(of_request(&config, &request("/", &[])), Ok(None));
    }

    #[test]
    fn entries_are_hosts() {
        for entry in ["a", "a:1", "a-b.c_d:65535", "a:*", "127.0.0.1:9400", "[::1]:*", "[::1]"] {
            assert!(is_entry(entry), "{entry}");
        }
        for entry in [
            "", "*", "*.a", "A", "a:", "a:0", "a:65536", "http://a", "a/", "a b", "[a]", "[::1",
            "a:b:1", ":1",
        ] {
            assert!(!is_entry(entry), "{entry}");
        }
        assert_eq!((host_of_entry("[::1]:*"), host_of_entry("a")), ("[::1]", "a"));
    }
}
