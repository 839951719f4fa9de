//! Discovery of a server's endpoints (OpenID Connect Discovery section 4, RFC 8414 section 3).

use crate::http::{HttpRequest, HttpResponse};
use crate::text;

use super::address::Safety;
use super::answer::{Field, Kind, Member, Received};
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
}

/// Makes the request for the metadata of an issuer.
///
/// # Errors
/// Fails for an issuer that is not an http(s) URL, or that has a query or a fragment.
pub fn request(issuer: &str, place: WellKnown) -> Result<HttpRequest, Error> {
    url(issuer, place).map(HttpRequest::get_json)
}

pub(crate) fn url(issuer: &str, place: WellKnown) -> Result<String, Error> {
    if Safety::of(issuer).is_none() {
        return Err(Error::argument("issuer", NOT_AN_ISSUER));
    }
    if text::has(issuer, b'?') || text::has(issuer, b'#') {
        return Err(Error::argument("issuer", "has a query or a fragment"));
    }
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    Ok(match place {
        WellKnown::OpenId => text::concat(&[base, "/.well-known/openid-configuration"]),
        WellKnown::OAuth => {
            // The path begins at the third slash.
            let slashes = base.bytes().enumerate().filter(|(_, byte)| *byte == b'/');
            let path = slashes.map(|(index, _)| index).nth(2).unwrap_or(base.len());
            let (host, path) = base.split_at_checked(path).unwrap_or((base, ""));
            text::concat(&[host, "/.well-known/oauth-authorization-server", path])
        }
    })
}

/// Reads the metadata of `issuer`.
///
/// # Errors
/// Those of [`token::parse_response`](super::token::parse_response), and
/// [`Malformed`](super::ErrorKind::Malformed) for the metadata of another issuer, because the two
/// are compared exactly (RFC 8414 section 3.3), and for an endpoint that is not an http(s) URL, or
/// that is an http URL although the issuer is an https URL (section 2).
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
    let mut fields = [const { Field::Missing }; ANSWER.len()];
    let least = Safety::least(issuer, http);
    read_into(&Received { least, ..Received::of(response) }, issuer, &mut fields)?;
    let [endpoints @ .., iss_in_callback] = &mut fields;
    let mut server = Server { iss_in_callback: iss_in_callback.flag(), ..Server::default() };
    for (name, url) in Server::ENDPOINTS.into_iter().zip(endpoints) {
        server.set_endpoint(name, url.as_text());
    }
    Ok(server)
}

pub(crate) fn read_into<'a>(
    received: &Received<'a>,
    issuer: &str,
    fields: &mut [Field<'a>; ANSWER.len()],
) -> Result<(), Error> {
    received.read_into(&ANSWER, fields)?;
    if fields.first().map(Field::as_text) != Some(issuer) {
        return Err(received.malformed("issuer", OTHER_ISSUER));
    }
    Ok(())
}

/// RFC 8414 section 3.3: compared character by character, and seen by nobody who looks at both.
const OTHER_ISSUER: &str = "another issuer than the one that was asked: every character counts, and localhost is not 127.0.0.1";
const NOT_AN_ISSUER: &str = "not the server's https (or http) URL, such as https://as.example";

/// The members of a server's metadata: [`Server::ENDPOINTS`], and whether callbacks name the issuer.
pub(crate) const ANSWER: [Member; 10] = [
    Member::required("issuer", Kind::Address),
    Member::optional("authorization_endpoint", Kind::Address),
    Member::optional("token_endpoint", Kind::Address),
    Member::optional("device_authorization_endpoint", Kind::Address),
    Member::optional("userinfo_endpoint", Kind::Address),
    Member::optional("revocation_endpoint", Kind::Address),
    Member::optional("introspection_endpoint", Kind::Address),
    Member::optional("end_session_endpoint", Kind::Address),
    Member::optional("jwks_uri", Kind::Address),
    Member::optional("authorization_response_iss_parameter_supported", Kind::Flag),
];
