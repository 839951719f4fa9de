use crate::text;

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

/// Where plain http is accepted, which others on the network can read and change. Errors name the
/// corresponding option of the JavaScript API, `allowInsecureLoopback`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlainHttp {
    /// Only at a server whose issuer is itself an http URL, as for tests.
    #[default]
    OfHttpIssuers,
    /// Also on loopback (`localhost`, `127.0.0.1`, `[::1]`) at a server whose issuer is an https
    /// URL, for a server behind a proxy on the same machine.
    OnLoopback,
}

impl Safety {
    /// How safe the way to an address is: to an absolute `https` or `http` URL. Servers' answers hold
    /// addresses that are opened and shown as links, where any other scheme could be a script.
    ///
    /// `None` if it is no such URL, has no host, or has a user's name before the host: people take that
    /// for the host, and no `fetch` sends it (RFC 9110 section 4.2.4).
    #[inline(never)]
    pub(super) fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = text::split_once(url, b':')?;
        let is_https = scheme.eq_ignore_ascii_case("https");
        let rest = rest.strip_prefix("//")?;
        let is_web = is_https || scheme.eq_ignore_ascii_case("http");
        let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
        let authority = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
        if !is_web
            || matches!(authority.bytes().next(), None | Some(b':'))
            || text::has(authority, b'@')
            || !url.bytes().all(is_plain)
        {
            return None;
        }
        Some(match is_https {
            true => Self::Https,
            false if is_loopback(authority) => Self::HttpOnLoopback,
            false => Self::Http,
        })
    }

    /// How safe the endpoints and pages of a server have to be, if the way to its own URL is so safe
    /// (RFC 8414 section 2).
    pub(super) fn demands(self, http: PlainHttp) -> Self {
        match (self, http) {
            (Self::Https, PlainHttp::OfHttpIssuers) => Self::Https,
            (Self::Https, PlainHttp::OnLoopback) => Self::HttpOnLoopback,
            _ => Self::Http,
        }
    }

    /// How safe they have to be by the URL of the server. A text that is no URL demands nothing.
    pub(crate) fn least(server: &str, http: PlainHttp) -> Self {
        Self::of(server).unwrap_or_default().demands(http)
    }

    /// Why nobody may be sent to an address that has to be at least so safe.
    pub(super) fn fault(self, url: &str) -> Option<&'static str> {
        match Self::of(url) {
            None => Some(NOT_A_WEB_ADDRESS),
            Some(safety) if safety < self => Some(NOT_HTTPS),
            Some(_) => None,
        }
    }
}

const NOT_A_WEB_ADDRESS: &str = "neither an https nor an http URL";

const NOT_HTTPS: &str = "plain http at an https server (RFC 8414 section 2): use https, or on loopback \
    allowInsecureLoopback";

/// Whether an authority is this machine (RFC 8252 section 7.3, and section 8.3 for the name).
fn is_loopback(authority: &str) -> bool {
    let port = authority.bytes().rposition(|byte| byte == b':');
    let host = port.and_then(|port| authority.get(..port)).unwrap_or(authority);
    matches!(host, "localhost" | "127.0.0.1" | "[::1]") || authority == "[::1]"
}

/// Whether an octet may be in a URL. Browsers leave out line breaks and tabs and take a backslash for a
/// slash. Quotes and angle brackets end what a URL is put into. The last three begin characters that
/// mostly are not seen, or turn the text around: U+0080 to U+00BF, U+2000 to U+2FFF, U+F000 to U+FFFF.
fn is_plain(octet: u8) -> bool {
    octet > b' ' && !matches!(octet, b'"' | b'<' | b'>' | b'\\' | 0x7f | 0xc2 | 0xe2 | 0xef)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_web() {
        for (url, safety) in [
            ("https://as.example", Safety::Https),
            ("HTTPS://as.example:8443/a?b#c", Safety::Https),
            ("http://as.example?x", Safety::Http),
            ("hTTp://[::1]:80/a:b@c", Safety::HttpOnLoopback),
            ("http://[::1]#x", Safety::HttpOnLoopback),
            ("https://as.example/a%20b/~(x),[y]|{z}", Safety::Https),
            ("https://登录.example/é", Safety::Https),
        ] {
            assert_eq!(Safety::of(url), Some(safety), "{url}");
        }
    }

    #[test]
    fn what_is_none_or_is_another_for_a_browser() {
        for url in [
            "",
            "https",
            "https:",
            "https:/",
            "https://",
            "https:///x",
            "https://:443/x",
            "https://?x",
            "https://#x",
            "https:as.example",
            "//as.example",
            "/token",
            "as.example",
            "javascript:alert(1)",
            "JavaScript://as.example/%0aalert(1)",
            "java\nscript:alert(1)",
            " https://as.example",
            "\u{1}https://as.example",
            "https://as.example/ x",
            "https://as.example/\n",
            "https://as.exa\tmple",
            "https:\\\\as.example",
            "https://as.example\\@evil.example",
            "https://as.example@evil.example",
            "https://a:b@evil.example/",
            "https://as.example/\"onclick=x",
            "https://as.example/<b>",
            "https://as.example/\u{202e}gpj",
            "https://as.example/\u{85}",
            "https://as.example/\u{2028}",
            "https://as.example\u{feff}",
            "https://as.example/\u{fffd}",
            "https://as.example\u{a0}/",
            "https://as.example/\u{ad}",
            "data:text/html,x",
            "blob:https://as.example/1",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://as.example",
            "httpsx://as.example",
        ] {
            assert_eq!(Safety::of(url), None, "{url}");
        }
    }

    #[test]
    fn loopback_is_this_machine_alone() {
        for (host, is_loopback) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("[::1]", true),
            ("127.0.0.1.evil.example", false),
            ("127.0.0.10", false),
            ("127.0.1", false),
            ("1127.0.0.1", false),
            ("localhosts", false),
            ("evil-localhost", false),
            ("localhost.evil.example", false),
            ("[::2]", false),
            ("[::ffff:127.0.0.1]", false),
            ("10.0.0.1", false),
            ("0.0.0.0", false),
        ] {
            for url in [format!("http://{host}:9400/x"), format!("http://{host}")] {
                let least = Safety::least("https://as.example", PlainHttp::OnLoopback);
                assert_eq!(least.fault(&url).is_none(), is_loopback, "{url}");
                assert_eq!(Safety::Https.fault(&url), Some(NOT_HTTPS), "{url}");
                assert_eq!(Safety::least(&url, PlainHttp::OnLoopback), Safety::Http, "{url}");
            }
        }
    }
}
