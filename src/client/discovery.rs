//! Learning a server's endpoints (OpenID Connect Discovery section 4, RFC 8414 section 3).

use crate::http::{HttpRequest, HttpResponse};
use crate::json::Value;
use crate::text;

use super::address::{NOT_A_WEB_ADDRESS, is_web_address};
use super::{Error, Server, answer};

/// Makes the request for the metadata of an issuer at OpenID Connect's well-known place:
/// `/.well-known/openid-configuration` after the issuer.
///
/// # Errors
/// An issuer that is not an http(s) URL, or that has a query or fragment.
pub fn request(issuer: &str) -> Result<HttpRequest, Error> {
    if !is_web_address(issuer) {
        return Err(Error::argument("issuer", NOT_A_WEB_ADDRESS));
    }
    if text::has(issuer, b'?') || text::has(issuer, b'#') {
        return Err(Error::argument("issuer", "has a query or a fragment"));
    }
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    let url = text::concat(&[base, "/.well-known/openid-configuration"]);
    let mut request = HttpRequest::get(url);
    request.headers.push("accept", "application/json");
    Ok(request)
}

/// Reads the metadata of `issuer`.
///
/// # Errors
/// As [`token::parse_response`](super::token::parse_response); metadata of another issuer: the two
/// are compared exactly (RFC 8414 section 3.3); an endpoint that is not an http(s) URL.
pub fn parse_response(response: &HttpResponse, issuer: &str) -> Result<Server, Error> {
    let answer = answer::success(response)?;
    if answer.required("issuer") != issuer {
        answer.wrong("issuer", "another issuer than the one that was asked");
    }
    let mut server = Server::default();
    for name in Server::ENDPOINTS {
        if let Some(url) = answer.optional(name) {
            if !is_web_address(url) {
                answer.wrong(name, NOT_A_WEB_ADDRESS);
            }
            server.set_endpoint(name, url);
        }
    }
    let iss = answer.member("authorization_response_iss_parameter_supported");
    server.iss_in_callback = matches!(iss, Some(Value::Bool(true)));
    answer.check().map(|()| server)
}
