//! Discovery of a server's endpoints (OpenID Connect Discovery section 4, RFC 8414 section 3).

use crate::http::{HttpRequest, HttpResponse};
use crate::rules::answer::{self, Asked};
use crate::rules::discovery::{self as rules, PLACES, Place};

use super::answer::Received;
use super::server::UnusableEndpoint;
use super::{Error, PlainHttp, Server};

/// Where a server publishes its metadata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WellKnown {
    /// OpenID Connect's location: `/.well-known/openid-configuration` is appended to the issuer
    /// (OpenID Connect Discovery section 4).
    #[default]
    OpenId,
    /// OAuth's location: `/.well-known/oauth-authorization-server` is inserted between the issuer's
    /// host and its path (RFC 8414 section 3).
    OAuth,
    /// OpenID Connect's file at OAuth's location: `/.well-known/openid-configuration` is inserted
    /// between the issuer's host and its path (RFC 8414 section 5).
    OpenIdInserted,
}

impl From<WellKnown> for Place {
    fn from(place: WellKnown) -> Self {
        match place {
            WellKnown::OpenId => Self::OpenId,
            WellKnown::OAuth => Self::OAuth,
            WellKnown::OpenIdInserted => Self::OpenIdInserted,
        }
    }
}

/// Makes the request for the metadata of an issuer.
///
/// # Errors
/// Fails for an issuer that is not an http(s) URL, or that has a query or a fragment.
pub fn request(issuer: &str, place: WellKnown) -> Result<HttpRequest, Error> {
    url(issuer, place.into()).map(HttpRequest::get_json)
}

/// Makes the requests for the metadata of an issuer at every place where it may be, in the order in which
/// they are to be sent: [`WellKnown::OpenId`], [`WellKnown::OAuth`], and for an issuer with a path
/// [`WellKnown::OpenIdInserted`]. Send the next one only if [`is_elsewhere`] says so of the error that
/// [`parse_response`] gave.
///
/// # Errors
/// Those of [`request`].
pub fn requests(issuer: &str) -> Result<Vec<HttpRequest>, Error> {
    let mut urls = Vec::new();
    for place in PLACES {
        let url = url(issuer, place)?;
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    Ok(urls.into_iter().map(HttpRequest::get_json).collect())
}

/// Whether the metadata may be at the next place: there is no page at this one, or one that is no JSON.
/// The metadata of another issuer, and a server that has no answer for now, end the search.
#[must_use]
pub fn is_elsewhere(error: &Error) -> bool {
    rules::goes_on(error.failure(), error.status())
}

fn url(issuer: &str, place: Place) -> Result<String, Error> {
    let mut url = Vec::new();
    match rules::write(issuer.as_bytes(), place, &mut url) {
        Ok(()) => Ok(String::from_utf8_lossy(&url).into_owned()),
        Err(failure) => Err(Error::of(failure, &url)),
    }
}

/// Reads the metadata of `issuer`.
///
/// An endpoint that is not an http(s) URL, or not as safe as the issuer (RFC 8414 section 2), does not
/// refuse the others: it is left out, and [`Server::unusable`] says why.
///
/// # Errors
/// Those of [`token::parse_response`](super::token::parse_response), and
/// [`Malformed`](super::ErrorKind::Malformed) for the metadata of another issuer, because the two
/// are compared exactly (RFC 8414 section 3.3).
pub fn parse_response(response: &HttpResponse, issuer: &str) -> Result<Server, Error> {
    parse_response_allowing(PlainHttp::default(), response, issuer)
}

/// Does the same as [`parse_response`], and also says where plain http is accepted.
///
/// # Errors
/// Those of [`parse_response`].
pub fn parse_response_allowing(
    http: PlainHttp,
    response: &HttpResponse,
    issuer: &str,
) -> Result<Server, Error> {
    let asked = Asked { least: http.least(issuer.as_bytes()), ..Asked::default() };
    let received = Received::to(response, asked);
    let fields = received.read(answer::METADATA)?;
    let found = fields.required("issuer");
    if found != issuer {
        let mut reason = Vec::new();
        rules::write_mismatch(issuer.as_bytes(), found.as_bytes(), &mut reason);
        let reason = String::from_utf8_lossy(&reason).into_owned();
        return Err(received.malformed("$.issuer", reason));
    }
    let iss_in_callback = fields.flag("authorization_response_iss_parameter_supported");
    let requires_pushed_requests = fields.flag("require_pushed_authorization_requests");
    let mut server = Server { iss_in_callback, requires_pushed_requests, ..Server::default() };
    for name in Server::ENDPOINTS {
        match fields.unread(name) {
            None => server.set_endpoint(name, &fields.required(name)),
            Some(reason) => server.unusable.push(UnusableEndpoint { name, reason }),
        }
    }
    Ok(server)
}
