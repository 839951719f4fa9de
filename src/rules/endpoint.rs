//! Which endpoints a client may use: http(s) URLs, and as safe as the server's own URL (RFC 8414
//! section 2).

use super::address::Safety;
use super::reason::Reason;

/// Where plain http is accepted, which others on the network can read and change. Errors name the
/// corresponding options of the JavaScript API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlainHttp {
    /// Only on loopback (`localhost`, `127.0.0.1`, `[::1]`), at a server that is itself there, as for
    /// tests.
    #[default]
    OfLoopbackIssuers,
    /// Also on loopback at a server whose issuer is an https URL, for a server behind a proxy on the
    /// same machine (`allowInsecureLoopback`).
    OnLoopback,
    /// Everywhere (`allowInsecureRequests`): everybody on the way can take the tokens. Only for a
    /// network that is trusted.
    Anywhere,
}

impl PlainHttp {
    /// How safe the endpoints and pages of a server have to be at least. `issuer` is the URL by which the
    /// server is known. If that is empty or no URL, it tells nothing, and loopback is accepted.
    pub(crate) fn least(self, issuer: &[u8]) -> Safety {
        match (self, Safety::of(issuer)) {
            (Self::Anywhere, _) => Safety::Http,
            (Self::OfLoopbackIssuers, Some(Safety::Https)) => Safety::Https,
            _ => Safety::HttpOnLoopback,
        }
    }
}

/// Judges the endpoints of one server, one after the other. They have to be as safe as the issuer, or if that
/// is no URL, as the first endpoint.
#[derive(Clone, Copy)]
pub(crate) struct EndpointRule {
    http: PlainHttp,
    least: Option<Safety>,
}

impl EndpointRule {
    /// The rule of a server. An issuer that is no URL is only a name, which is compared and never opened.
    pub(crate) fn new(issuer: &[u8], http: PlainHttp) -> Self {
        Self { http, least: Safety::of(issuer).map(|_| http.least(issuer)) }
    }

    /// Why an endpoint may not be used; `None` if it may, or if `url` is empty because the server has none.
    pub(crate) fn fault(&mut self, url: &[u8]) -> Option<Reason> {
        if url.is_empty() {
            return None;
        }
        let http = self.http;
        self.least.get_or_insert_with(|| http.least(url)).fault(url)
    }
}

/// Whether these are the endpoints of an EIAM server whose pages are not known. All EIAM servers have pages,
/// and one is recognised by the host of its token endpoint. An endpoint that the server lacks is empty.
pub(crate) fn lacks_portal(authorization_endpoint: &str, token_endpoint: &str) -> bool {
    authorization_endpoint.is_empty()
        && token_endpoint.starts_with("https://eiam-")
        && token_endpoint.contains(".aliyuncs.com/v2/")
}
