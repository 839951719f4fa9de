//! Learning a server's endpoints (OpenID Connect Discovery section 4, RFC 8414 section 3).

use crate::http::{HttpRequest, HttpResponse};
use crate::json::Value;

use super::address::is_web_address;
use super::{Error, Server, answer};

/// Makes the request for the metadata of an issuer at OpenID Connect's well-known place:
/// `/.well-known/openid-configuration` after the issuer.
///
/// # Errors
/// An issuer that is not an http(s) URL, or that has a query or fragment.
pub fn request(issuer: &str) -> Result<HttpRequest, Error> {
    if !is_web_address(issuer) {
        return Err(Error::argument("issuer", "neither an https nor an http URL"));
    }
    if issuer.contains(['?', '#']) {
        return Err(Error::argument("issuer", "has a query or a fragment"));
    }
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    Ok(HttpRequest::get(format!("{base}/.well-known/openid-configuration"))
        .header("accept", "application/json"))
}

/// Reads the metadata of `issuer`.
///
/// # Errors
/// As [`token::parse_response`](super::token::parse_response); metadata of another issuer: the two
/// are compared exactly (RFC 8414 section 3.3); an endpoint that is not an http(s) URL.
pub fn parse_response(response: &HttpResponse, issuer: &str) -> Result<Server, Error> {
    answer::success(response, |answer| {
        if answer.required("issuer")? != issuer {
            return Err(answer.wrong("issuer", "another issuer than the one that was asked"));
        }
        let mut server = Server::default();
        for name in Server::ENDPOINTS {
            if let Some(url) = answer.optional(name)? {
                if !is_web_address(url) {
                    return Err(answer.wrong(name, "neither an https nor an http URL"));
                }
                server.set_endpoint(name, url);
            }
        }
        let iss = answer.members.member("authorization_response_iss_parameter_supported");
        server.iss_in_callback = iss == Some(&Value::Bool(true));
        Ok(server)
    })
}
