//! The user's claims (OpenID Connect Core section 5.3; EIAM: GetUserInfo).

use crate::http::{HttpRequest, HttpResponse};

use super::answer::{Field, Kind, Member, Received};
use super::request::{Carrier, Parameter, Parts, Plan};
use super::{Client, Error};

impl Client {
    /// Makes the request for the user's claims, with an access token.
    ///
    /// # Errors
    /// Fails if the server has no userinfo endpoint, and for a token that cannot be sent in a
    /// header field.
    pub fn user_info_request(&self, access_token: &str) -> Result<HttpRequest, Error> {
        self.request(&REQUEST, &[access_token], &[]).map(Parts::into)
    }
}

pub(crate) const REQUEST: Plan = Plan {
    endpoint: "userinfo_endpoint",
    carrier: Carrier::Bearer,
    fixed: None,
    parameters: &[Parameter::required("access_token")],
};

/// Checks the response to [`Client::user_info_request`], and returns the user's claims as the text
/// of a JSON object without duplicate names, which includes `sub`.
///
/// # Errors
/// Those of [`token::parse_response`](super::token::parse_response), and
/// [`Malformed`](super::ErrorKind::Malformed) for a `sub` other than `expected_sub`, which is that
/// of the id_token (OpenID Connect Core section 5.3.2).
pub fn parse_response(
    response: &HttpResponse,
    expected_sub: Option<&str>,
) -> Result<String, Error> {
    check(&Received::of(response), expected_sub)?;
    Ok(String::from_utf8_lossy(&response.body).into_owned())
}

pub(crate) fn check(received: &Received<'_>, expected_sub: Option<&str>) -> Result<(), Error> {
    let sub = received.read(&[Member::required("sub", Kind::Text)])?;
    let sub = sub.first().map(Field::as_text);
    if expected_sub.is_some() && sub != expected_sub {
        return Err(received.malformed("sub", "another user than the id_token's"));
    }
    Ok(())
}
